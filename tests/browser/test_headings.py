"""Headings in a real browser: browsing on a telephone without JavaScript, and joining names at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_portal import LIGHT_BYTES, assert_fits

pytestmark = pytest.mark.browser

MOST_BYTES = 40_000
PAGES = [
    "/browse/",
    "/browse/authors/",
    "/browse/subjects/?from=t",
    "/browse/series/",
    "/browse/authors/titles/?is=Tô Hoài",
    "/browse/ddc/8/",
    "/browse/ddc/895/",
    "/browse/new/",
    "/browse/loved/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_list_is_accessible_fits_and_is_light(phone, axe, weight, path):
    weighed = weight(phone, path)
    assert_fits(phone)
    axe(phone)
    assert sum(weighed.bytes_by_url.values()) <= MOST_BYTES <= LIGHT_BYTES


def test_a_reader_finds_a_book_by_its_author_without_javascript(open_page, site):
    page = open_page(site.url, java_script_enabled=False)
    page.goto("/")
    page.locator("main a[href='/browse/']").click()
    page.locator("a[href='/browse/authors/']").click()
    page.fill("#from", "nguyen sen")
    page.locator("#from").press("Enter")
    page.locator("main a", has_text="Tô Hoài").first.click()
    expect(page.locator("h1")).to_have_text("Tô Hoài")
    expect(page.locator(".book-title")).to_have_text(["Đảo hoang"])


@pytest.mark.parametrize("width", [360, 1280])
def test_a_cataloguer_joins_two_forms_of_a_name(own_site, open_page, sign_in, axe, width):
    page = open_page(own_site.url, width=width)
    sign_in(page, "thao")
    for path in ("/work/authorities/", "/work/authorities/?show=titles", "/work/authorities/new/"):
        page.goto(path)
        axe(page)
        assert_fits(page)
    page.goto("/work/authorities/?show=duplicates")
    axe(page)
    assert_fits(page)
    page.locator("form[action='/work/authorities/gather/'] button").first.click()
    page.locator("input[name=chosen][type=radio]").first.wait_for()
    chosen = page.locator("label", has_text="Tô Hoài").locator("input[name=chosen]").first
    chosen.check()
    page.locator("form[method=get].card button").click()
    axe(page)
    page.locator("form[method=post].card button").click()
    expect(page.locator("h1")).to_have_text("Tô Hoài")
    axe(page)
    assert_fits(page)
    page.locator("form[action$='/apply/'] button").click()
    expect(page.locator("form[action$='/apply/']")).to_have_count(0)
    page.goto("/browse/authors/titles/?is=Tô Hoài&dates=1920-2014")
    expect(page.locator(".book-title")).to_have_count(3)
