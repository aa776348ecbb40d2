"""Letting titles have the heading that their authority says: in bounded steps, each with a version of what was."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from guisach.domain.catalogue.actions.authorities.forms import found
from guisach.domain.catalogue.actions.following import follow_headings
from guisach.domain.catalogue.models import Heading, Mention, Record
from guisach.domain.catalogue.queries.candidates import candidates
from guisach.domain.catalogue.rules.drafts import draft_of
from guisach.domain.catalogue.rules.headings import form_wanted, is_as_wanted, points_of_text
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import AccessPoint, Description, PointKind, PointUse
from guisach.domain.catalogue.rules.marc.incoming import from_json, to_json
from guisach.domain.catalogue.rules.marc.repointing import Form, repoint
from guisach.domain.catalogue.steps import (
    Origin,
    announce,
    begin,
    keep_headings,
    keep_versions,
    rewrite,
    save_records,
)
from guisach.domain.journal.steps import in_one_transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from guisach.kernel.clock import Clock

AT_ONCE = 100  # titles in one transaction


class Applied(NamedTuple):
    """How many titles were changed; `is_done`: nothing is left that could be.

    `unreadable` are the titles that could not be, because what is stored of them is no MARC any more.
    """

    changed: int
    is_done: bool
    unreadable: tuple[int, ...] = ()


def apply_authority(*, authority: int, by: int | None, clock: Clock, limit: int = 1000) -> Applied:
    """Write the heading of an authority into up to `limit` titles that have another form of it.

    Every other field stays as it is; what a title was is kept as a version. Raises AuthorityUnknown.
    """
    follow_headings()
    changed = after = 0
    unreadable: list[int] = []
    while changed < limit:
        done, left, after = _apply(authority, by, clock, min(AT_ONCE, limit - changed), after)
        changed += done
        unreadable += left
        if not after:
            return Applied(changed, is_done=True, unreadable=tuple(unreadable))
    return Applied(changed, is_done=False, unreadable=tuple(unreadable))


@in_one_transaction
def _apply(authority: int, by: int | None, clock: Clock, limit: int, after: int) -> tuple[int, list[int], int]:
    """Change the next titles by id; returns how many, which are unreadable, after which id to go on (0: nowhere)."""
    begin()
    row = found(authority)
    changes = _changes(row.pk)
    mentions = Mention.objects.filter(heading__in=changes, record__gt=after).order_by("record")
    records = list(dict.fromkeys(mentions.values_list("record", flat=True)[:limit]))
    if not records:
        return 0, [], 0
    by_record: dict[int, dict[AccessPoint, Form]] = defaultdict(dict)
    for record, heading in Mention.objects.filter(record__in=records, heading__in=changes).values_list(
        "record", "heading_id"
    ):
        point, form = changes[heading]
        by_record[record][point] = form
    rows = Record.objects.filter(pk__in=records).order_by("pk")
    written, unreadable = _write(rows, by_record, clock(), by, f"AUTHORITY {row.pk} {row.heading}")
    return written, unreadable, records[-1]


def _changes(authority: int) -> dict[int, tuple[AccessPoint, Form]]:
    """Return the headings that have not the form of their authority, and which they should have."""
    candidate = candidates([authority])[authority]
    found: dict[int, tuple[AccessPoint, Form]] = {}
    rows = Heading.objects.filter(authority=authority).values_list("pk", "use", "kind", "text", "dates")
    for id_, use, kind, text, dates in rows:
        if not is_as_wanted(kind, text, dates, candidate):
            point = AccessPoint(PointUse(use), PointKind(kind), text, dates)
            found[id_] = (point, Form(*form_wanted(text, dates, candidate)))
    return found


def _write(
    rows: Iterable[Record],
    changes: Mapping[int, Mapping[AccessPoint, Form]],
    at: datetime,
    by: int | None,
    reason: str,
) -> tuple[int, list[int]]:
    """Rewrite and store those records that the changes do change; returns how many, and the ids of the unreadable."""
    versions: list[tuple[Record, str]] = []
    unreadable: list[int] = []
    for row in rows:
        try:
            before = from_json(row.marc)
        except ValueError:
            unreadable.append(row.pk)
            continue
        after = repoint(before, changes[row.pk])
        described = describe(after)
        if not isinstance(described, Description):
            unreadable.append(row.pk)
            continue
        if after == before:
            continue
        versions.append((row, row.marc))
        origin = Origin(row.control_source, row.control_no, row.changed_at_source)
        rewrite(row, draft_of(described), to_json(after), origin, at)
    changed = [row for row, _ in versions]
    save_records(changed)
    keep_headings({row.pk: points_of_text(row.marc) for row in changed})
    keep_versions(versions, until=at, reason=reason, by=by)
    announce([row.pk for row in changed])
    return len(changed), unreadable
