"""What people have to do with one another on a busy day, added to the small province of province.py:

GUISACH_DATA=<folder> python -m tests.browser.busy

Each test has readers of its own here, so that all of them can share one server.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

PIN = "482913"
ASKING, CORRECTED, LATE, TWICE, LEAVING = "Nông Thị Mai", "Lục Văn Thắng", "Hứa A Chớ", "Sầm Thị Nga", "Phùng Văn Lèng"


def build() -> None:
    """Make readers who ask, who are late, who stand there twice, who leave; a class; a book at another place."""
    from guisach.domain.circulation import actions
    from guisach.kernel.clock import system_clock
    from guisach.kernel.ids import new_id
    from tests import builders

    lan, now = builders.lan(), system_clock()
    before = builders.Clock(now - timedelta(days=60))
    for name, phone in ((ASKING, "0912000111"), (CORRECTED, "0912000222")):
        _with_pin(builders.reader(lan, before, builders.applicant(name, phone=phone)))
    builders.reader(lan, before, builders.applicant(LEAVING))
    for day in (1, 10):
        builders.reader(lan, before, builders.applicant(TWICE, phone="0977123456", birth_on=date(1988, 3, day)))
    builders.school_class(lan, before)
    late = builders.reader(lan, before, builders.applicant(LATE, phone="0988777666"))
    here = {"by": lan.source, "place": builders.COBA, "clock": before}
    actions.lend(op_id=new_id(), barcode="CB000024", reader=late, **here)
    builders.copy("DT000001", of=builders.record("Hoa Đào ở bản", "Lò Ngân Sủn"), place=builders.DAMTHUY)


def enter(page: Page, data: Path, name: str) -> None:
    """Let a reader with a PIN in to their own pages."""
    with sqlite3.connect(data / "guisach.sqlite3") as database:
        [card] = database.execute("SELECT card_no FROM readers_reader WHERE full_name = ?", [name]).fetchone()
    page.goto("/my/sign-in/")
    page.fill("[name=card]", card)
    page.fill("[name=pin]", PIN)
    page.locator("[name=pin]").press("Enter")
    page.wait_for_url("**/my/")


def _with_pin(reader: Any) -> None:
    from django.contrib.auth.hashers import make_password

    from guisach.domain.readers.models import ReaderPin
    from guisach.kernel.clock import system_clock

    ReaderPin.objects.create(reader=reader, secret=make_password(PIN), is_start_code=False, set_at=system_clock())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guisach.site.settings")
    django.setup()
    build()
