"""The index itself: reading, writing and rebuilding, behind the Protocols of the catalogue."""

from __future__ import annotations

import logging
import math
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import tantivy

from guisach.adapters.search.facets import Counts
from guisach.adapters.search.finding import find
from guisach.adapters.search.home import META, Home, Note, committed_stamp, read_note, segments, write_note
from guisach.adapters.search.likeness import similar
from guisach.adapters.search.memory import give_back, keep_large_blocks_apart
from guisach.adapters.search.schema import SCHEMA, SCHEMA_VERSION, indexed
from guisach.adapters.search.soundness import sound
from guisach.adapters.search.suggesting import suggest
from guisach.domain.catalogue.rules.search import (
    MAX_LIMIT,
    Document,
    Hit,
    IndexState,
    IndexUnavailable,
    Query,
    Results,
    Suggestion,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

logger = logging.getLogger(__name__)

# Tantivy asks for at least 15 MB per writing thread; one thread is as fast as Python can feed it.
WRITER_HEAP_BYTES: Final = 100_000_000
WRITER_THREADS: Final = 1
_MANY: Final = 1_000  # documents, after whose commit memory is given back: it takes some milliseconds
# Tantivy's LogMergePolicy, of which the binding uses what it is by itself.
_MERGED_AT_ONCE: Final = 8
_SMALLEST_LEVEL: Final = 10_000  # records; all below are alike
_LEVEL: Final = 0.75  # between the binary logarithms of two levels

_Stat = tuple[int, int]
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class _Opened:
    """A generation as it was when `seen`: what its files' change times and numbers were."""

    generation: Path | None
    seen: tuple[_Stat | None, ...]
    state: IndexState
    index: tantivy.Index | None = None
    searcher: tantivy.Searcher | None = None


class TantivyIndex:
    """A search index in a folder; satisfies `IndexKeeper`. Threads may share one."""

    def __init__(self, folder: Path) -> None:
        self._home = Home(folder)
        self._opened: _Opened | None = None
        self._opening = threading.Lock()
        self._counts = Counts()

    # Reading -----------------------------------------------------------------------------------------------

    def searcher(self) -> tantivy.Searcher:
        """Return the engine's own view of the last commit, for measuring; raises IndexUnavailable."""
        opened = self._open()
        if opened.searcher is None:
            raise IndexUnavailable(opened.state)
        return opened.searcher

    def search(self, query: Query) -> Results:
        """Answer a question; raises IndexUnavailable when there is no index to ask."""
        return self._asking(lambda searcher: find(searcher, query, self._counts))

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Say how a question may go on, the likeliest first; raises IndexUnavailable."""
        return self._asking(lambda searcher: suggest(searcher, text, min(max(limit, 0), MAX_LIMIT)))

    def similar(self, document: Document, limit: int = 6) -> tuple[Hit, ...]:
        """Find what is like a document: subjects, authors, class; itself left out. Raises IndexUnavailable."""
        return self._asking(lambda searcher: similar(searcher, document, min(max(limit, 0), MAX_LIMIT)))

    def _asking(self, ask: Callable[[tantivy.Searcher], _Answer]) -> _Answer:
        opened = self._open()
        if opened.searcher is None:
            raise IndexUnavailable(opened.state)
        try:
            with _panics_as_errors():
                return ask(opened.searcher)
        except (ValueError, OSError, RuntimeError) as error:
            if opened.generation is None or sound(opened.generation):
                raise  # a fault of ours: a new index would not mend it
            logger.exception("the search index in %s was damaged while open", opened.generation)
            self._opened = _Opened(opened.generation, opened.seen, IndexState.CORRUPT)
            raise IndexUnavailable(IndexState.CORRUPT) from error

    def ready(self) -> bool:
        """Tell whether `search` can answer."""
        return self.state() is IndexState.READY

    def state(self) -> IndexState:
        """Tell whether `search` can answer and, if not, why."""
        return self._open().state

    def position(self) -> int:
        """Return the last position of the change feed that the index contains; 0 when there is no index."""
        generation = self._home.generation()
        note = read_note(generation) if generation else None
        return note.position if note else 0

    def moves(self) -> int:
        """Return the last position in the log of what happened to copies that the index contains; 0 at first."""
        generation = self._home.generation()
        note = read_note(generation) if generation else None
        return note.moves if note else 0

    def _open(self) -> _Opened:
        """Return the index as it is now: opened, reloaded after a commit, or exchanged after a rebuild."""
        with self._opening:
            while True:
                generation = self._home.generation()
                seen = _look(generation)
                opened = self._opened
                if opened is None or opened.generation != generation or opened.seen != seen:
                    opened = self._opened = _open(generation, seen, opened)
                if opened.state is IndexState.READY:
                    return opened
                # A rebuild or a merge may have taken files away while they were being opened.
                if generation == self._home.generation() and seen == _look(generation):
                    return opened

    # Writing -----------------------------------------------------------------------------------------------

    @contextmanager
    def writer(self) -> Iterator[TantivyWriter]:
        """Write to the index as it is; raises IndexBusy, or IndexUnavailable when it must be rebuilt."""
        with self._home.locked():
            opened = self._open()
            if opened.generation is None or opened.state is not IndexState.READY:
                raise IndexUnavailable(opened.state)
            with _writing(opened.generation) as writer:
                yield writer

    @contextmanager
    def rebuild(self) -> Iterator[TantivyWriter]:
        """Write a new index beside the old one; on leaving the block it takes the old one's place at once."""
        with self._home.locked():
            generation = self._home.fresh()
            tantivy.Index(SCHEMA, path=str(generation))
            with _writing(generation) as writer:
                yield writer
            if read_note(generation) is not None:
                self._home.publish(generation)


class TantivyWriter:
    """Satisfies `IndexWriter`.

    The engine keeps a kilobyte for each deletion until the next commit, and looks every one up in every segment. So
    what is new is not deleted first: whose number is `above` all that the index has.
    """

    def __init__(self, generation: Path, writer: tantivy.IndexWriter, above: int) -> None:
        self._generation = generation
        self._writer = writer
        self._above = above
        self._put = 0  # since memory was given back

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents or replace those with the same id."""
        for document in documents:
            self._put += 1
            if document.id <= self._above:
                self._writer.delete_documents_by_term("id", document.id)
            self._above = max(self._above, document.id)
            self._writer.add_document(indexed(document))

    def remove(self, ids: Iterable[int]) -> None:
        """Take documents out."""
        for gone in ids:
            self._writer.delete_documents_by_term("id", gone)

    def commit(self, position: int, moves: int | None = None) -> None:
        """Make what was put and removed visible and durable, together with the positions in the change feed and
        in the log of what happened to copies (None: as before)."""
        if moves is None:
            note = read_note(self._generation)
            moves = note.moves if note else 0
        stamp = self._writer.commit()
        write_note(self._generation, Note(SCHEMA_VERSION, position, moves, stamp))
        if self._put >= _MANY:
            give_back()
            self._put = 0

    def position(self) -> int:
        """Return the position of the last commit; 0 before the first."""
        note = read_note(self._generation)
        return note.position if note else 0

    def is_merging(self) -> bool:
        """Tell, right after a commit, whether the engine still merges: closing the writer would wait for it.

        The binding does not say. But who merges writes a segment that is not in the list of the last commit; and on a
        busy machine a merge that is due may not have begun.
        """
        listed = segments(self._generation)
        return merge_is_due(listed.values()) or any(
            path.stem not in listed for path in self._generation.glob("*.store")
        )


def merge_is_due(sizes: Iterable[int]) -> bool:
    """Tell whether the engine would merge some of the segments with so many records."""
    highest, alike = math.inf, 0
    for size in sorted((math.log2(max(one, _SMALLEST_LEVEL)) for one in sizes), reverse=True):
        if size < highest - _LEVEL:
            highest, alike = size, 0
        alike += 1
        if alike >= _MERGED_AT_ONCE:
            return True
    return False


def _look(generation: Path | None) -> tuple[_Stat | None, ...]:
    """Tell versions of a generation apart: Tantivy replaces its list of files at each commit and merge."""
    if generation is None:
        return ()
    return (_stat(generation / META), _stat(generation / "note.json"))


def _stat(path: Path) -> _Stat | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino


@contextmanager
def _panics_as_errors() -> Iterator[None]:
    """Turn a panic of the engine, which is a BaseException, into an error that can be handled."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise RuntimeError(f"the search engine gave up: {error}") from error
        raise


def _highest(index: tantivy.Index) -> int:
    """Return the highest number that the index has; 0 where it is empty."""
    searcher = index.searcher()
    found = searcher.search(
        tantivy.Query.all_query(), limit=1, count=False, order_by_field="id", order=tantivy.Order.Desc
    ).hits
    return int(searcher.fast_field_values("id", [address for _, address in found])[0] or 0) if found else 0


@contextmanager
def _writing(generation: Path) -> Iterator[TantivyWriter]:
    keep_large_blocks_apart()
    index = tantivy.Index.open(str(generation))
    writer = index.writer(heap_size=WRITER_HEAP_BYTES, num_threads=WRITER_THREADS)
    try:
        yield TantivyWriter(generation, writer, _highest(index))
    finally:
        writer.wait_merging_threads()  # what was not committed is dropped


def _open(generation: Path | None, seen: tuple[_Stat | None, ...], before: _Opened | None) -> _Opened:
    """Open a generation, or reload the one that is open; never raises."""
    if generation is None or not generation.is_dir():
        return _Opened(generation, seen, IndexState.MISSING)
    note, stamp = read_note(generation), committed_stamp(generation)
    if note is not None and note.schema != SCHEMA_VERSION:
        return _Opened(generation, seen, IndexState.OUTDATED)
    if note is None or stamp is None or note.stamp > stamp:
        return _Opened(generation, seen, IndexState.CORRUPT)
    try:
        with _panics_as_errors():
            if before is not None and before.index is not None and before.generation == generation:
                index = before.index
                index.reload()
            else:
                if not sound(generation):
                    return _Opened(generation, seen, IndexState.CORRUPT)
                index = tantivy.Index.open(str(generation))
                index.config_reader("manual")  # we look at the files ourselves: no watching thread
                index.reload()
            searcher = index.searcher()
            find(searcher, Query(limit=1))
    except (ValueError, OSError, RuntimeError):
        logger.exception("the search index in %s cannot be opened", generation)
        return _Opened(generation, seen, IndexState.CORRUPT)
    return _Opened(generation, seen, IndexState.READY, index, searcher)
