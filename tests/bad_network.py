"""A mobile network of the mountains on loopback: slow, late, and it cuts connections off. A TCP proxy of its own.

`with BadNetwork(port_of_the_server, seed=1) as link:` gives `link.port` and `link.url`; what went through is counted.
In a shell: `python -m tests.bad_network 8000 --port 8001`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine

_PIECE = 1024  # bytes handed on at a time: half a second of a link of 20 kbit/s would be 1,280


@dataclass(slots=True)
class Counted:
    """What went over the link so far; bytes up and down are those that arrived at the other end."""

    connections: int = 0
    cut: int = 0
    up: int = 0
    down: int = 0


@dataclass(slots=True)
class Quality:
    """How bad it is. `faster` makes time pass quicker: the same cuts at the same bytes, for tests without an hour."""

    bits_per_s: float = 20_000  # in each direction, shared by all connections
    latency_s: tuple[float, float] = (1.0, 3.0)  # there and back; drawn anew for each connection
    cut_part: float = 0.3  # of the connections
    cut_bytes: tuple[int, int] = (100, 200_000)  # after how many, both directions together
    faster: float = 1.0


@dataclass(slots=True)
class _Lane:
    """One direction of the link: whoever sends waits until the bytes before are through."""

    free_at: float = 0.0


@dataclass
class BadNetwork:
    """The proxy in a thread of its own. `is_down` refuses every connection and ends those that are open."""

    target: int
    seed: int = 1
    quality: Quality = field(default_factory=Quality)
    port: int = 0
    counted: Counted = field(default_factory=Counted)
    is_down: bool = False

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._up, self._down = _Lane(), _Lane()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._is_ready = threading.Event()

    @property
    def url(self) -> str:
        """Where clients find the server behind it."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> BadNetwork:
        self._thread.start()
        if not self._is_ready.wait(10):
            raise RuntimeError("the proxy does not listen")
        return self

    def __exit__(self, *_why: object) -> None:
        self._wait(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def go_down(self) -> None:
        """Let there be no signal, from now on."""
        self.is_down = True
        self._wait(self._end_all())

    def come_back(self) -> None:
        """Let there be a signal again."""
        self.is_down = False

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._is_ready.set()
        self._loop.run_forever()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()
        await self._end_all()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _end_all(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._join(reader, writer)
        finally:
            writer.transport.abort()
            self._tasks.discard(task)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_down:
            return
        self.counted.connections += 1
        quality = self.quality
        late_s = self._dice.uniform(*quality.latency_s) / 2 / quality.faster
        is_cut = self._dice.random() < quality.cut_part
        left = [self._dice.randint(*quality.cut_bytes) if is_cut else None]
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            return
        self._open |= {writer, far_writer}
        ways = [
            asyncio.ensure_future(self._carry(reader, far_writer, self._up, late_s, left, "up")),
            asyncio.ensure_future(self._carry(far_reader, writer, self._down, late_s, left, "down")),
        ]
        try:
            # A client that has closed its side still wants the answer; a cut or an error ends both ways at once.
            await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            far_writer.transport.abort()
            self._open -= {writer, far_writer}

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lane: _Lane, late_s: float,
        left: list[int | None], way: str,
    ) -> None:  # fmt: skip
        """Hand bytes on, each piece when the lane is free and `late_s` have passed; raises when the cut comes."""
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)
        both = [
            asyncio.ensure_future(self._take(reader, queue, lane, late_s)),
            asyncio.ensure_future(self._hand_on(queue, writer, left, way)),
        ]
        try:
            # A cut ends it also while nobody sends anything.
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_EXCEPTION)
            for one in done:
                one.result()
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def _take(
        self, reader: asyncio.StreamReader, queue: asyncio.Queue[tuple[float, bytes]], lane: _Lane, late_s: float
    ) -> None:
        while piece := await reader.read(_PIECE):
            now = self._loop.time()
            lane.free_at = max(lane.free_at, now) + len(piece) * 8 / self.quality.bits_per_s / self.quality.faster
            await queue.put((lane.free_at + late_s, piece))
        await queue.put((0.0, b""))

    async def _hand_on(
        self, queue: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter, left: list[int | None], way: str
    ) -> None:
        while True:
            due, piece = await queue.get()
            if not piece:
                if writer.can_write_eof():
                    writer.write_eof()
                return
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            if left[0] is not None:
                piece, left[0] = piece[: left[0]], left[0] - len(piece)
            writer.write(piece)
            await writer.drain()
            setattr(self.counted, way, getattr(self.counted, way) + len(piece))
            if left[0] is not None and left[0] <= 0:
                self.counted.cut += 1
                raise ConnectionResetError("cut off")


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=int, help="the server's port")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faster", type=float, default=1.0)
    words = parser.parse_args()
    with BadNetwork(words.target, words.seed, Quality(faster=words.faster), words.port) as link:
        print(link.url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
        print(link.counted)


if __name__ == "__main__":
    main()
