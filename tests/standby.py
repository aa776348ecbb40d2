"""Commands of the product that start at once and are killed at once: a process that has imported everything forks them.

    with Standby(place) as standby:
        serving = standby.start("serve", "--port", "8123")
        serving.kill()                                    # SIGKILL to it and its workers; returns when all are dead

What runs is the real command in a process of its own; only the two seconds of importing are spared. Linux only.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from tests.installations import Installation

PATIENCE_S = 60
_SUBREAPER = 36  # prctl: whose parents were killed belong to this process, which buries them
_PRAGMAS, _DISK_LOG = "GUISACH_TEST_PRAGMAS", "GUISACH_TEST_DISK_LOG"
_WAL_WRITE_LOCK = 120  # the byte of the -shm file that whoever writes has locked


@dataclass
class Running:
    """A command that runs, with all that it started."""

    pid: int

    @property
    def is_running(self) -> bool:
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """End it and its workers as a pulled plug does."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.wait()

    def wait(self, patience_s: float = PATIENCE_S) -> None:
        """Wait until nothing of it is left."""
        until = time.monotonic() + patience_s
        while self.is_running:
            assert time.monotonic() < until, "it does not end"
            time.sleep(0.001)


@dataclass
class Serving(Running):
    """A server of the product."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Standby:
    """Starts commands in an installation; ends what still runs when it is left.

    `pragmas` are said to SQLite after the product's own; `disk_log` is where everything is noted that is asked of the
    disk (`tests/disk_log.py`).
    """

    def __init__(self, place: Installation, *, pragmas: str = "", disk_log: Path | None = None) -> None:
        self._place = place
        self._env = {**place.env, _PRAGMAS: pragmas, _DISK_LOG: str(disk_log or "")}
        self._started: list[Running] = []

    def __enter__(self) -> Standby:
        self.log = self._place.folder / "standby.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.standby"], env=self._env, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        if said == "not recordable\n":
            pytest.skip("this Python's SQLite lets nobody see what it writes")
        assert said == "ready\n", self.log.read_text()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for one in self._started:
            one.kill()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE_S)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def start(self, *words: object) -> Running:
        """Start a command; it is a process group of its own."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(word) for word in words]) + "\n")
        self._process.stdin.flush()
        running = Running(int(self._process.stdout.readline()))
        self._started = [one for one in self._started if one.is_running] + [running]
        return running

    def serve(self, port: int = 0) -> Serving:
        """Serve, and wait until it answers. On a port of its own unless one is named."""
        port = port or free_port()
        running = Serving(self.start("serve", "--port", port).pid, port)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and running.is_running:
            try:
                if httpx.get(f"{running.url}/health", timeout=5).status_code < 500:
                    return running
            except httpx.HTTPError:
                time.sleep(0.01)
        raise AssertionError(f"it does not serve: {self.log.read_text()[-2000:]}")


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_written(database: Path) -> bool:
    """Say whether some process is in the middle of a writing transaction of this SQLite database."""
    asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, _WAL_WRITE_LOCK, 1, 0)
    try:
        with database.with_name(f"{database.name}-shm").open("rb+") as shared:
            told = fcntl.fcntl(shared, fcntl.F_GETLK, asked)
    except FileNotFoundError:
        return False
    return bool(struct.unpack("hhqqi4x", told)[0] != fcntl.F_UNLCK)


def unfinished_bytes(database: Path) -> int:
    """Return how much of a transaction that was never finished lies at the end of SQLite's log."""
    try:
        log = database.with_name(f"{database.name}-wal").read_bytes()
    except FileNotFoundError:
        return 0
    if len(log) < 32:
        return len(log)
    (page,) = struct.unpack(">I", log[8:12])
    salts, at, whole = log[16:24], 32, 32
    while at + 24 <= len(log) and log[at + 8 : at + 16] == salts:
        at += 24 + page
        if at <= len(log) and log[at - page - 20 : at - page - 16] != b"\0\0\0\0":
            whole = at
    return min(at, len(log)) - whole


# Within the process that forks -------------------------------------------------------------------------------


def _import_everything() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guisach.site.settings")
    import granian.server.mp  # noqa: F401
    from django.db.migrations.loader import MigrationLoader

    from guisach.site import cli

    cli._prepare_django()
    import guisach.adapters.search.index
    import guisach.site.cli.imports
    import guisach.site.cli.serving
    import guisach.site.upkeep
    import guisach.site.urls  # noqa: F401

    MigrationLoader(None)
    _change_the_database()


def _change_the_database() -> None:
    from pathlib import Path

    from django.conf import settings

    database = settings.DATABASES["default"]
    if os.environ[_PRAGMAS]:
        database["OPTIONS"]["init_command"] += os.environ[_PRAGMAS]
    if os.environ[_DISK_LOG]:
        from tests import disk_log

        try:
            disk_log.record(Path(os.environ[_DISK_LOG]), Path(database["NAME"]))
        except disk_log.NotRecordable:
            print("not recordable", flush=True)
            sys.exit()


def _run(words: list[str], log: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setpgid(0, 0)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.stdin, sys.stdout = open(0), open(1, "w")  # noqa: SIM115  (as a process begins)
    sys.argv = ["guisach", *words]
    from guisach.site.cli import main

    status = 1
    try:
        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    finally:
        sys.stdout.flush()
        os._exit(status)


def _stand_by() -> None:
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _import_everything()
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _run(json.loads(line), f"{os.environ['GUISACH_DATA']}/standby.log")
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)  # both sides do it: who hears of the process may kill it at once
        print(pid, flush=True)


if __name__ == "__main__":
    _stand_by()
