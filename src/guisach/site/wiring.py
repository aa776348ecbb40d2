"""Gives the domain its adapters: the one place that knows which is used for what."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from guisach.adapters.marc.reader import MarcReader
    from guisach.domain.catalogue.rules.search import IndexKeeper


def wire() -> None:
    """Register adapters and the answers of upper rooms; called once when Django starts."""
    from guisach.domain.catalogue import kinds
    from guisach.domain.circulation.queries import loans_by_record_popularity

    kinds.search_with(index_keeper())
    kinds.count_loans_by(loans_by_record_popularity)


@lru_cache(maxsize=1)
def index_keeper() -> IndexKeeper:
    """Return this machine's search index with its writers."""
    from guisach.adapters.search import TantivyIndex

    return TantivyIndex(settings.DATA / "index")


def record_reader(encoding: str = "auto") -> MarcReader:
    """Return the reader of MARC files; what a person says they are written in wins over what they look like."""
    from guisach.adapters.marc.reader import MarcReader

    return MarcReader(encoding)
