"""The rows of a place's desks, computed from what is stored now: copies, loans, readers, cards and titles.

A copy is in the scope of a place when it belongs there, was last seen there or is on its way there. A loan is when its
copy is, or it was made there, or its reader is in the scope. A reader is when the place looks after them, or they have
such a loan. Of a reader there is what a desk needs to know them by and to lend to them, and nothing of what they read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.db.models import Q

from guisach.domain.catalogue.models import Copy, Record
from guisach.domain.circulation.models import Loan, Request, Whereabouts
from guisach.domain.circulation.rules.policy import lending_group
from guisach.domain.circulation.rules.request_fold import Sort
from guisach.domain.readers.models import FormerCard, Reader
from guisach.domain.readers.queries import families_of
from guisach.domain.readers.rules.joining import ADULT_AGE_YEARS, years_between

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from guisach.domain.readers.queries import Family
    from guisach.domain.sync.rules.feed import Row, Rows

_AT_ONCE = 4000  # SQLite takes 32,766 parameters in a statement, and some ask for each id three times
_TITLE_LENGTH, _AUTHOR_LENGTH = 300, 120

T = TypeVar("T")


@dataclass(slots=True)
class Computed:
    """The rows in scope among what was asked about. What was asked about and has no row here is out of scope."""

    rows: Rows = field(default_factory=dict)
    parts: dict[tuple[str, str], str] = field(default_factory=dict)
    """Of a copy its record, of a card its reader."""
    barcodes: set[str] = field(default_factory=set)
    readers: set[UUID] = field(default_factory=set)


@dataclass(slots=True)
class _Person:
    """A person under all their ids, as far as the place has to do with them."""

    family: Family
    loans: int = 0
    is_in_scope: bool = False


def in_chunks(items: Iterable[T], size: int = _AT_ONCE) -> Iterator[list[T]]:
    """Cut what is to be named in a statement into pieces that every database takes."""
    rest = iter(items)
    while piece := list(islice(rest, size)):
        yield piece


def barcodes_here(place: str) -> set[str]:
    """Return every copy in the scope of a place; two queries."""
    found = set(Copy.objects.filter(base=place).values_list("barcode", flat=True))
    seen = Whereabouts.objects.filter(Q(place=place) | Q(going_to=place))
    return (
        found
        | set(seen.values_list("barcode", flat=True))
        | set(Loan.objects.filter(place=place, closed_at__isnull=True).values_list("barcode", flat=True))
    )


def readers_here(place: str) -> set[UUID]:
    """Return whom the place looks after."""
    return set(Reader.objects.filter(place=place).values_list("pk", flat=True))


def compute(place: str, barcodes: Collection[str], readers: Collection[UUID], on: date) -> Computed:
    """Compute copies and loans of the barcodes, and the readers with their cards; with whatever hangs together.

    The number of queries does not depend on how many there are, but for one more round at every 4,000.
    """
    borrowers = {loan[1] for loan in _open_loans("barcode", barcodes)}
    asked = _sharing_cards({*readers, *borrowers})
    families = {id_: family for piece in in_chunks(asked) for id_, family in families_of(piece).items()}
    people = {id_: _Person(family) for family in families.values() for id_ in family.ids}
    for person in list(people.values()):
        people.update(dict.fromkeys(person.family.ids, person))
    loans = list(_open_loans("reader", people))
    found = Computed(barcodes={*barcodes, *(loan[0] for loan in loans)}, readers=set(people))
    _put_copies(found, place)
    known = {row.pk: row for piece in in_chunks(people) for row in Reader.objects.filter(pk__in=piece)}
    for id_, person in people.items():
        row = known.get(id_)
        person.is_in_scope |= row is not None and row.erased_at is None and row.place == place
    for barcode, reader, _due, _since, _renewals, _policy, lent_at_place in loans:
        person = people[reader]
        person.loans += 1
        person.is_in_scope |= lent_at_place == place or ("copy", barcode) in found.rows
    for loan in loans:
        if people[loan[1]].is_in_scope:
            found.rows["loan", loan[0]] = _loan_row(loan, people[loan[1]])
    for id_, person in people.items():
        if person.is_in_scope and id_ in known and known[id_].erased_at is None:
            found.rows["reader", str(id_)] = _reader_row(known[id_], person, on)
    _put_cards(found, people, known)
    return found


def title_rows(records: Collection[int]) -> Rows:
    """Return the titles; those of records that are no more are left out."""
    names = ("pk", "title", "subtitle", "author", "year", "kind", "language")
    return {
        ("title", str(pk)): {
            "title": (f"{title}: {subtitle}" if subtitle else title)[:_TITLE_LENGTH],
            "author": author[:_AUTHOR_LENGTH],
            "year": year,
            "kind": kind,
            "languages": [language] if language else [],
        }
        for piece in in_chunks(records)
        for pk, title, subtitle, author, year, kind, language in Record.objects.filter(pk__in=piece).values_list(*names)
    }


_Loan = tuple[str, UUID, date, object, int, int | None, str]


def _open_loans(name: str, among: Iterable[object]) -> Iterator[_Loan]:
    fields = ("barcode", "reader", "due_on", "lent_at", "renewals", "policy", "place")
    for piece in in_chunks(among):
        yield from Loan.objects.filter(**{f"{name}__in": piece}, closed_at__isnull=True).values_list(*fields)


def _sharing_cards(readers: set[UUID]) -> set[UUID]:
    """Add those who have, or had, the same number as one of these: which of them it means depends on all of them."""
    numbers: set[str] = set()
    for piece in in_chunks(readers):
        numbers |= set(FormerCard.objects.filter(reader__in=piece).values_list("card_no", flat=True))
        merged = Reader.objects.filter(pk__in=piece, survivor__isnull=False)
        numbers |= set(merged.values_list("card_no", flat=True))
    found = set(readers)
    for some in in_chunks(numbers - {""}):
        former = FormerCard.objects.filter(card_no__in=some, reader__isnull=False)
        found |= {id_ for id_ in former.values_list("reader", flat=True) if id_ is not None}
        merged = Reader.objects.filter(card_no__in=some, survivor__isnull=False)
        found |= set(merged.values_list("pk", flat=True))
    return found


def _put_copies(found: Computed, place: str) -> None:
    fields = ("barcode", "record_id", "base_id", "condition", "shelf", "call_no", "record__kind")
    for piece in in_chunks(sorted(found.barcodes)):
        seen = {
            row[0]: row[1:]
            for row in Whereabouts.objects.filter(pk__in=piece).values_list("pk", "place", "trouble", "going_to")
        }
        asked = Request.objects.filter(barcode__in=piece, closed_at__isnull=True).exclude(sort=Sort.SUGGESTION)
        aside = dict(asked.order_by("-since", "-op").values_list("barcode", "reader"))
        present = {id_: family.id for id_, family in families_of(r for r in aside.values() if r is not None).items()}
        for barcode, record, base, condition, shelf, call_no, kind in Copy.objects.filter(
            barcode__in=piece
        ).values_list(*fields):
            at, trouble, going_to = seen.get(barcode, ("", "", ""))
            if place not in {base, at, going_to}:
                continue
            reader = aside.get(barcode)
            found.rows["copy", barcode] = {
                "title": record,
                "shelf": call_no or shelf,
                "condition": condition,
                "material": kind,
                "place": at or base,
                "trouble": trouble,
                "going_to": going_to,
                "aside_for": str(present[reader]) if reader is not None else None,
            }
            found.parts["copy", barcode] = str(record)


def _loan_row(loan: _Loan, person: _Person) -> Row:
    _barcode, _reader, due_on, lent_at, renewals, policy, place = loan
    return {
        "reader": str(person.family.id),
        "due": str(due_on),
        "since": lent_at.isoformat(),  # type: ignore[attr-defined]
        "renewals": renewals,
        "policy": policy,
        "place": place,
    }


def _reader_row(reader: Reader, person: _Person, on: date) -> Row:
    """Write what a desk needs; of an id that is somebody else's now only whose."""
    is_merged = reader.survivor is not None
    born = None if is_merged else reader.birth_on
    return {
        "name": "" if is_merged else reader.full_name,
        "card": "" if is_merged else reader.card_no,
        "group": lending_group(reader.kind, reader.group),
        "expires": str(reader.expires_on),
        "birth_year": born.year if born else None,
        "is_child": born is not None and years_between(born, on) < ADULT_AGE_YEARS,
        "is_pending": reader.is_card_pending,
        "language": reader.language,
        "merged_into": str(reader.survivor) if is_merged else None,
        "loans": 0 if is_merged else person.loans,
    }


def _put_cards(found: Computed, people: dict[UUID, _Person], known: dict[UUID, Reader]) -> None:
    """Give the numbers that people may still carry: of several who had one the last."""
    holders: list[tuple[str, str, UUID]] = []
    for piece in in_chunks(people):
        rows = FormerCard.objects.filter(reader__in=piece).values_list("card_no", "ended_at", "reader")
        holders += [(number, str(ended_at), reader) for number, ended_at, reader in rows if reader is not None]
    holders += [(row.card_no, str(row.joined_at), id_) for id_, row in known.items() if row.survivor and row.card_no]
    for number, _since, id_ in sorted(holders):
        person = people[id_]
        if ("reader", str(id_)) in found.rows:
            found.rows["card", number] = {"reader": str(person.family.id)}
            found.parts["card", number] = str(id_)
