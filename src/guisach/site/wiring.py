"""Gives the domain its adapters: the one place that knows which is used for what."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from guisach.adapters.marc.reader import MarcReader
    from guisach.adapters.tables import TableReader
    from guisach.domain.catalogue.rules.imports.tables import TableMapping
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


def table_reader(mapping: TableMapping, encoding: str = "auto") -> TableReader:
    """Return the reader of spreadsheets, whose rows are records as a mapping says."""
    from guisach.adapters.tables import TableReader
    from guisach.kernel.clock import LOCAL, system_clock

    return TableReader(mapping, system_clock().astimezone(LOCAL).date(), encoding)


def record_reader(encoding: str = "auto") -> MarcReader:
    """Return the reader of MARC files; what a person says they are written in wins over what they look like."""
    from guisach.adapters.marc.reader import MarcReader

    return MarcReader(encoding)
