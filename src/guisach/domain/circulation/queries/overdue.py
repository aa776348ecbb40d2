"""Books that should be back, by how long they really are late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Min, Window

from guisach.domain.catalogue.queries import copies_by_barcode
from guisach.domain.circulation.models import Loan, Trouble, Whereabouts
from guisach.domain.circulation.rules.notices import LOOK_BACK_DAYS, SOON, days_late
from guisach.domain.network.queries import closures, places_by_code

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from django.db.models import QuerySet

    from guisach.domain.catalogue.queries import CopyView
    from guisach.domain.circulation.rules.notices import Stretch
    from guisach.domain.network.queries import ClosureView


@dataclass(frozen=True, slots=True)
class DueLoan:
    """An open loan that is due soon or late. `late`: days, those on which its place was closed taken off."""

    op: UUID
    barcode: str
    reader: UUID
    place: str
    due_on: date
    late: int
    title: str = ""

    @property
    def subject(self) -> str:
        """What messages about it are about."""
        return subject_of(self.op)


class Closed:
    """The days without service of every place, read once."""

    def __init__(self, on: date, communes: Mapping[str, str]) -> None:
        """Read what matters for books due lately; `communes` by places."""
        self._on = on
        self._communes = communes
        self._closures = closures(on - timedelta(days=LOOK_BACK_DAYS))

    def of(self, place: str) -> list[Stretch]:
        """Return the stretches that concern a place."""
        commune = self._communes.get(place, "")
        return [(one.first_on, one.last_on) for one in self._closures if _concerns(one, place, commune)]

    def is_closed(self, place: str) -> bool:
        """Tell whether there is no service today."""
        return any(first <= self._on <= last for first, last in self.of(place))


def subject_of(loan: UUID) -> str:
    """Name a loan as messages name what they are about."""
    return f"loan:{loan}"


def communes_of(places: Collection[str]) -> dict[str, str]:
    """Return the communes of places, for `Closed`; one query."""
    return {code: place.commune_id for code, place in places_by_code(places).items()}


def loans_to_remind(on: date, *, at_once: int = 500) -> Iterator[list[DueLoan]]:
    """Give open loans for which a reminder may be due, in parcels; those of places that are closed today are left out.

    Titles are not looked up: who is reminded hears them when the words are composed.
    """
    found = _asked_for().filter(
        due_on__lte=on - timedelta(days=SOON.from_day), due_on__gte=on - timedelta(days=LOOK_BACK_DAYS)
    )
    rows = list(found.order_by("op")[:at_once])
    while rows:
        closed = Closed(on, communes_of({row.place for row in rows}))
        yield [_due(row, on, closed) for row in rows if not closed.is_closed(row.place)]
        rows = list(found.filter(op__gt=rows[-1].op).order_by("op")[:at_once])


def overdue(
    *, places: Collection[str] | None, on: date, closed: Closed, offset: int = 0, limit: int = 60
) -> list[DueLoan]:
    """Return loans that are past their date, reader by reader, who has been late longest first; two queries."""
    found = _asked_for().filter(due_on__lt=on)
    if places is not None:
        found = found.filter(place__in=list(places))
    first = Window(Min("due_on"), partition_by=["reader", "place"])
    rows = found.annotate(first=first).order_by("first", "reader", "place", "due_on", "op")
    return _with_titles(list(rows[offset : offset + limit]), on, closed)


def open_among(loans: Collection[UUID], on: date, closed: Closed) -> dict[UUID, DueLoan]:
    """Return those of the loans that are still open and asked for; two queries."""
    rows = _asked_for().filter(pk__in=list(loans))
    return {loan.op: loan for loan in _with_titles(rows, on, closed)}


def open_loans_at(reader: UUID, place: str, on: date) -> list[UUID]:
    """Return what a reader has from a place that is past its date and asked for."""
    found = _asked_for().filter(reader=reader, place=place, due_on__lt=on)
    return list(found.order_by("due_on", "op").values_list("op", flat=True))


def _asked_for() -> QuerySet[Loan]:
    """Open loans, but those of which the reader says that they were brought back."""
    said_back = Whereabouts.objects.filter(trouble=Trouble.CLAIMED).values("barcode")
    return Loan.objects.filter(closed_at__isnull=True).exclude(barcode__in=said_back)


def _with_titles(rows: Iterable[Loan], on: date, closed: Closed) -> list[DueLoan]:
    rows = list(rows)
    copies = copies_by_barcode({row.barcode for row in rows}) if rows else {}
    return [_due(row, on, closed, copies.get(row.barcode)) for row in rows]


def _due(row: Loan, on: date, closed: Closed, copy: CopyView | None = None) -> DueLoan:
    late = days_late(row.due_on, on, closed.of(row.place))
    return DueLoan(row.op, row.barcode, row.reader, row.place, row.due_on, late, copy.title if copy else "")


def _concerns(closure: ClosureView, place: str, commune: str) -> bool:
    if closure.place:
        return closure.place == place
    return not closure.commune or closure.commune == commune
