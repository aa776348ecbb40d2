"""Devices that send what is packed already, each over one connection that it keeps open: one process for all of them.

Its own processor time is told too: where it comes near the server's, the figures are of this program.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncing.made import requests

if TYPE_CHECKING:
    from collections.abc import Sequence

_BENCH = Path(__file__).resolve().parents[1]
_TRIES = 400
_BUSY = 503
_OK = 200


class Load:
    """A process of load. `prepare` and `send` are one after the other, as often as anybody likes."""

    def __enter__(self) -> Load:
        words = [sys.executable, "-m", "syncing.load"]
        self._process = subprocess.Popen(
            words, cwd=_BENCH, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.communicate()

    def prepare(self, devices: Sequence[dict[str, Any]], sizes: Sequence[int]) -> None:
        """Let each device make and pack so many batches of these sizes."""
        self._ask({"devices": list(devices), "sizes": list(sizes)})

    def send(self, port: int) -> dict[str, Any]:
        """Let all devices send at once, each its batches one after another without a pause; says what came of it."""
        return self._ask({"port": port})

    def _ask(self, said: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(said), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the load ended before its time")
        found: dict[str, Any] = json.loads(answer)
        return found


class _Device:
    def __init__(self, batches: list[tuple[int, bytes]]) -> None:
        self._batches = batches
        self.sent: list[dict[str, Any]] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.away_ms: list[float] = []

    async def work(self, port: int) -> None:
        connection = None
        for size, request in self._batches:
            first, refused = time.perf_counter(), 0
            for _ in range(_TRIES):
                sent = time.perf_counter()
                connection = connection or await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
                reader, writer = connection
                writer.write(request)
                status, headers, body = await _answer(reader)
                took = time.perf_counter() - sent
                if status != _BUSY:
                    break
                refused += 1
                self.away_ms.append(took * 1000)
                writer.close()  # the server would, long before
                connection = None
                await asyncio.sleep(float(headers["retry-after"]) * random.uniform(1, 1.5))  # as the desk does
            self.answers.append((status, headers, body))
            now = time.perf_counter()
            self.sent.append(
                {"size": size, "ms": took * 1000, "through_ms": (now - first) * 1000, "refused": refused,
                 "up": len(request), "down": len(body)}
            )  # fmt: skip
        if connection is not None:
            connection[1].close()

    def check(self) -> None:
        for (size, _request), (status, headers, body) in zip(self._batches, self.answers, strict=True):
            if status != _OK:
                raise RuntimeError(f"answered {status}: {body[:300]!r}")
            text = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
            statuses = [one["status"] for one in json.loads(text)["answers"]]
            if statuses != ["stored"] * size:
                raise RuntimeError(f"not all were stored: {statuses}")


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    return int(head[0].split()[1]), headers, await reader.readexactly(int(headers["content-length"]))


async def _all(devices: Sequence[_Device], port: int) -> None:
    await asyncio.gather(*(device.work(port) for device in devices))


def main() -> None:
    devices: list[_Device] = []
    for line in sys.stdin:
        said = json.loads(line)
        if "devices" in said:
            devices = [_Device(requests(device, said["sizes"])) for device in said["devices"]]
            print("{}", flush=True)
            continue
        cpu, begin = time.process_time(), time.perf_counter()
        asyncio.run(_all(devices, said["port"]))
        wall_s, cpu_s = time.perf_counter() - begin, time.process_time() - cpu
        for device in devices:
            device.check()
        sent = [one for device in devices for one in device.sent]
        away = [ms for device in devices for ms in device.away_ms]
        print(json.dumps({"wall_s": wall_s, "load_cpu_s": cpu_s, "sent": sent, "away_ms": away}), flush=True)


if __name__ == "__main__":
    main()
