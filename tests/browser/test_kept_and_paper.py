"""The desk of a notebook by keyboard alone, and a sheet of ten lines typed in: with script, and looked at by axe."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from guisach.domain.circulation.rules.paper import sheet_code

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser

SHEET = f"/work/paper/{sheet_code(20261122)}/"


@pytest.fixture
def notebook(own_site):
    """Lan's library keeps a notebook."""
    serve_as(own_site.data, "KEPT")
    return own_site


def serve_as(data: Path, mode: str) -> None:
    with sqlite3.connect(data / "guisach.sqlite3") as database:
        database.execute("UPDATE network_place SET service_mode = ?", [mode])


def test_a_book_goes_out_and_comes_back_by_keyboard_alone(notebook, open_page, sign_in, axe):
    page = open_page(notebook.url, width=1440)
    sign_in(page, "lan")
    book = page.locator("#book")
    expect(book).to_be_focused()
    page.keyboard.type("truyen kieu")
    page.keyboard.press("Tab")
    page.keyboard.type("xuan")
    page.keyboard.press("Enter")
    expect(page.locator(".slip--done")).to_contain_text("Truyện Kiều")
    expect(page.locator(".kept-out li")).to_contain_text("Nông Thị Xuân")
    expect(book).to_be_focused()
    axe(page)
    page.keyboard.type("truyen kieu")
    page.keyboard.press("Enter")
    expect(page.locator(".kept-out li")).to_have_count(0)


def test_somebody_without_a_card_borrows_on_a_telephone_without_script(notebook, open_page, sign_in):
    page = open_page(notebook.url, width=360, java_script_enabled=False)
    sign_in(page, "lan")
    page.fill("#book", "CB000003")
    page.fill("#who", "Nông Văn Tư")
    page.locator(".kept-form button[type=submit]").click()
    page.select_option("#group", "FARMER")
    page.check("[name=has_consent]")
    page.locator(".kept-form button[type=submit]").click()
    expect(page.locator(".kept-out li")).to_contain_text("Nông Văn Tư")
    page.locator(".kept-out button").first.click()
    expect(page.locator(".kept-out li")).to_have_count(0)


def test_a_sheet_of_ten_lines_is_typed_looked_at_and_written_once(notebook, open_page, sign_in, axe):
    page = open_page(notebook.url, width=360, has_touch=True, is_mobile=True)
    sign_in(page, "lan")
    page.goto(SHEET)
    names = ["Páo", "Xuân", "Sình", "Khe", "Pham", "Đàn", "Hường", "Lử"]
    page.fill("[name=day-1]", "20/11/2026")
    for n, name in enumerate(names, 1):
        page.fill(f"[name=book-{n}]", str(n))
        page.fill(f"[name=who-{n}]", name)
    page.fill("[name=book-9]", "1")
    page.fill("[name=book-10]", "2")
    page.fill("[name=who-3]", "Không có ai")
    page.fill("[name=visits-CHILD]", "6")
    page.locator("[value=check]").click()
    expect(page.locator(".sheet-problem")).to_have_count(1)
    axe(page)
    page.locator("[value=save]").click()
    expect(page.locator(".sheet-line--done")).to_have_count(9)
    expect(page.locator("[name=who-3]")).to_have_value("Không có ai")
    page.fill("[name=who-3]", "Sình")
    page.locator("[value=check]").click()
    page.locator("[value=save]").click()
    expect(page.locator(".sheet-line--done")).to_have_count(10)
    page.reload()
    expect(page.locator(".sheet-line--done")).to_have_count(10)
    with sqlite3.connect(notebook.data / "guisach.sqlite3") as database:
        kinds = database.execute("SELECT kind, count(*) FROM journal_operation GROUP BY kind").fetchall()
    counted = dict(kinds)
    assert (counted["lend"], counted["return"], counted["visit_tally"]) == (8, 2, 1)


def test_an_open_shelf_and_sets_are_clean_on_a_small_telephone(notebook, open_page, sign_in, axe):
    serve_as(notebook.data, "OPEN_SHELF")
    page = open_page(notebook.url, width=360, has_touch=True, is_mobile=True)
    sign_in(page, "lan")
    expect(page.locator(".shelf-today")).to_be_visible()
    for path in ("/work/", "/work/shelves/look/", "/work/sets/", "/work/paper/"):
        page.goto(path)
        axe(page)
