"""Desks that never rest, what a hub has of their work, and a count of the moments at which it was killed."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx

from guisach.domain.sync.actions.feeding import FeedItem, FeedPage
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.ids import new_id
from tests.desks import Answer, TestDesk, connect
from tests.feeding import FeedDesk
from tests.standby import is_written, unfinished_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.installations import Installation

BATCH = 20
BUSY = 503  # others have their turn: the same batch is brought again
GROUPS = ["CHILD", "PUPIL", "FARMER", "ELDER"]


def enrolled_desks(url: str, codes: Iterable[str]) -> list[TestDesk]:
    """Enrol desks of Lan's over a socket, with the codes that the worker `desk_codes` said."""
    found = []
    for code in codes:
        desk = TestDesk(connect(url, timeout=60))
        assert desk.enrol(code).status == 201
        desk.actor = "lan"
        found.append(desk)
    return found


@dataclass
class Day:
    """What happens at a desk: every kind of act, in no order, with a few readers and many books."""

    desk: TestDesk
    dice: random.Random
    copies: int
    visits: int = 0
    readers: list[str] = field(default_factory=list)

    def act(self) -> dict[str, Any]:
        """Make one operation."""
        kind = self.dice.choice(
            ["lend"] * 5 + ["return"] * 4
            + ["renew", "sighting", "use", "join", "note", "void", "visit_tally", "open_shelf_tally"]
        )  # fmt: skip
        body, private = self._said(kind)
        return self.desk.make(kind, private=private, **body)

    def acts(self, number: int) -> None:
        for _ in range(number):
            self.act()

    def _said(self, kind: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
        copy = {"copy": f"CB{self.dice.randrange(self.copies):06d}"}
        due = {"due": (local_date(system_clock()) + timedelta(days=14)).isoformat()}
        match kind:
            case "lend":
                return {**copy, **due, "policy": 1, "group": "PUPIL"}, {"reader": self._reader()}
            case "renew":
                return {**copy, **due}, None
            case "join":
                self.readers.append(str(new_id()))
                person = {"name": f"Người {len(self.readers)}", "consent": True, "birth": "1990-01-01"}
                return {"group": "FARMER"}, {"reader": self.readers[-1], **person}
            case "note":
                return copy, {"text": "Sách ướt, đã phơi"}
            case "void":
                earlier = self.desk.made.get(self.desk.high - self.dice.randrange(5), {"kind": "void"})
                return {"target": str(UUID(int=77)) if earlier["kind"] == "void" else earlier["op"]}, None
            case "visit_tally":
                # Each on a day of its own as far as may be: a tally is folded whole.
                self.visits += 1
                on = local_date(system_clock()) - timedelta(days=self.dice.randrange(60))
                return {"counts": {self.dice.choice(GROUPS): 1}, "on": on.isoformat()}, None
            case "open_shelf_tally":
                return {"uses": {self.dice.choice(GROUPS): 1}}, None
        return copy, None

    def _reader(self) -> str:
        if not self.readers or self.dice.random() < 0.1:
            self.readers.append(str(new_id()))
        return self.dice.choice(self.readers[-30:])


class WireFeed(FeedDesk):
    """Fetches rows over the protocol; what came of a page before the connection was cut is thrown away."""

    def __init__(self, desk: TestDesk) -> None:
        super().__init__(limit=100)
        self._desk = desk

    def ask(self) -> FeedPage:
        told = self._desk.ask("GET", f"/feed?cursor={self.cursor}&limit={self.limit}")
        assert told.status == 200, told.body
        items = tuple(FeedItem(**row) for row in told.body["rows"])
        rest = {name: told.body[name] for name in ("cursor", "seen", "control", "fingerprint")}
        return FeedPage(items, **rest)


@dataclass
class Busy:
    """A desk that talks to the hub without a pause until it is cut off."""

    day: Day
    feed: WireFeed
    batch: int = BATCH
    is_asking: bool = False
    told: int = 0
    """How many requests were answered."""
    told_late: int = 0
    """Operations that were stored, and whose answer came only to a second sending."""
    faults: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._send, self.day.desk.send = self.day.desk.send, self._ask

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.is_asking = True
        told = self._send(method, path, body, headers)
        self.is_asking = False
        self.told += 1
        if told.status not in {200, BUSY}:
            self.faults.append((path, told.status, told.body))
        return told

    def begin(self) -> threading.Thread:
        """Work on in a thread of its own, until the connection is cut."""
        thread = threading.Thread(target=self._work, daemon=True)
        thread.start()
        return thread

    def _work(self) -> None:
        desk, dice = self.day.desk, self.day.dice
        try:
            desk.hello()
            while not self.faults:
                if len(desk.outbox) < self.batch:
                    self.day.acts(self.batch)
                told = desk.bring([desk.outbox[seq] for seq in sorted(desk.outbox)[: dice.randint(1, 2 * self.batch)]])
                if told.status == BUSY:
                    time.sleep(0.05)
                    continue
                self.told_late += sum(answer["status"] == "duplicate" for answer in told.body["answers"])
                if dice.random() < 0.2:
                    self.feed.page()
        except httpx.HTTPError:
            return
        except Exception as error:  # noqa: BLE001  (a thread's own errors are the test's)
            self.faults.append(error)

    def finish(self) -> None:
        """Bring all that is left, fetch all that there is, and agree with the hub on what was fetched."""
        self.day.desk.sync(200)
        assert not self.day.desk.outbox
        self.feed.fetch()
        assert self.feed.fingerprint in {None, self.feed.own_fingerprint}


@dataclass
class Kills:
    """At what moments something was killed."""

    number: int = 0
    asked: int = 0
    """While a request was under way (or a file being taken in)."""
    writing: int = 0
    """While a writing transaction was open."""
    torn: int = 0
    """So that a part of a transaction lay at the end of SQLite's log."""

    def note(self, *, is_asked: bool, is_writing: bool) -> None:
        self.number += 1
        self.asked += is_asked
        self.writing += is_writing

    def look_at(self, database: Path) -> None:
        """Look at what was left, before anybody opens the database again."""
        self.torn += unfinished_bytes(database) > 0

    def expect_within_writes(self) -> None:
        """Expect that it was not for nothing: some of a few, a third of many."""
        assert self.writing * (3 if self.number > 30 else 8) >= self.number, str(self)

    def __str__(self) -> str:
        return (
            f"{self.number} kills: {self.asked} with a request under way, {self.writing} within a transaction, "
            f"{self.torn} left a torn end of SQLite's log"
        )


class Books:
    """A look at the log of an installation from outside."""

    def __init__(self, place: Installation) -> None:
        self._url = place.database_url
        self.database = place.folder / "guisach.sqlite3"

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        if self._url:
            import psycopg

            with psycopg.connect(self._url) as connection:
                return connection.execute(statement.encode()).fetchall()
        connection_ = sqlite3.connect(self.database, timeout=60)
        try:
            return connection_.execute(statement).fetchall()
        finally:
            connection_.close()

    def known(self, ops: Iterable[str]) -> set[str]:
        """Return which of these operations are in the log."""
        listed = [UUID(op) for op in ops]
        found: set[str] = set()
        for start in range(0, len(listed), 500):
            names = ",".join(f"'{op if self._url else op.hex}'" for op in listed[start : start + 500])
            rows = self.ask(f"SELECT op FROM journal_operation WHERE op IN ({names})")  # noqa: S608
            found |= {str(UUID(str(row[0]))) for row in rows}
        return found

    def is_writing(self) -> bool:
        """Say whether somebody is in the middle of a writing transaction."""
        if not self._url:
            return is_written(self.database)
        asked = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
        return bool(self.ask(asked))


def expect_all_once(place: Installation, days: Iterable[Day]) -> int:
    """Expect each operation that was made once in the log, and everything stored to be what the log says."""
    books, days = Books(place), list(days)
    kept = [str(UUID(str(op))) for (op,) in books.ask("SELECT op FROM journal_operation")]
    made = {operation["op"] for day in days for operation in day.desk.made.values()}
    assert len(kept) == len(set(kept)), "twice"
    assert made - set(kept) == set(), "lost"
    numbers = books.ask(
        "SELECT dev, epoch, COUNT(*), COUNT(DISTINCT seq), MAX(seq) FROM journal_operation GROUP BY 1, 2"
    )
    by_device = {str(UUID(str(dev))): tuple(counted) for dev, _epoch, *counted in numbers}
    for day in days:
        assert by_device[day.desk.device] == (day.desk.high,) * 3
    checked = place.answer("check")
    assert checked["differences"] == 0, checked["details"]
    return len(made)
