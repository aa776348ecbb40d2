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

    from guisach.domain.catalogue.actions.stock import load_stock_words
    from tests import builders

    builders.province()
    load_stock_words()
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
    _named()
    _particulars()


def _particulars() -> None:
    """Make laws with their dates, a newspaper that Lan's library gets, and a public list."""
    from datetime import timedelta

    from guisach.domain.catalogue.actions.laws import Particulars, describe_law
    from guisach.domain.catalogue.actions.lists import add_to_list, make_list
    from guisach.domain.catalogue.actions.periodicals import Terms, subscribe
    from guisach.kernel.clock import local_date, system_clock
    from tests import builders

    today = local_date(system_clock())
    new = builders.record("Luật Thư viện", "Quốc hội", kind="LAW", ddc="344.597").pk
    old = builders.record("Pháp lệnh Thư viện", "Quốc hội", kind="LAW", ddc="344.597").pk
    describe_law(record=new, said=Particulars(number="46/2019/QH14", valid_from=today - timedelta(days=400)))
    describe_law(record=old, said=Particulars(valid_from=today - timedelta(days=900), replaced_by=new))
    paper = builders.record("Nhân Dân", "", kind="SERIAL").pk
    subscribe(record=paper, place=builders.COBA, terms=Terms("DAILY", today - timedelta(days=6)))
    made = make_list(name="Mùa đông", by=builders.lan().staff, clock=system_clock, note="Cho các em", is_public=True)
    for record in (1, new):
        add_to_list(list_=made, record=record, clock=system_clock, note="Đọc to cho nhau nghe")


def _named() -> None:
    """Make titles with whole records, so that lists of headings have something to show."""
    from guisach.domain.catalogue.actions import follow_headings
    from tests.builders_headings import authority, by, title

    subject = ("650", " 4", ("a", "Truyện đồng thoại"), ("z", "Việt Nam"))
    title("Đảo hoang", by("Tô Hoài"), subject, ("082", "04", ("a", "895.922")), ("490", "0 ", ("a", "Tủ sách vàng")))
    title("Giăng thề", by("Nguyễn Sen"), ("082", "04", ("a", "895.922")))
    title("O chuột", by("To Hoai"), subject)
    authority("Tô Hoài", "Nguyễn Sen", dates="1920-2014")
    follow_headings()


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
