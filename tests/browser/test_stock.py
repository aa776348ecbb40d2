"""The stock in a real browser: a voucher by keyboard and scanner alone, readable by everybody, at two widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PAGES = [
    "/work/stock/",
    "/work/stock/receipts/",
    "/work/stock/receive/",
    "/work/stock/registers/",
    "/work/stock/weeding/",
    "/work/stock/labels/?from=CB000001&to=CB000009",
    "/work/stock/poster/",
    "/work/stock/numbers/",
    "/work/stock/collections/",
    "/work/stock/pile/",
    "/work/stock/copies/CB000001/",
]


def fits(page) -> None:
    """Nothing makes the page scroll sideways."""
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_stock_can_be_used_by_everybody(site, open_page, sign_in, axe, width, scheme):
    page = open_page(site.url, width=width, color_scheme=scheme)
    sign_in(page, "hoa")
    for path in PAGES:
        page.goto(path)
        fits(page)
        axe(page)


def test_a_voucher_is_entered_by_keyboard_and_its_books_are_weeded_by_scanning(own_site, open_page, sign_in, axe):
    page = open_page(own_site.url, width=1440)
    sign_in(page, "hoa")
    page.goto("/work/stock/receive/")
    expect(page.locator("#receive-q")).to_be_focused()
    page.keyboard.type("dat rung phuong nam")
    page.keyboard.press("Enter")
    page.locator("button[value^='add:']").first.press("Enter")
    expect(page.locator("#receive-q")).to_be_focused()
    page.locator("#count-1").fill("3")
    page.locator("#price-1").fill("45.000")
    page.locator("#series-1").select_option("ĐC")
    axe(page)
    fits(page)
    page.locator("[name=voucher]").fill("HĐ 15")
    page.locator("button[value=save]").press("Enter")
    page.wait_for_url("**/work/stock/receipts/*/")
    expect(page.locator("tbody th").first).to_have_text("ĐC000001")
    axe(page)
    # A scanner reads DC000001 from the label that says ĐC000001.
    page.goto("/work/books/?q=dc000001")
    page.wait_for_url("**/work/copies/DC000001/")
    expect(page.locator(".lead").first).to_contain_text("ĐC000001")
    page.goto("/work/stock/weeding/")
    page.locator("form.card button[type=submit]").first.press("Enter")
    page.wait_for_url("**/work/stock/weeding/*/")
    page.keyboard.type("DC000001\nDC000002\n")
    page.locator("button[value=out]").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2)
    axe(page)
    fits(page)
    page.locator("[name=decision_no]").fill("15/QĐ-TVT")
    page.locator("button[value=decide]").press("Enter")
    expect(page.locator("h1")).to_contain_text("1")
    page.goto("/work/stock/registers/")
    with page.expect_response(lambda answer: "volume" in answer.url and answer.ok) as answer:
        page.evaluate("fetch(document.querySelector('main a[href*=volume]').href)")
    assert answer.value.header_value("content-type") == "application/pdf"
