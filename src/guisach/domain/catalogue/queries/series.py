"""The volumes of a series."""

from __future__ import annotations

from guisach.domain.catalogue.models import HeadingKind, HeadingUse, Mention
from guisach.domain.catalogue.rules.headings import key_of


def ids_in_series(series: str, *, limit: int = 60) -> list[int]:
    """Return the records of the series of this name (without its number), the last catalogued first."""
    found = Mention.objects.filter(
        heading__use=HeadingUse.SERIES, heading__kind=HeadingKind.SERIES, heading__key=key_of(series)
    )
    return list(found.order_by("-record").values_list("record", flat=True).distinct()[:limit])
