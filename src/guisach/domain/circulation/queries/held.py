"""Finding a copy the way people name it who write in a notebook: by barcode, by its last figures, or by title."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from guisach.domain.catalogue.models import Copy, CopyCondition
from guisach.domain.catalogue.rules.barcodes import normalise_barcode, split_number
from guisach.domain.circulation.models import Loan, Whereabouts
from guisach.domain.circulation.rules.paper import figures, has_words, is_number_like
from guisach.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_FOUND_MAX = 400  # copies looked through for one page of lines
_FIELDS = (
    "barcode", "record_id", "record__title", "record__author", "part", "record__title_key", "condition",
    "record__kind",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeldCopy:
    """A copy as it is recognised by its title, and who has it."""

    barcode: str
    record_id: int
    title: str
    author: str
    part: str
    title_key: str
    condition: str
    material: str
    reader: UUID | None = None  # who has it now
    due_on: date | None = None


def copies_named(texts: Iterable[str], *, place: str) -> dict[str, list[HeldCopy]]:
    """Find the copies that each text may mean; five queries, however many texts.

    A barcode is found wherever its copy belongs; figures and titles only among what the place holds: what it answers
    for, and what was last seen there. The best come first: the same title before one in which the words stand.
    """
    wanted = {text for text in texts if text.strip()}
    numbers = {text: number for text in wanted if (number := _number(text))}
    known = _copies(Q(barcode__in=list(set(numbers.values()))))
    by_number = {copy.barcode: copy for copy in known}
    rest = {text for text in wanted if numbers.get(text) not in by_number}
    held = _held(rest, place) if rest else []
    found: dict[str, list[HeldCopy]] = {}
    for text in wanted:
        number = numbers.get(text, "")
        found[text] = [by_number[number]] if number in by_number else _meant(text, held)
    return _with_loans(found)


def _number(text: str) -> str:
    try:
        return normalise_barcode(text)
    except ValueError:
        return ""


def _copies(which: Q) -> list[HeldCopy]:
    rows = Copy.objects.filter(which).order_by("record__title_key", "record", "barcode").values_list(*_FIELDS)
    return [HeldCopy(*row) for row in rows[:_FOUND_MAX]]


def _held(texts: Collection[str], place: str) -> list[HeldCopy]:
    likes = Q()
    ends = {end for text in texts if is_number_like(text) and (end := figures(text))}
    if ends:
        likes |= Q(barcode__regex=rf"[^0-9]0*({'|'.join(sorted(map(re.escape, ends)))})$")
    for text in texts:
        words = fold(text)
        if len(words) > 1:
            likes |= Q(record__title_key__contains=words)
    if not likes:
        return []
    here = Q(base=place) | Q(barcode__in=visiting(place))
    return _copies(likes & here & ~Q(condition=CopyCondition.WITHDRAWN))


def visiting(place: str) -> list[str]:
    """Return the barcodes of copies that were last seen at a place that does not answer for them; one query.

    Asked for by itself, so that what stands at a place is found by two indexes, however large the province is.
    """
    seen = Whereabouts.objects.filter(place=place).values("barcode")
    return list(Copy.objects.filter(barcode__in=seen).exclude(base=place).values_list("barcode", flat=True))


def _meant(text: str, held: Iterable[HeldCopy]) -> list[HeldCopy]:
    words, end = fold(text), figures(text) if is_number_like(text) else ""
    exact, whole, part = [], [], []
    for copy in held:
        number = split_number(copy.barcode)
        if (end and number and number[1].lstrip("0") == end) or copy.title_key == words:
            exact.append(copy)
        elif words and has_words(copy.title_key, words):
            whole.append(copy)
        elif len(words) > 1 and words in copy.title_key:
            part.append(copy)
    return exact or whole or part


def _with_loans(found: dict[str, list[HeldCopy]]) -> dict[str, list[HeldCopy]]:
    barcodes = {copy.barcode for copies in found.values() for copy in copies}
    rows = Loan.objects.filter(barcode__in=list(barcodes), closed_at__isnull=True)
    loans = {barcode: (reader, due) for barcode, reader, due in rows.values_list("barcode", "reader", "due_on")}
    nobody = (None, None)
    return {
        text: [
            replace(copy, reader=loans.get(copy.barcode, nobody)[0], due_on=loans.get(copy.barcode, nobody)[1])
            for copy in copies
        ]
        for text, copies in found.items()
    }


def by_record(copies: Iterable[HeldCopy]) -> list[list[HeldCopy]]:
    """Put copies of one title together, those that are in before those that are out; parts of a work are apart."""
    titles: dict[tuple[int, str], list[HeldCopy]] = defaultdict(list)
    for copy in copies:
        titles[copy.record_id, copy.part].append(copy)
    return [sorted(some, key=lambda copy: (copy.reader is not None, copy.barcode)) for some in titles.values()]
