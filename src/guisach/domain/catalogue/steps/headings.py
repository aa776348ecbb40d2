"""Headings and mentions, brought in line with what records say: in bulk, inside a transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from django.db.models import F

from guisach.domain.catalogue.models import Heading, Mention
from guisach.domain.catalogue.queries.candidates import candidates_for
from guisach.domain.catalogue.rules.headings import belongs_to, keys_of
from guisach.domain.catalogue.rules.marc.description import AccessPoint, PointKind, PointUse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_AT_ONCE = 5000  # values in one question to the database
_ROWS_AT_ONCE = 500


def keep_headings(wanted: Mapping[int, Collection[AccessPoint]]) -> None:
    """Let the mentions of records (by id) be what they say; of a record that is gone, nothing.

    Needs the catalogue's lock. Doing it again changes nothing.
    """
    had = _mentioned(wanted)
    ids = _known({point for points in wanted.values() for point in points})
    changes: Counter[int] = Counter()
    fresh: Counter[AccessPoint] = Counter()
    added: list[tuple[int, AccessPoint]] = []
    gone: list[int] = []
    for record, points in wanted.items():
        before = had.get(record, {})
        now: set[int] = set()
        for point in points:
            heading = ids.get(point)
            if heading is None:
                fresh[point] += 1
                added.append((record, point))
                continue
            now.add(heading)
            if heading not in before:
                changes[heading] += 1
                added.append((record, point))
        for heading, mention in before.items():
            if heading not in now:
                gone.append(mention)
                changes[heading] -= 1
    ids |= _insert(fresh)
    Mention.objects.bulk_create(
        [Mention(record=record, heading_id=ids[point]) for record, point in added], batch_size=_ROWS_AT_ONCE
    )
    for start in range(0, len(gone), _AT_ONCE):
        Mention.objects.filter(pk__in=gone[start : start + _AT_ONCE]).delete()
    _count(changes)


def tie_headings(headings: Iterable[Heading]) -> int:
    """Link stored headings to the authorities that they belong to now; returns how many links changed."""
    rows = list(headings)
    changed = 0
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        found = candidates_for((row.kind, row.text) for row in part)
        moved: dict[int | None, list[int]] = defaultdict(list)
        for row in part:
            authority = belongs_to(row.kind, row.text, row.dates, found.get((row.kind, row.text), ()))
            if authority != row.authority_id:
                moved[authority].append(row.pk)
        for authority, ids in moved.items():
            changed += Heading.objects.filter(pk__in=ids).update(authority=authority)
    return changed


def _mentioned(records: Collection[int]) -> dict[int, dict[int, int]]:
    """Return for each record its headings with the ids of the mentions."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = Mention.objects.filter(record__in=list(records)).values_list("record", "heading_id", "pk")
    for record, heading, mention in rows:
        found[record][heading] = mention
    return found


def _known(points: Collection[AccessPoint]) -> dict[AccessPoint, int]:
    """Return the ids of the headings that are there already."""
    texts = list({point.text for point in points})
    found: dict[AccessPoint, int] = {}
    for start in range(0, len(texts), _AT_ONCE):
        rows = Heading.objects.filter(text__in=texts[start : start + _AT_ONCE])
        for id_, use, kind, text, dates in rows.values_list("pk", "use", "kind", "text", "dates"):
            found[AccessPoint(PointUse(use), PointKind(kind), text, dates)] = id_
    return found


def _insert(fresh: Mapping[AccessPoint, int]) -> dict[AccessPoint, int]:
    """Store new headings with their counts, tied to their authorities."""
    if not fresh:
        return {}
    found = candidates_for((point.kind, point.text) for point in fresh)
    rows = []
    for point, titles in fresh.items():
        key, twin, order = keys_of(point.text)
        candidates = found.get((point.kind, point.text))
        authority = belongs_to(point.kind, point.text, point.dates, candidates) if candidates else None
        rows.append(
            Heading(
                use=point.use.value, kind=point.kind.value, text=point.text, dates=point.dates,
                key=key, twin=twin, order=order, titles=titles, authority_id=authority,
            )
        )  # fmt: skip
    Heading.objects.bulk_create(rows, batch_size=100)
    return {point: row.pk for point, row in zip(fresh, rows, strict=True)}


def _count(changes: Mapping[int, int]) -> None:
    """Add to the numbers of titles, and take out what came down to none."""
    by_step: dict[int, list[int]] = defaultdict(list)
    for heading, step in changes.items():
        if step:
            by_step[step].append(heading)
    for step, ids in by_step.items():
        for start in range(0, len(ids), _AT_ONCE):
            Heading.objects.filter(pk__in=ids[start : start + _AT_ONCE]).update(titles=F("titles") + step)
    fewer = [heading for step, ids in by_step.items() if step < 0 for heading in ids]
    for start in range(0, len(fewer), _AT_ONCE):
        Heading.objects.filter(pk__in=fewer[start : start + _AT_ONCE], titles=0).delete()
