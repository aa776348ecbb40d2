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
COMMIT_EVERY = 10_000  # changes
MANY = 100  # changes at once are no person's doing: more will come, and nobody waits for one of them
COMMIT_WITHIN_S = 1.2  # then, of what was read first: a person's change that lies between is found in two seconds
LULL_S = 0.2
TURN_S = 20.0  # then others that want to write get their turn


class Follower:
    """Tails the change feed into the index, and the log for what happened to copies unless `moves` is False.

    `waits`: while an import goes on it waits for more, and commits seldom.
    """

    def __init__(self, keeper: IndexKeeper, *, moves: bool = True, waits: bool = True) -> None:
        self._keeper = keeper
        self._within_s = COMMIT_WITHIN_S if waits else 0.0
        self._tail = LogTail() if moves else None

    def step(self) -> int:
        """Bring the index up to the feed's end, or build it where it cannot be used; returns how many records it wrote.

        Raises IndexBusy while another process writes.
        """
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
                written = _write_changes(writer, writer.position(), self._within_s)
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
            _write_changes(writer, start, 0.0)
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


def _write_changes(writer: IndexWriter, position: int, within_s: float) -> int:
    """Write the feed to its end; while many changes come in, stay and commit seldom.

    Every commit makes a segment, and merging segments costs as much as writing them (`0030-search.md`).
    """
    written = waiting = 0
    turn_ends, due = time.monotonic() + TURN_S, 0.0
    while True:
        records, position = catalogue.changes_after(position, BATCH)
        if records:
            documents = catalogue.documents(records)
            writer.put(documents)
            writer.remove(set(records) - {document.id for document in documents})
            due = due if waiting else time.monotonic() + within_s
            waiting += len(records)
            written += len(records)
            if len(records) >= MANY and waiting < COMMIT_EVERY:
                continue
        elif not waiting:
            return written
        elif time.monotonic() < due:
            time.sleep(LULL_S)
            continue
        writer.commit(position)
        waiting = 0
        if time.monotonic() >= turn_ends:
            return written


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
