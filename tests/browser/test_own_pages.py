"""A reader's own pages on a tablet that many share: in with a slip's code, books renewed, and nothing left behind."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

PIN = "482913"
PAGE_MAX_BYTES = 60_000


def _slip(keeper, sign_in):
    """Have Lan lend An a book and hand over a start code; gives card number and code."""
    sign_in(keeper, "lan")
    keeper.goto("/work/readers/?q=Vàng+Thị+An")
    keeper.get_by_role("link", name="Vàng Thị An").first.click()
    address = keeper.url
    card = re.search(r"BD[0-9]{8}", keeper.locator("main").inner_text())[0]
    keeper.goto("/work/")
    for code in (card, "CB000001"):
        keeper.fill("[name=code]", code)
        keeper.locator("[name=code]").press("Enter")
        keeper.get_by_text("Vàng Thị An" if code == card else "CB000001").first.wait_for()
    keeper.goto(address.rstrip("/") + "/pin/")
    keeper.get_by_role("button", name="Cấp mã mở đầu").click()
    return card, keeper.locator(".pin-code").inner_text()


def _enter(page, card, secret):
    page.goto("/my/")
    page.fill("[name=card]", card)
    page.fill("[name=pin]", secret)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


@pytest.fixture
def tablet(chromium, own_site):
    """A browser as people have it, which keeps pages whole for the way back; Playwright's own does not."""
    from tools import browser

    running = chromium.browser_type.launch(
        executable_path=browser.find(),
        args=browser.flags(),
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield running.new_page(
        base_url=own_site.url, viewport={"width": 360, "height": 800}, locale="vi-VN", has_touch=True
    )
    running.close()


def test_a_shared_tablet_from_the_slip_to_forgetting(own_site, open_page, tablet, sign_in, axe, weight):
    keeper = open_page(own_site.url, width=1280)
    card, code = _slip(keeper, sign_in)
    axe(keeper)

    tablet.goto("/my/sign-in/")
    axe(tablet)
    _enter(tablet, card, code)
    tablet.wait_for_url("**/my/pin/")
    axe(tablet)
    for name in ("pin", "again"):
        tablet.fill(f"[name={name}]", PIN)
    tablet.get_by_role("button", name="Lưu mã PIN").click()
    tablet.wait_for_url("**/my/")
    assert weight(tablet, "/my/").total_bytes <= PAGE_MAX_BYTES
    for scheme in ("light", "dark"):
        tablet.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        axe(tablet)
    assert tablet.evaluate("document.documentElement.scrollWidth") <= 360
    assert card not in tablet.title() + tablet.url

    tablet.get_by_role("button", name=re.compile("^Gia hạn")).first.click()
    tablet.get_by_text("Hôm nay đã gia hạn").wait_for()

    title = tablet.locator(".own-book h2").inner_text()
    tablet.get_by_role("button", name="Đăng xuất").click()
    tablet.get_by_text("đã quên").wait_for()
    for _ in range(4):  # however often the next person presses "back"
        tablet.go_back(wait_until="commit")
        tablet.wait_for_timeout(300)
        assert title not in tablet.content()
        assert tablet.locator(".own-book").count() == 0
    tablet.go_forward(wait_until="commit")
    tablet.wait_for_timeout(300)
    assert title not in tablet.content()
    assert [one for one in tablet.context.cookies() if one["name"] in {"reader", "messages", "my-list"}] == []


def test_closing_the_browser_ends_it(own_site, open_page, sign_in):
    keeper, tablet = open_page(own_site.url, width=1280), open_page(own_site.url)
    card, code = _slip(keeper, sign_in)
    _enter(tablet, card, code)
    tablet.wait_for_url("**/my/pin/")
    [cookie] = [one for one in tablet.context.cookies() if one["name"] == "reader"]
    assert (cookie["expires"], cookie["httpOnly"]) == (-1, True)
