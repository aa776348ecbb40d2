"""The offline desk in a browser, the server behind it that may be killed, and what the hub knows afterwards.

GUISACH_DATA=<folder> python -m tests.browser.desks        prints a fresh enrolment code for Lan's library
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import closing, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error, expect

from tests.conftest import ROOT

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

    from playwright.sync_api import BrowserType, Locator, Page

PIN = "270491"
SLOW_MS = 60_000


class Server:
    """The product's own server on a folder and a port; killed without a warning as often as a test likes."""

    def __init__(self, data: Path, clone: Path = ROOT) -> None:
        self.data, self.clone = data, clone
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port: int = door.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        from tests.browser.conftest import _environ, _wait

        log = self.data.with_name(f"{self.data.name}.log")
        command = [sys.executable, "-c", "from guisach.site.cli import main; main()", "serve", "--port", str(self.port)]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=self.clone,
                env={**_environ(self.data), "PYTHONPATH": str(self.clone / "src")},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _wait(f"{self.url}/health", self.process, log)

    def kill(self) -> None:
        """Kill it and all its workers, as a power cut would."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


class Renewing(ThreadingHTTPServer):
    """Stands before a server: gives out a service worker of another version, or cuts the desk off from its data."""

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.target, self.version, self.is_cut = target, 0, False
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Renewing:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_why: object) -> None:
        self.shutdown()
        self.server_close()


class _Passing(BaseHTTPRequestHandler):
    server: Renewing

    def do_GET(self) -> None:
        if self.server.is_cut and self.path.startswith("/api/"):
            self.close_connection = True
            return
        kept = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "accept-encoding"}}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
        asked = urllib.request.Request(self.server.target + self.path, body, kept, method=self.command)  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
                self._hand_on(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as answer:
            self._hand_on(answer.code, answer.headers, answer.read())

    do_POST = do_GET  # noqa: N815

    def _hand_on(self, status: int, headers: Message, body: bytes) -> None:
        if self.server.version and self.path == "/desk/sw.js":
            body += f"// version {self.server.version}".encode()
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def at_hub(data: Path, code: str) -> str:
    """Run code of Python beside the server, in the installation that it serves; give what it prints."""
    from tests.browser.conftest import _environ

    begun = "import django, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'guisach.site.settings'; django.setup()\n"
    command = [sys.executable, "-c", begun + code]
    return subprocess.run(command, cwd=ROOT, env=_environ(data), capture_output=True, text=True, check=True).stdout


def fresh_code(data: Path) -> str:
    """Make an enrolment code as the page Devices does."""
    return fresh_codes(data, 1)[0]


def fresh_codes(data: Path, count: int) -> list[str]:
    """Make several."""
    from tests.browser.conftest import _environ

    command = [sys.executable, "-m", "tests.browser.desks", str(count)]
    done = subprocess.run(command, cwd=ROOT, env=_environ(data), capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split()


@dataclass(frozen=True)
class Told:
    """One operation as the hub has it."""

    kind: str
    copy: str
    who: str  # the name of a new reader, else the reader's id
    eff_at: str
    outcome: str


def told(data: Path) -> list[Told]:
    """Give what devices have brought to the hub, from its own tables."""
    with closing(sqlite3.connect(data / "guisach.sqlite3", timeout=30)) as hub:
        rows = hub.execute(
            "select o.kind, o.body, p.data, o.eff_at, r.code from journal_operation o"
            " join journal_device d on d.id = o.dev and d.kind = 'DESK'"
            " left join journal_privatepart p on p.operation_id = o.op"
            " left join journal_outcome r on r.operation_id = o.op order by o.seq"
        ).fetchall()
    found = []
    for kind, body, private, eff_at, outcome in rows:
        said, hidden = json.loads(body), json.loads(private or "{}")
        who = hidden.get("name") or hidden.get("reader") or ""
        found.append(Told(kind, said.get("copy", ""), who, eff_at, outcome or ""))
    return found


def cases(data: Path) -> list[str]:
    """Give the kinds of the hub's open cases."""
    with closing(sqlite3.connect(data / "guisach.sqlite3", timeout=30)) as hub:
        return [kind for (kind,) in hub.execute("select kind from journal_case where status = 'OPEN'")]


TELEPHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 780},
    "locale": "vi-VN",
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",
}


class Telephone:
    """A Chromium of its own with its profile on the disk: it can be killed, and started again with what it had kept.

    `shown` are the numbers of books whose act a page showed as done, told by the page at the moment when it showed it.
    """

    def __init__(self, kind: BrowserType, folder: Path, *flags: str) -> None:
        self.kind, self.folder, self.flags = kind, folder, flags
        self.shown: list[str] = []
        self.faults: list[str] = []
        self.start()

    def start(self) -> None:
        """Switch it on."""
        from tools import browser

        self.context = self.kind.launch_persistent_context(
            self.folder, executable_path=browser.find(), args=[*browser.flags(), *self.flags], **TELEPHONE
        )
        self.context.set_default_timeout(SLOW_MS)
        self.context.expose_binding("guisachShown", lambda _source, number: self.shown.append(number))
        self.context.add_init_script(SHOWN)

    def page(self) -> DeskPage:
        """Open another tab."""
        page = self.context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        return DeskPage(page)

    def kill_tab(self, desk: DeskPage) -> None:
        """Kill the process behind a tab: no event, no goodbye."""
        for process in self._processes("renderer"):
            os.kill(process, signal.SIGKILL)
        desk.page.close()

    def kill(self) -> None:
        """Kill all of it, as when the battery is taken out."""
        killed = self._processes("")
        for process in killed:
            os.kill(process, signal.SIGKILL)
        with suppress(Error):
            self.context.close()
        (self.folder / "SingletonLock").unlink(missing_ok=True)

    def _processes(self, kind: str) -> list[int]:
        browser = self.context.browser
        assert browser
        session = browser.new_browser_cdp_session()
        found = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        return [process["id"] for process in found if kind in {"", process["type"]}]


# Tells each slip of an act (only such a one can be undone) by the number in its title, once.
SHOWN = r"""
const told = new WeakSet();
new MutationObserver(() => {
  for (const slip of document.querySelectorAll(".slip")) {
    if (told.has(slip) || !slip.querySelector(".slip-foot .button--link")) continue;
    told.add(slip);
    const number = /[A-Z]{2}\d{6}/.exec(slip.querySelector(".slip-title").textContent);
    if (number) guisachShown(number[0]);
  }
}).observe(document, { childList: true, subtree: true });
"""

# Scans one after another without waiting for any of them, as fast as a box full of books goes over a scanner.
BURST = """codes => {
  const box = document.querySelector("input[data-scan]");
  for (const code of codes) {
    box.value = code;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.form.requestSubmit();
  }
}"""


class DeskPage:
    """What a keeper does on the desk's page, by the words on it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def enrol(self, base: str, code: str, username: str = "lan") -> None:
        """Make this browser a desk of Lan's library, with Lan (or another) as its keeper, and wait until it is open."""
        from tests import builders

        self.page.goto(f"{base}/desk/#enrol={code}")
        self.page.get_by_role("button", name="Nhận làm quầy").click(timeout=SLOW_MS)
        self.page.get_by_label("Tên đăng nhập").fill(username, timeout=SLOW_MS)
        self.page.get_by_label("Mật khẩu").fill(builders.PASSWORD)
        self.page.get_by_label("PIN mới").fill(PIN)
        self.page.get_by_label("Gõ lại PIN").fill(PIN)
        self.page.get_by_role("button", name="Xong").click()
        expect(self.page.get_by_role("link", name="Mượn")).to_be_visible(timeout=SLOW_MS)

    def is_ready_for_days(self) -> None:
        """Wait until the place's rows are here and the page opens without a network."""
        self.go("settings")
        expect(self.page.get_by_text("24 tên sách")).to_be_visible(timeout=SLOW_MS)
        kept = self.page.locator("dt", has_text="Mở được khi mất mạng").locator("xpath=following-sibling::dd[1]")
        expect(kept).to_have_text("Có", timeout=SLOW_MS)

    def go(self, screen: str) -> None:
        """Open a screen as its link does."""
        self.page.evaluate("screen => { location.hash = `#/${screen}` }", screen)

    def unlock(self) -> None:
        """Open the locked desk with Lan's PIN."""
        self.page.get_by_label("PIN của").fill(PIN, timeout=SLOW_MS)
        expect(self.page.get_by_role("link", name="Mượn")).to_be_visible(timeout=SLOW_MS)

    def scan(self, text: str) -> None:
        """Put something into the box of the open screen."""
        box = self.page.locator("input[data-scan]")
        box.fill(text)
        box.press("Enter")

    def slip(self, title: str) -> Locator:
        """Find the line that says something was done."""
        return self.page.locator(".slip", has_text=title)

    def lend(self, card: str, barcode: str) -> Locator:
        """Lend one copy to one card; give the slip, which stands there when the act is on the disk."""
        self.go("lend")
        change = self.page.get_by_role("button", name="Đổi bạn đọc")
        if change.is_visible():
            change.click()
        before = self.page.locator(".slip").count()
        self.scan(card)
        expect(self.page.get_by_role("button", name="Đổi bạn đọc")).to_be_visible()
        self.scan(barcode)
        expect(self.page.locator(".slip")).to_have_count(before + 1)
        return self.page.locator(".slip").first

    def join(self, name: str) -> None:
        """Make a card for a grown-up."""
        self.go("join")
        if (another := self.page.get_by_role("button", name="Làm thẻ nữa")).is_visible():
            another.click()
        self.page.get_by_label("Họ và tên").fill(name)
        self.page.get_by_role("button", name="Nông dân").click()
        self.page.get_by_label(re.compile("Bạn đọc đồng ý")).check()
        self.page.get_by_role("button", name="Làm thẻ").click()
        expect(self.page.get_by_text(f"Đã làm thẻ cho {name}").first).to_be_visible()

    @property
    def waiting(self) -> str:
        """The line at the foot: what is not yet at the province."""
        return self.page.locator(".low a").inner_text()

    def entries(self) -> list[dict[str, Any]]:
        """Read the outbox on the disk, past the program."""
        return self.page.evaluate(OUTBOX)


OUTBOX = """async () => {
  const asked = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  const names = (await indexedDB.databases()).map((one) => one.name);
  const base = await asked(indexedDB.open(names.find((one) => one.endsWith("outbox"))));
  const rows = await asked(base.transaction("ops").objectStore("ops").getAll());
  base.close();
  return rows.map((row) => ({
    op: row.op, epoch: row.epoch, seq: row.seq, kind: row.body.kind, copy: row.body.copy ?? "", stored: row.stored,
  }));
}"""


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guisach.site.settings")
    import django

    django.setup()
    from guisach.domain.network.models import Staff
    from tests import builders
    from tests.desks import enrolment_code

    for _number in range(int((sys.argv[1:] or ["1"])[0])):
        print(enrolment_code(builders.COBA, Staff.objects.get(username="kien")))
