"""Takes the pictures of the README and the manuals from the demonstration province: `make shots`.

python tools/shots.py [NAME…]     all pictures, or those whose name is given
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import browser
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "images"
GUISACH = ROOT / ".venv" / "bin" / "guisach"
SEED = "1"
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


class Shot(NamedTuple):
    """A picture: its name, the page, the width in CSS pixels, who looks (username), and the theme."""

    name: str
    path: str
    width_px: int
    who: str = ""
    theme: str = "light"


SHOTS = [
    Shot("portal-phone", "/", 360),
    Shot("portal", "/", 1280),
    Shot("portal-dark", "/", 360, theme="dark"),
]


def take(chromium: Browser, url: str, shot: Shot, data: Path) -> Path:
    """Take one picture of the top of the page."""
    context = chromium.new_context(
        base_url=url,
        viewport={"width": shot.width_px, "height": 780 if shot.width_px < 600 else 860},
        device_scale_factor=2 if shot.width_px < 600 else 1,
        color_scheme="dark" if shot.theme == "dark" else "light",
        locale="vi-VN",
    )
    if shot.who:
        code = SESSION.replace("WHO", repr(shot.who))  # `shell -c` hands its code no arguments
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-v", "0", "-c", code]
        told = subprocess.check_output(command, cwd=ROOT, env=environ(data), text=True)
        name, value = told.split()
        context.add_cookies([{"name": name, "value": value, "url": url}])
    page = context.new_page()
    page.goto(shot.path, wait_until="networkidle")
    file = PICTURES / f"{shot.name}.png"
    page.screenshot(path=file, animations="disabled")
    context.close()
    return file


def environ(data: Path) -> dict[str, str]:
    """Give the environment of a server on that folder and no other database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUISACH_")}
    return {**kept, "GUISACH_DATA": str(data)}


def main() -> None:
    """Build the demonstration, serve it, and take the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    names = parser.parse_args().names
    shots = [shot for shot in SHOTS if not names or shot.name in names]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="guisach-shots-") as folder:
        data = Path(folder)
        subprocess.run([GUISACH, "demo", "--seed", SEED], check=True, env=environ(data))
        with socket.create_server(("127.0.0.1", 0)) as door:
            port = door.getsockname()[1]
        server = subprocess.Popen([GUISACH, "serve", "--port", str(port)], env=environ(data))
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(f"{url}/health")
            with sync_playwright() as playwright:
                program = browser.find()
                chromium = playwright.chromium.launch(executable_path=program, args=browser.flags())
                for shot in shots:
                    print(take(chromium, url, shot, data).relative_to(ROOT), flush=True)
                chromium.close()
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


if __name__ == "__main__":
    main()
