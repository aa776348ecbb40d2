"""The kinds of operation and the folds, registered by the rooms that own them when Django starts.

A kind says how its body is read and which subject it is about. A fold turns the histories of subjects of
one type into results and projections. The journal itself knows no book and no reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from guisach.kernel.errors import InvariantBroken

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from guisach.domain.journal.rules.history import History, Result

PENDING = "PENDING"  # unknown or unreadable here and now: kept, and read again after an update
WAITING = "WAITING"  # what it refers to has not arrived yet


class NoPrivate(msgspec.Struct, frozen=True):
    """For kinds that name nobody."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of operation. `subject` gives the id within `subject_type`; ValueError there means unreadable."""

    name: str
    subject_type: str
    body: type[msgspec.Struct]
    subject: Callable[[Any, Any, str, datetime], str]  # from body, private part, place, effective time
    private: type[msgspec.Struct] = NoPrivate
    reader: Callable[[Any], UUID | None] = lambda _private: None
    target: Callable[[Any], UUID | None] = lambda _body: None
    is_count: bool = False
    """Somebody counted everything at the place: what was on paper before cannot have happened after."""
    is_final: bool = False
    """Once a librarian did it, it cannot be taken back: a void that comes first must not undo it either."""
    version: int = 1
    """The newest form of its body (`v`) that is read here; a newer one waits for an update."""


class Fold(Protocol):
    """How subjects of one type are folded and kept. All work on many subjects with a few queries."""

    subject_type: str
    reads_private: bool  # whether the private parts are needed, or the reader's id is enough
    is_derived: bool  # follows from projections of other folds and has no operations of its own
    is_private: bool  # the subject is a person: it is found through the private part, never through the body

    def fold(self, histories: Mapping[str, History]) -> Folding:
        """Compute; reads nothing but the log, dated policies and projections of lower folds. Writes nothing."""
        ...

    def project(self, folding: Folding) -> None:
        """Bring the stored projection in line with the folding; what that touches is added to its touches."""
        ...

    def differences(self, folding: Folding) -> Iterator[str]:
        """Name each row that is stored otherwise than it would be computed."""
        ...

    def subjects(self) -> Iterable[str]:
        """Every subject that has a projection or ought to: for checking from nothing."""
        ...

    def rows(self) -> Iterator[str]:
        """The stored projection as lines in any order: what the digest of `guisach check` covers."""
        ...


@dataclass(slots=True)
class Folding:
    """What a fold computed: a result by subject, its own rows, and subjects of later folds that are touched."""

    results: dict[str, Result]
    state: dict[str, Any]
    touches: dict[str, set[str]]


_kinds: dict[str, Kind] = {}
_folds: dict[str, Fold] = {}


Act = tuple["UUID", str, str]
"""Who did something where: device, actor, place."""

_outside: list[Callable[[Collection[Act]], set[Act]]] = []


def vouch_by(outside: Callable[[Collection[Act]], set[Act]]) -> None:
    """Let a room say which acts, numbered by devices, lie outside what these devices are for."""
    _outside.append(outside)


def outside_scope(acts: Collection[Act]) -> set[Act]:
    """Return the acts that lie outside what their devices are for: they count, and somebody looks at them."""
    return {act for outside in _outside for act in outside(acts)} if acts else set()


def register_kind(kind: Kind) -> None:
    """Make a kind known; a second registration under one name is a mistake in our code."""
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise InvariantBroken(f"two rooms claim the kind {kind.name}")


def register_fold(fold: Fold) -> None:
    """Make a fold known. Folds run in the order in which they are registered: lower rooms first."""
    if _folds.setdefault(fold.subject_type, fold) is not fold:
        raise InvariantBroken(f"two rooms claim the subject {fold.subject_type}")


def kind_named(name: str) -> Kind | None:
    """Return the kind, or None for one that this version does not know."""
    return _kinds.get(name)


def kinds_about(subject_type: str) -> list[str]:
    """Names of the kinds whose subject is of this type."""
    return [kind.name for kind in _kinds.values() if kind.subject_type == subject_type]


def counting_kinds() -> list[str]:
    """Names of the kinds that say: everything at this place was counted."""
    return [kind.name for kind in _kinds.values() if kind.is_count]


def final_kinds() -> frozenset[str]:
    """Names of the kinds that nobody can take back once a librarian did it."""
    return frozenset(kind.name for kind in _kinds.values() if kind.is_final)


def folds() -> list[Fold]:
    """All folds in the order in which they must run."""
    return list(_folds.values())
