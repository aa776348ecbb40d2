"""Finds YAZ's `zoomsh`, with which the tests search our SRU server as other libraries' programs do.

python tools/yaz.py     as root install it if needed; says where it is

Anybody else is told how to get it; the tests that need it are then skipped, but never in CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGE = "yaz"


def find() -> str | None:
    """Give the program, or None."""
    return shutil.which("zoomsh")


def install() -> None:
    """Install it from the system's packages."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], check=True, env=environ)
    subprocess.run(["apt-get", "install", "-q", "-y", "--no-install-recommends", PACKAGE], check=True, env=environ)


def main() -> None:
    """Make sure that it is there where that is possible without asking anybody."""
    if find() is None and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Cài YAZ cho kiểm thử / installing YAZ for the tests of open doors", flush=True)
        try:
            install()
        except subprocess.CalledProcessError as error:
            command = " ".join(map(str, error.cmd))
            sys.exit(f"Không cài được YAZ (lệnh: {command}). / YAZ could not be installed (command: {command}).")
    print(find() or "Chưa có zoomsh / no zoomsh: sudo apt-get install yaz (tests that need it are skipped)")


if __name__ == "__main__":
    main()
