"""Two people count a shelf of twenty together in a real browser, by scanner alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def scan(page, *codes: str) -> None:
    """Type as a scanner does: fast, and without waiting for answers."""
    for code in codes:
        page.keyboard.type(code)
        page.keyboard.press("Enter")


def test_two_scanners_count_a_shelf_of_twenty(own_site, open_page, sign_in, axe):
    lan, hoa = open_page(own_site.url, width=360), open_page(own_site.url, width=1440)
    sign_in(lan, "lan")
    sign_in(hoa, "hoa")
    lan.goto("/work/stocktakes/")
    axe(lan)
    lan.locator('form.card button[type="submit"]').click()
    lan.wait_for_url("**/work/stocktakes/*-*/")
    hoa.goto(lan.url)
    expect(lan.locator("#scan")).to_be_focused()
    expect(hoa.locator("#scan")).to_be_focused()
    codes = [f"CB{n:06}" for n in range(1, 21)]
    scan(lan, *codes[:11])
    scan(hoa, *codes[9:20])  # two of them Lan has had in her hands too
    expect(lan.locator("#scanned > li").first).to_contain_text(codes[10], timeout=30_000)
    expect(hoa.locator("#scanned > li").first).to_contain_text(codes[19], timeout=30_000)
    assert lan.locator("#scanned > li:visible").count() == 10
    expect(lan.locator("#scan")).to_be_focused()
    axe(lan)
    lan.reload()
    expect(lan.locator(".stocktake-count strong")).to_have_text("20")
    expect(lan.locator("#stocktake-progress")).to_contain_text("Bế Thị Hoa")
    for page in (lan, hoa):
        page.locator('button[name="do"][value="done"]').click()
        page.wait_for_load_state()
    hoa.locator('button[name="do"][value="close"]').click()
    hoa.wait_for_load_state()
    expect(hoa.locator("#scan")).to_have_count(0)
    axe(hoa)
