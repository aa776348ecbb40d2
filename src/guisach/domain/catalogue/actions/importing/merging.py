"""A record goes into one that is here: as the policy says, in memory, with what it was kept for the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.drafts import draft_of
from guisach.domain.catalogue.rules.imports.merging import completed, overlaid
from guisach.domain.catalogue.rules.imports.policies import Treatment
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Unreadable, from_json, to_json
from guisach.domain.catalogue.steps import Origin, rewrite

if TYPE_CHECKING:
    from datetime import datetime

    from guisach.domain.catalogue.actions.importing.prepared import Prepared, Target
    from guisach.domain.catalogue.models import Record
    from guisach.domain.catalogue.rules.imports.policies import Policy


def merge(prepared: Prepared, target: Target, policy: Policy, at: datetime, *, has_its_number: bool) -> None:
    """Let a chunk change the record that it is about.

    With the number of its source, an older description (by MARC 005, which sorts as text) changes nothing. Nor
    does anything change where the row is not at hand: in a rehearsal, or for nothing but copies.
    """
    row = target.row
    if row is None:
        return
    is_usual = policy.treatment is not Treatment.OVERLAY
    if has_its_number and prepared.origin.changed_at < row.changed_at_source:
        return
    ours = ours_of(row)
    if has_its_number and is_usual:
        merged = overlaid(ours, prepared.incoming, keeps_identity=False)
    elif is_usual:
        merged = completed(ours, prepared.incoming)
    else:
        merged = overlaid(ours, prepared.incoming, policy.overlay_fields, keeps_identity=not has_its_number)
    changed_at = prepared.origin.changed_at if has_its_number else row.changed_at_source
    if merged is prepared.incoming:
        _replace(prepared, target, at)
    else:
        put(target, merged, at, changed_at=changed_at)


def put(target: Target, merged: Incoming, at: datetime, *, changed_at: str | None = None) -> bool:
    """Rewrite the row with a description that was put together; returns whether that changes anything."""
    row = target.row
    if row is None:
        return False
    marc = to_json(merged)
    described = describe(merged)
    if marc == row.marc or isinstance(described, Unreadable):
        return False
    origin = Origin(row.control_source, row.control_no, row.changed_at_source if changed_at is None else changed_at)
    target.former.append(row.marc)
    rewrite(row, draft_of(described), marc, origin, at)
    return True


def ours_of(row: Record) -> Incoming:
    """Return what a row says as MARC; nothing where that cannot be read."""
    try:
        return from_json(row.marc)
    except ValueError:
        return Incoming(" " * 24, ())


def _replace(prepared: Prepared, target: Target, at: datetime) -> None:
    row = target.row
    if row is None or prepared.marc == row.marc:
        return
    target.former.append(row.marc)
    rewrite(row, prepared.draft, prepared.marc, prepared.origin, at, keys=prepared.keys)
