"""A real Chromium before the real server: pages at two widths, accessibility, and what a visit weighs.

Fixtures: `site` (a server on a small province, shared: look, do not change), `own_site` (the same, fresh for one
test that changes things), `busy_site` (shared by tests that each change readers of their own), `phone` and `screen`
(pages 360 and 1440 px wide, on `site`), `open_page` (any page), `sign_in`, `axe`, `judge`, `weight`. A page that
raises an error or is stopped by the content security policy fails its test.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import FOLDER, IN_CI, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.desks import Server

START_S_MAX = 60
# WCAG 2.2 AA, and what axe knows to be good practice.
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# The browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for the run; where there is none, CI fails and a developer is told."""
    from playwright.sync_api import sync_playwright

    from tools import browser

    program = browser.find()
    if program is None:
        (pytest.fail if IN_CI else pytest.skip)("no Chromium; get one with: .venv/bin/python tools/browser.py")
    # Playwright's loop stays in this thread, and Django would take everything after it for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=browser.flags())
        yield running
        running.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Give `open_page(base_url, width=360, **context options)`: a page in a context of its own."""
    contexts = []
    faults: list[str] = []

    def open_one(base_url: str = "", *, width: int = 360, **options: Any) -> Page:
        height = 800 if width < 600 else 900
        context = chromium.new_context(
            base_url=base_url or None, viewport={"width": width, "height": height}, locale="vi-VN", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults, "the page complained: " + "; ".join(faults)


@pytest.fixture
def phone(open_page: Callable[..., Page], site: Site) -> Page:
    """A page on a small telephone."""
    return open_page(site.url, width=360, has_touch=True, is_mobile=True)


@pytest.fixture
def screen(open_page: Callable[..., Page], site: Site) -> Page:
    """A page on the screen of an office."""
    return open_page(site.url, width=1440)


# The server -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Site:
    """A running server."""

    url: str
    data: Path


@pytest.fixture(scope="session")
def province() -> Path:
    """The folder of a prepared province (tests/browser/province.py); never served itself, only copied."""
    folder = Path(os.environ[FOLDER]) / "province"
    with (folder.with_name("province.lock")).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several workers the first builds it for all
        if not folder.exists():
            _build(folder)
    return folder


def _build(folder: Path) -> None:
    part = folder.with_name("province.part")
    _run("tests.browser.province", part)
    part.rename(folder)


def _run(module: str, data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=_environ(data),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def site(province: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The province, served to all tests that only look."""
    with serving(province, tmp_path_factory.mktemp("site") / "data") as running:
        yield running


@pytest.fixture
def own_site(province: Path, tmp_path: Path) -> Iterator[Site]:
    """The province, fresh, for one test that changes it."""
    with serving(province, tmp_path / "data") as running:
        yield running


@pytest.fixture
def server(province: Path, tmp_path: Path) -> Iterator[Server]:
    """The province, fresh, on a server that a test may kill and start as often as it likes."""
    from tests.browser.desks import Server

    data = tmp_path / "data"
    shutil.copytree(province, data)
    running = Server(data)
    running.start()
    yield running
    running.kill()


@pytest.fixture(scope="session")
def busy_site(province: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The province on a busy day (tests/browser/busy.py), for tests that each change readers of their own."""
    busy = tmp_path_factory.mktemp("busy") / "province"
    shutil.copytree(province, busy)
    _run("tests.browser.busy", busy)
    with serving(busy, busy.with_name("data")) as running:
        yield running


@contextmanager
def serving(province: Path, data: Path) -> Iterator[Site]:
    """Serve a copy of the province by the product's own command, on a free port of this machine."""
    shutil.copytree(province, data)
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    log = data.with_name(f"{data.name}.log")
    command = [sys.executable, "-c", "from guisach.site.cli import main; main()", "serve", "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=_environ(data), stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait(f"http://127.0.0.1:{port}/health", server, log)
            yield Site(f"http://127.0.0.1:{port}", data)
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=15)
            except subprocess.TimeoutExpired:
                server.kill()


def _environ(data: Path) -> dict[str, str]:
    # The run's own database and folder stay out of it: a browser test always has SQLite in a folder of its own.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GUISACH_", "DJANGO_"))}
    return {**kept, "GUISACH_DATA": str(data), "GUISACH_SECRET_KEY": "only-for-tests"}


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S_MAX
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310
                return
        except urllib.error.HTTPError:
            return  # it answers: what it says is for the tests
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start within {START_S_MAX} s:\n{log.read_text(errors='replace')[-4000:]}")


@pytest.fixture
def sign_in() -> Callable[[Page, str], None]:
    """Give `sign_in(page, "lan")`: somebody of the cast signs in through the form."""
    from tests import builders

    def enter(page: Page, username: str) -> None:
        page.goto("/work/sign-in/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", builders.PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)

    return enter


# Judgements -------------------------------------------------------------------------------------------------


@pytest.fixture
def axe() -> Callable[..., None]:
    """Give `axe(page)`: fails with a readable list when the page breaks a rule of accessibility."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Page, *, rules: list[str] | None = None) -> None:
        found = Axe().run(page, options={"runOnly": rules or AXE_RULES, "resultTypes": ["violations"]})
        violations = found.response["violations"]
        if violations:
            pytest.fail(f"{page.url} breaks rules of accessibility:\n" + "\n".join(map(_told, violations)))

    return check


@pytest.fixture
def judge(axe: Callable[..., None]) -> Callable[[Page], None]:
    """Give `judge(page)`: fails where the page, light or dark, breaks a rule or is wider than its screen."""

    def look(page: Page) -> None:
        status = page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
        assert status not in {403, 404, 500}, f"{page.url} answers {status}"
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            axe(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.evaluate("window.innerWidth"), f"{page.url} is {width} px wide"

    return look


def _told(violation: dict[str, Any]) -> str:
    nodes = [
        f"    {' '.join(map(str, node['target']))}\n      {node['html'][:160]}\n      {node['failureSummary']}"
        for node in violation["nodes"][:5]
    ]
    more = len(violation["nodes"]) - 5
    nodes += [f"    … and {more} more"] if more > 0 else []
    return "\n".join([f"  {violation['id']} ({violation['impact']}): {violation['help']}", *nodes])


@dataclass
class Weight:
    """What a first visit brought over the line, in bytes as transferred: headers and compressed bodies."""

    bytes_by_url: dict[str, int] = field(default_factory=dict)

    @property
    def total_bytes(self) -> int:
        return sum(self.bytes_by_url.values())

    def __str__(self) -> str:
        rows = sorted(self.bytes_by_url.items(), key=lambda row: -row[1])
        return "\n".join([f"{self.total_bytes:>8} bytes in all", *(f"{size:>8} {url}" for url, size in rows)])


@pytest.fixture
def weight() -> Callable[[Page, str], Weight]:
    """Give `weight(page, "/")`: what the page weighs for somebody who comes for the first time."""

    def weigh(page: Page, path: str) -> Weight:
        found, urls = Weight(), {}
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        network.on("Network.requestWillBeSent", lambda sent: urls.update({sent["requestId"]: sent["request"]["url"]}))
        network.on("Network.loadingFinished", lambda done: _add(found, urls, done))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        network.detach()
        return found

    def _add(found: Weight, urls: dict[str, str], done: dict[str, Any]) -> None:
        url = urls.get(done["requestId"], "?")
        if not url.startswith("data:"):
            found.bytes_by_url[url] = found.bytes_by_url.get(url, 0) + int(done["encodedDataLength"])

    return weigh
