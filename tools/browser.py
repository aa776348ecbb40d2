"""Finds the Chromium that browser tests and screenshots drive, and installs one where there is none.

python tools/browser.py     install if needed; prints where it is
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The first is Chromium without windows: the same engine and half the work, for no toolbars are drawn that nobody sees.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = NAMES[:2]  # whichever the system has
# A page must look the same wherever it is tried, so fonts with Vietnamese letters come along.
FONTS = ("fonts-dejavu-core", "fonts-noto-core")
# No traffic of the browser's own: on a closed network it would only fail, many times at once.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def find() -> str | None:
    """Give the program of the system's Chromium, or of the one that playwright downloaded; None for neither."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def flags() -> list[str]:
    """Give the flags to start it with; as root it refuses to run inside its sandbox."""
    return [*FLAGS, "--no-sandbox"] if _is_root() else list(FLAGS)


def install() -> None:
    """Install Chromium: as root from the system's packages, otherwise playwright's own into the home folder."""
    if _is_root() and shutil.which("apt-get"):
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], check=True, env=environ)
        for package in PACKAGES:
            command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", package, *FONTS]
            if not subprocess.run(command, check=False, env=environ).returncode:
                return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def main() -> None:
    """Make sure that there is a browser."""
    program = find()
    if program is None:
        print("Cài Chromium cho kiểm thử / installing Chromium for the browser tests", flush=True)
        try:
            install()
        except subprocess.CalledProcessError as error:
            command = " ".join(map(str, error.cmd))
            sys.exit(
                f"Không cài được Chromium (lệnh: {command}). Hãy tự cài, ví dụ: sudo apt-get install chromium\n"
                f"Chromium could not be installed (command: {command}). Install it yourself, for example so: "
                "sudo apt-get install chromium"
            )
        program = find()
    if program is None:
        sys.exit("Chromium was installed and still cannot be found; is it on the PATH?")
    print(program)


if __name__ == "__main__":
    main()
