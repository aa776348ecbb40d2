"""What happens to a telephone: no server, killed in a save, two tabs, a full disk, storage thrown away, a new version.

Each with Chromium's profile on the disk, a few times for a commit and fifty times in a soak; what a page showed as done
is at the hub in the end, once.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.bad_network import BadNetwork, Quality
from tests.browser.desks import (
    BURST,
    SLOW_MS,
    DeskPage,
    Renewing,
    Server,
    Telephone,
    cases,
    fresh_code,
    fresh_codes,
    told,
)
from tests.browser.test_desk import bring_home
from tests.sizes import size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

GOOD = Quality(bits_per_s=100_000_000, latency_s=(0.0, 0.0), cut_part=0.0)
TIMES = size(commit=3, soak=50)


@pytest.fixture
def link(server: Server) -> Iterator[BadNetwork]:
    with BadNetwork(server.port, seed=7, quality=GOOD) as found:
        yield found


@pytest.fixture
def telephone(chromium: Browser, tmp_path: Path) -> Iterator[Telephone]:
    made = Telephone(chromium.browser_type, tmp_path / "profile")
    yield made
    made.context.close()
    assert not made.faults, made.faults


@pytest.fixture
def ready(server: Server, link: BadNetwork, telephone: Telephone) -> DeskPage:
    """An enrolled desk that would work for days."""
    desk = telephone.page()
    desk.enrol(link.url, fresh_code(server.data))
    desk.is_ready_for_days()
    return desk


def opened(telephone: Telephone, url: str) -> DeskPage:
    """Open the desk once more, with the PIN."""
    desk = telephone.page()
    desk.page.goto(f"{url}/desk/")
    desk.unlock()
    return desk


def numbers(turn: int, count: int) -> list[str]:
    """Numbers that no book has: each act can be told from every other."""
    return [f"ZZ{turn:03}{number:03}" for number in range(count)]


def gave_back(desk: DeskPage, codes: list[str]) -> None:
    """Take books back, and see each of them shown as done."""
    desk.go("return")
    expect(desk.page.locator("input#return")).to_be_visible()
    before = desk.page.locator(".slip").count()
    desk.page.evaluate(BURST, codes)
    expect(desk.page.locator(".slip")).to_have_count(before + len(codes), timeout=SLOW_MS)


def sent_home(desk: DeskPage) -> None:
    """Send until the disk itself says that the province has all of it: the foot of the page follows a slip."""
    for _attempt in range(200):
        bring_home(desk.page)
        if all(row["stored"] for row in desk.entries()):
            return
        desk.page.wait_for_timeout(100)
    pytest.fail("it does not come home")


def came_home(server: Server, telephone: Telephone, *, tried: set[str]) -> Counter[str]:
    """Judge what the hub has: all that was shown, nothing twice, nothing that nobody did."""
    at_hub = Counter(one.copy for one in told(server.data) if one.kind == "return")
    assert max(at_hub.values()) == 1
    assert set(telephone.shown) <= set(at_hub) <= tried
    assert not [kind for kind in cases(server.data) if "fork" in kind or "number" in kind]
    return at_hub


def test_it_starts_and_serves_while_the_server_is_gone(
    server: Server, link: BadNetwork, telephone: Telephone, ready: DeskPage
):
    server.kill()
    link.go_down()
    desk = ready
    for turn in range(TIMES):
        if turn % 2:
            telephone.kill()
            telephone.start()
        else:
            desk.page.close()
        desk = opened(telephone, link.url)
        gave_back(desk, numbers(turn, 2))
    server.start()
    link.come_back()
    sent_home(desk)
    tried = {code for turn in range(TIMES) for code in numbers(turn, 2)}
    assert set(came_home(server, telephone, tried=tried)) == tried


def test_killed_in_a_save_it_keeps_what_it_had_shown(
    server: Server, link: BadNetwork, telephone: Telephone, ready: DeskPage
):
    dice = random.Random(11)
    link.go_down()
    desk, within = ready, 0
    for turn in range(TIMES):
        desk.go("return")
        expect(desk.page.locator("input#return")).to_be_visible()
        codes = numbers(turn, 8)
        desk.page.evaluate(BURST, codes)
        desk.page.wait_for_timeout(dice.uniform(0, 150))
        if turn % 2:
            telephone.kill()
            telephone.start()
        else:
            telephone.kill_tab(desk)
        shown = set(telephone.shown) & set(codes)
        desk = opened(telephone, link.url)
        kept = Counter(row["copy"] for row in desk.entries() if row["copy"] in codes)
        assert shown <= set(kept), f"turn {turn}: shown and not on the disk: {sorted(shown - set(kept))}"
        assert set(kept.values()) <= {1}
        # One is made after another: what is on the disk is a beginning of what was scanned.
        assert sorted(kept) == codes[: len(kept)]
        within += 0 < len(kept) < len(codes)
    link.come_back()
    sent_home(desk)
    came_home(server, telephone, tried={code for turn in range(TIMES) for code in numbers(turn, 8)})
    print(f"\nkilled {TIMES} times, {within} of them in the middle; {len(telephone.shown)} acts had been shown, 0 lost")


# Each request to the hub with its beginning and end, on the one clock of all tabs.
CALLS = """
const before = globalThis.fetch;
globalThis.calls = [];
globalThis.fetch = async (url, init) => {
  const call = [performance.timeOrigin + performance.now(), Infinity];
  if (String(url).includes("/api/v1/sync/")) globalThis.calls.push(call);
  try { return await before(url, init); } finally { call[1] = performance.timeOrigin + performance.now(); }
};
"""


def test_two_tabs_serve_at_once_and_one_of_them_sends(
    server: Server, link: BadNetwork, telephone: Telephone, ready: DeskPage
):
    telephone.context.add_init_script(CALLS)
    ready.page.close()
    tabs = [opened(telephone, link.url) for _ in range(2)]
    for turn in range(TIMES):
        for tab in tabs:
            tab.go("return")
            expect(tab.page.locator("input#return")).to_be_visible()
        of_each = numbers(turn, 8)[:4], numbers(turn, 8)[4:]
        for tab, codes in zip(tabs, of_each, strict=True):
            tab.page.evaluate(BURST, codes)
            # Both are told to send at the same moment, in the middle of it.
            tab.page.evaluate("document.querySelector('aside button').click()")
        for tab, codes in zip(tabs, of_each, strict=True):
            expect(tab.page.locator(".slip").first).to_contain_text(codes[-1], timeout=SLOW_MS)
    for tab in tabs:
        sent_home(tab)
    tried = {code for turn in range(TIMES) for code in numbers(turn, 8)}
    assert set(came_home(server, telephone, tried=tried)) == tried
    kept = [(row["epoch"], row["seq"]) for row in tabs[0].entries()]
    assert sorted(kept) == [(1, number) for number in range(1, len(tried) + 1)], "no number twice, none left out"
    calls = [tab.page.evaluate("calls") for tab in tabs]
    assert sum(map(len, calls)) > TIMES
    at_once = [(one, other) for one in calls[0] for other in calls[1] if one[0] < other[1] and other[0] < one[1]]
    assert not at_once, f"both tabs spoke with the hub at the same time: {at_once[:3]}"


FILL = """async megabytes => {
  const asked = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  const base = await asked(indexedDB.open("guisach-cache"));
  for (let number = 0; number < megabytes; number++) {
    const bytes = new Uint8Array(1e6);
    for (let at = 0; at < 1e6; at += 5e4) crypto.getRandomValues(bytes.subarray(at, at + 5e4));
    const writing = base.transaction("chunks", "readwrite");
    writing.objectStore("chunks").put({ sha256: `full-${number}`, bytes, isWhole: 1 });
    await new Promise((yes) => (writing.oncomplete = yes));
  }
  base.close();
}"""
CACHED = """async () => {
  const asked = (request) => new Promise((yes) => (request.onsuccess = () => yes(request.result)));
  const base = await asked(indexedDB.open("guisach-cache"));
  const found = await asked(base.transaction("chunks").objectStore("chunks").count());
  base.close();
  return found;
}"""
FULL_MB = 6
FORGETS_S = 31  # Chromium lets small writes pass for half a minute after it looked at the room that there is


def test_a_full_disk_costs_the_catalogue_and_no_act(server: Server, telephone: Telephone):
    """Real quotas, of many origins at once: each has a desk of its own."""
    at_once = min(TIMES, 10)
    codes = fresh_codes(server.data, TIMES)
    for first in range(0, TIMES, at_once):
        turns = range(first, min(first + at_once, TIMES))
        links = [BadNetwork(server.port, quality=GOOD).__enter__() for _ in turns]
        desks = [_full(telephone, link, codes[turn]) for turn, link in zip(turns, links, strict=True)]
        desks[0].page.wait_for_timeout(FORGETS_S * 1000)
        for turn, desk in zip(turns, desks, strict=True):
            assert desk.page.evaluate(CACHED) >= FULL_MB
            gave_back(desk, numbers(turn, 3))
            assert desk.page.evaluate(CACHED) == 0, "there was no room, so the catalogue went"
            assert [row["copy"] for row in desk.entries()] == numbers(turn, 3)
            expect(desk.page.locator(".slip-look", has_text="CHƯA được ghi")).to_have_count(0)
        for link, desk in zip(links, desks, strict=True):
            link.come_back()
            sent_home(desk)
            desk.page.close()
            link.__exit__()
    tried = {code for turn in range(TIMES) for code in numbers(turn, 3)}
    assert set(came_home(server, telephone, tried=tried)) == tried


def _full(telephone: Telephone, link: BadNetwork, code: str) -> DeskPage:
    desk = telephone.page()
    desk.enrol(link.url, code)
    desk.is_ready_for_days()
    link.go_down()
    desk.page.evaluate(FILL, FULL_MB)
    desk.go("return")
    session: Any = telephone.context.new_cdp_session(desk.page)
    used = session.send("Storage.getUsageAndQuota", {"origin": link.url})["usage"]
    session.send("Storage.overrideQuotaForOrigin", {"origin": link.url, "quotaSize": int(used) - FULL_MB * 500_000})
    return desk


def test_with_no_room_at_all_it_says_that_nothing_was_written(
    server: Server, link: BadNetwork, telephone: Telephone, ready: DeskPage
):
    link.go_down()
    ready.go("return")
    session: Any = telephone.context.new_cdp_session(ready.page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": link.url, "quotaSize": 1000})
    ready.page.wait_for_timeout(FORGETS_S * 1000)
    ready.scan("ZZ000001")
    expect(ready.page.locator(".slip-look", has_text="CHƯA được ghi")).to_be_visible()
    assert not telephone.shown
    session.send("Storage.overrideQuotaForOrigin", {"origin": link.url})  # somebody deleted films
    ready.scan("ZZ000002")
    expect(ready.page.locator(".slip").first).to_contain_text("ZZ000002")
    link.come_back()
    sent_home(ready)
    assert [one.copy for one in told(server.data)] == ["ZZ000002"]


def test_storage_thrown_away_is_told_and_nothing_pretended(server: Server, link: BadNetwork, telephone: Telephone):
    codes = fresh_codes(server.data, TIMES + 1)
    desk = telephone.page()
    desk.enrol(link.url, codes.pop())
    sent: set[str] = set()
    for turn in range(TIMES):
        desk.is_ready_for_days()
        made = numbers(turn, 4)
        gave_back(desk, made[:2])
        sent_home(desk)
        sent |= set(made[:2])
        link.go_down()
        gave_back(desk, made[2:3])
        desk = _thrown_away(telephone, link, desk, attempt=made[3], is_open=turn % 2 == 0)
        expect(desk.page.get_by_text("1 việc chưa gửi đã mất")).to_be_visible(timeout=SLOW_MS)
        assert made[3] not in telephone.shown
        link.come_back()
        desk.enrol(link.url, codes.pop())
    at_hub = Counter(one.copy for one in told(server.data))
    assert at_hub == Counter(sent), "what had been sent is there once; of what was lost nothing is pretended"


def _thrown_away(telephone: Telephone, link: BadNetwork, desk: DeskPage, *, attempt: str, is_open: bool) -> DeskPage:
    """Throw the databases away, under the open desk or while it is closed; the mark beside them stays."""
    session: Any = telephone.context.new_cdp_session(desk.page)
    if not is_open:
        desk.page.goto("about:blank")
    session.send("Storage.clearDataForOrigin", {"origin": link.url, "storageTypes": "indexeddb"})
    if is_open:
        desk.scan(attempt)
    else:
        desk.page.goto(f"{link.url}/desk/")
    return desk


def test_a_new_version_finds_every_act_that_waited(server: Server, telephone: Telephone):
    waits = size(commit=30, soak=400)
    with Renewing(server.url) as between:
        desk = telephone.page()
        desk.enrol(between.url, fresh_code(server.data))
        desk.is_ready_for_days()
        between.is_cut = True
        for first in range(0, waits, 30):
            gave_back(desk, [f"YY{number:06}" for number in range(first, min(first + 30, waits))])
            desk.page.reload()
            desk.unlock()
            expect(desk.page.locator("input#return")).to_be_visible()  # the screen of before, not the first one
        for turn in range(TIMES):
            gave_back(desk, numbers(turn, 1))
            between.version = turn + 1
            desk.page.evaluate("navigator.serviceWorker.getRegistration('/desk/').then((one) => one.update())")
            take = desk.page.get_by_role("button", name="Dùng bản mới")
            with desk.page.expect_event("load", timeout=SLOW_MS):
                take.click(timeout=SLOW_MS)
            desk.unlock()
            assert f"{waits + turn + 1} việc chưa về tỉnh" in desk.waiting
            assert len({row["op"] for row in desk.entries()}) == waits + turn + 1
        between.is_cut = False
        sent_home(desk)
    tried = {f"YY{number:06}" for number in range(waits)} | {numbers(turn, 1)[0] for turn in range(TIMES)}
    assert set(came_home(server, telephone, tried=tried)) == tried
