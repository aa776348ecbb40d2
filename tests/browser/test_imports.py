"""A librarian brings in old files in a browser: a table in TCVN3 on a screen, MARC on a telephone, and decides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.builders_marc import book, data
from tests.web.work.test_imports import in_tcvn3

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


pytestmark = pytest.mark.browser

ROWS = (
    ("thư viện và cơ sở", "nguyễn văn nghĩa", "HQ01"),
    ("người lái đò sông đà", "nguyễn tuân/bạn", "HQ02-HQ04"),
    ("đất rừng phương nam, tập hai", "đoàn giỏi", "HQ05"),
    ("", "không có nhan đề", "HQ06"),
)


def give(page: Page, file: Path) -> None:
    page.goto("/work/imports/new/")
    page.set_input_files("#file", file)
    page.click("[data-upload] button[type=submit]")
    page.wait_for_url("**/file/")


def go_on(page: Page, until: str) -> None:
    page.locator("main form[method=post] .button--big").first.click()
    page.wait_for_url(until)


def test_a_table_in_tcvn3_comes_in_step_by_step(own_site, open_page, sign_in, axe, tmp_path):
    lines = ["TT;Nhan đề;Tác giả;ĐKCB".replace("Đ", "đ"), *(f"{at};{';'.join(row)}" for at, row in enumerate(ROWS, 1))]
    file = tmp_path / "xa-ha-quang.csv"
    file.write_bytes(in_tcvn3("\r\n".join(lines)))
    page = open_page(own_site.url, width=1440)
    sign_in(page, "thao")
    page.goto("/work/imports/")
    page.keyboard.press("Alt+m")
    page.wait_for_url("**/new/")
    axe(page)
    give(page, file)

    expect(page.locator(".reading").first).to_contain_text("TCVN3")
    expect(page.locator(".evidence")).to_contain_text("→")
    page.locator(".other-letters summary").click()
    page.select_option("#other", "viscii")  # without a page of its own: it is swapped in
    expect(page.locator(".reading").first).to_contain_text("VISCII")
    page.locator(".reading", has_text="TCVN3").locator("input").check()
    axe(page)
    go_on(page, "**/columns/")

    preview = page.locator("#preview")
    expect(preview).to_contain_text("HQ02, HQ03, HQ04")
    expect(preview.locator(".pair-row--wrong")).to_have_count(1)
    page.locator("select[name=c2]").select_option("publisher")  # what becomes of it is seen at once
    expect(preview.locator(".pair-after").first).to_contain_text("nguyễn văn nghĩa")
    page.locator("select[name=c2]").select_option("authors")
    more = page.locator(".column", has=page.locator("select[name=c2]"))
    more.locator("summary").click()
    expect(more.locator("[value=semicolon]")).to_be_checked()  # as usual for authors
    more.locator("[value=slash]").check()
    expect(preview.locator(".pair-after").nth(1)).to_contain_text("nguyễn tuân; bạn")
    page.select_option("#place", "CB-TINH")
    axe(page)
    page.click("[name=act][value=next]")
    page.wait_for_url("**/policy/")
    axe(page)
    go_on(page, "**/check/")
    axe(page)
    expect(page.locator(".stat-value").first).to_have_text("3")
    go_on(page, re.compile(r"/imports/\d+/$"))

    expect(page.locator("#lines-title")).to_be_visible(timeout=20_000)  # it looks again by itself
    expect(page.locator(".stat-value")).to_have_text(["3", "0", "0", "0", "1", "5"])
    axe(page)
    with page.expect_download() as taken:
        page.locator("a[download]", has_text="quarantine.csv").click()
    assert "HQ06" in taken.value.path().read_text("utf-8-sig")
    page.goto(f"{page.url}undo/")
    axe(page)


def test_marc_comes_in_on_a_telephone_and_what_may_be_here_is_decided_by_keys(
    own_site, open_page, sign_in, axe, tmp_path
):
    isbn = (("020", data(("a", "9786042130288"))),)
    ours = tmp_path / "ta.mrc"
    ours.write_bytes(
        book("Dế Mèn phiêu lưu ký", number="y1", source="TA", more=isbn)
        + book("Truyện Kiều", author="Nguyễn Du", number="y2", source="TA")
    )
    file = tmp_path / "cu.mrc"
    file.write_bytes(
        book("Dế Mèn phiêu lưu ký", number="x1", source="HQ", barcodes=("MQ1",), branch="Kho xã", more=isbn)
        + book("Truyện Kiều", author="Nguyễn Du", number="x2", source="HQ", barcodes=("MQ2",), branch="Kho xã")
        + book("Sách chưa có ở đây", author="Ai Đó", number="x3", source="HQ")
    )
    page = open_page(own_site.url, width=360, color_scheme="dark")
    sign_in(page, "hoa")
    give(page, ours)
    for until in ("**/columns/", "**/policy/", "**/check/", re.compile(r"/imports/\d+/$")):
        go_on(page, until)
    expect(page.locator("#lines-title")).to_be_visible(timeout=20_000)
    give(page, file)
    axe(page)
    go_on(page, "**/columns/")
    expect(page.locator(".branch").first).to_contain_text("Kho xã")
    page.select_option("#place1", "CB-COBA")
    axe(page)
    page.click("[name=act][value=next]")
    page.wait_for_url("**/policy/")
    page.check("[value=ask]")
    go_on(page, "**/check/")
    go_on(page, re.compile(r"/imports/\d+/$"))
    expect(page.locator("#lines-title")).to_be_visible(timeout=20_000)
    axe(page)
    expect(page.locator(".stat-value")).to_have_text(["1", "0", "0", "2", "0", "0"])

    page.goto("/work/waiting/")
    expect(page.locator(".candidate").first).to_be_visible()
    axe(page)
    page.keyboard.press("g")  # the same: merge
    expect(page.locator(".notice--done")).to_be_visible()
    expect(page.locator(".candidate").first).to_be_visible()  # the next is there at once
    page.keyboard.press("k")  # another book
    expect(page.locator(".empty")).to_be_visible()
    axe(page)
    page.goto("/work/copies/MQ1/")
    expect(page.locator("h1")).to_contain_text("Dế Mèn")
    page.goto("/work/imports/")
    axe(page)
