"""Morango beside us: installed at the time of the measurement into a virtual environment of its own.

It allows Django 3 only, so it can be no dependency of anything here, not even of the tests.
"""

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
    from collections.abc import Callable, Iterator

_BENCH = Path(__file__).resolve().parents[1]
_FOLDER = _BENCH / ".cache" / "morango"
# The newest that there is, and the newest Django that it takes; Python 3.11 runs both.
_WANTED = ("morango==0.8.15", "django==3.2.25", "psycopg2-binary==2.9.13", "setuptools==80.9.0")


@contextmanager
def morango(database: dict[str, str]) -> Iterator[Callable[[int, int], dict[str, Any]]]:
    """Give what lets Morango bring over so many records in batches of a size, beside an installation's database."""
    python = _installed()
    with tempfile.TemporaryDirectory(prefix="guisach-bench-") as folder:
        words = [str(python), "-m", "syncing.morango_peer.measure", _named(database, Path(folder))]
        own = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "DJANGO_SETTINGS_MODULE"}}
        process = subprocess.Popen(
            words, cwd=_BENCH, env={**own, "POSTMASTER": database.get("POSTMASTER", "")},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

        def ask(count: int, size: int) -> dict[str, Any]:
            assert process.stdin is not None
            assert process.stdout is not None
            print(count, size, file=process.stdin, flush=True)
            answer = process.stdout.readline()
            if not answer:
                raise RuntimeError("Morango ended before its time")
            found: dict[str, Any] = json.loads(answer)
            return found

        try:
            yield ask
        finally:
            process.kill()
            process.communicate()


def _installed() -> Path:
    """Install it where that has not been done, and return its Python. Raises RuntimeError with what pip said."""
    python = _FOLDER / "bin" / "python"
    ready = _FOLDER / "ready"
    if ready.is_file() and ready.read_text() == " ".join(_WANTED):
        return python
    for words in (
        [sys.executable, "-m", "venv", "--clear", str(_FOLDER)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_WANTED],
    ):
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"Morango cannot be installed: {done.stderr[-2000:]}")
    ready.write_text(" ".join(_WANTED))
    return python


def _named(database: dict[str, str], folder: Path) -> str:
    """Return where Morango keeps its tables: a file, or a database of its own on the same PostgreSQL."""
    url = database["GUISACH_DATABASE_URL"]
    if not url:
        return str(folder / "morango.sqlite3")
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS morango")
        connection.execute("CREATE DATABASE morango")
        return f"host={connection.info.host}"
