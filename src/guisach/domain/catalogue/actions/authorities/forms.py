"""Shared by the acts on authorities: finding one, its keys, and telling headings and search of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from guisach.domain.catalogue.actions.authorities.refusals import AuthorityUnknown
from guisach.domain.catalogue.models import Authority, Heading, Mention, Variant
from guisach.domain.catalogue.rules.headings import TEXT_LENGTH, exact_form, key_of, keys_of, settled_form
from guisach.domain.catalogue.rules.marc.points import SUBDIVISION
from guisach.domain.catalogue.steps import announce, tie_headings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

_ROWS_AT_ONCE = 5000
_MANY = 500  # titles; search hears of more of them after what a person does to one
_KEYS_AT_ONCE = 50


def found(authority: int) -> Authority:
    """Return the row. Raises AuthorityUnknown."""
    row = Authority.objects.filter(pk=authority).first()
    if row is None:
        raise AuthorityUnknown
    return row


def put_heading(row: Authority, heading: str) -> None:
    """Set a heading with its keys, in memory."""
    row.heading = heading
    row.key, row.twin, row.order = keys_of(heading)


def put_variants(row: Authority, texts: Iterable[str]) -> int:
    """Add forms that lead to the heading, but for those that only differ in ways that do not count; how many."""
    had = {exact_form(row.heading), *map(exact_form, row.variants.values_list("text", flat=True))}
    fresh: list[Variant] = []
    for text in texts:
        text = settled_form(row.kind, text)[:TEXT_LENGTH]
        form = exact_form(text)
        if form and form not in had:
            had.add(form)
            fresh.append(Variant(authority=row, text=text, key=key_of(text)))
    Variant.objects.bulk_create(fresh, batch_size=100)
    return len(fresh)


def keys_among(row: Authority) -> set[str]:
    """Return the folded keys of everything that leads to it."""
    return {row.key, *row.variants.values_list("key", flat=True)}


def retie(kind: str, keys: Collection[str], at: datetime | None = None) -> int:
    """Link the headings that these keys may concern anew; returns how many links changed."""
    changed = 0
    listed = sorted(keys)
    for start in range(0, len(listed), _KEYS_AT_ONCE):
        part = listed[start : start + _KEYS_AT_ONCE]
        concerned = Q(key__in=part)
        for key in part:
            # A blank is the lowest sign of a key, and "!" comes after it: these are the headings with subdivisions.
            concerned |= Q(key__gt=f"{key} ", key__lt=f"{key}!", text__contains=SUBDIVISION)
        changed += tie_headings(Heading.objects.filter(concerned, kind=kind))
    return changed


def announce_titles(authorities: Collection[int]) -> None:
    """Let search hear of all titles of these authorities, whose other forms it knows."""
    mentions = Mention.objects.filter(heading__authority__in=list(authorities))
    records: set[int] = set()
    for record in mentions.values_list("record", flat=True).iterator(chunk_size=_ROWS_AT_ONCE):
        records.add(record)
    announce(sorted(records), in_bulk=len(records) > _MANY)
