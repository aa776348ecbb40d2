"""Cataloguing in a real browser: by keyboard alone, from another real server, readable by everybody."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ISBN = "9786042088459"


def stroke(page, *pressed: str) -> int:
    """Press keys (named with a leading +) or type text; gives how many keystrokes it took."""
    count = 0
    for what in pressed:
        if what.startswith("+"):
            page.keyboard.press(what[1:])
            count += 1
        else:
            page.keyboard.type(what)
            count += len(what)
    return count


def enter_book(page, isbn: str, title: str, authors: str, number: str) -> int:
    """Write a book down as a keeper does: number, title, authors, number of the label."""
    strokes = stroke(page, isbn, "+Enter")
    expect(page.locator("#id_title")).to_be_focused()
    strokes += stroke(page, title, "+Tab", authors)
    while page.evaluate("document.activeElement.id") != "id_barcode":
        strokes += stroke(page, "+Tab")
        assert strokes < 300
    strokes += stroke(page, number, "+Enter")
    expect(page.locator(".slip--done")).to_contain_text(number)
    return strokes


class TestByKeyboardAlone:
    def test_a_keeper_writes_down_a_book_in_twenty_seconds(self, own_site, open_page, sign_in):
        page = open_page(own_site.url, width=1440)
        sign_in(page, "lan")
        page.goto("/work/records/new/")
        expect(page.locator("#entry-q")).to_be_focused()
        begun = time.monotonic()
        strokes = enter_book(page, ISBN, "Gõ cửa bản làng", "Đoàn Giỏi", "CB009001")
        seconds = time.monotonic() - begun
        print(f"\nnew title with its copy: {strokes} keystrokes, {seconds:.1f} s of the machine")
        assert seconds < 20
        expect(page.locator("#entry-q")).to_be_focused()  # the next book
        begun = time.monotonic()
        strokes = stroke(page, ISBN, "+Enter")
        expect(page.locator(".entry-here button").first).to_be_focused()
        while page.evaluate("document.activeElement.id") != "id_barcode":
            strokes += stroke(page, "+Tab")
            assert strokes < 60
        strokes += stroke(page, "CB009002", "+Enter")
        expect(page.locator(".slip--done")).to_contain_text("CB009002")
        print(f"one more copy of it: {strokes} keystrokes, {time.monotonic() - begun:.1f} s of the machine")
        assert strokes < 40

    def test_what_may_be_here_is_shown_while_the_title_is_typed(self, own_site, open_page, sign_in):
        page = open_page(own_site.url, width=1440)
        sign_in(page, "lan")
        page.goto("/work/records/new/")
        enter_book(page, ISBN, "Gõ cửa bản làng", "Đoàn Giỏi", "CB009001")
        page.fill("#id_title", "go cua ban lan")
        page.locator("#id_title").press("g")
        expect(page.locator("#alike")).to_contain_text("Gõ cửa bản làng")
        page.locator("#alike a.button").click()
        expect(page.locator(".entry-here")).to_contain_text("Gõ cửa bản làng")

    def test_a_class_number_is_picked_by_words(self, own_site, open_page, sign_in):
        page = open_page(own_site.url, width=1440)
        sign_in(page, "lan")
        page.goto("/work/records/new/?q=" + ISBN)
        page.fill("#class-text", "chăn nuô")
        page.locator("#class-text").press("i")
        page.get_by_role("button", name="636 Chăn nuôi", exact=True).press("Enter")
        expect(page.locator("#id_ddc")).to_have_value("636")

    def test_a_cataloguer_edits_a_record_as_marc(self, own_site, open_page, sign_in):
        page = open_page(own_site.url, width=1440)
        sign_in(page, "thao")
        page.goto("/work/records/new/?q=" + ISBN)
        stroke(page, "Gõ cửa bản làng", "+Control+Enter")
        page.wait_for_url("**/work/records/*/")
        page.goto(page.url + "marc/")
        strokes, begun = 0, time.monotonic()
        page.locator("[name$='.tag']").last.focus()
        # A new field behind this one; nobody waits for the server, and nothing goes into the old box.
        strokes += stroke(page, "+Alt+t", "653", "+Tab")
        value = page.locator(".marc-row").last.locator("textarea").first
        expect(value).to_be_focused()
        before = page.locator(".marc-row").count()
        strokes += stroke(page, "Nam Bộ", "+Alt+k")  # once more
        expect(page.locator(".marc-row")).to_have_count(before + 1)
        expect(page.locator(".marc-row").last.locator("textarea").first).to_be_focused()
        strokes += stroke(page, "+Control+a", "Rừng", "+Alt+ArrowUp")
        expect(page.locator(".marc-row").last.locator("textarea").first).to_have_value("Nam Bộ")
        strokes += stroke(page, "+Alt+s")  # a subfield
        expect(page.locator(".marc-row:focus-within .marc-part")).to_have_count(2)
        strokes += stroke(page, "+Alt+x")
        expect(page.locator("textarea:focus")).to_have_value("Nam Bộ")
        strokes += stroke(page, "+Control+Enter")
        page.wait_for_url("**/work/records/*/")
        expect(page.locator("main")).to_contain_text("Nam Bộ")
        expect(page.locator("main")).not_to_contain_text("Rừng,")
        print(f"\nMARC: {strokes} keystrokes, {time.monotonic() - begun:.1f} s of the machine")

    def test_a_fault_stands_beside_its_field(self, own_site, open_page, sign_in, axe):
        page = open_page(own_site.url, width=360)
        sign_in(page, "thao")
        page.goto("/work/records/new/?q=" + ISBN)
        stroke(page, "Gõ cửa bản làng", "+Control+Enter")
        page.wait_for_url("**/work/records/*/")
        page.goto(page.url + "marc/")
        page.locator("textarea", has_text="Gõ cửa").fill("")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".marc-row--wrong")).to_have_count(1)
        axe(page)


def test_two_real_servers_copy_from_one_another(own_site, site, open_page, sign_in):
    here = open_page(own_site.url, width=1440)
    sign_in(here, "thao")
    here.goto("/work/catalogue/targets/")
    for name, url in (("Thư viện bạn", f"{site.url}/sru"), ("Thư viện xa", "http://127.0.0.1:9/sru")):
        here.fill("#id_name", name)
        here.fill("#id_url", url)
        here.locator("#id_url").press("Enter")
        expect(here.locator("table")).to_contain_text(name)
    here.goto("/work/catalogue/copying/")
    here.fill("#copy-q", "Dế Mèn")
    here.locator("#copy-q").press("Enter")
    expect(here.locator(".answers")).to_contain_text("Thư viện bạn: ")
    expect(here.locator(".answers .tag--person")).to_contain_text("Thư viện xa: ")
    first = here.locator(".offers > li").first
    expect(first).to_contain_text("Dế Mèn")
    first.locator("form button").first.click()
    here.wait_for_url("**/marc/")
    expect(here.locator("textarea", has_text="Dế Mèn").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_is_readable_by_everybody(site, open_page, sign_in, axe, width, scheme):
    page = open_page(site.url, width=width, color_scheme=scheme)
    sign_in(page, "thao")
    record = "/work/records/1/"
    for path in (
        "/work/catalogue/", "/work/records/new/", "/work/records/new/?q=Dế", "/work/catalogue/classes/?class=thơ",
        "/work/catalogue/copying/", "/work/catalogue/targets/", record, f"{record}edit/", f"{record}marc/",
        f"{record}marc/?mode=text", f"{record}versions/", f"{record}delete/",
    ):  # fmt: skip
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
