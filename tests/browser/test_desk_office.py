"""What is not lending, at the offline desk: who came to an event, notes, wishes, a case to decide, a PIN mistyped."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.desks import PIN, SLOW_MS, TELEPHONE, DeskPage, at_hub, fresh_code, told
from tests.browser.test_desk import bring_home, cards, fits

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from tests.browser.desks import Server

pytestmark = pytest.mark.browser

PLANNING = """
from guisach.domain.activities.actions import plan_event
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.ids import new_id
from tests import builders
event = new_id()
plan_event(op_id=new_id(), by=builders.lan().source, place=builders.COBA, event=event, name="Đọc thơ",
           on=local_date(system_clock()), clock=system_clock)
print(event)
"""


def test_a_librarian_at_the_offline_desk(server: Server, chromium: Browser, axe: Callable[..., None]):
    event = at_hub(server.data, PLANNING).strip()
    context = chromium.new_context(**TELEPHONE)
    context.set_default_timeout(SLOW_MS)
    desk = DeskPage(context.new_page())
    page = desk.page
    desk.enrol(server.url, fresh_code(server.data), username="hoa")
    desk.is_ready_for_days()
    (an, an_id), (binh, binh_id), *_ = cards(server.data)
    desk.lend(an, "CB000001")
    desk.lend(binh, "CB000001")  # two readers, no return between: a person has to look
    bring_home(page)

    context.set_offline(True)
    _mistypes_the_pin(desk)
    _writes_down_an_event(desk, an, axe)
    _notes_and_wishes(desk, an, axe)
    decision = _decides(desk)
    context.set_offline(False)
    bring_home(page)
    context.close()

    came = {one.kind: one for one in told(server.data)}
    assert {"attend", "attendance", "note", "wish", "settle"} <= set(came)
    assert came["attend"].who == an_id
    wishes = [one for one in told(server.data) if one.kind == "wish"]
    assert [one.who for one in wishes] == [an_id, an_id]
    assert all(one.outcome not in {"", "PENDING_SOFTWARE"} for one in came.values())
    with closing(sqlite3.connect(server.data / "guisach.sqlite3", timeout=30)) as hub:
        named = "select * from activities_attendance"
        assert len(hub.execute(named).fetchall()) == 2, "three pupils, and one by name"
        assert event.replace("-", "") in str(hub.execute("select * from activities_event").fetchall()).replace("-", "")
        settled = hub.execute("select status from journal_case where kind = 'lent_twice'").fetchall()
    assert settled and all(status != "OPEN" for (status,) in settled), decision
    assert binh_id


def _mistypes_the_pin(desk: DeskPage) -> None:
    desk.go("more")
    desk.page.get_by_role("button", name="Đổi người, khóa quầy").click()
    for left in (4, 3):
        desk.page.get_by_label("PIN của").fill("000000")
        expect(desk.page.get_by_role("alert")).to_have_text(f"PIN chưa đúng. Còn {left} lần.")
    desk.page.get_by_label("PIN của").fill(PIN)
    expect(desk.page.get_by_role("link", name="Mượn", exact=True)).to_be_visible()


def _writes_down_an_event(desk: DeskPage, card: str, axe: Callable[..., None]) -> None:
    page = desk.page
    desk.go("count")
    page.get_by_role("button", name="Hoạt động").click()
    expect(page.get_by_label("Hoạt động nào?")).to_contain_text("Đọc thơ")
    desk.scan(card)
    expect(desk.slip("Đã ghi tên vào hoạt động")).to_be_visible()
    page.get_by_role("button", name="Thêm một Học sinh").click(click_count=3)
    axe(page)
    fits(page, "events")
    page.get_by_role("button", name=re.compile("^Ghi 3")).click()
    expect(desk.slip("Hoạt động: 3")).to_be_visible()


def _notes_and_wishes(desk: DeskPage, card: str, axe: Callable[..., None]) -> None:
    page = desk.page
    desk.go("find")
    page.get_by_role("searchbox").fill(card)
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="Sách muốn mượn").click()
    field = page.get_by_label("Tên sách, hoặc tả bằng lời")
    field.fill("truyen kieu")
    axe(page)
    fits(page, "wish")
    page.get_by_role("button", name=re.compile("^Truyện Kiều")).first.click()
    expect(desk.slip("Truyện Kiều")).to_be_visible()
    field.fill("sách dạy nuôi ong")
    page.get_by_role("button", name="Ghi bằng lời").click()
    expect(desk.slip("sách dạy nuôi ong")).to_be_visible()
    page.get_by_role("link", name="Quay lại").click()
    page.get_by_role("link", name="Ghi chú").click()
    page.get_by_label(re.compile("Điều cần nhớ")).fill("Hẹn thứ bảy mang sách tới")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(desk.slip("Đã ghi chú")).to_be_visible()


def _decides(desk: DeskPage) -> str:
    page = desk.page
    desk.go("cases")
    case = page.locator("section.card").first
    expect(case.get_by_role("heading")).to_be_visible()
    case.get_by_label("Lý do").fill("Đã hỏi cả hai bạn")
    button = case.get_by_role("button").first
    words = button.inner_text()
    button.click()
    expect(desk.slip(words)).to_be_visible()
    return words
