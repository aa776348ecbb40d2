"""Takes the pictures of the README from the running product: `make shots`.

    python tools/shots.py [NAME…]             all pictures, or those whose name is given
    python tools/shots.py --data FOLDER …     of the demonstration in that folder, instead of a new one

The demonstration is built with seed 1, served, and looked at by Chromium as its people would look at it. What a
picture needs (a card, a free book, a case) is asked of the product, so that it survives another seed.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import browser
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "images"
GUISACH = ROOT / ".venv" / "bin" / "guisach"
SEED = "1"
BYTES_MAX = 200_000
# Signs somebody in as the site itself would, whatever their password is.
SESSION = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
user = get_user_model().objects.get(username=WHO)
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(settings.SESSION_COOKIE_NAME, session.session_key)
"""
# A reader of WHO's place with one book at home, two free books of it, and a case of the province.
PROPS = """
import json
from guisach.domain.catalogue.queries import copies_at
from guisach.domain.circulation.queries import open_loan_of_copy, open_loans
from guisach.domain.journal.queries import CaseFilter, cases
from guisach.domain.network.queries import appointments_of, place, staff
from guisach.domain.readers.queries import reader
from guisach.kernel.clock import local_date, system_clock
now = system_clock()
here = next(one.place_id for one in appointments_of(staff(WHO), local_date(now)) if one.place_id)
loans = sorted(open_loans(places=[here]), key=lambda loan: loan.due_on, reverse=True)
held = [loan.reader for loan in loans]
guests = [reader(id_) for id_ in held if held.count(id_) == 1]
known = [copy for copy in copies_at(here, limit=400) if copy.author and copy.condition == "NORMAL"]
free = [copy.barcode for copy in known if open_loan_of_copy(copy.barcode) is None]
free.sort(key=lambda barcode: not barcode.startswith("TN"))  # a child's card: children's books first
child = next(guest for guest in guests if guest.birth_on and guest.birth_on.year > 2008)
others = [loan for loan in loans if loan.reader != child.id]
twice = cases(CaseFilter(None, kind="lent_twice"), at=now)
print(json.dumps({
    "card": child.card_no,
    "books": free[:2],
    "lent": next(loan.barcode for loan in others if held.count(loan.reader) == max(map(held.count, held))),
    "case": twice[-1].id,
    "commune": place(here).commune_id,
}))
"""


class Shot(NamedTuple):
    """A picture: its name, the page, the size in CSS pixels, who looks (username), and what they do there."""

    name: str
    path: str
    width_px: int
    height_px: int
    who: str = ""
    act: Callable[[Page, dict[str, Any]], None] = lambda _page, _props: None


def lend(page: Page, props: dict[str, Any]) -> None:
    """Scan a card and two books, as a keeper does."""
    for code in [props["card"], *props["books"]]:
        with page.expect_response("**/work/desk/scan/"):
            page.locator("#scan").fill(code)
            page.keyboard.press("Enter")
        page.wait_for_timeout(300)


SHOTS = [
    Shot("portal-search", "/search/?q=de+men&near={commune}", 390, 720),
    Shot("desk", "/work/", 1120, 660, "lan", lend),
    Shot("case", "/work/cases/{case}/", 1120, 660, "hoa"),
    Shot("province", "/hq/", 1120, 660, "dung"),
]
KEEPER = "lan"  # whose place has the reader and the books


def take(chromium: Browser, url: str, shot: Shot, data: Path, props: dict[str, Any]) -> Path:
    """Take one picture of the top of a page."""
    context = chromium.new_context(
        base_url=url,
        viewport={"width": shot.width_px, "height": shot.height_px},
        device_scale_factor=2 if shot.width_px < 600 else 1,
        color_scheme="light",
        locale="vi-VN",
    )
    if shot.who:
        name, value = ask(data, SESSION, shot.who).split()
        context.add_cookies([{"name": name, "value": value, "url": url}])
    page = context.new_page()
    page.goto(shot.path.format(**props), wait_until="networkidle")
    shot.act(page, props)
    page.wait_for_load_state("networkidle")
    file = PICTURES / f"{shot.name}.png"
    page.screenshot(path=file, animations="disabled", caret="hide")
    context.close()
    return file


def ask(data: Path, code: str, who: str) -> str:
    """Run some lines in the product with WHO set; gives what they print."""
    code = code.replace("WHO", repr(who))  # `shell -c` hands its code no arguments
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-v", "0", "-c", code]
    return subprocess.check_output(command, cwd=ROOT, env=environ(data), text=True)


def environ(data: Path) -> dict[str, str]:
    """Give the environment of a server on that folder and no other database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUISACH_")}
    return {**kept, "GUISACH_DATA": str(data)}


@contextmanager
def demonstration() -> Iterator[str]:
    """Build the demonstration in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="guisach-shots-") as folder:
        subprocess.run([GUISACH, "demo", "--seed", SEED], check=True, env=environ(Path(folder)))
        yield folder


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """Serve a folder on a free port; gives the address."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    server = subprocess.Popen([GUISACH, "serve", "--port", str(port)], env=environ(data))
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(f"{url}/health")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"the server did not answer at {url}")


def main() -> None:
    """Build the demonstration, serve it, and take the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--data", type=Path, help="folder of a demonstration that is there already")
    chosen = parser.parse_args()
    shots = [shot for shot in SHOTS if not chosen.names or shot.name in chosen.names]
    PICTURES.mkdir(parents=True, exist_ok=True)
    too_large = []
    with nullcontext(chosen.data) if chosen.data else demonstration() as folder, serving(Path(folder)) as url:
        data = Path(folder)
        props = json.loads(ask(data, PROPS, KEEPER))
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.flags())
            for shot in shots:
                file = take(chromium, url, shot, data, props)
                size = file.stat().st_size
                print(f"{file.relative_to(ROOT)}  {size:,} bytes", flush=True)
                too_large += [file.name] if size > BYTES_MAX else []
            chromium.close()
    if too_large:
        sys.exit(f"larger than {BYTES_MAX:,} bytes: {', '.join(too_large)}")


if __name__ == "__main__":
    main()
