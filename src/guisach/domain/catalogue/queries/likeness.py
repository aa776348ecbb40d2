"""Titles like one that is at hand already: what `similar` does, without asking the database for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.kinds import search_index
from guisach.domain.catalogue.rules.search import Document, IndexUnavailable

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries.records import RecordView


def ids_like(view: RecordView, *, limit: int = 6) -> list[int]:
    """Return the records that are most like this one, the likest first; none without the index."""
    document = Document(
        view.id,
        view.title,
        authors=tuple(view.authors or filter(None, [view.author])),
        subjects=tuple(view.subjects),
        series=view.series,
        ddc=view.ddc,
    )
    try:
        return [hit.id for hit in search_index().similar(document, limit)]
    except IndexUnavailable:
        return []
