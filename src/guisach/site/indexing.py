"""Keeps the search index in step with the catalogue: it follows the change feed, and can be built anew.

Whether a copy is in, and how often it was lent, comes from the log: what is appended there is a feed already, so
that a loan costs nothing more (`docs/decisions/0030-search.md`). It is looked at every few seconds.

The index takes its writer only while there is something to write, so that `guisach reindex`, a search on the
command line and several serving processes can take turns; whoever finds it taken leaves the work to the other.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import TYPE_CHECKING

from django.db import close_old_connections, connection
from django.db.utils import DatabaseError

from guisach.domain.catalogue import queries as catalogue
from guisach.domain.catalogue.actions.following import follow_headings
from guisach.domain.catalogue.rules.search import IndexBusy, IndexState, IndexUnavailable
from guisach.domain.journal.queries import log_end
from guisach.site.moves import LogTail
from guisach.site.wiring import index_keeper

if TYPE_CHECKING:
    from collections.abc import Callable

    from guisach.domain.catalogue.rules.search import IndexKeeper, IndexWriter

logger = logging.getLogger(__name__)

POLL_S = 0.7
BUSY_S = 1.0  # while somebody else writes
TROUBLE_S = 10.0  # after an error: the database restarts, the disk is full
BATCH = 500
HEADINGS_AT_ONCE = 600  # changes; half a second, so that the index never waits longer
COMMIT_EVERY = 10_000  # changes that came in bulk; what somebody waits for is committed at once
COMMIT_WITHIN_S = 10.0  # of what was read first
QUIET_S = 0.8  # nothing came for so long: the import is at its end
LULL_S = 0.2
TURN_S = 20.0  # then others that want to write get their turn
LONGEST_S = 600.0  # or then, whatever the engine still merges
PAGES_KB = 2_000  # of SQLite's file, which this connection keeps; what it reads it reads once


class Follower:
    """Tails the change feed into the index, and the log for what happened to copies unless `moves` is False.

    `waits`: while changes come in bulk it waits for more, and commits seldom.
    """

    def __init__(self, keeper: IndexKeeper, *, moves: bool = True, waits: bool = True) -> None:
        self._keeper = keeper
        self._waits = waits
        self._tail = LogTail() if moves else None

    def step(self) -> int:
        """Bring the index up to the feed's end, or build it where it cannot be used; returns how many records it wrote.

        Raises IndexBusy while another process writes.
        """
        _keep_few_pages()
        end = catalogue.last_change()
        state, position = self._keeper.state(), self._keeper.position()
        if state is not IndexState.READY or position > end:
            # A position beyond the end: the database is another one, or an older one came back.
            return self.rebuild()
        moved = self._tail.look(self._keeper.moves) if self._tail else []
        if position == end and not moved:
            return 0
        try:
            with self._keeper.writer() as writer:
                written = _write_changes(writer, writer.position(), waits=self._waits)
                return written + self._write_moved(writer, moved)
        except IndexUnavailable:
            return self.rebuild()

    def _write_moved(self, writer: IndexWriter, barcodes: list[str]) -> int:
        if self._tail is None or not barcodes:
            return 0
        records = {copy.record_id for copy in catalogue.copies_by_barcode(barcodes).values()}
        writer.put(catalogue.documents(records))
        writer.commit(writer.position(), self._tail.position)
        self._tail.done()
        return len(records)

    def rebuild(self, progress: Callable[[int], object] = lambda _done: None) -> int:
        """Build the index anew beside the old one; returns how many records it has. Raises IndexBusy."""
        written = 0
        with self._keeper.rebuild() as writer:
            start, moves = catalogue.last_change(), log_end()
            for ids in catalogue.record_ids(BATCH):
                writer.put(catalogue.documents(ids))
                written += len(ids)
                progress(len(ids))
            writer.commit(start, moves)
            _write_changes(writer, start, waits=False)
        if self._tail:
            self._tail.start(moves)
        return written

    def run(self, stop: threading.Event) -> None:
        """Follow until told to stop; survives whatever happens to the database or the disk in between."""
        wait_s = 0.0
        while not stop.wait(wait_s):
            close_old_connections()
            try:
                # The index first, to its end: a reader looks there sooner than in a list of headings.
                wait_s = 0.0 if self.step() or follow_headings(HEADINGS_AT_ONCE) else POLL_S
            except IndexBusy:
                wait_s = BUSY_S
            except (DatabaseError, IndexUnavailable, OSError, RuntimeError, ValueError):
                logger.exception("the search index could not be brought up to date; trying again")
                wait_s = TROUBLE_S
        connection.close()


def _keep_few_pages() -> None:
    """Spare the memory that a connection has for pages: a desk reads the same ones again and again, an index never."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size=-{PAGES_KB}")


def _write_changes(writer: IndexWriter, position: int, *, waits: bool) -> int:
    """Write the feed to its end, what somebody waits for before what comes in bulk, however much of that there is.

    What came in bulk is committed seldom: every commit makes a segment, and merging segments costs as much as
    writing them. While the engine merges the writer stays open, because closing it waits for that (`0048`).
    """
    written = waiting = 0
    awaited_to = position  # up to here, nobody waits for anything
    began = first = last = time.monotonic()
    while True:
        changes = catalogue.changes_after(position, BATCH)
        position, now = changes.position, time.monotonic()
        if changes.records:
            records, is_awaited = set(changes.records), changes.awaited > awaited_to
            if not is_awaited:
                ahead = catalogue.awaited_changes(max(position, awaited_to), BATCH)
                awaited_to, is_awaited = ahead.position, bool(ahead.records)
                records.update(ahead.records)
            written += _put(writer, records)
            first, last = (first if waiting else now), now
            waiting += len(changes.records)
            if waits and not is_awaited and waiting < COMMIT_EVERY and now - first < COMMIT_WITHIN_S:
                continue
        elif not waiting:
            if not waits or now - began >= LONGEST_S or not writer.is_merging():
                return written
            time.sleep(LULL_S)
            continue
        elif waits and now - last < QUIET_S:
            time.sleep(LULL_S)
            continue
        writer.commit(position)
        waiting = 0
        if time.monotonic() - began >= TURN_S and not writer.is_merging():
            return written


def _put(writer: IndexWriter, records: set[int]) -> int:
    documents = catalogue.documents(records)
    writer.put(documents)
    writer.remove(records - {document.id for document in documents})
    return len(records)


def follow(stop: threading.Event) -> None:
    """Follow the change feed in this thread until told to stop: `guisach worker`."""
    Follower(index_keeper()).run(stop)


def follow_in_background() -> threading.Event:
    """Follow in a daemon thread of a serving process; setting the returned event ends it."""
    stop = threading.Event()
    threading.Thread(target=follow, args=(stop,), name="search-index", daemon=True).start()
    return stop


def follow_if_asked() -> None:
    """Start following where `guisach serve` asked for it; for the WSGI module."""
    if os.environ.get("GUISACH_FOLLOW") == "1":
        follow_in_background()


def rebuild(progress: Callable[[int], object] = lambda _done: None, *, patience_s: float = 60.0) -> int:
    """Build the index anew, waiting for a writer of another process to finish; raises IndexBusy after `patience_s`."""
    deadline = time.monotonic() + patience_s
    follower = Follower(index_keeper())
    while True:
        try:
            return follower.rebuild(progress)
        except IndexBusy:
            if time.monotonic() >= deadline:
                raise
        time.sleep(0.05)


def catch_up(*, patience_s: float = 10.0) -> bool:
    """Bring the index up to the feed's end as it is now, or wait until another process has; False if it did not."""
    deadline = time.monotonic() + patience_s
    keeper = index_keeper()
    end = catalogue.last_change()
    while True:
        try:
            Follower(keeper, moves=False, waits=False).step()
        except IndexBusy:
            if keeper.ready() and keeper.position() >= end:
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        else:
            return True
