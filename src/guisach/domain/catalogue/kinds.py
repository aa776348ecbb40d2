"""What the catalogue is told from outside: who wants to hear of new copies, how to count loans, where to search.

Rooms above and the outermost ring register here when Django starts; the catalogue itself knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

from guisach.domain.catalogue.rules.search import IndexState, IndexUnavailable

if TYPE_CHECKING:
    from datetime import datetime

    from guisach.domain.catalogue.rules.covers import CoverStore
    from guisach.domain.catalogue.rules.elsewhere import Elsewhere
    from guisach.domain.catalogue.rules.imports.policies import Terms
    from guisach.domain.catalogue.rules.imports.reading import FileReader, FileStore, OpenReader
    from guisach.domain.catalogue.rules.search import SearchIndex
    from guisach.kernel.clock import Clock

CopyListener = Callable[[Collection[str]], None]
"""Is given the barcodes whose copies appeared or went, inside the transaction that did it."""


class Standing(NamedTuple):
    """What happened to a copy: where it was last seen (empty: nobody has), whether it is out, how often it was lent."""

    place: str = ""
    is_out: bool = False
    loans: int = 0


Standings = Callable[[Collection[str]], Mapping[str, Standing]]
"""Is given some thousand barcodes at most and returns how the copies stand; those untouched so far are left out."""

CopiesInUse = Callable[[Collection[str]], Collection[str]]
"""Is given barcodes and returns those with which something has happened: lent, seen, counted."""


class Lending(Protocol):
    """What the catalogue asks whoever lends, before copies are weeded. Barcodes are asked for some thousand at once."""

    def on_loan(self, barcodes: Collection[str]) -> set[str]:
        """Return those that a reader has now."""

    def last_uses(self, barcodes: Collection[str]) -> Mapping[str, datetime]:
        """Return when each was last lent; those never lent are left out."""


WithdrawalListener = Callable[[Collection[str], "Clock"], None]
"""Is given the barcodes of copies that a decision took out of the stock, inside the transaction that did it."""

_listeners: list[CopyListener] = []
_withdrawal_listeners: list[WithdrawalListener] = []
_reinstatement_listeners: list[WithdrawalListener] = []
_standings: list[Standings] = []
_index: list[SearchIndex] = []
_lending: list[Lending] = []
_readers: list[OpenReader] = []
_files: list[FileStore] = []
_in_use: list[CopiesInUse] = []
_covers: list[CoverStore] = []
_elsewhere: list[Elsewhere] = []


def on_copies_changed(listener: CopyListener) -> None:
    """Register a listener; the same one twice counts once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_copies_changed(barcodes: Collection[str]) -> None:
    """Tell every listener."""
    for listener in _listeners:
        listener(barcodes)


def on_copies_withdrawn(listener: WithdrawalListener) -> None:
    """Register a listener; the same one twice counts once."""
    if listener not in _withdrawal_listeners:
        _withdrawal_listeners.append(listener)


def tell_copies_withdrawn(barcodes: Collection[str], clock: Clock) -> None:
    """Tell every listener."""
    for listener in _withdrawal_listeners:
        listener(barcodes, clock)


def on_copies_reinstated(listener: WithdrawalListener) -> None:
    """Register who hears of copies that belong to the stock again; the same one twice counts once."""
    if listener not in _reinstatement_listeners:
        _reinstatement_listeners.append(listener)


def tell_copies_reinstated(barcodes: Collection[str], clock: Clock) -> None:
    """Tell every listener."""
    for listener in _reinstatement_listeners:
        listener(barcodes, clock)


def copies_stand_by(standings: Standings) -> None:
    """Say who knows how copies stand; whoever says it last is asked."""
    _standings[:] = [standings]


def standings(barcodes: Collection[str]) -> Mapping[str, Standing]:
    """Return how the copies stand; nothing where nobody lends."""
    return _standings[0](barcodes) if _standings and barcodes else {}


def search_with(index: SearchIndex) -> None:
    """Say which index answers searches; whoever says it last is asked."""
    _index[:] = [index]


def search_index() -> SearchIndex:
    """Return the index; raises IndexUnavailable where none was named."""
    if not _index:
        raise IndexUnavailable(IndexState.MISSING)
    return _index[0]


def keep_covers_in(store: CoverStore) -> None:
    """Say where pictures of covers are kept; whoever says it last is asked."""
    _covers[:] = [store]


def cover_store() -> CoverStore:
    """Return where covers are kept; raises LookupError where nobody said it."""
    if not _covers:
        raise LookupError("nobody keeps covers: see guisach.site.wiring")
    return _covers[0]


def open_files_with(opener: OpenReader) -> None:
    """Say with what files of an import are read; whoever says it last is asked."""
    _readers[:] = [opener]


def file_reader(terms: Terms) -> FileReader:
    """Return the reader for a file under these terms. Raises MappingError, LookupError where nobody reads files."""
    if not _readers:
        raise LookupError("nobody reads files: see guisach.site.wiring")
    return _readers[0](terms)


def keep_files_in(store: FileStore) -> None:
    """Say where files are kept that came over the network; whoever says it last is asked."""
    _files[:] = [store]


def file_store() -> FileStore:
    """Return where such files are kept; raises LookupError where nobody said it."""
    if not _files:
        raise LookupError("nobody keeps files: see guisach.site.wiring")
    return _files[0]


def ask_about_copies(in_use: CopiesInUse) -> None:
    """Register somebody who knows what happened with copies; all of them are asked, the same one twice counts once."""
    if in_use not in _in_use:
        _in_use.append(in_use)


def copies_in_use(barcodes: Collection[str]) -> set[str]:
    """Return those of the copies with which something has happened, whoever knows of it."""
    return {barcode for ask in _in_use for barcode in ask(barcodes)} if barcodes else set()


def lending_is_known_by(lending: Lending) -> None:
    """Say who knows of loans; whoever says it last is asked."""
    _lending[:] = [lending]


def on_loan(barcodes: Collection[str]) -> set[str]:
    """Return those of the copies that a reader has now; none where nobody lends."""
    return _lending[0].on_loan(barcodes) if _lending and barcodes else set()


def last_uses(barcodes: Collection[str]) -> Mapping[str, datetime]:
    """Return when each copy was last lent; nothing where nobody lends."""
    return _lending[0].last_uses(barcodes) if _lending and barcodes else {}


def ask_elsewhere_with(elsewhere: Elsewhere) -> None:
    """Say who asks other catalogues; whoever says it last is used."""
    _elsewhere[:] = [elsewhere]


def elsewhere() -> Elsewhere:
    """Return who asks other catalogues; raises LookupError where nobody does."""
    if not _elsewhere:
        raise LookupError("nobody asks other catalogues: see guisach.site.wiring")
    return _elsewhere[0]
