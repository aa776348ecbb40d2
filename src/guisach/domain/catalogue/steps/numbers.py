"""Accession numbers: given once, in their order, never again. Whoever comes here holds the catalogue's lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import AccessionSeries, Copy
from guisach.domain.catalogue.rules.barcodes import normalise_barcode, split_number

if TYPE_CHECKING:
    from collections.abc import Iterable

_ASKED_AT_ONCE = 5000  # SQLite takes 32,766 values


def next_numbers(prefix: str, count: int) -> list[str]:
    """Give the next free numbers of the series, as barcodes, and use them up.

    They are used up by this very transaction: what is rolled back was never given. A number that a copy has already
    (it came before the series was set up) is passed over. Raises AccessionSeries.DoesNotExist.
    """
    series = AccessionSeries.objects.select_for_update().get(pk=prefix)
    start = normalise_barcode(series.prefix)
    given: list[str] = []
    while len(given) < count:
        first = series.last_number + 1
        # The last batch is as long as what is missing, so nothing is used up without need.
        wanted = [
            f"{start}{n:0{series.digits}d}" for n in range(first, first + min(count - len(given), _ASKED_AT_ONCE))
        ]
        taken = set(Copy.objects.filter(barcode__in=wanted).values_list("barcode", flat=True))
        given += [number for number in wanted if number not in taken]
        series.last_number += len(wanted)
    series.save(update_fields=["last_number"])
    return given


def lift_series(barcodes: Iterable[str]) -> None:
    """Let every series go on after the highest of these numbers that is written as the series writes its own.

    A number with more digits than the series has come to is a slip of the hand, or something else's number.
    """
    highest: dict[str, int] = {}
    for barcode in barcodes:
        parts = split_number(barcode)
        if parts:
            highest[parts[0]] = max(highest.get(parts[0], 0), int(parts[1]))
    if not highest:
        return
    for series in AccessionSeries.objects.all():
        number = highest.get(normalise_barcode(series.prefix), 0)
        if number > series.last_number and len(str(number)) <= max(series.digits, len(str(series.last_number))):
            series.last_number = number
            series.save(update_fields=["last_number"])
