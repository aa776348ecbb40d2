"""A server and clients that work at it one act after another, each over one connection that it keeps open."""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desks.databases import GUISACH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BENCH = Path(__file__).resolve().parents[1]
_QUIET_S = 5
_IDLE_MS = 50  # of processor time in a second
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Served:
    """Where a server listens, and the processes that do its work."""

    port: int
    server: int
    database: int | None

    def used(self) -> dict[str, float]:
        """Give the processor time so far, in milliseconds."""
        found = {"server": cpu_ms([self.server])}
        return found if self.database is None else found | {"database": cpu_ms([self.database])}

    def settle(self, patience_s: float = 1800) -> None:
        """Wait until the server has nothing of its own to do any more, such as following the log into the index."""
        deadline = time.monotonic() + patience_s
        quiet = 0
        while quiet < _QUIET_S and time.monotonic() < deadline:
            before = self.used()["server"]
            time.sleep(1)
            quiet = quiet + 1 if self.used()["server"] - before < _IDLE_MS else 0


@dataclass(frozen=True)
class Phase:
    """One kind of act, done so many times by some clients together. Latencies in milliseconds."""

    latencies: list[float]
    wall_s: float
    used: dict[str, float]


@contextmanager
def served(env: dict[str, str], *options: str) -> Iterator[Served]:
    """Start `guisach serve` on a free port and wait until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    server = subprocess.Popen([GUISACH, "serve", "--port", str(port), *options], env=env, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Served(port, server.pid, int(env["POSTMASTER"]) if "POSTMASTER" in env else None)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int, patience_s: float = 60) -> None:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


class Clients:
    """Some client processes, each with a token of its own."""

    def __init__(self, served: Served, tokens: Sequence[str]) -> None:
        self._served, self._tokens = served, tokens
        words = [sys.executable, "-m", "desks.clients"]
        self._processes = [
            subprocess.Popen(words, cwd=_BENCH, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _token in tokens
        ]

    def __enter__(self) -> Clients:
        return self

    def __exit__(self, *_error: object) -> None:
        for one in self._processes:
            one.kill()
            one.communicate()

    def post(self, path: str, bodies: Sequence[dict[str, Any]]) -> Phase:
        """Share the bodies out and post them all; whatever is not answered by 201 ends the measurement."""
        return self._share("POST", [(path, body) for body in bodies])

    def delete(self, paths: Sequence[str]) -> Phase:
        """Share the addresses out and delete them all, on the same terms; the answer is 200."""
        return self._share("DELETE", [(path, None) for path in paths])

    def _share(self, method: str, calls: Sequence[tuple[str, dict[str, Any] | None]]) -> Phase:
        before = self._served.used()
        begin = time.perf_counter()
        for n, one in enumerate(self._processes):
            share = calls[n :: len(self._processes)]
            job = {"port": self._served.port, "token": self._tokens[n], "method": method, "calls": share}
            print(json.dumps(job), file=one.stdin, flush=True)
        latencies = [ms for one in self._processes for ms in json.loads(one.stdout.readline() if one.stdout else "")]
        wall_s = time.perf_counter() - begin
        return Phase(latencies, wall_s, {name: ms - before[name] for name, ms in self._served.used().items()})


def summary(phases: Sequence[Phase]) -> dict[str, Any]:
    """Give medians over the rounds: acts a second, latency, processor time of an act."""
    acts = len(phases[0].latencies)
    cuts = statistics.quantiles([ms for phase in phases for ms in phase.latencies], n=100)
    cpu = {name: statistics.median(phase.used[name] / acts for phase in phases) for name in phases[0].used}
    return {
        "per_second": round(statistics.median(acts / phase.wall_s for phase in phases), 1),
        "p50_ms": round(cuts[49], 2),
        "p99_ms": round(cuts[98], 2),
        **{f"{name}_cpu_ms": round(ms, 2) for name, ms in cpu.items()},
    }


def _work(port: int, token: str, method: str, calls: list[tuple[str, dict[str, Any] | None]]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    latencies = []
    for path, body in calls:
        begin = time.perf_counter()
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        said = answer.read()
        latencies.append((time.perf_counter() - begin) * 1000)
        if answer.status not in {200, 201}:
            raise RuntimeError(f"{path} answered {answer.status}: {said[:300]!r}")
    connection.close()
    return latencies


def cpu_ms(pids: Sequence[int]) -> float:
    """Return the processor time of the processes and all that they started, as far as these still run."""
    total, waiting = 0.0, list(pids)
    while waiting:
        pid = waiting.pop()
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            waiting += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) * _TICK_MS
    return total


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(_work(**json.loads(line))), flush=True)
