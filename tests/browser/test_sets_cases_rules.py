"""A class set out and back in parts; cases with their steps; which rule applies here, and why."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def pages(busy_site, open_page, sign_in):
    """A small telephone and a screen; Lan is signed in on the first, Hoa on the second."""
    phone = open_page(busy_site.url, width=360, has_touch=True, is_mobile=True)
    screen = open_page(busy_site.url, width=1280)
    sign_in(phone, "lan")
    sign_in(screen, "hoa")
    return phone, screen


def test_a_class_set_goes_out_as_one_act_and_comes_back_in_parts(pages, judge):
    phone, _screen = pages
    phone.goto("/work/sets/")
    judge(phone)
    phone.fill("#who", "4A")
    phone.fill("#codes", "CB000012\nCB000013\nCB000024")
    phone.locator(".kept-form button[type=submit]").click()
    expect(phone.locator("[name=leave_out]")).to_have_count(1)  # one is with somebody else: said, nothing lost
    judge(phone)
    phone.locator(".kept-form button[type=submit]").click()
    expect(phone.locator("h1")).to_contain_text("Lớp 4A")
    judge(phone)
    phone.fill("#scan", "CB000012")
    phone.locator("#scan").press("Enter")
    expect(phone.locator("#scanned .slip--done")).to_contain_text("CB000012")
    phone.reload()
    expect(phone.locator("section[aria-labelledby=back-title] li")).to_have_count(1)
    judge(phone)
    phone.goto("/work/sets/")
    expect(phone.locator(".kept-out li", has_text="Lớp 4A")).to_be_visible()
    judge(phone)


def test_a_case_tells_what_happened_and_is_settled_in_three_steps(pages, busy_site, judge):
    phone, screen = pages
    phone.goto("/work/")
    with sqlite3.connect(busy_site.data / "guisach.sqlite3") as database:
        [card] = database.execute("SELECT card_no FROM readers_reader WHERE full_name = 'Lý A Sình'").fetchone()
    screen.goto("/work/")
    for code in (card, "CB888888"):  # a book that nobody has catalogued
        screen.fill("#scan", code)
        screen.locator("#scan").press("Enter")
    expect(screen.locator(".slip--look")).to_have_count(1)
    screen.keyboard.press("Alt+l")
    screen.keyboard.type("sách mới")
    screen.keyboard.press("Enter")
    expect(screen.locator(".slip--done")).to_have_count(1)
    phone.goto("/work/cases/")  # of her own place
    judge(phone)
    screen.goto("/work/cases/?kind=unknown_barcode")
    judge(screen)
    screen.locator("a.case-line").first.click()
    assert screen.locator("ol.steps > li").count() <= 3
    judge(screen)
    phone.locator("a.case-line").first.click()
    expect(phone.locator("ol.steps")).to_contain_text("Thủ thư")  # a keeper reads one, and is told who decides
    judge(phone)
    screen.locator("ol.steps input[type=radio]").first.check()
    screen.fill("ol.steps [name=reason]", "đã tìm ra phiếu nhập")
    screen.locator("ol.steps button[type=submit]").click()
    expect(screen.locator(".notice--done").first).to_be_visible()
    judge(screen)


def test_which_rule_applies_and_why(pages, judge):
    phone, screen = pages
    phone.goto("/work/policies/")
    judge(phone)
    screen.goto("/work/policies/")
    judge(screen)
    screen.select_option("[name=group]", index=1)
    screen.locator("aside form button[type=submit]").click()
    expect(screen.locator("dl.rulings > div").first).to_be_visible()
    assert all(why.strip() for why in screen.locator("dl.rulings small").all_inner_texts())
    judge(screen)
