"""Lists, laws, newspapers and covers in a real browser: reachable by thumb, accessible, without JavaScript."""

from __future__ import annotations

import io

import pytest

pytestmark = pytest.mark.browser

READERS = ["/laws/", "/laws/?state=ENDED", "/local/", "/lists/", "/lists/1/", "/my-list/", "/my-list/shared/?t=1.2.3"]
STAFF = [
    "/work/periodicals/",
    "/work/periodicals/1/",
    "/work/lists/",
    "/work/lists/1/",
    "/work/records/1/cover/",
    "/work/records/1/law/",
    "/work/records/1/subscribe/",
]


def assert_fits(page):
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than its window"


@pytest.mark.parametrize("path", READERS)
def test_pages_of_readers_are_accessible_and_fit_in_light_and_dark(phone, open_page, site, axe, path):
    dark = open_page(site.url, width=1440, color_scheme="dark")
    for page in (phone, dark):
        page.goto(path)
        assert page.locator("h1").count() == 1
        assert_fits(page)
        axe(page)


@pytest.mark.parametrize("path", STAFF)
def test_pages_of_staff_are_accessible_and_fit(phone, screen, axe, sign_in, path):
    for page, who in ((phone, "hoa"), (screen, "kien")):
        sign_in(page, who)
        page.goto(path)
        assert page.locator("h1").count() == 1
        assert_fits(page)
        axe(page)


def test_a_reader_saves_a_book_and_sends_the_list_on_without_javascript(open_page, site):
    page = open_page(site.url, width=360, has_touch=True, is_mobile=True, java_script_enabled=False)
    page.goto("/lists/1/")
    page.locator("button.save[name=record]").first.click()
    assert page.locator("button.save--on").count() == 1
    page.locator("nav.mainnav a[href='/my-list/']").click()
    assert page.locator("article.book").count() == 1
    page.locator("a[href^='/my-list/shared/']").click()
    assert page.locator("article.book").count() == 1
    page.goto("/my-list/")
    page.locator("button[name=clear]").click()
    assert page.locator("article.book").count() == 0


def test_a_keeper_ticks_off_todays_paper_on_a_telephone(open_page, own_site, sign_in):
    page = open_page(own_site.url, width=360, has_touch=True, is_mobile=True)
    sign_in(page, "lan")
    page.goto("/work/periodicals/")
    page.locator(".due input[name=number]").first.fill("25431")
    page.locator(".due button").first.click()
    assert "25431" in page.locator(".due--done").inner_text()
    page.goto("/places/CB-COBA/")
    assert "25431" in page.locator("main").inner_text()


def test_a_photo_of_a_cover_is_on_the_shelf_at_once(open_page, own_site, sign_in):
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((1200, 1800), 80).convert("RGB").save(out, "JPEG")
    page = open_page(own_site.url, width=360, has_touch=True, is_mobile=True)
    sign_in(page, "hoa")
    page.goto("/work/records/1/cover/")
    page.set_input_files("#photo", {"name": "bia.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    page.locator("form[enctype] button[type=submit]").click()
    page.goto("/records/1/")
    shown = page.locator("img.cover")
    assert shown.evaluate("one => one.decode().then(() => one.naturalWidth)") == 400
