"""Ten records before and after, as a page shows them beside one another."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.kernel.errors import DomainError
from guisach.web.work.importing import words
from guisach.web.work.importing.steps import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guisach.domain.catalogue.actions.importing import PreviewRow
    from guisach.domain.catalogue.queries.imports import ImportView

_SHOWN = 10
_BEFORE = 16  # fields of a record that are shown
_PLACE_AND_TAG = re.compile(r"\d+ (\w{3})")
# Of a MARC record what a person compares: numbers, names, titles, imprint, subjects, copies.
_TELLING = re.compile(r"001|02[02]|08\d|[12]\d\d|300|490|6\d\d|7\d\d|852|876|9\d\d|[A-Z]..")
_TEXT = 200
_USUAL = {"kind": "BOOK", "audience": "ANY"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A record before and after; `reason` and `advice` are set where it would be set aside."""

    number: int
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    barcodes: tuple[str, ...]
    reason: str = ""
    advice: str = ""
    detail: str = ""


def rows_of(draft: ImportView) -> dict[str, object]:
    """Gather the first records; where the file cannot be read as is said, say why instead."""
    path = path_of(draft)
    try:
        shown = importing.preview(path=path, terms=draft.terms, count=_SHOWN)
    except DomainError as refusal:
        return {"pairs": [], "refused": refused(refusal, draft)}
    return {"pairs": [_pair(number, row) for number, row in enumerate(shown.rows, 1)], "refused": ""}


def refused(refusal: DomainError, draft: ImportView) -> str:
    """Say a refusal in words of the page: nobody writes mapping files here, and files have the names they came with."""
    if refusal.code == "no_title_column":
        return _("No column is known to hold the titles. Please say above which one it is.")
    return str(refusal).replace(draft.stored, draft.file)


def _pair(number: int, row: PreviewRow) -> Pair:
    before = tuple(_before(row))[:_BEFORE]
    after = said_of(row.after) if row.after is not None else ()
    return Pair(number, before, after, row.barcodes, words.reason(row.reason) if row.reason else "",
                words.advice(row.reason), row.detail)  # fmt: skip


def _before(row: PreviewRow) -> Iterator[tuple[str, str]]:
    for name, text in row.before.items():
        place = _PLACE_AND_TAG.fullmatch(name)
        if text.strip() and (place is None or _TELLING.fullmatch(place[1])):
            yield place[1] if place else name, text[:_TEXT]


def said_of(draft: RecordDraft) -> tuple[tuple[str, str], ...]:
    """Return what a draft says, with the names of its fields; what is as usual is left out."""
    said = []
    for one in fields(draft):
        value = getattr(draft, one.name)
        if not value or _USUAL.get(one.name) == value:
            continue
        text = "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        said.append((str(words.DRAFT_LABELS.get(one.name, one.name)), text[:_TEXT]))
    return tuple(said)
