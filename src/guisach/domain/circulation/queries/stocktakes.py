"""Stocktakes: how far they are, what was not seen yet, what turned up that should not be there.

Expected are the copies that the place keeps, but for those known to be elsewhere: out, on their way, given up. Seen is
what anybody scanned in the count, and what anybody had in hand there since it began, whoever told of it first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Sum

from guisach.domain.catalogue.models import Copy, CopyCondition
from guisach.domain.circulation.models import Loan, Stocktake, StocktakeLine, Trouble, Whereabouts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

FINDINGS = ("UNKNOWN", "WITHDRAWN", "ELSEWHERE", "OTHER_SHELF", "ON_LOAN")
"""What is wrong with a copy that was scanned: nobody catalogued it, it was withdrawn, another place keeps it, it
belongs to another shelf or collection than the one counted, a reader has it in the books."""

ACCOUNT = ("expected", "seen", "away", "on_loan", "scanned", "again")
"""What the account of a stocktake says, beside its findings."""

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class StocktakeView:
    """A stocktake; `copies` is what was scanned when somebody closed it, `reports` who is done with how many."""

    id: UUID
    place: str
    collection: str
    first: str
    last: str
    begun_at: datetime
    begun_by: str
    closed_at: datetime | None
    closed_by: str
    copies: int | None
    results: Mapping[str, int]
    reports: Mapping[str, int]

    @property
    def is_open(self) -> bool:
        """Whether anybody may still scan."""
        return self.closed_at is None

    @property
    def is_whole(self) -> bool:
        """Whether it is about all that the place keeps."""
        return not (self.collection or self.first or self.last)


@dataclass(frozen=True, slots=True)
class Scanner:
    """Somebody who scanned: how many different copies, and whether they said that they were done with just these."""

    actor: str
    copies: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stocktake is. `away` is what is known to be elsewhere and so not expected."""

    expected: int
    seen: int
    away: int
    on_loan: int
    scanned: int
    again: int
    scanners: tuple[Scanner, ...]
    findings: Mapping[str, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """How many copies nobody has seen yet."""
        return self.expected - self.seen

    @property
    def is_complete(self) -> bool:
        """Whether everybody who scanned said that they were done, and all of it has arrived."""
        return bool(self.scanners) and all(one.is_done for one in self.scanners)


@dataclass(frozen=True, slots=True)
class StockLine:
    """A copy on a list of a stocktake; all but the barcode is empty where nobody catalogued it."""

    barcode: str
    title: str
    author: str
    year: int | None
    call_no: str
    shelf: str
    base: str
    price_vnd: int | None
    note: str = ""
    """Of a missing copy: what the log says of it now, where it is no longer missing (FOUND) or given up (LOST)."""


_VIEW = (
    "id", "place", "collection", "first", "last", "begun_at", "begun_by", "closed_at", "closed_by", "copies", "results",
    "reports",
)  # fmt: skip
_LINE = ("barcode", "record__title", "record__author", "record__year", "call_no", "shelf", "base", "price_vnd")


def stocktake(id_: UUID) -> StocktakeView | None:
    """Return one stocktake, or None."""
    row = Stocktake.objects.filter(pk=id_).values_list(*_VIEW).first()
    return StocktakeView(*row) if row else None


def stocktakes(places: Collection[str], *, limit: int = 30, offset: int = 0) -> list[StocktakeView]:
    """Return the stocktakes of these places, open ones first, then the last begun."""
    rows = Stocktake.objects.filter(place__in=list(places)).annotate(is_over=Q(closed_at__isnull=False))
    rows = rows.order_by("is_over", "-begun_at", "id")
    return [StocktakeView(*row) for row in rows.values_list(*_VIEW)[offset : offset + limit]]


def expected_count(place: str, *, collection: str = "", first: str = "", last: str = "") -> int:
    """Return how many copies a stocktake of this scope would be about, wherever they are now."""
    return _in_scope(Copy.objects.filter(base=place), collection, first, last).count()


def in_scope(of: StocktakeView, barcodes: Collection[str]) -> set[str]:
    """Return those of the barcodes that belong to what is counted, withdrawn or not."""
    found = Copy.objects.filter(_scope(of.collection, of.first, of.last), barcode__in=list(barcodes))
    return set(found.values_list("barcode", flat=True))


def progress(of: StocktakeView) -> Progress:
    """Count where a stocktake stands, or stood when it was closed; three queries at most."""
    scans = _scans(of)
    devices = scans.order_by("actor", "dev").values_list("dev", "actor").annotate(n=Count("pk"))
    scanners = tuple(Scanner(actor, n, of.reports.get(str(dev)) == n) for dev, actor, n in devices)
    if not of.is_open:
        sums = {name: of.results.get(name, 0) for name in ACCOUNT}
        findings = {code: of.results[code] for code in FINDINGS if code in of.results}
        return Progress(**sums, scanners=scanners, findings=findings)
    kept = _kept(of).annotate(is_seen=_seen(of), is_away=_away(), is_out=_on_loan())
    sums = kept.aggregate(
        all=Count("pk"),
        seen=Count("pk", filter=Q(is_seen=True)),
        away=Count("pk", filter=Q(is_seen=False, is_away=True)),
        out=Count("pk", filter=Q(is_seen=False, is_out=True)),
    )
    wrong = {code: Count("barcode", distinct=True, filter=test) for code, test in _tests(of).items()}
    found = scans.aggregate(scanned=Count("barcode", distinct=True), times=Sum("scans"), **wrong)
    return Progress(
        expected=sums["all"] - sums["away"],
        seen=sums["seen"],
        away=sums["away"],
        on_loan=sums["out"],
        scanned=found["scanned"],
        again=(found["times"] or 0) - found["scanned"],
        scanners=scanners,
        findings={code: found[code] for code in FINDINGS if found[code]},
    )


def scans_of_device(of: StocktakeView, device: UUID) -> int:
    """Return how many different copies a device has scanned."""
    return _scans(of).filter(dev=device).count()


def scanned_copies(of: StocktakeView) -> int:
    """Return how many different copies anybody has scanned."""
    return _scans(of).values("barcode").distinct().count()


def was_scanned(of: StocktakeView, barcodes: Collection[str]) -> set[str]:
    """Return those of the barcodes that somebody has scanned in it."""
    return set(_scans(of).filter(barcode__in=list(barcodes)).values_list("barcode", flat=True))


def not_seen(of: StocktakeView, *, limit: int = 50, offset: int = 0) -> list[StockLine]:
    """Return what nobody has seen yet, in the order of the shelves; two queries at most."""
    rows = _missing_now(of).order_by("shelf", "call_no", "barcode").values_list(*_LINE)[offset : offset + limit]
    return [StockLine(*row) for row in rows]


def not_seen_barcodes(of: StocktakeView, *, limit: int) -> list[str]:
    """Return the barcodes of what nobody has seen and of which the stocktake has not said that it is missing."""
    said = StocktakeLine.objects.filter(stocktake=of.id, is_missing=True, barcode=OuterRef("barcode"))
    found = _missing_now(of).exclude(Exists(said)).order_by("barcode")
    return list(found.values_list("barcode", flat=True)[:limit])


def findings(of: StocktakeView, finding: str, *, limit: int = 50, offset: int = 0) -> list[StockLine]:
    """Return scanned copies of one kind of FINDINGS, by number."""
    rows = _scans(of).filter(_tests(of)[finding]).order_by("barcode").values_list("barcode", flat=True).distinct()
    return _lines(list(rows[offset : offset + limit]))


def count_missing(of: StocktakeView) -> int:
    """Return how many copies the closed stocktake found missing."""
    return StocktakeLine.objects.filter(stocktake=of.id, is_missing=True).count()


def missing(of: StocktakeView, *, limit: int = 50, offset: int = 0) -> list[StockLine]:
    """Return what the closed stocktake found missing, by number, and what became of it since; three queries."""
    rows = StocktakeLine.objects.filter(stocktake=of.id, is_missing=True).order_by("barcode")
    barcodes = list(rows.values_list("barcode", flat=True)[offset : offset + limit])
    now = dict(Whereabouts.objects.filter(barcode__in=barcodes).values_list("barcode", "trouble"))
    notes = {"MISSING": "", "LOST": "LOST"}
    return _lines(barcodes, {barcode: notes.get(now.get(barcode, ""), "FOUND") for barcode in barcodes})


def all_missing(of: StocktakeView) -> Iterator[StockLine]:
    """Yield the whole missing list, some at a time: as it was found, or, while the count is open, not seen yet."""
    offset = 0
    read = not_seen if of.is_open else missing
    while lines := read(of, limit=_AT_ONCE, offset=offset):
        yield from lines
        offset += len(lines)


def _in_scope(copies: QuerySet[Copy], collection: str, first: str, last: str) -> QuerySet[Copy]:
    found = copies.exclude(condition=CopyCondition.WITHDRAWN)
    return found.filter(_scope(collection, first, last))


def _scope(collection: str, first: str, last: str) -> Q:
    wanted = Q(collection=collection) if collection else Q()
    if first or last:
        wanted &= Q(shelf__gte=first)
        if last:
            wanted &= Q(shelf__lte=last) | Q(shelf__startswith=last)
    return wanted


def _kept(of: StocktakeView) -> QuerySet[Copy]:
    """Find what the place keeps in the scope and what nobody has last seen elsewhere."""
    elsewhere = Whereabouts.objects.filter(barcode=OuterRef("barcode")).exclude(place__in=["", of.place])
    return _in_scope(Copy.objects.filter(base=of.place), of.collection, of.first, of.last).exclude(Exists(elsewhere))


def _missing_now(of: StocktakeView) -> QuerySet[Copy]:
    return _kept(of).filter(~_seen(of), ~_away())


def _seen(of: StocktakeView) -> Q:
    here = Whereabouts.objects.filter(barcode=OuterRef("barcode"), place=of.place, seen_at__gte=of.begun_at)
    scanned = StocktakeLine.objects.filter(stocktake=of.id, is_missing=False, barcode=OuterRef("barcode"))
    return Q(Exists(scanned)) | Q(Exists(here))


def _away() -> Q:
    known = Whereabouts.objects.filter(barcode=OuterRef("barcode"))
    return Q(_on_loan()) | Q(Exists(known.filter(~Q(going_to="") | Q(trouble=Trouble.LOST))))


def _on_loan() -> Exists:
    return Exists(Loan.objects.filter(barcode=OuterRef("barcode"), closed_at__isnull=True))


def _scans(of: StocktakeView) -> QuerySet[StocktakeLine]:
    return StocktakeLine.objects.filter(stocktake=of.id, is_missing=False)


def _tests(of: StocktakeView) -> dict[str, Q]:
    copy = Copy.objects.filter(barcode=OuterRef("barcode"))
    here = copy.filter(base=of.place)
    return {
        "UNKNOWN": ~Q(Exists(copy)),
        "WITHDRAWN": Q(Exists(copy.filter(condition=CopyCondition.WITHDRAWN))),
        "ELSEWHERE": Q(Exists(copy.exclude(base=of.place))),
        "OTHER_SHELF": Q(Exists(here), ~Exists(here.filter(_scope(of.collection, of.first, of.last)))),
        "ON_LOAN": Q(_on_loan()),
    }


def _lines(barcodes: list[str], notes: Mapping[str, str] | None = None) -> list[StockLine]:
    known = {row[0]: row for row in Copy.objects.filter(barcode__in=barcodes).values_list(*_LINE)}
    empty = ("", "", None, "", "", "", None)
    return [replace(StockLine(*known.get(code, (code, *empty))), note=(notes or {}).get(code, "")) for code in barcodes]
