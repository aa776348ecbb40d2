"""Asking for books from home and at the desk, suggestions and their answers, late books and what readers are told."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import expect

from tests.browser.busy import ASKING, LATE, enter

pytestmark = pytest.mark.browser


@pytest.fixture
def home(busy_site, open_page):
    """A reader at home with a small telephone, signed in to her own pages."""
    page = open_page(busy_site.url, width=360, has_touch=True, is_mobile=True)
    enter(page, busy_site.data, ASKING)
    return page


@pytest.fixture
def desk(busy_site, open_page, sign_in):
    """Lan's screen."""
    page = open_page(busy_site.url, width=1280)
    sign_in(page, "lan")
    return page


def test_a_book_is_asked_for_at_home_set_aside_at_the_desk_and_fetched(home, desk, busy_site, judge):
    with sqlite3.connect(busy_site.data / "guisach.sqlite3") as database:
        query = "SELECT record_id FROM catalogue_copy WHERE barcode = 'CB000003'"
        [record] = database.execute(query).fetchone()
    home.goto("/my/requests/")
    judge(home)  # nothing asked for yet
    home.goto(f"/my/ask/{record}/")
    judge(home)
    home.locator(".own-form button[type=submit]").click()
    expect(home.locator(".own-book")).to_have_count(1)
    judge(home)
    desk.goto("/work/requests/")
    line = desk.locator(".slip", has_text=ASKING)
    expect(line).to_contain_text("CB000003")
    judge(desk)
    line.locator("button[value=set_aside]").click()
    desk.goto("/work/requests/?part=shelf")
    expect(desk.locator(".slip", has_text=ASKING)).to_contain_text("CB000003")
    judge(desk)
    home.reload()
    expect(home.locator(".own-book")).to_contain_text("mời đến lấy")
    desk.goto("/work/requests/?part=waiting")
    judge(desk)
    home.locator(".own-book button").click()
    expect(home.locator(".own-book")).to_have_count(0)


def test_a_keeper_asks_for_a_reader_without_a_telephone(desk, busy_site, judge):
    with sqlite3.connect(busy_site.data / "guisach.sqlite3") as database:
        [record] = database.execute("SELECT record_id FROM catalogue_copy WHERE barcode = 'DT000001'").fetchone()
        [card] = database.execute("SELECT card_no FROM readers_reader WHERE full_name = 'Bế Văn Đàn'").fetchone()
    desk.goto(f"/work/requests/new/{record}/")
    expect(desk.locator("#card")).to_be_focused()
    judge(desk)
    desk.keyboard.type("KHONG-CO")
    desk.keyboard.press("Enter")
    expect(desk.locator(".notice--look")).to_be_visible()
    desk.fill("#card", card)
    desk.locator("#card").press("Enter")
    desk.goto("/work/requests/?part=waiting")
    expect(desk.locator(".slip", has_text="Bế Văn Đàn")).to_contain_text("Đàm Thủy")


def test_a_suggestion_is_answered_and_the_answer_stands_at_home(home, busy_site, open_page, sign_in, judge):
    home.goto("/my/suggest/")
    judge(home)
    home.fill("[name=wanted]", "Truyện cổ Nùng có tranh")
    home.fill("[name=why]", "Cho các cháu lớp một tập đọc")
    home.locator(".own-form button[type=submit]").click()
    expect(home.locator(".own-book")).to_contain_text("Truyện cổ Nùng")
    library = open_page(busy_site.url, width=360, has_touch=True, is_mobile=True)
    sign_in(library, "thao")
    library.goto("/work/suggestions/")
    judge(library)
    waiting = library.locator("main li.card", has_text="Truyện cổ Nùng")
    waiting.locator("[name=words]").fill("Đã đặt ba bản")
    waiting.locator("button[value=ORDERED]").click()
    home.reload()
    expect(home.locator(".own-book")).to_contain_text("Đã đặt ba bản")
    judge(home)


def test_late_books_are_told_of_by_telephone_and_on_a_slip(desk, busy_site, open_page, sign_in, judge):
    phone = open_page(busy_site.url, width=360, has_touch=True, is_mobile=True)
    sign_in(phone, "lan")
    phone.goto("/work/overdue/")
    late = phone.locator("main li.card", has_text=LATE)
    judge(phone)
    late.locator("button[value=phone]").click()
    expect(phone.locator("main li.card", has_text=LATE).locator("a[href^='tel:']")).to_contain_text("0988777666")
    phone.locator("main li.card", has_text=LATE).locator("button[value=slip]").click()
    phone.goto("/work/messages/?group=waiting")
    expect(phone.locator("main li.card", has_text=LATE)).to_have_count(1)
    judge(phone)
    desk.goto("/work/overdue/")
    judge(desk)
    desk.locator("main a[href*='/hand/slips/']").click()
    expect(desk.locator("main li.card", has_text=LATE).first).to_be_visible()
    judge(desk)
    desk.locator("main form button[type=submit]").click()
    expect(desk.locator("main li.card")).to_have_count(0)
    phone.goto("/work/messages/?group=done")
    judge(phone)
