"""The readers' pages in a real browser: accessible, narrow enough, light, and complete without JavaScript."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

LIGHT_BYTES = 60_000
PAGES = [
    "/",
    "/?near=01324",
    "/search/",
    "/search/?q=de+men&near=01324",
    "/search/?q=dees+mefn",
    "/search/?q=xyzzy&kind=LAW",
    "/records/1/",
    "/places/",
    "/places/?q=co+ba",
    "/places/CB-COBA/?near=01501",
    "/fairs/",
    "/about/",
]
LANGUAGES = ["vi", "en"]


def speak(page, site, language):
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])


def assert_fits(page):
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than its window"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_on_a_telephone_is_accessible_and_fits(phone, site, axe, path, language):
    speak(phone, site, language)
    phone.goto(path)
    assert phone.locator("html").get_attribute("lang") == language
    assert phone.locator("h1").count() == 1
    assert_fits(phone)
    axe(phone)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_on_a_wide_screen_is_accessible_and_fits(screen, axe, path):
    screen.goto(path)
    assert_fits(screen)
    axe(screen)


@pytest.mark.parametrize("path", ["/?near=01324", "/search/?q=de+men", "/records/1/", "/places/CB-COBA/", "/fairs/"])
def test_a_page_in_the_dark_is_accessible(open_page, site, axe, path):
    page = open_page(site.url, width=360, color_scheme="dark")
    page.goto(path)
    axe(page)


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_is_light(phone, weight, path):
    found = weight(phone, path)
    print(f"{path}: {found}")
    assert found.total_bytes < LIGHT_BYTES, str(found)
    assert all(url.startswith("http://127.0.0.1") for url in found.bytes_by_url), str(found)


def test_a_reader_without_javascript_finds_a_book_and_the_place_that_has_it(open_page, site):
    page = open_page(site.url, width=360, java_script_enabled=False)
    page.goto("/")
    page.fill("[name=q]", "de men phieu luu ky")
    page.press("[name=q]", "Enter")
    page.locator(".book-title a").first.click()
    assert "Dế Mèn phiêu lưu ký" in page.locator("h1").inner_text()
    page.locator(".holding a").first.click()
    assert page.url.endswith("/places/CB-COBA/")
    assert page.locator(".week dt").count() == 7


def test_a_reader_without_javascript_chooses_a_commune_and_it_is_remembered(open_page, site):
    page = open_page(site.url, width=360, java_script_enabled=False)
    page.goto("/")
    page.select_option("[name=near]", "01324")
    page.locator(".near-form button").click()
    assert "Cô Ba" in page.locator("h1").inner_text()
    page.goto("/places/")
    assert "Cô Ba" in page.locator(".commune h2").first.inner_text()


def test_a_reader_without_javascript_changes_the_language_and_stays_on_the_page(open_page, site):
    page = open_page(site.url, width=360, java_script_enabled=False)
    page.goto("/fairs/")
    page.locator("button[name=language][value=en]").click()
    assert page.url.endswith("/fairs/")
    assert page.locator("html").get_attribute("lang") == "en"


def test_filters_and_pages_are_plain_links(open_page, site):
    page = open_page(site.url, width=1440, java_script_enabled=False)
    page.goto("/search/")
    page.locator("a[rel=next]").click()
    assert "page=2" in page.url
    assert page.locator(".book").count() > 0


def test_targets_are_large_enough_for_a_thumb(phone):
    phone.goto("/?near=01324")
    for target in phone.locator(".mainnav a, .button, .chip, .line-link, .search input, select").all():
        if target.is_visible():
            assert target.bounding_box()["height"] >= 43.9, target.inner_html()


def test_the_data_for_search_engines_is_no_script_to_the_policy(phone):
    """JSON-LD stands in a script element; the page fails here if the content security policy complains of it."""
    phone.goto("/search/")
    phone.locator("a[href^='/records/']").first.click()
    data = phone.locator("script[type='application/ld+json']")
    told = phone.evaluate("element => JSON.parse(element.textContent)", data.element_handle())
    assert told["name"] in phone.locator("h1").inner_text()
