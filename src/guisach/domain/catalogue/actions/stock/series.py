"""Series of accession numbers and collections: what a province starts with, and what its people add."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.models import AccessionSeries, Collection, Copy
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.catalogue.steps import begin, keep_changes, lift_series
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.errors import DomainError
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from guisach.kernel.clock import Clock

_DATA = Path(__file__).parents[2] / "data" / "stock.csv"
_PREFIX = re.compile(r"\w(?:[\w.\-/]{0,10}[^\W\d_]|[.\-/])?")
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,15}")
DIGITS = range(3, 10)


class CodeUnusable(DomainError):
    """A prefix or code has signs that it cannot have; a prefix that ended in a digit would run into its number."""

    code = "code_unusable"
    status = 422
    text = _("“%(code)s” cannot be used: at most 12 letters, and a prefix does not end in a digit.")


class CodeTaken(DomainError):
    """Another series has a prefix that looks the same in a barcode: ĐC and DC."""

    code = "code_taken"
    text = _("“%(code)s” would be the same as %(other)s in a barcode, which has no marks. Please choose other letters.")


class NameNeeded(DomainError):
    """A series or collection without a name."""

    code = "stock_name_needed"
    status = 422
    text = _("Please write what it is called.")


class NumberTooLow(DomainError):
    """A series never goes back: numbers would be given twice."""

    code = "number_too_low"
    text = _("Series %(series)s has come to %(number)s already and never goes back: a number is never given twice.")


@in_one_transaction
def load_stock_words(file: Path = _DATA) -> int:
    """Enter the series and collections of the file that are not there yet; returns how many were new."""
    begin()
    before = AccessionSeries.objects.count() + Collection.objects.count()
    with file.open(encoding="utf-8", newline="") as handle:
        rows = [(row["what"], row["code"], row["name"]) for row in csv.DictReader(handle)]
    there = {normalise_barcode(prefix) for prefix in AccessionSeries.objects.values_list("prefix", flat=True)}
    AccessionSeries.objects.bulk_create(
        [
            AccessionSeries(prefix=code, name=name)
            for what, code, name in rows
            if what == "series" and normalise_barcode(code) not in there
        ]
    )
    Collection.objects.bulk_create(
        [Collection(code=code, name=name) for what, code, name in rows if what == "collection"], ignore_conflicts=True
    )
    now_there = AccessionSeries.objects.count() + Collection.objects.count()
    if now_there > before:
        for series in AccessionSeries.objects.filter(last_number=0):
            _catch_up(series)
    return now_there - before


@in_one_transaction
def keep_series(
    *, prefix: str, name: str, clock: Clock, digits: int = 6, last_number: int | None = None, by: int | None = None
) -> str:
    """Set up a series or change what is known of it, and return its prefix. It goes on after what copies have.

    Raises CodeUnusable, CodeTaken, NameNeeded, NumberTooLow.
    """
    begin()
    prefix, name = nfc(prefix).strip().upper(), nfc(name).strip()[:120]
    if not _PREFIX.fullmatch(prefix) or prefix[-1].isdigit() or not normalise_barcode(prefix).isascii():
        raise CodeUnusable(code=prefix[:16])
    if not name:
        raise NameNeeded
    key = normalise_barcode(prefix)
    for other in AccessionSeries.objects.exclude(pk=prefix).values_list("prefix", flat=True):
        if normalise_barcode(other) == key:
            raise CodeTaken(code=prefix, other=other)
    row, _is_new = AccessionSeries.objects.select_for_update().get_or_create(pk=prefix)
    former = {"name": row.name, "digits": row.digits, "last_number": row.last_number}
    row.name, row.digits = name, min(max(digits, DIGITS.start), DIGITS.stop - 1)
    row.save(update_fields=["name", "digits"])
    _catch_up(row)
    row.refresh_from_db()
    if last_number is not None and last_number < row.last_number:
        raise NumberTooLow(series=prefix, number=row.last_number)
    if last_number is not None:
        row.last_number = min(last_number, 10**row.digits - 1)
        row.save(update_fields=["last_number"])
    changed = {k: [v, getattr(row, k)] for k, v in former.items() if v != getattr(row, k)}
    keep_changes([(f"series:{prefix}", changed)], at=clock(), by=by)
    return prefix


def _catch_up(series: AccessionSeries) -> None:
    """Let a series go on after the numbers that copies had before it was set up."""
    start = normalise_barcode(series.prefix)
    lift_series(Copy.objects.filter(barcode__startswith=start).values_list("barcode", flat=True).iterator())


@in_one_transaction
def keep_collection(*, code: str, name: str, clock: Clock, note: str = "", by: int | None = None) -> str:
    """Set up a collection or change its name, and return its code. Raises CodeUnusable, NameNeeded."""
    begin()
    code, name = code.strip().upper(), nfc(name).strip()[:120]
    if not _CODE.fullmatch(code):
        raise CodeUnusable(code=code[:16])
    if not name:
        raise NameNeeded
    row, _is_new = Collection.objects.get_or_create(pk=code)
    changed = {
        k: [getattr(row, k), v] for k, v in {"name": name, "note": nfc(note)[:300]}.items() if getattr(row, k) != v
    }
    row.name, row.note = name, nfc(note)[:300]
    row.save()
    keep_changes([(f"collection:{code}", changed)], at=clock(), by=by)
    return code
