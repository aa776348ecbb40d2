"""Looking for a book with a thumb, a keyboard, a weak line: suggestions, facets, readiness."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

# What the page may weigh on a first visit, pictures of covers aside, and when it must be ready on a weak 3G line.
SEARCH_BYTES = 40_000
READY_MS = 2_000
LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
RESULTS = "/search/?q=truyen&near=01324"


def type_slowly(page, text):
    page.locator("#q").press_sequentially(text, delay=30)
    page.locator("#suggestions li").first.wait_for()


def test_suggestions_are_a_combobox_that_a_keyboard_can_use(phone, axe):
    phone.goto("/search/")
    box = phone.locator("#q")
    assert (box.get_attribute("role"), box.get_attribute("aria-expanded")) == ("combobox", "false")
    type_slowly(phone, "de m")
    assert box.get_attribute("aria-expanded") == "true"
    axe(phone)
    box.press("ArrowDown")
    chosen = phone.locator(f"#{box.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "de m"


def test_a_suggestion_opens_what_it_names(phone):
    phone.goto("/")
    type_slowly(phone, "de men ph")
    phone.locator("#suggestions li", has_text="Dế Mèn phiêu lưu ký").first.click()
    phone.wait_for_url("**/records/**")
    assert "Dế Mèn phiêu lưu ký" in phone.locator("h1").inner_text()


def test_enter_without_a_choice_searches_what_was_typed(phone):
    phone.goto("/")
    type_slowly(phone, "de men")
    phone.locator("#q").press("Enter")
    phone.wait_for_url("**/search/?q=de+men*")
    assert phone.locator(".book").count() > 0


def test_targets_among_results_are_large_enough_for_a_thumb(phone):
    phone.goto(RESULTS)
    phone.locator(".orders summary").click()
    for target in phone.locator(".orders a, .orders summary, .chip, .facet summary").all():
        if target.is_visible():
            assert target.bounding_box()["height"] >= 43.9, target.inner_html()


def test_results_can_be_ordered_and_narrowed_without_javascript(open_page, site):
    page = open_page(site.url, width=360, java_script_enabled=False)
    page.goto(RESULTS)
    page.locator(".orders summary").click()
    page.locator(".orders a[href*='sort=near']").click()
    assert "sort=near" in page.url
    page.locator("a[href*='available=1']").first.click()
    assert "available=1" in page.url
    assert page.locator(".chip[aria-current]").count() == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_ordered_results_with_filters_are_accessible(open_page, site, axe, width):
    page = open_page(site.url, width=width)
    page.goto("/search/?q=truyen&available=1&near=01324&sort=near")
    axe(page)
    page.goto("/search/?q=dế+mèn+phiu+lưu+ký")
    assert page.locator(".meant a").count() == 1
    axe(page)


def test_a_first_visit_to_results_is_light(phone, weight):
    found = weight(phone, RESULTS)
    pictures = sum(size for url, size in found.bytes_by_url.items() if "/covers/" in url)
    print(f"{RESULTS}: {found}")
    assert found.total_bytes - pictures <= SEARCH_BYTES, str(found)


def test_results_are_ready_soon_on_a_weak_line(open_page, site):
    page = open_page(site.url, width=360)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    page.goto(RESULTS, wait_until="load")
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
    print(f"ready after {ready:.0f} ms, first words after {painted:.0f} ms")
    assert ready < READY_MS
    assert painted < READY_MS
