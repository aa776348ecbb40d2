"""Loans and where copies are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, Subquery

from guisach.domain.catalogue.queries import CopyView, copies_by_barcode, copies_of_records
from guisach.domain.circulation.models import Loan, Trouble, Use, Whereabouts
from guisach.domain.journal.models import Operation
from guisach.domain.readers.queries import other_ids
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class LoanView:
    """A loan with the title that a person knows it by; `title` is empty where the copy is not yet catalogued."""

    op: UUID
    barcode: str
    record_id: int | None
    title: str
    author: str
    reader: UUID
    place: str
    lent_at: datetime
    due_on: date
    renewals: int
    closed_at: datetime | None
    ended: str
    material: str  # kind of the record
    group: str  # of the reader, when it was lent
    policy: int | None  # version of the rulebook it was given under
    is_claimed: bool = False  # the reader says that it was brought back: nobody asks them for it


@dataclass(frozen=True, slots=True)
class OpenLoan:
    """As much of an open loan as the rules of lending need."""

    op: UUID
    barcode: str
    reader: UUID
    due_on: date


@dataclass(frozen=True, slots=True)
class Availability:
    """One copy of a record, live: where it stands and whether it is in."""

    barcode: str
    place: str  # last seen there, or its base where nobody has seen it yet
    call_no: str
    shelf: str
    condition: str
    due_on: date | None  # None: not on loan
    trouble: str = ""  # of models.Trouble
    going_to: str = ""  # sent there and not yet arrived
    is_set_aside: bool = False

    @property
    def is_in(self) -> bool:
        """Whether a reader who goes there can have it in hand."""
        is_here = not (self.trouble or self.going_to or self.is_set_aside)
        return is_here and self.due_on is None and self.condition != "WITHDRAWN"


def loan_of_op(op: UUID, *, copy: CopyView | None = None) -> LoanView | None:
    """Return the loan that this lending made, or None. Who has the copy at hand spares a look for it."""
    return next(iter(_views(Loan.objects.filter(pk=op), copy)), None)


def loans_made_by(ops: Collection[UUID]) -> list[LoanView]:
    """Return the loans that these lendings made; two queries."""
    return _views(Loan.objects.filter(pk__in=list(ops)))


def loan_closed_by(op: UUID, barcode: str) -> LoanView | None:
    """Return the copy's loan that this operation ended, or None."""
    return next(iter(_views(Loan.objects.filter(barcode=barcode, closed_by=op))), None)


def open_loan_of_copy(barcode: str, *, copy: CopyView | None = None) -> LoanView | None:
    """Return who has the copy now, or None. Who has the copy at hand spares a look for it."""
    return next(iter(_views(Loan.objects.filter(barcode=barcode, closed_at__isnull=True), copy)), None)


def open_loans_about(barcode: str, person: Collection[UUID]) -> tuple[OpenLoan | None, int]:
    """Return who has the copy now, and how many copies this person has, by all their ids; one query."""
    found = Loan.objects.filter(Q(barcode=barcode) | Q(reader__in=list(person)), closed_at__isnull=True)
    rows = [OpenLoan(*row) for row in found.values_list("op", "barcode", "reader", "due_on")]
    return next((row for row in rows if row.barcode == barcode), None), sum(row.reader in person for row in rows)


def loans_of_reader(reader: UUID, *, is_open: bool = True, limit: int = 100) -> list[LoanView]:
    """Return a person's open (or ended) loans, by all their ids; open ones by due date, ended ones newest first."""
    found = Loan.objects.filter(Q(reader=reader) | Q(reader__in=other_ids(reader)), closed_at__isnull=is_open)
    return _views(found.order_by("due_on", "op")[:limit] if is_open else found.order_by("-closed_at", "op")[:limit])


def renewed_on(loans: Collection[UUID]) -> dict[UUID, date]:
    """Return the day of the last renewal of each of the loans that was renewed; one query."""
    at = Operation.objects.filter(op=OuterRef("renewed_op")).values("eff_at")[:1]
    rows = Loan.objects.filter(pk__in=list(loans)).annotate(at=Subquery(at)).values_list("op", "at")
    return {op: local_date(at) for op, at in rows if at is not None}


def loans_in_batch(batch: UUID) -> list[LoanView]:
    """Return the loans that were made as one act, in no order."""
    return _views(Loan.objects.filter(batch=batch))


def open_loans(*, places: Collection[str] | None, overdue_on: date | None = None, limit: int = 100) -> list[LoanView]:
    """Return open loans made at these places, the longest due first.

    `overdue_on`: only those due before it, without those of which the reader says that they were brought back.
    """
    return _views(_open(places, overdue_on).order_by("due_on", "op")[:limit])


def overdue_count(*, places: Collection[str] | None, on: date) -> int:
    """Return how many open loans were due before the day, without those said to be brought back."""
    return _open(places, on).count()


def last_seen(barcode: str) -> tuple[str, datetime] | None:
    """Return where and when anybody last had the copy in hand."""
    seen = Whereabouts.objects.filter(pk=barcode).first()
    return None if seen is None or seen.seen_at is None else (seen.place, seen.seen_at)


class LendingKnown:
    """What the catalogue asks before copies are weeded: `guisach.domain.catalogue.kinds.Lending`."""

    def on_loan(self, barcodes: Collection[str]) -> set[str]:
        """Return those that a reader has now."""
        found = Loan.objects.filter(barcode__in=list(barcodes), closed_at__isnull=True)
        return set(found.values_list("barcode", flat=True))

    def last_uses(self, barcodes: Collection[str]) -> dict[str, datetime]:
        """Return when each was last lent or read on the spot; those never used are left out."""
        lent = Loan.objects.filter(barcode__in=list(barcodes)).order_by()
        last = dict(lent.values_list("barcode").annotate(last=Max("lent_at")))
        used = Use.objects.filter(barcode__in=list(barcodes)).order_by()
        for barcode, at in used.values_list("barcode").annotate(last=Max("at")):
            last[barcode] = max(last.get(barcode, at), at)
        return last


def availability_of_records(records: Collection[int]) -> dict[int, list[Availability]]:
    """Return the copies of the records with where they are now; three queries, however many records."""
    copies = copies_of_records(records)
    barcodes = [copy.barcode for copy in copies]
    due = dict(Loan.objects.filter(barcode__in=barcodes, closed_at__isnull=True).values_list("barcode", "due_on"))
    seen = Whereabouts.objects.in_bulk(barcodes)
    found: dict[int, list[Availability]] = {record: [] for record in records}
    for copy in copies:
        here = seen.get(copy.barcode) or Whereabouts(place=copy.base)
        found[copy.record_id].append(
            Availability(
                copy.barcode,
                here.place or copy.base,
                copy.call_no,
                copy.shelf,
                copy.condition,
                due.get(copy.barcode),
                here.trouble,
                here.going_to,
                here.aside_for is not None,
            )
        )
    return found


def _open(places: Collection[str] | None, overdue_on: date | None) -> QuerySet[Loan]:
    found = Loan.objects.filter(closed_at__isnull=True)
    if places is not None:
        found = found.filter(place__in=list(places))
    return found if overdue_on is None else found.filter(~_claimed(), due_on__lt=overdue_on)


def _claimed() -> Exists:
    return Exists(Whereabouts.objects.filter(pk=OuterRef("barcode"), trouble=Trouble.CLAIMED))


def _views(loans: QuerySet[Loan], copy: CopyView | None = None) -> list[LoanView]:
    rows = list(loans.annotate(is_claimed=_claimed()))
    copies = {copy.barcode: copy} if copy else {}
    missing = {loan.barcode for loan in rows} - copies.keys()
    if missing:
        copies |= copies_by_barcode(missing)
    views = []
    for loan in rows:
        of_loan = copies.get(loan.barcode)
        views.append(
            LoanView(
                op=loan.op,
                barcode=loan.barcode,
                record_id=of_loan.record_id if of_loan else None,
                title=of_loan.title if of_loan else "",
                author=of_loan.author if of_loan else "",
                reader=loan.reader,
                place=loan.place,
                lent_at=loan.lent_at,
                due_on=loan.due_on,
                renewals=loan.renewals,
                closed_at=loan.closed_at,
                ended=loan.ended,
                material=of_loan.kind if of_loan else "",
                group=loan.group,
                policy=loan.policy,
                is_claimed=loan.closed_at is None and loan.is_claimed,
            )
        )
    return views
