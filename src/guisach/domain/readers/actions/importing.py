"""Readers of an older system come in as joinings: facts with ids of their own; a second time changes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.crypto import salted_hmac

from guisach.domain.journal.rules.envelope import canonical
from guisach.domain.journal.steps import append, in_one_transaction
from guisach.domain.network.queries import places_by_code
from guisach.domain.readers.rules.old_sheets import Unusable, operation_id, read_person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from guisach.domain.journal.queries import Source
    from guisach.domain.journal.steps import Receipt
    from guisach.domain.readers.rules.old_sheets import Columns, Person
    from guisach.kernel.clock import Clock

AT_ONCE = 500  # rows of one transaction


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sheet: its number as a person counts it, and its cells by what they are."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was left out, with the code of the reason and the field that it lies in."""

    number: int
    code: str
    column: str


@dataclass(slots=True)
class Brought:
    """What came of the rows. Each is counted once: added, mended, unchanged, looked_at (in, with a case) or refused."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)


def import_readers(
    rows: Iterable[Row], *, source: str, columns: Columns, place: str, by: Source, clock: Clock, rehearse: bool = False
) -> Iterator[Brought]:
    """Bring readers in, some hundred in a transaction; yields what came of the rows so far after each.

    `source` names the older system and stays the same for good; `place` is for rows that name none.
    """
    brought = Brought()
    for some in in_parts(rows):
        people: list[Person] = []
        known_places = places_by_code({row.cells.get("place") or place for row in some})
        for row in some:
            try:
                person = read_person(row.cells, source=source, groups=columns.groups, place=place)
                if person.place not in known_places:
                    raise Unusable("place_unknown", "place")
                people.append(person)
            except Unusable as why:
                refuse(brought, row, why)
        if rehearse:
            brought.counts["readable"] += len(people)
        elif people:
            note_receipts(brought, _record([_joining(source, person) for person in people], by, clock), "JOINED")
        yield brought


@in_one_transaction
def _record(operations: Sequence[dict[str, Any]], by: Source, clock: Clock) -> list[Receipt]:
    return append(operations, via=by, clock=clock)


def note_receipts(brought: Brought, receipts: Iterable[Receipt], when_new: str) -> None:
    """Count what the journal answered; `when_new` is the outcome of what was not known at all."""
    for receipt in receipts:
        if receipt.status == "duplicate":
            brought.counts["unchanged"] += 1
        elif receipt.case is not None or receipt.status != "stored":
            brought.counts["looked_at"] += 1
        else:
            brought.counts["added" if receipt.outcome == when_new else "mended"] += 1


def refuse(brought: Brought, row: Row, why: Unusable) -> None:
    """Note a row that is left out."""
    brought.counts["refused"] += 1
    brought.refused.append(Refused(row.number, why.code, why.column))


def in_parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Cut rows into transactions."""
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _joining(source: str, person: Person) -> dict[str, Any]:
    """Write the operation. What is in it comes from the sheet alone: the day of the import makes no difference."""
    private = {
        "reader": str(person.reader), "name": person.name, "card": person.card, "phone": person.phone,
        "birth": person.birth_on.isoformat() if person.birth_on else None, "address": person.address,
        "guardian": person.guardian, "guardian_phone": person.guardian_phone,
    }  # fmt: skip
    operation: dict[str, Any] = {
        "v": 1, "kind": "join", "place": person.place, "group": person.group, "source": f"import:{source}",
        "private": {key: value for key, value in private.items() if value},
    }  # fmt: skip
    if person.expires_on is not None:
        operation["expires"] = person.expires_on.isoformat()
    # Keyed: who is erased must not be found again by guessing what the sheet said.
    said = salted_hmac("guisach.readers.import", canonical(operation), algorithm="sha256").hexdigest()
    return {"op": str(operation_id(source, "join", said)), **operation}
