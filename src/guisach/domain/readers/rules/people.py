"""Readers as a pure function of what happened to them: who joined, what was edited, who is whom, who was erased.

Readers who were found to be one person are folded together, for what happens to the one happens to the other. The
rows named below are those of the table of conflict rules (SYNC.md 3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from guisach.domain.journal.rules.history import LIBRARIAN, CaseDraft, Entry
from guisach.domain.readers.rules.editing import EMPTY, EditBody, said
from guisach.domain.readers.rules.joining import JoinBody, expiry, tidy_name
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Iterable

TELLING = frozenset({"name", "birth", "guardian"})  # row 21: two who differ on these are asked
ERASED_CASE = "reader_erased"
ASKED_CASE = "erasure_asked"


@dataclass(slots=True)
class Person:
    """One reader as the log tells of them."""

    id: UUID
    joined: Entry | None = None
    place: str = ""
    group: str = ""
    kind: str = ""
    expires_on: date = date.min
    values: dict[str, Any] = field(default_factory=lambda: dict(EMPTY))
    set_by: dict[str, Entry] = field(default_factory=dict)
    """Which operation gave each field its value."""
    former_cards: dict[str, Entry] = field(default_factory=dict)
    """Numbers that were replaced, each with the operation that replaced it: nobody may lend on them."""
    survivor: UUID | None = None
    """Set where this is the same person as another, who is asked from then on."""
    erased: Entry | None = None
    is_forgotten: bool = False
    """The joining does not say any more who it was."""


@dataclass(slots=True)
class People:
    """What the log says of readers of whom some may be one person."""

    persons: dict[UUID, Person] = field(default_factory=dict)
    outcomes: dict[UUID, str] = field(default_factory=dict)
    cases: dict[UUID, list[CaseDraft]] = field(default_factory=dict)
    """By the reader whom the latest of its operations names."""


def fold_people(entries: Iterable[Entry]) -> People:
    """Go through what happened in order. Total: whatever the history, there are people and an outcome for each."""
    fold = _Fold()
    for entry in sorted(entries, key=lambda entry: entry.order):
        fold.take(entry)
    return fold.finish()


class _Fold:
    def __init__(self) -> None:
        self.people = People()
        self.parents: dict[UUID, tuple[UUID, Entry]] = {}
        self.unjoined: list[Entry] = []

    def take(self, entry: Entry) -> None:
        id_: UUID = entry.reader  # type: ignore[assignment]  # what names no reader is not about one
        person = self.person(self.root(id_))
        if person.erased is not None:
            self.too_late(person.erased, entry)
            return
        self.people.outcomes[entry.op] = getattr(self, f"_{entry.kind}")(person, entry)

    def person(self, id_: UUID) -> Person:
        return self.people.persons.setdefault(id_, Person(id_))

    def root(self, id_: UUID) -> UUID:
        while id_ in self.parents:
            id_ = self.parents[id_][0]
        return id_

    def file(self, draft: CaseDraft, entry: Entry) -> None:
        self.people.cases.setdefault(entry.reader, []).append(draft)  # type: ignore[arg-type]

    def too_late(self, erased: Entry, entry: Entry) -> None:
        """Row 12: what comes for somebody who was erased changes nothing and brings nobody back."""
        self.people.outcomes[entry.op] = "NO_EFFECT"
        if entry.kind != "erase_reader":
            self.file(_case(ERASED_CASE, erased, entry), entry)

    def _join(self, person: Person, entry: Entry) -> str:
        body: JoinBody = entry.body
        is_first = person.joined is None
        if is_first:
            person.joined, person.place = entry, entry.place
            person.is_forgotten = is_wordless(entry)
        person.group, person.kind = body.group, body.type or person.kind or "PERSON"
        person.expires_on = body.expires or expiry(local_date(entry.eff_at))
        for name, value in said(entry.private):
            _set(person, name, value, entry)
        return "JOINED" if is_first else "UPDATED"

    def _edit_reader(self, person: Person, entry: Entry) -> str:
        body: EditBody = entry.body
        if person.joined is None:
            self.unjoined.append(entry)
        person.group, person.kind = body.group or person.group, body.type or person.kind
        person.expires_on, person.place = body.expires or person.expires_on, body.home or person.place
        was = dict(said(entry.private.was))
        for name, value in said(entry.private.set):
            before = person.set_by.get(name)
            if name in TELLING and before is not None and _disagrees(person, name, value, was, before, entry):
                self.file(_case("reader_changed_twice", before, entry), entry)
            _set(person, name, value, entry, body.replaces)
        return "UPDATED"

    def _merge_readers(self, person: Person, entry: Entry) -> str:
        into: UUID = entry.private.into
        other = self.person(self.root(into))
        if other.erased is not None:
            self.file(_case(ERASED_CASE, other.erased, entry), entry)
            return "NO_EFFECT"
        if other.id == person.id:
            if between := self.way(into, entry.reader):  # type: ignore[arg-type]
                self.file(_case("merge_cycle", *between, entry), entry)
            return "NO_EFFECT"  # or they were one already
        self.parents[person.id] = (other.id, entry)
        return "MERGED"

    def _erase_reader(self, person: Person, entry: Entry) -> str:
        if entry.standing != LIBRARIAN:
            self.file(_case(ASKED_CASE, entry), entry)
            return "NO_EFFECT"
        person.erased = entry
        return "ERASED"

    def way(self, start: UUID, end: UUID) -> list[Entry]:
        """Return the merges that led from one to the other; nothing where there is no such way."""
        merges = []
        while start != end:
            if start not in self.parents:
                return []
            start, merge = self.parents[start]
            merges.append(merge)
        return merges

    def finish(self) -> People:
        for person in self.people.persons.values():
            if person.is_forgotten and person.erased is None:  # a backup from before the erasure was restored
                person.erased = person.joined
        for entry in self.unjoined:
            if (late := self.people.persons[self.root(entry.reader)]).joined is None and late.erased is None:  # type: ignore[arg-type]
                self.file(_case("edited_reader_unknown", entry), entry)
        self.spread()
        return self.people

    def spread(self) -> None:
        """Let all readers who are one person share its fate; of those erased nothing waits for anybody any more."""
        for id_, person in self.people.persons.items():
            last = self.people.persons[self.root(id_)]
            if last is not person:
                person.survivor, person.erased = last.id, last.erased or person.erased
            if person.erased is not None and id_ in self.people.cases:
                self.people.cases[id_] = [case for case in self.people.cases[id_] if case.kind == ERASED_CASE]


def _case(kind: str, *entries: Entry) -> CaseDraft:
    latest = entries[-1]
    return CaseDraft(kind, tuple(entry.op for entry in entries), latest.place or entries[0].place, latest.eff_at)


def is_wordless(entry: Entry) -> bool:
    """Say whether an operation tells nothing of the reader, or not any more."""
    if entry.kind == "join":
        return not tidy_name(entry.private.name)
    if entry.kind == "edit_reader":
        return not any(True for _ in said(entry.private.set)) and not any(True for _ in said(entry.private.was))
    return True


def _set(person: Person, name: str, value: Any, entry: Entry, replaces: str = "") -> None:
    before = person.values[name]
    if name == "card":
        person.former_cards.pop(value, None)
        if before and before != value and replaces != "WRONG":
            person.former_cards[before] = entry
    if before != value or name not in person.set_by or name in {"consent", "assent"}:
        person.set_by[name] = entry
    person.values[name] = value


def _disagrees(person: Person, name: str, value: Any, was: dict[str, Any], before: Entry, entry: Entry) -> bool:
    """Row 21: say whether whoever edited did not know what somebody else had made of it."""
    if person.values[name] == value:
        return False
    if name in was:
        return bool(was[name] != person.values[name])
    return before is not person.joined and before.dev != entry.dev
