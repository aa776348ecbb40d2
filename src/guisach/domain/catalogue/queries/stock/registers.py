"""The registers as the law names them: sổ đăng ký cá biệt, sổ đăng ký tổng quát I to III."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Min, Sum

from guisach.domain.catalogue.models import (
    AcquisitionKind,
    Copy,
    CopyCondition,
    Receipt,
    Withdrawal,
    WithdrawalReason,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

VOLUME_LINES = 2_500  # of one volume of the individual register: some 115 pages
_AT_ONCE = 2_000
_NEVER = 9_999
_FIELDS = (
    "barcode", "acquired_on", "record__title", "record__author", "part", "record__published_at_place",
    "record__publisher", "record__year", "price_vnd", "receipt__number", "receipt__source", "record__ddc", "call_no",
    "note", "withdrawal__number", "withdrawal__decision_no", "withdrawal__decided_on", "condition",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A copy in the individual register: one line, in the order of numbers, also when it has left the stock."""

    barcode: str
    acquired_on: date | None
    title: str
    author: str
    part: str
    published_at_place: str
    publisher: str
    year: int | None
    price_vnd: int | None
    receipt_no: int | None
    source: str | None
    ddc: str
    call_no: str
    note: str
    withdrawal_no: int | None
    decision_no: str | None
    decided_on: date | None
    condition: str


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume of the individual register: a stretch of numbers that is printed as one book."""

    number: int
    first: str
    last: str
    lines: int


@dataclass(slots=True)
class Sums:
    """What copies amount to, as the general register counts them."""

    titles: int = 0
    copies: int = 0
    value_vnd: int = 0
    by_class: Counter[str] = field(default_factory=Counter)  # first figure of DDC, "" where there is none
    by_language: Counter[str] = field(default_factory=Counter)
    by_kind: Counter[str] = field(default_factory=Counter)  # kind of record

    @property
    def vietnamese(self) -> int:
        """Copies in Vietnamese."""
        return self.by_language["vie"]


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """An entry of part I of the general register."""

    id: int
    place: str
    number: int
    entered_on: date
    kind: str
    source: str
    voucher: str
    note: str
    by: str
    sums: Sums

    @property
    def kind_label(self) -> _StrOrPromise:
        """How the copies came in, in the language in force."""
        return AcquisitionKind(self.kind).label


@dataclass(frozen=True, slots=True)
class DepartureView:
    """An entry of part II of the general register."""

    id: int
    number: int
    reason: str
    decision_no: str
    decided_on: date
    minutes: str
    note: str
    sums: Sums

    @property
    def reason_label(self) -> _StrOrPromise:
        """Why, in the language in force."""
        return WithdrawalReason(self.reason).label


@dataclass(frozen=True, slots=True)
class YearSums:
    """A line of part III: what a stock had at the beginning of a year, what came and went, what it has at the end."""

    year: int
    before: Sums
    came: Sums
    went: Sums
    after: Sums


def register_volumes(place: str) -> list[Volume]:
    """Cut the register of a place into volumes of one prefix each, at most VOLUME_LINES long."""
    volumes: list[Volume] = []
    part: list[str] = []

    def close() -> None:
        if part:
            volumes.append(Volume(len(volumes) + 1, part[0], part[-1], len(part)))
            part.clear()

    barcodes = Copy.objects.filter(owner=place).order_by("barcode").values_list("barcode", flat=True)
    for barcode in barcodes.iterator(chunk_size=_AT_ONCE):
        if part and (len(part) == VOLUME_LINES or _prefix(part[0]) != _prefix(barcode)):
            close()
        part.append(barcode)
    close()
    return volumes


def register_lines(place: str, first: str = "", last: str = "") -> Iterator[RegisterLine]:
    """Yield the lines of a register from one number to another, both included, without holding them all."""
    found = Copy.objects.filter(owner=place)
    if first:
        found = found.filter(barcode__gte=first)
    if last:
        found = found.filter(barcode__lte=last)
    for row in found.order_by("barcode").values_list(*_FIELDS).iterator(chunk_size=_AT_ONCE):
        yield RegisterLine(*row)


def receipt(id_: int) -> ReceiptView | None:
    """Return an entry of part I, or None."""
    return next(iter(_receipts(Receipt.objects.filter(pk=id_))), None)


def receipts(
    places: Collection[str] | None,
    *,
    year: int | None = None,
    kind: str = "",
    is_oldest_first: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> list[ReceiptView]:
    """Return the entries of part I of these registers (None: all); the last first, or as the book is written."""
    found = Receipt.objects.all() if places is None else Receipt.objects.filter(place__in=list(places))
    if year is not None:
        found = found.filter(entered_on__year=year)
    if kind:
        found = found.filter(kind=kind)
    order = ("place", "number") if is_oldest_first else ("-entered_on", "-pk")
    return _receipts(found.order_by(*order)[offset : offset + limit])


def departures(place: str, *, year: int | None = None, limit: int = 1000) -> list[DepartureView]:
    """Return the entries of part II of a register, as the book is written."""
    found = Withdrawal.objects.filter(place=place, number__isnull=False)
    if year is not None:
        found = found.filter(decided_on__year=year)
    rows = list(found.order_by("number")[:limit])
    sums = _grouped(Copy.objects.filter(withdrawal__in=[row.pk for row in rows]), "withdrawal")
    return [
        DepartureView(
            row.pk, row.number or 0, row.reason, row.decision_no, row.decided_on, row.minutes, row.note,
            sums.get(row.pk, Sums()),
        )
        for row in rows if row.decided_on is not None
    ]  # fmt: skip


def register_years(place: str) -> list[int]:
    """Return the years in which copies came into or left a stock, the last first; [] for an empty stock."""
    came = Copy.objects.filter(owner=place).aggregate(first=Min("acquired_on"), last=Max("acquired_on"))
    went = Withdrawal.objects.filter(place=place).aggregate(last=Max("decided_on"))
    days = [day for day in (came["first"], came["last"], went["last"]) if day is not None]
    return list(range(max(days).year, min(days).year - 1, -1)) if days else []


def year_sums(place: str, years: Collection[int]) -> list[YearSums]:
    """Count years of a stock, in their order: one walk over its copies, however many years.

    Copies of which nobody knows when they came count as there before; those that left without a decision of ours, so
    before there was this register, count nowhere.
    """
    counted = {year: (_Adding(), _Adding(), _Adding(), _Adding()) for year in sorted(years)}
    rows = Copy.objects.filter(owner=place).order_by().values_list(
        "record", "record__ddc", "record__language", "record__kind", "price_vnd", "acquired_on",
        "withdrawal__decided_on", "condition",
    )  # fmt: skip
    what: list[Any]
    for *what, acquired_on, decided_on, condition in rows.iterator(chunk_size=_AT_ONCE):
        if condition == CopyCondition.WITHDRAWN and decided_on is None:
            continue
        gone = decided_on.year if decided_on else _NEVER
        came = min(acquired_on.year if acquired_on else 0, gone)
        for year, (before, arrived, went, after) in counted.items():
            if came == year:
                arrived.add(*what)
            if gone == year:
                went.add(*what)
            if came < year <= gone:
                before.add(*what)
            if came <= year < gone:
                after.add(*what)
    return [YearSums(year, *(one.sums() for one in four)) for year, four in counted.items()]


class _Adding:
    """Sums while they are added up, a copy at a time."""

    def __init__(self) -> None:
        self._sums = Sums()
        self._titles: set[int] = set()

    def add(self, record: int, ddc: str, language: str, kind: str, price_vnd: int | None) -> None:
        sums = self._sums
        self._titles.add(record)
        sums.copies += 1
        sums.value_vnd += price_vnd or 0
        sums.by_class[ddc[:1] if ddc[:1].isdigit() else ""] += 1
        sums.by_language[language] += 1
        sums.by_kind[kind] += 1

    def sums(self) -> Sums:
        self._sums.titles = len(self._titles)
        return self._sums


def _grouped(copies: QuerySet[Copy], key: str) -> dict[int, Sums]:
    """Add copies up by a foreign key, in two queries."""
    found: dict[int, Sums] = {}
    rows = copies.order_by().values_list(key, "record__ddc", "record__language", "record__kind")
    for group, ddc, language, kind, n, value in rows.annotate(n=Count("pk"), value=Sum("price_vnd")):
        sums = found.setdefault(group, Sums())
        sums.copies += n
        sums.value_vnd += value or 0
        sums.by_class[ddc[:1] if ddc[:1].isdigit() else ""] += n
        sums.by_language[language] += n
        sums.by_kind[kind] += n
    for group, n in copies.order_by().values_list(key).annotate(n=Count("record", distinct=True)):
        found[group].titles = n
    return found


def _receipts(found: QuerySet[Receipt]) -> list[ReceiptView]:
    rows = list(found.select_related("by"))
    sums = _grouped(Copy.objects.filter(receipt__in=[row.pk for row in rows]), "receipt")
    return [
        ReceiptView(
            row.pk, row.place_id, row.number, row.entered_on, row.kind, row.source, row.voucher, row.note,
            row.by.full_name if row.by else "", sums.get(row.pk, Sums()),
        )
        for row in rows
    ]  # fmt: skip


def _prefix(barcode: str) -> str:
    return barcode.rstrip("0123456789")
