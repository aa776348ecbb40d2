"""The camera as a scanner, through zxing's WebAssembly: Chromium on Linux has no reader of barcodes of its own.

What it films are pictures made here of what the product prints and shows.
"""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.desks import SLOW_MS, DeskPage, Telephone, fresh_codes, told
from tests.browser.pictures import card, ean13, film, label
from tests.browser.test_desk import bring_home, cards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.desks import Server

pytestmark = pytest.mark.browser

ISBN = "8935244812343"
AWAY_S = 60  # the hand is away, until the film begins anew


@contextmanager
def filming(chromium: Browser, folder: Path, *, scenes: list[tuple[Image.Image | None, int]]) -> Iterator[Telephone]:
    """Start a telephone whose camera sees these scenes."""
    shown = film(folder / "camera.y4m", [*scenes, (None, AWAY_S)])
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    made = Telephone(chromium.browser_type, folder / "filming", *flags, f"--use-file-for-fake-video-capture={shown}")
    yield made
    made.context.close()
    assert not made.faults, made.faults


def test_a_card_a_label_and_the_code_of_a_shop_are_read_by_the_camera(
    server: Server, chromium: Browser, tmp_path: Path
):
    number, reader = cards(server.data)[0]
    pictures = [card(number), label("CB000003"), label("CB000004"), ean13(ISBN)]
    scenes = [scene for picture in pictures for scene in ((picture, 3), (None, 1))]
    with filming(chromium, tmp_path, scenes=[(None, 2), *scenes]) as telephone:
        desk = telephone.page()
        desk.enrol(server.url, fresh_codes(server.data, 1)[0])
        desk.is_ready_for_days()
        page = desk.page
        assert page.evaluate("'BarcodeDetector' in globalThis && BarcodeDetector.getSupportedFormats()") in (False, [])
        page.wait_for_function(
            "caches.open('guisach-desk-scanner').then((one) => one.keys()).then((all) => all.length)"
        )
        page.context.set_offline(True)  # the reader of barcodes was kept while there was a network
        desk.go("lend")
        page.get_by_role("button", name="Dùng máy ảnh").click()
        expect(page.get_by_role("button", name="Đổi bạn đọc")).to_be_visible(timeout=SLOW_MS)
        slips = page.locator(".slip")
        expect(slips.filter(has_text=ISBN)).to_be_visible(timeout=SLOW_MS)
        assert slips.count() == 3, "each code counts once while it is held before the camera"
        page.get_by_role("button", name=re.compile("Là số sách")).click()  # a shop's code may be all that a book has
        expect(slips.filter(has_text=ISBN)).to_have_count(2)
        page.get_by_role("button", name="Tắt máy ảnh").click()
        assert page.evaluate("document.querySelector('video')") is None
        page.context.set_offline(False)
        bring_home(page)
    lent = [(one.copy, one.who) for one in told(server.data)]
    assert lent == [("CB000003", reader), ("CB000004", reader), (ISBN, reader)]


def test_a_series_of_codes_from_another_desk_counts_once(server: Server, chromium: Browser, tmp_path: Path):
    codes = fresh_codes(server.data, 2)
    other = Telephone(chromium.browser_type, tmp_path / "shows")
    shows = other.page()
    shows.enrol(server.url, codes[0])
    shows.is_ready_for_days()
    other.context.set_offline(True)
    (number, _), *_ = cards(server.data)
    for book in range(1, 8):
        shows.lend(number, f"CB{book:06}")
    shows.join("Lý Văn Chợ")
    series = _pictures_of(shows)
    assert len(series) > 1
    in_two_orders = [(one, 3) for one in reversed(series)], [(one, 3) for one in series]
    scenes = [*in_two_orders[0], (None, 4), *in_two_orders[1]]
    with filming(chromium, tmp_path, scenes=scenes) as telephone:
        takes = telephone.page()
        takes.enrol(server.url, codes[1])
        takes.is_ready_for_days()
        takes.page.context.set_offline(True)
        takes.go("lend")
        takes.page.get_by_role("button", name="Dùng máy ảnh").click()
        expect(takes.page.get_by_text(f"Đã nhận mã 1 trên {len(series)}")).to_be_visible(timeout=SLOW_MS)
        expect(takes.page.get_by_text("Nhận 8 việc, 0 việc đã có")).to_be_visible(timeout=SLOW_MS)
        expect(takes.page.get_by_text("Nhận 8 việc, 8 việc đã có")).to_be_visible(timeout=SLOW_MS)  # shown once more
        assert "8 việc chưa về tỉnh" in takes.waiting
        takes.page.context.set_offline(False)
        bring_home(takes.page)
    kinds = [one.kind for one in told(server.data)]
    assert sorted(kinds) == ["join", *["lend"] * 7]
    other.context.set_offline(False)
    bring_home(shows.page)  # the desk that made them sends them too
    other.context.close()
    assert [one.kind for one in told(server.data)] == kinds


def _pictures_of(desk: DeskPage) -> list[Image.Image]:
    """Look at each code that the desk shows."""
    desk.go("waiting")
    desk.page.get_by_role("button", name="Cho xem bằng mã QR").click()
    heading = desk.page.locator("#codes")
    expect(heading).to_be_visible()
    found = re.search(r"Mã 1 trên (\d+)", heading.inner_text())
    assert found, heading.inner_text()
    taken = []
    for _code in range(int(found[1])):
        taken.append(Image.open(io.BytesIO(desk.page.locator("svg.code").screenshot(scale="device"))).convert("RGB"))
        if (further := desk.page.get_by_role("button", name="Mã sau")).is_visible():
            further.click()
            desk.page.wait_for_timeout(200)
    return taken
