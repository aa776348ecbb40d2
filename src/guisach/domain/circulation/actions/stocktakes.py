"""Taking stock: begin, scan (many people at once), say that one is done, close; then what was not seen is missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.queries import copies_by_barcode
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation import queries
from guisach.domain.circulation.actions.refusals import BarcodeUnusable
from guisach.domain.circulation.models import Loan
from guisach.domain.circulation.queries import stocktakes as taking
from guisach.domain.circulation.rules.kinds import COLLECTION_LENGTH, SHELF_LENGTH
from guisach.domain.journal.steps import Receipt, act, append, hold, in_one_transaction, repeated
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from guisach.domain.catalogue.queries import CopyView
    from guisach.domain.circulation.queries.stocktakes import StocktakeView
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock

COPIES_MAX = 200_000  # of one stocktake; a larger stock is counted shelf by shelf
PILE_MAX = 2000  # barcodes out of a scanner with a memory, at a time
MISSES_AT_ONCE = 500  # operations of one transaction when a stocktake is closed
BATCHES_MAX = 5  # transactions of one act


class StocktakeUnknown(DomainError):
    """There is no such stocktake."""

    code = "stocktake_unknown"
    status = 404
    text = _("There is no such stocktake; perhaps it was taken back.")


class StocktakeIsClosed(DomainError):
    """Somebody closed it before."""

    code = "stocktake_closed"
    text = _("This stocktake is closed. A book that turns up now is found by a scan at the desk.")


class StocktakeOpen(DomainError):
    """The same part of the stock is being counted already."""

    code = "stocktake_open"
    text = _("This part of the stock is being counted already: join that stocktake, everybody scans in the same one.")


class StocktakeScopeEmpty(DomainError):
    """The catalogue has no copy in that part of the stock."""

    code = "stocktake_scope_empty"
    status = 422
    text = _("The catalogue knows no copy in this part of the stock. Please look at the shelf or collection again.")


class StocktakeTooLarge(DomainError):
    """More copies than one stocktake carries."""

    code = "stocktake_too_large"
    status = 422
    text = _("These are %(n)s copies; one stocktake is for at most %(max)s. Please count collections or shelves.")


class StocktakeEmpty(DomainError):
    """Nobody scanned anything."""

    code = "stocktake_empty"
    text = _("Nothing was scanned yet, so everything would be missing. Scan first, or take the stocktake back.")


class StocktakeIncomplete(DomainError):
    """Somebody who scanned has not said that they are done."""

    code = "stocktake_incomplete"
    text = _("Not everybody who scans has said that they are done. Ask them, or close the stocktake all the same.")


class IsbnScanned(DomainError):
    """The publisher's barcode on the cover was scanned."""

    code = "isbn_scanned"
    status = 422
    text = _("%(barcode)s is the ISBN on the cover. Please scan the library's own label.")


class PileTooLarge(DomainError):
    """More barcodes at once than one act carries."""

    code = "pile_too_large"
    status = 413
    text = _("At most %(max)s barcodes at a time; please paste the rest afterwards.")


@dataclass(frozen=True, slots=True)
class Scanned:
    """A copy that was scanned; `findings` as in `queries.stocktakes.FINDINGS`, `was` the trouble it was in."""

    barcode: str
    copy: CopyView | None
    findings: tuple[str, ...]
    is_again: bool
    was: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class PileScanned:
    """Many at once: how many were new in the count, scanned before, unusable; and the findings by kind."""

    new: int
    again: int
    unusable: tuple[str, ...]
    findings: Counter[str]


@in_one_transaction
def begin_stocktake(
    *, op_id: UUID, by: Source, place: str, clock: Clock, collection: str = "", first: str = "", last: str = ""
) -> UUID:
    """Begin to count a place and return the stocktake's id, which is that of its operation.

    Raises StocktakeOpen, StocktakeScopeEmpty, StocktakeTooLarge.
    """
    first, last = first.strip()[:SHELF_LENGTH], last.strip()[:SHELF_LENGTH]
    last = last or first
    scope = {"collection": collection[:COLLECTION_LENGTH], "first": first, "last": last}
    held = hold(by, op_id, [f"stocktake:{op_id}", f"stocktakes:{place}"])
    if repeated(op_id, "stocktake_begin", f"stocktake:{op_id}") is not None:
        return op_id
    for other in taking.stocktakes([place]):
        if other.is_open and (other.collection, other.first, other.last) == tuple(scope.values()):
            raise StocktakeOpen
    copies = taking.expected_count(place, **scope)
    if not copies:
        raise StocktakeScopeEmpty
    if copies > COPIES_MAX:
        raise StocktakeTooLarge(n=copies, max=COPIES_MAX)
    said = {name: value for name, value in scope.items() if value}
    _act(_operation(op_id, "stocktake_begin", place, stocktake=str(op_id), **said), by, clock, held)
    return op_id


@in_one_transaction
def count_copy(*, op_id: UUID, by: Source, stocktake: UUID, barcode: str, clock: Clock) -> Scanned:
    """Note that a copy was seen in a stocktake, whatever it is: what is on the shelf is never refused.

    Raises StocktakeUnknown, StocktakeIsClosed, BarcodeUnusable, IsbnScanned.
    """
    of = _open(stocktake)
    code = _barcode(barcode)
    held = hold(by, op_id, [f"copy:{code}"])
    repeat = repeated(op_id, "sighting", f"copy:{code}")
    found, copies, before = _look(of, [code])
    if code not in copies and _is_isbn(code):
        raise IsbnScanned(barcode=code)
    was = queries.copy_now(code).trouble
    receipt = repeat or _act(_sighting(op_id, of, code), by, clock, held)
    return Scanned(code, copies.get(code), found[code], code in before, was, receipt)


@in_one_transaction
def count_pile(*, op_id: UUID, by: Source, stocktake: UUID, barcodes: Sequence[str], clock: Clock) -> PileScanned:
    """Note many copies at once, out of a scanner with a memory; the same `op_id` twice counts once.

    What cannot be a barcode is named and left out. Raises StocktakeUnknown, StocktakeIsClosed, PileTooLarge.
    """
    if len(barcodes) > PILE_MAX:
        raise PileTooLarge(max=PILE_MAX)
    of = _open(stocktake)
    codes, unusable = _sorted_out(barcodes)
    found, copies, before = _look(of, codes)
    unusable += [code for code in codes if code not in copies and _is_isbn(code)]
    codes = [code for code in codes if code not in unusable]
    append([_sighting(uuid5(op_id, code), of, code) for code in codes], via=by, clock=clock)
    counted = Counter(finding for code in codes for finding in found[code])
    return PileScanned(len(set(codes) - before), len(before & set(codes)), tuple(unusable), counted)


@in_one_transaction
def report_done(*, op_id: UUID, by: Source, stocktake: UUID, clock: Clock) -> Receipt:
    """Say that this person has scanned all that they will. Raises StocktakeUnknown, StocktakeIsClosed."""
    held = hold(by, op_id, [f"stocktake:{stocktake}"])
    if (repeat := repeated(op_id, "stocktake_report", f"stocktake:{stocktake}")) is not None:
        return repeat
    of = _open(stocktake)
    scans = taking.scans_of_device(of, by.device)
    return _act(_operation(op_id, "stocktake_report", of.place, stocktake=str(of.id), scans=scans), by, clock, held)


def close_stocktake(*, op_id: UUID, by: Source, stocktake: UUID, clock: Clock, even_so: bool = False) -> bool:
    """Write down as missing what nobody has seen, some thousand at most, and close the stocktake when nothing is left.

    Returns whether it is closed now; else whoever asked asks again. Raises StocktakeUnknown, StocktakeIsClosed,
    StocktakeEmpty; StocktakeIncomplete unless `even_so`.
    """
    for _batch in range(BATCHES_MAX):
        if not _note_missing(op_id, by, stocktake, clock, even_so=even_so) and _close(op_id, by, stocktake, clock):
            return True
    return False


@in_one_transaction
def _note_missing(op_id: UUID, by: Source, stocktake: UUID, clock: Clock, *, even_so: bool) -> int:
    """Write the next of the missing copies down; returns how many.

    It does not hold the stocktake: scanners wait for that while they hold a copy.
    """
    if repeated(op_id, "stocktake_close", f"stocktake:{stocktake}") is not None:
        return 0
    of = _open(stocktake)
    stand = taking.progress(of)
    if not stand.scanned:
        raise StocktakeEmpty
    if not stand.is_complete and not even_so:
        raise StocktakeIncomplete
    codes = taking.not_seen_barcodes(of, limit=MISSES_AT_ONCE)
    append([_miss(of, code) for code in codes], via=by, clock=clock)
    return len(codes)


@in_one_transaction
def _close(op_id: UUID, by: Source, stocktake: UUID, clock: Clock) -> bool:
    held = hold(by, op_id, [f"stocktake:{stocktake}"])
    if repeated(op_id, "stocktake_close", f"stocktake:{stocktake}") is not None:
        return True
    of = _open(stocktake)
    if taking.not_seen_barcodes(of, limit=1):
        return False
    stand = taking.progress(of)
    results = {name: getattr(stand, name) for name in taking.ACCOUNT} | dict(stand.findings)
    operation = _operation(op_id, "stocktake_close", of.place, stocktake=str(of.id), copies=stand.scanned)
    _act({**operation, "results": results}, by, clock, held)
    return True


def _miss(of: StocktakeView, code: str) -> dict[str, Any]:
    """Say that a copy is missing, under an id made of both: whoever goes on after a crash writes none twice."""
    said = {"copy": code, "stocktake": str(of.id), "since": of.begun_at.isoformat()}
    return _operation(uuid5(of.id, f"missing {code}"), "miss", of.place, **said)


def _open(id_: UUID) -> StocktakeView:
    found = taking.stocktake(id_)
    if found is None:
        raise StocktakeUnknown
    if not found.is_open:
        raise StocktakeIsClosed
    return found


def _look(
    of: StocktakeView, codes: Collection[str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, CopyView], set[str]]:
    """Say what is wrong with each; the copies; and which were scanned before."""
    copies = copies_by_barcode(codes)
    out = set(Loan.objects.filter(barcode__in=list(codes), closed_at__isnull=True).values_list("barcode", flat=True))
    strange = set() if of.is_whole else set(codes) - taking.in_scope(of, codes)
    found: dict[str, tuple[str, ...]] = {}
    for code in codes:
        copy = copies.get(code)
        tests = {
            "UNKNOWN": copy is None,
            "WITHDRAWN": copy is not None and copy.condition == "WITHDRAWN",
            "ELSEWHERE": copy is not None and copy.base != of.place,
            "OTHER_SHELF": copy is not None and copy.base == of.place and code in strange,
            "ON_LOAN": code in out,
        }
        found[code] = tuple(finding for finding, is_so in tests.items() if is_so)
    return found, copies, taking.was_scanned(of, codes)


def _sorted_out(barcodes: Iterable[str]) -> tuple[list[str], list[str]]:
    codes, unusable = [], []
    for text in barcodes:
        try:
            codes.append(normalise_barcode(text))
        except ValueError:
            unusable.append(text[:40])
    return list(dict.fromkeys(codes)), unusable


def _barcode(text: str) -> str:
    try:
        return normalise_barcode(text)
    except ValueError:
        raise BarcodeUnusable from None


def _is_isbn(code: str) -> bool:
    digits = [int(sign) for sign in code] if len(code) == 13 and code.isdecimal() else []
    is_book = code.startswith(("978", "979"))
    return bool(digits) and is_book and sum(d * (3 if n % 2 else 1) for n, d in enumerate(digits)) % 10 == 0


def _sighting(op_id: UUID, of: StocktakeView, code: str) -> dict[str, Any]:
    return _operation(op_id, "sighting", of.place, copy=code, stocktake=str(of.id))


def _operation(op_id: UUID, kind: str, place: str, **body: Any) -> dict[str, Any]:
    return {"op": str(op_id), "v": 1, "kind": kind, "place": place, **body}


def _act(operation: dict[str, Any], by: Source, clock: Clock, held: frozenset[str]) -> Receipt:
    return act(operation, via=by, clock=clock, held=held)
