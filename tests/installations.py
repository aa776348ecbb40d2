"""Whole installations of the product beside the tests' own: a folder, a database, the real command in its own process.

`installation` makes empty ones from a prepared copy, so that only the first of a run waits for the migrations.
Code that has to run inside one stands in `tests/workers.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMAND = Path(sys.executable).with_name("guisach")
PATIENCE_S = 180


@dataclass(frozen=True)
class Installation:
    """A folder of data and, where it is not SQLite in that folder, a database's address."""

    folder: Path
    database_url: str = ""

    @property
    def env(self) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith(("GUISACH_", "DJANGO_"))}
        named = {"GUISACH_DATA": str(self.folder), "GUISACH_DATABASE_URL": self.database_url, "LC_ALL": "C.UTF-8"}
        return {
            **own,
            **named,
            "GUISACH_SECRET_KEY": "only-for-tests",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "LANG": "vi_VN.UTF-8",
        }

    def run(self, *words: object, timeout_s: float = PATIENCE_S) -> subprocess.CompletedProcess[str]:
        """Run a command of the product to its end."""
        return subprocess.run(
            [COMMAND, *map(str, words)], env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=timeout_s
        )

    def answer(self, *words: object, status: int = 0) -> dict[str, Any]:
        """Run a command with --json, expect this exit status, and return its one document."""
        done = self.run(*words, "--json")
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def start(self, worker: str, *words: object, **changes: Any) -> subprocess.Popen[str]:
        """Start a function of `tests.workers` in its own process; what it says comes line by line."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.workers", worker, *map(str, words)],
            env=self.env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=changes.pop("stderr", None),
            text=True,
            **changes,
        )

    def work(self, worker: str, *words: object) -> list[Any]:
        """Run a function of `tests.workers` to its end; returns what it said, each line read as JSON."""
        process = self.start(worker, *words)
        said, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, f"{worker} ended with {process.returncode}"
        return [json.loads(line) for line in said.splitlines()]


class Server:
    """The PostgreSQL server of this run, with databases made and dropped on it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._made: list[str] = []

    def _execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def new(self, like: str = "") -> str:
        name = f"tried_{uuid4().hex}"
        template = f" TEMPLATE {like.rpartition('/')[2]}" if like else ""
        self._execute(f"CREATE DATABASE {name}{template}")
        self._made.append(name)
        return f"{self._url.rpartition('/')[0]}/{name}"

    def drop_all(self) -> None:
        for name in self._made:
            self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server | None]:
    """The server of this run, or None on SQLite."""
    url = os.environ.get("GUISACH_DATABASE_URL", "")
    if not url:
        yield None
        return
    server = Server(url)
    yield server
    server.drop_all()


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, postgresql: Server | None) -> Callable[..., Installation]:
    """Make an installation with a prepared database of the kind named (this run's kind if none is).

    It is empty; with `filled=True` it is a small province with every kind of operation.
    """
    prepared: dict[tuple[str, bool], Installation] = {}

    def kind_of(kind: str) -> str:
        return kind or ("postgresql" if postgresql else "sqlite")

    def prepare(kind: str, filled: bool) -> Installation:
        if (kind, filled) not in prepared:
            made = copy(prepare(kind, False), kind) if filled else bare(kind)
            if filled:
                made.work("fill", 60)
            else:
                done = made.run("migrate")
                assert done.returncode == 0, done.stderr
            prepared[kind, filled] = made
        return prepared[kind, filled]

    def bare(kind: str) -> Installation:
        folder = tmp_path_factory.mktemp(kind)
        return Installation(folder, postgresql.new() if kind == "postgresql" and postgresql else "")

    def copy(like: Installation, kind: str) -> Installation:
        folder = tmp_path_factory.mktemp(kind)
        shutil.copytree(like.folder, folder, dirs_exist_ok=True)
        return Installation(folder, postgresql.new(like.database_url) if kind == "postgresql" and postgresql else "")

    def make(kind: str = "", *, filled: bool = False) -> Installation:
        kind = kind_of(kind)
        if kind == "postgresql" and postgresql is None:
            pytest.skip("needs --db postgresql")
        return copy(prepare(kind, filled), kind)

    return make
