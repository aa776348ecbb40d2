"""Adding and correcting copies."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.kinds import tell_copies_changed
from guisach.domain.catalogue.models import AccessionSeries, Collection, Copy, CopyCondition, Record
from guisach.domain.catalogue.queries import CopyView, copy_by_barcode, known_barcodes
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.catalogue.steps import announce, begin, insert_copies, next_numbers
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.network.queries import places_by_code
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guisach.domain.catalogue.rules.drafts import CopyDraft

_LENGTHS = {"call_no": 80, "shelf": 80, "note": 300}
_SHOWN = 32  # characters of a wrong barcode that a message repeats


class RecordUnknown(DomainError):
    """There is no such record."""

    code = "record_unknown"
    status = 404
    text = _("There is no such title in the catalogue.")


class CopyUnknown(DomainError):
    """There is no such copy."""

    code = "copy_unknown"
    status = 404
    text = _("There is no copy with number %(barcode)s.")


class BarcodeTaken(DomainError):
    """Another copy has this accession number, or it was given twice."""

    code = "barcode_taken"
    text = _("Number %(barcode)s belongs to another copy already; a number is never used twice.")


class BarcodeUnusable(DomainError):
    """Empty, longer than 32 characters, or with characters that no label has."""

    code = "barcode_unusable"
    status = 422
    text = _("“%(barcode)s” cannot be an accession number: it needs 1 to 32 letters or digits, and no colon.")


class PlaceUnknown(DomainError):
    """There is no such place."""

    code = "place_unknown"
    status = 422
    text = _("There is no place with code %(place)s.")


class SeriesUnknown(DomainError):
    """No number was given, and there is no such series to take one from."""

    code = "series_unknown"
    status = 422
    text = _("There is no series of numbers “%(series)s”. Please choose one, or write the number.")


class CollectionUnknown(DomainError):
    """There is no such collection."""

    code = "collection_unknown"
    status = 422
    text = _("There is no collection “%(collection)s”.")


def add_copy(*, record: int, copy: CopyDraft) -> CopyView:
    """Add one copy; refusals as in `add_copies`."""
    return add_copies(record=record, copies=[copy])[0]


@in_one_transaction
def add_copies(*, record: int, copies: Sequence[CopyDraft]) -> list[CopyView]:
    """Add copies of a record, all or none, and return them as they were stored, in the order given.

    A copy without a number gets the next one of its series. Raises RecordUnknown, BarcodeUnusable, BarcodeTaken,
    PlaceUnknown, SeriesUnknown, CollectionUnknown.
    """
    begin()
    row = Record.objects.filter(pk=record).first()
    if row is None:
        raise RecordUnknown
    usable = usable_copies(copies)
    insert_copies([(row.pk, copy) for copy in usable])
    announce([row.pk])
    return [
        CopyView(c.barcode, row.pk, row.title, row.author, c.condition, c.owner, c.base, c.call_no, c.shelf, row.kind)
        for c in usable
    ]


def usable_copies(copies: Sequence[CopyDraft]) -> list[CopyDraft]:
    """Return the copies with their barcodes normalised or given; raises the refusal that meets one of them.

    Numbers are given inside the transaction of whoever calls, which holds the catalogue's lock.
    """
    usable = []
    for copy in _numbered(copies):
        try:
            usable.append(replace(copy, barcode=normalise_barcode(copy.barcode)))
        except ValueError:
            raise BarcodeUnusable(barcode=copy.barcode[:_SHOWN]) from None
    barcodes = [copy.barcode for copy in usable]
    twice = [barcode for barcode, count in Counter(barcodes).items() if count > 1]
    for barcode in (*twice, *sorted(known_barcodes(barcodes))):
        raise BarcodeTaken(barcode=barcode)
    wanted = {place for copy in usable for place in (copy.owner, copy.base)}
    for place in sorted(wanted - places_by_code(wanted).keys()):
        raise PlaceUnknown(place=place[:_SHOWN])
    collections = {copy.collection for copy in usable if copy.collection}
    for collection in sorted(collections - set(_codes(Collection, collections))):
        raise CollectionUnknown(collection=collection[:_SHOWN])
    return usable


def _numbered(copies: Sequence[CopyDraft]) -> list[CopyDraft]:
    """Give the next numbers to the copies that name a series instead of a number, in their order."""
    wanted = Counter(copy.series for copy in copies if not copy.barcode and copy.series)
    known = set(_codes(AccessionSeries, wanted))
    for series in wanted:
        if series not in known:
            raise SeriesUnknown(series=series[:_SHOWN])
    given = {series: iter(next_numbers(series, count)) for series, count in sorted(wanted.items())}
    return [replace(c, barcode=next(given[c.series])) if not c.barcode and c.series else c for c in copies]


def _codes(model: type[AccessionSeries] | type[Collection], codes: Iterable[str]) -> list[str]:
    wanted = list(codes)
    return list(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else []


def _normalised(barcode: str) -> str:
    try:
        return normalise_barcode(barcode)
    except ValueError:
        return ""


@in_one_transaction
def change_copy(
    *,
    barcode: str,
    condition: str | None = None,
    base: str | None = None,
    call_no: str | None = None,
    shelf: str | None = None,
    note: str | None = None,
) -> CopyView:
    """Correct what is known of a copy; None leaves it as it is. Its number and owner never change here.

    Raises CopyUnknown, PlaceUnknown; ValueError for a condition that does not exist (a fault of the caller).
    """
    begin()
    row = Copy.objects.filter(barcode=_normalised(barcode)).first()
    if row is None:
        raise CopyUnknown(barcode=barcode[:_SHOWN])
    if condition is not None:
        row.condition = CopyCondition(condition)
    if base is not None:
        if base not in places_by_code([base]):
            raise PlaceUnknown(place=base[:_SHOWN])
        row.base_id = base
    for name, value in (("call_no", call_no), ("shelf", shelf), ("note", note)):
        if value is not None:
            setattr(row, name, value[: _LENGTHS[name]])
    row.save()
    announce([row.record_id])
    tell_copies_changed([row.barcode])
    view = copy_by_barcode(row.barcode)
    if view is None:
        raise CopyUnknown(barcode=row.barcode)
    return view
