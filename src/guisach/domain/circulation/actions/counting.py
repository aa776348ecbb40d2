"""Counting visits and uses; two counts that are never mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from guisach.domain.circulation.rules.kinds import COUNT_MAX
from guisach.domain.journal.steps import Receipt, act, in_one_transaction
from guisach.domain.readers.rules.joining import GROUPS
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock


class CountUnusable(DomainError):
    """Not a count of a day."""

    code = "count_unusable"
    status = 422
    text = _("Please write whole numbers from 0 to %(max)s, at least one of them above 0.")


class DayUnusable(DomainError):
    """A day that has not come yet, or one long past."""

    code = "day_unusable"
    status = 422
    text = _("Counts can be written for today and for the 60 days before.")


_DAYS_BACK_MAX = 60


def tally_visits(*, op_id: UUID, by: Source, place: str, on: date, counts: Mapping[str, int], clock: Clock) -> Receipt:
    """Add visits of a day, by reader group. The same `op_id` twice counts once."""
    return _tally("visit_tally", "counts", op_id, by, place, on, counts, clock)


def tally_uses(*, op_id: UUID, by: Source, place: str, on: date, counts: Mapping[str, int], clock: Clock) -> Receipt:
    """Add uses on the open shelf of a day, by reader group. The same `op_id` twice counts once."""
    return _tally("open_shelf_tally", "uses", op_id, by, place, on, counts, clock)


@in_one_transaction
def _tally(
    kind: str,
    field: str,
    op_id: UUID,
    by: Source,
    place: str,
    on: date,
    counts: Mapping[str, int],
    clock: Clock,
) -> Receipt:
    given = {group: count for group, count in counts.items() if count}
    if not given or not set(given) <= GROUPS or not all(0 < count <= COUNT_MAX for count in given.values()):
        raise CountUnusable(max=COUNT_MAX)
    if not 0 <= (local_date(clock()) - on).days <= _DAYS_BACK_MAX:
        raise DayUnusable
    operation = {"op": str(op_id), "v": 1, "kind": kind, "place": place, "on": on.isoformat(), field: given}
    return act(operation, via=by, clock=clock)
