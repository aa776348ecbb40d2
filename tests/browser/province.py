"""Builds the small province that browser tests look at. Runs in a process of its own, on a folder of its own:

GUISACH_DATA=<folder> python -m tests.browser.province
"""

from __future__ import annotations

import os

import django


def build() -> None:
    """Make the cast, ten readers, and two dozen books with a copy each in Lan's library."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)

    from tests import builders

    builders.province()
    lan = builders.lan()
    for person in (builders.minh, builders.hoa, builders.kien, builders.thao, builders.dung, builders.van):
        person()
    clock = builders.Clock()
    builders.an(lan, clock)
    builders.binh(lan, clock)
    for name in READERS:
        builders.reader(lan, clock, builders.applicant(name))
    for number in range(1, 25):
        title, author = TITLES[number % len(TITLES)]
        record = builders.record(f"{title} {number}" if number > len(TITLES) else title, author)
        builders.copy(f"CB{number:06}", of=record)


READERS = [
    "Hoàng Văn Páo",
    "Nông Thị Xuân",
    "Lý A Sình",
    "Triệu Mùi Khe",
    "Đặng Thị Pham",
    "Bế Văn Đàn",
    "Sầm Thị Hường",
    "Dương A Lử",
]

TITLES = [
    ("Dế Mèn phiêu lưu ký", "Tô Hoài"),
    ("Truyện Kiều", "Nguyễn Du"),
    ("Đất rừng phương Nam", "Đoàn Giỏi"),
    ("Nhật ký trong tù", "Hồ Chí Minh"),
    ("Lá cờ thêu sáu chữ vàng", "Nguyễn Huy Tưởng"),
    ("Kỹ thuật trồng cây ăn quả", "Nguyễn Văn Sơn"),
    ("Then Tày: những khúc hát", "Triều Ân"),
]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guisach.site.settings")
    django.setup()
    build()
