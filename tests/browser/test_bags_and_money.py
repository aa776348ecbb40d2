"""A bag for a child by keyboard and touch, and a deposit with its slip: driven, and looked at by axe at both widths."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_bag_is_chosen_swapped_and_set_aside_on_a_small_telephone(own_site, open_page, sign_in, axe):
    with sqlite3.connect(own_site.data / "guisach.sqlite3") as database:
        [card] = database.execute("SELECT card_no FROM readers_reader WHERE full_name = 'Vàng A Bình'").fetchone()
        database.execute("UPDATE catalogue_record SET audience = 'CHILD', author = author || id WHERE kind = 'BOOK'")
    page = open_page(own_site.url, width=360, has_touch=True, is_mobile=True)
    sign_in(page, "lan")
    page.goto("/work/requests/bags/")
    axe(page)
    page.fill("#card", card)
    page.select_option("[name=age]", "CHILD")
    page.locator(".kept-form button[type=submit]").click()
    expect(page.locator("[name=copy]:checked")).to_have_count(3)
    axe(page)
    first = page.locator("[name=copy]").first.get_attribute("value")
    page.locator(".kept-choices a").first.click()
    expect(page.locator("[name=copy]:checked")).to_have_count(3)
    expect(page.locator(f"[name=copy][value={first}]")).to_have_count(0)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".slips .slip")).to_have_count(3)


def test_money_is_turned_on_taken_and_given_back(own_site, open_page, sign_in, axe):
    page = open_page(own_site.url, width=1440)
    sign_in(page, "kien")
    page.goto("/work/policies/money/")
    axe(page)
    page.fill("[name=deposit]", "50.000")
    page.fill("[name=decision]", "15/2026/QĐ-UBND")
    page.fill("[name=reason]", "Nghị quyết của tỉnh")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("50.000")
    phone = open_page(own_site.url, width=360, has_touch=True, is_mobile=True)
    sign_in(phone, "lan")
    phone.goto("/work/readers/?q=an")
    phone.locator("main a.card", has_text="Vàng Thị An").click()
    deposit = phone.locator("a[href$='/deposit/']")  # the part of the page that is fetched apart
    expect(deposit).to_be_visible()
    axe(phone)
    deposit.click()
    axe(phone)
    phone.locator(".kept-form button[type=submit]").click()
    expect(phone.locator("h1")).to_contain_text("PT 0001")
    axe(phone)
    phone.locator("main form button[type=submit]").first.click()
    expect(phone.locator("main")).to_contain_text("PC 0001")
    phone.goto("/work/money/?part=ALL")
    expect(phone.locator(".kept-out li")).to_have_count(1)
    axe(phone)
