"""Titles that may be the one somebody is about to catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.catalogue.models import Record, RecordNumber
from guisach.domain.catalogue.queries.records import RecordView, records
from guisach.domain.catalogue.rules.imports.matching import Described, Verdict, compare, match_key
from guisach.domain.catalogue.rules.standard_numbers import isbn13, issn
from guisach.kernel.text import fold

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.drafts import RecordDraft

_ENOUGH_TO_ASK = 4  # folded signs of a title before its beginning says something
_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A title that is here, and how likely it is the one that is meant."""

    record: RecordView
    why: tuple[str, ...]
    """What agrees: values of `rules.imports.matching.Why`; empty where only the title begins alike."""
    is_same: bool
    is_titled_alike: bool = False
    """Whether the titles are the same but for marks and case."""

    @property
    def is_likely(self) -> bool:
        """Whether more than the beginning of the title agrees."""
        return bool(self.why) or self.is_titled_alike


def records_by_number(text: str, *, limit: int = 5) -> list[RecordView]:
    """Return the titles with this ISBN or ISSN, the oldest first; two queries at most."""
    number = isbn13(text) or issn(text)
    if not number:
        return []
    ids = RecordNumber.objects.filter(value=number).order_by("record").values_list("record_id", flat=True)
    return records(list(dict.fromkeys(ids[: 2 * limit]))[:limit])


def likely_duplicates(draft: RecordDraft, *, limit: int = 3, without: int | None = None) -> list[Duplicate]:
    """Return the titles that may be the same, the likeliest first; four queries at most.

    A draft that is not finished is enough: a number, or the beginning of a title.
    """
    numbers = {number for text in (*draft.isbns, *draft.issns) if (number := isbn13(text) or issn(text))}
    ids: list[int] = []
    if numbers:
        ids += RecordNumber.objects.filter(value__in=numbers).values_list("record_id", flat=True)[:_LOOKED_AT]
    folded = fold(draft.title)
    if len(folded) >= _ENOUGH_TO_ASK:
        key = match_key(draft.title, next(iter(draft.authors), ""), draft.year)
        ids += Record.objects.filter(match_key=key).order_by("pk").values_list("pk", flat=True)[:_LOOKED_AT]
        begins = Record.objects.filter(title_key__startswith=folded).order_by("title_key", "pk")
        ids += begins.values_list("pk", flat=True)[:_LOOKED_AT]
    one = _compared(draft, frozenset(numbers))
    found = []
    for view in records(dict.fromkeys(ids)):
        if view.id == without:
            continue
        judged = compare(one, _of_record(view))
        is_titled = bool(folded) and fold(view.title) == folded
        apart = abs(len(view.title) - len(draft.title))
        rank = (judged.verdict is not Verdict.SAME, judged.verdict is Verdict.NONE, not is_titled, apart)
        found.append((rank, Duplicate(view, tuple(map(str, judged.why)), judged.verdict is Verdict.SAME, is_titled)))
    return [duplicate for _rank, duplicate in sorted(found, key=lambda pair: (pair[0], pair[1].record.id))[:limit]]


def _compared(draft: RecordDraft, numbers: frozenset[str]) -> Described:
    return Described(
        title=draft.title,
        subtitle=draft.subtitle,
        authors=draft.authors,
        publisher=draft.publisher,
        year=draft.year,
        edition=draft.edition,
        language=draft.language,
        kind=draft.kind,
        series=draft.series,
        extent=draft.extent,
        numbers=numbers,
    )


def _of_record(view: RecordView) -> Described:
    numbers = frozenset(number for text in (*view.isbns, *view.issns) if (number := isbn13(text) or issn(text)))
    return Described(
        title=view.title,
        subtitle=view.subtitle,
        authors=tuple(view.authors),
        publisher=view.publisher,
        year=view.year,
        edition=view.edition,
        language=view.language,
        kind=view.kind,
        series=view.series,
        extent=view.extent,
        numbers=numbers,
    )
