"""Weeding lists, and which copies the rules propose for one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q

from guisach.domain.catalogue.kinds import last_uses
from guisach.domain.catalogue.models import (
    Copy,
    CopyCondition,
    PhysicalState,
    RecordKind,
    Verdict,
    WeedingLine,
    Withdrawal,
    WithdrawalReason,
)
from guisach.domain.catalogue.rules.stock import class_starts
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

    from guisach.domain.catalogue.rules.stock import WeedingRules

_AT_ONCE = 2000
_KEPT_FOR = timedelta(days=365)  # what was kept is not proposed again for so long
_WORST_LAST = {PhysicalState.GOOD: 0, PhysicalState.WORN: 1, PhysicalState.DAMAGED: 2}


@dataclass(frozen=True, slots=True)
class WithdrawalView:
    """A weeding list or, once it has a number, an entry of part II of the general register."""

    id: int
    place: str
    number: int | None
    reason: str
    begun_at: datetime
    decision_no: str
    decided_on: date | None
    minutes: str
    note: str
    by: str
    proposed: int
    out: int
    kept: int

    @property
    def reason_label(self) -> _StrOrPromise:
        """Why, in the language in force."""
        return WithdrawalReason(self.reason).label

    @property
    def is_open(self) -> bool:
        """Whether it is still being gone through."""
        return self.number is None

    @property
    def lines(self) -> int:
        """How many copies are on it."""
        return self.proposed + self.out + self.kept


@dataclass(frozen=True, slots=True)
class WeedingLineView:
    """A copy on a list, as somebody before the shelf needs it."""

    barcode: str
    title: str
    author: str
    year: int | None
    ddc: str
    call_no: str
    shelf: str
    state: str
    price_vnd: int | None
    why: tuple[str, ...]
    verdict: str

    @property
    def state_label(self) -> _StrOrPromise:
        """How it looks, in the language in force."""
        return PhysicalState(self.state).label


def reasons() -> list[tuple[str, _StrOrPromise]]:
    """Return why copies leave the stock, with their names."""
    return list(WithdrawalReason.choices)


def withdrawal(id_: int) -> WithdrawalView | None:
    """Return a weeding list, or None."""
    return next(iter(_views(Withdrawal.objects.filter(pk=id_))), None)


def withdrawals(places: Collection[str] | None, *, limit: int = 50, offset: int = 0) -> list[WithdrawalView]:
    """Return the lists of these registers (None: of all), open ones first, then the last decided."""
    found = Withdrawal.objects.all() if places is None else Withdrawal.objects.filter(place__in=list(places))
    return _views(found.order_by(F("decided_on").desc(nulls_first=True), "-pk")[offset : offset + limit])


def weeding_lines(withdrawal: int, *, verdict: str = "", limit: int = 50, offset: int = 0) -> list[WeedingLineView]:
    """Return the copies of a list in the order of the shelf: by call number, then by number."""
    found = WeedingLine.objects.filter(withdrawal=withdrawal)
    if verdict:
        found = found.filter(verdict=verdict)
    rows = found.order_by("copy__call_no", "copy__barcode").values_list(
        "copy__barcode", "copy__record__title", "copy__record__author", "copy__record__year", "copy__record__ddc",
        "copy__call_no", "copy__shelf", "copy__state", "copy__price_vnd", "why", "verdict",
    )  # fmt: skip
    return [WeedingLineView(*row[:9], tuple(row[9].split()), row[10]) for row in rows[offset : offset + limit]]


def candidates(
    place: str, rules: WeedingRules, now: datetime, *, within: Collection[str] | None
) -> list[tuple[int, list[str]]]:
    """Return the copies (by id, in the order of their numbers) that the rules name, with the codes of those rules.

    `place` owns them, one of the places `within` answers for them. Copies on an open list, and those kept in the
    last year, are left out.
    """
    stock = Copy.objects.filter(owner=place).exclude(condition=CopyCondition.WITHDRAWN).order_by()
    if within is not None:
        stock = stock.filter(base__in=list(within))
    judged = WeedingLine.objects.filter(copy=OuterRef("pk"))
    recent = Q(verdict=Verdict.KEEP, withdrawal__begun_at__gt=now - _KEPT_FOR)
    stock = stock.exclude(Exists(judged.filter(Q(withdrawal__number=None) | recent)))
    found: dict[int, list[str]] = defaultdict(list)
    for code, ids in _named(stock, place, rules, now):
        for pk in ids:
            found[pk].append(code)
    order = dict(_in_parts(list(found)))
    return sorted(found.items(), key=lambda item: order[item[0]])


def _in_parts(ids: list[int]) -> Iterator[tuple[int, str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield from Copy.objects.filter(pk__in=ids[start : start + _AT_ONCE]).values_list("pk", "barcode")


def _named(
    stock: QuerySet[Copy], place: str, rules: WeedingRules, now: datetime
) -> Iterator[tuple[str, Collection[int]]]:
    """Yield each rule that is on with the copies that it names."""
    today = local_date(now)
    if rules.unused_years is not None:
        yield "UNUSED", list(_unused(stock, now - timedelta(days=365.25 * rules.unused_years)))
    if rules.published_before is not None:
        old = stock.filter(record__year__lt=rules.published_before)
        starts = class_starts(rules.classes)
        if starts:
            matching = Q()
            for start in starts:
                matching |= Q(record__ddc__startswith=start)
            old = old.filter(matching)
        yield "OLD", list(old.values_list("pk", flat=True))
    if rules.is_damaged:
        yield "DAMAGED", list(stock.filter(state=PhysicalState.DAMAGED).values_list("pk", flat=True))
    if rules.copies_max is not None:
        yield "MANY", list(_too_many(stock, rules.copies_max))
    if rules.has_newer_edition:
        yield "EDITION", list(_replaced(stock, place))
    if rules.is_expired_law:
        yield "EXPIRED", list(stock.filter(record__law__valid_to__lte=today).values_list("pk", flat=True))


def _unused(stock: QuerySet[Copy], since: datetime) -> Iterator[int]:
    """Yield those that were in the stock then and not lent since; of unknown age is what was catalogued before."""
    day = local_date(since)
    old = stock.filter(Q(acquired_on__lte=day) | Q(acquired_on=None, record__created_at__lte=since))
    rows = list(old.values_list("pk", "barcode"))
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        uses = last_uses([barcode for _pk, barcode in part])
        yield from (pk for pk, barcode in part if barcode not in uses or uses[barcode] < since)


def _replaced(stock: QuerySet[Copy], place: str) -> Iterator[int]:
    """Yield those of which the place owns a newer edition: same title and author, a later year.

    Counted here and not in SQL: a subquery for each copy took minutes where this takes a second.
    """
    work = ("record__title_key", "record__author", "record__kind")
    owned = Copy.objects.filter(owner=place, record__year__isnull=False).exclude(record__kind=RecordKind.SERIAL)
    rows = owned.exclude(condition=CopyCondition.WITHDRAWN).order_by().values_list(*work, "record__year").distinct()
    newest: dict[tuple[str, str, str], int] = {}
    for *key, year in rows.iterator(chunk_size=_AT_ONCE):
        newest[tuple(key)] = max(year, newest.get(tuple(key), year))
    for pk, *key, year in stock.filter(record__year__isnull=False).values_list("pk", *work, "record__year"):
        if year < newest.get(tuple(key), year):
            yield pk


def _too_many(stock: QuerySet[Copy], copies_max: int) -> Iterator[int]:
    """Yield what is beyond the number at one place: the most worn go first, then the oldest."""
    crowded = stock.values("record", "base").annotate(n=Count("pk")).filter(n__gt=copies_max)
    records = list(crowded.values_list("record", flat=True).distinct())
    for start in range(0, len(records), _AT_ONCE):
        shelves: dict[tuple[int, str], list[tuple[int, int, int]]] = defaultdict(list)
        rows = stock.filter(record__in=records[start : start + _AT_ONCE])
        for record, base, state, acquired, pk in rows.values_list("record", "base", "state", "acquired_on", "pk"):
            age = acquired.toordinal() if acquired else 0
            shelves[record, base].append((_WORST_LAST[PhysicalState(state)], -age, pk))
        for copies in shelves.values():
            yield from (pk for _state, _age, pk in sorted(copies)[copies_max:])


def _views(found: QuerySet[Withdrawal]) -> list[WithdrawalView]:
    rows = list(found.select_related("by"))
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    lines = WeedingLine.objects.filter(withdrawal__in=[row.pk for row in rows]).order_by()
    for pk, verdict, n in lines.values_list("withdrawal", "verdict").annotate(n=Count("pk")):
        counts[pk][verdict] = n
    return [
        WithdrawalView(
            row.pk, row.place_id, row.number, row.reason, row.begun_at, row.decision_no, row.decided_on, row.minutes,
            row.note, row.by.full_name if row.by else "", counts[row.pk].get("PROPOSED", 0),
            counts[row.pk].get("WITHDRAW", 0), counts[row.pk].get("KEEP", 0),
        )
        for row in rows
    ]  # fmt: skip
