"""The workbench in a real browser: served by keyboard alone, readable by everybody, at two widths."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from guisach.domain.readers.rules.cards import card_number

pytestmark = pytest.mark.browser

DESK_FIELD = "#scan"


def keys(page, *pressed: str) -> int:
    """Press keys, or type what is longer than the name of a key; gives how many keystrokes it took."""
    count = 0
    for what in pressed:
        if what[:1].isupper() and what.isalnum() and not what[1:2].isupper():
            page.keyboard.press(what)
            count += 1
        else:
            page.keyboard.type(what)
            count += len(what)
    return count


class TestByKeyboardAlone:
    def test_a_keeper_serves_ten_readers_in_a_row(self, own_site, open_page, sign_in):
        page = open_page(own_site.url, width=1440)
        sign_in(page, "lan")
        expect(page.locator(DESK_FIELD)).to_be_focused()
        served = [(card_number(n), f"CB{n:06}") for n in range(1, 11)]
        strokes, start = 0, time.monotonic()
        for card, barcode in served:  # no waiting for answers: a scanner does not wait either
            strokes += keys(page, card, "Enter", barcode, "Enter")
        expect(page.locator(".slip--done")).to_have_count(10, timeout=30_000)
        seconds = time.monotonic() - start
        print(f"\n{strokes / 10:.0f} keystrokes and {seconds / 10:.2f} s for each lending of ten in a row")
        assert strokes == 10 * (10 + 1 + 8 + 1)  # a card and a barcode, each with Enter, and nothing else
        slips = page.locator(".slip--done").all_inner_texts()
        assert [slip for slip, (_c, b) in zip(reversed(slips), served, strict=True) if b not in slip] == []
        assert "Vàng Thị An" in slips[-1]
        assert "Dương A Lử" in slips[0]
        expect(page.locator(DESK_FIELD)).to_be_focused()

    def test_the_day_goes_on_with_shortcut_keys(self, own_site, open_page, sign_in):
        page = open_page(own_site.url, width=1440)
        sign_in(page, "lan")
        keys(page, card_number(1), "Enter", "CB000001", "Enter")
        expect(page.locator(".slip--done")).to_have_count(1)
        page.keyboard.press("Alt+b")
        expect(page.locator(".slip--gone")).to_have_count(1)
        expect(page.locator("#desk-reader")).to_contain_text("0/3")
        expect(page.locator(DESK_FIELD)).to_be_focused()
        keys(page, "CB000001", "Enter")
        expect(page.locator(".slip--done")).to_have_count(1)
        keys(page, card_number(2), "Enter", "CB000001", "Enter")
        expect(page.locator(".slip--look")).to_have_count(1)
        page.keyboard.press("Alt+n")  # take it back, then lend it
        expect(page.locator(".slip--look")).to_have_count(0)
        expect(page.locator("#desk-reader")).to_contain_text("1/3")
        page.keyboard.press("Escape")
        expect(page.locator(".desk-nobody")).to_be_visible()
        page.keyboard.press("F4")
        page.wait_for_url("**/work/returns/")
        keys(page, "CB000001", "Enter", "CB000002", "Enter")
        expect(page.locator(".slip--done", has_text="CB000002")).to_be_visible()
        page.keyboard.press("F8")
        page.wait_for_url("**/work/readers/")
        page.keyboard.press("/")
        keys(page, "vang thi an", "Enter")
        expect(page.locator("main a.card")).to_have_count(1)
        page.keyboard.press("F2")
        page.wait_for_url("**/work/")

    def test_a_librarian_gives_a_reason_and_stays_in_the_flow(self, own_site, open_page, sign_in):
        page = open_page(own_site.url, width=1440)
        sign_in(page, "hoa")
        keys(page, card_number(1), "Enter", "CB888888", "Enter")
        expect(page.locator(".slip--look")).to_have_count(1)
        page.keyboard.press("Alt+l")
        keys(page, "sách mới", "Enter")
        expect(page.locator(".slip--done")).to_have_count(1)
        expect(page.locator(DESK_FIELD)).to_be_focused()
        page.goto("/work/cases/")
        expect(page.locator(".case-line")).to_have_count(1)

    def test_a_scan_on_a_line_that_breaks_is_sent_again_and_counts_once(self, own_site, open_page, sign_in):
        page = open_page(own_site.url, width=1440)
        sign_in(page, "lan")
        keys(page, card_number(1), "Enter")
        expect(page.locator("#desk-reader")).to_contain_text("0/3")
        page.context.set_offline(True)
        keys(page, "CB000001", "Enter", "CB000002", "Enter")
        expect(page.locator("#toasts")).to_contain_text("CB000001, CB000002")
        page.context.set_offline(False)
        expect(page.locator("#desk-reader")).to_contain_text("2/3", timeout=20_000)
        expect(page.locator("#toasts .notice")).to_have_count(0)


def test_everything_works_without_script(own_site, open_page, sign_in):
    page = open_page(own_site.url, width=360, java_script_enabled=False)
    sign_in(page, "lan")
    for code in (card_number(1), "CB000001"):
        page.fill(DESK_FIELD, code)
        page.locator(DESK_FIELD).press("Enter")
    expect(page.locator("#desk-reader")).to_contain_text("1/3")
    expect(page.locator(".slip--done")).to_have_count(1)
    page.goto("/work/count/")
    page.fill("#visits-CHILD", "12")
    page.locator(".counts-form button[type=submit]:not([hidden])").last.click()
    expect(page.locator(".slip--done", has_text="12")).to_be_visible()


def test_counting_by_thumb(own_site, open_page, sign_in):
    page = open_page(own_site.url, width=360, has_touch=True, is_mobile=True)
    sign_in(page, "lan")
    page.goto("/work/count/")
    more = page.locator(".count-row").first.locator("[data-step='1']").first
    box = more.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    for _ in range(3):
        more.tap()
    page.locator(".count-row").first.locator("[data-step='-1']").first.tap()
    expect(page.locator(".count-row input").first).to_have_value("2")


PAGES = [
    ("lan", "/work/"),
    ("lan", "/work/returns/"),
    ("lan", "/work/readers/"),
    ("lan", "/work/readers/?q=vang"),
    ("lan", "/work/readers/?q=khong co ai"),
    ("lan", "/work/readers/join/"),
    ("lan", "/work/count/"),
    ("lan", "/work/books/"),
    ("lan", "/work/books/?q=truyen kieu"),
    ("lan", "/work/records/1/"),
    ("lan", "/work/copies/CB000001/"),
    ("lan", "/work/cases/"),
    ("lan", "/work/password/"),
    ("hoa", "/work/place/"),
    ("lan", "/work/nowhere/"),
    ("van", "/work/readers/"),
    ("", "/work/sign-in/?next=/work/"),
]


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_used_by_everybody(site, open_page, sign_in, axe, width, scheme):
    """One session for each person: signing in costs more than looking."""
    for person in dict.fromkeys(who for who, _path in PAGES):
        page = open_page(site.url, width=width, color_scheme=scheme)
        if person:
            sign_in(page, person)
        for path in [path for who, path in PAGES if who == person]:
            page.goto(path)
            fits(page)
            axe(page)


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_an_act_brings_to_the_page_can_be_used_too(own_site, open_page, sign_in, axe, width, scheme):
    page = open_page(own_site.url, width=width, color_scheme=scheme)
    sign_in(page, "hoa")
    for code in (card_number(1), "CB000001", "CB000002", "CB888888", "vang"):
        page.fill(DESK_FIELD, code)
        page.locator(DESK_FIELD).press("Enter")
    expect(page.locator(".slip")).to_have_count(4)
    fits(page)
    axe(page)
    page.locator("[name=reason]").fill("sách mới, chưa kịp nhập")
    page.locator("[name=reason]").press("Enter")
    expect(page.locator(".slip--done")).to_have_count(3)
    page.locator("#desk-reader h2 a").click()
    page.wait_for_url("**/work/readers/*/")
    fits(page)
    axe(page)
    page.locator("main a[href$='/correct/']").click()
    page.wait_for_url("**/correct/")
    page.locator("[name=name]").fill("")
    page.locator("form.join button[type=submit]").click()
    expect(page.locator(".field--wrong").first).to_be_visible()
    fits(page)
    axe(page)
    page.goto("/work/copies/CB000001/")
    axe(page)
    page.goto("/work/cases/")
    page.locator(".case-line").first.click()
    page.wait_for_url("**/work/cases/*/")
    fits(page)
    axe(page)
    page.locator("[name=decision]").first.check()
    page.fill("[name=reason]", "đã biên mục")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".notice--done").first).to_be_visible()
    axe(page)
    page.goto("/work/readers/join/")
    page.locator("form.join button[type=submit]").click()
    expect(page.locator(".field--wrong").first).to_be_visible()
    fits(page)
    axe(page)


def fits(page) -> None:
    """Say that nothing makes the page wider than the screen."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{page.url} is {over} px wider than the screen"
