"""What of revoked devices waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.journal.models import Case, CaseStatus, Operation
from guisach.domain.journal.rules.cases import case_id
from guisach.domain.journal.rules.doubt import QUARANTINED

if TYPE_CHECKING:
    from uuid import UUID

_MOST = 5000


def held_cases(device: UUID) -> list[tuple[str, str]]:
    """Return id and place of the open cases about what a revoked device brought, in the order of its numbers."""
    waiting = Operation.objects.filter(dev=device, is_doubtful=True, outcome__code=QUARANTINED)
    ops = waiting.order_by("epoch", "seq").values_list("op", flat=True)[:_MOST]
    wanted = [case_id("revoked_device", [op]) for op in ops]
    places = dict(Case.objects.filter(pk__in=wanted, status=CaseStatus.OPEN).values_list("pk", "place"))
    return [(case, places[case]) for case in wanted if case in places]
