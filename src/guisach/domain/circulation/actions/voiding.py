"""Taking an operation back: its author on the same day, a librarian later."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from guisach.domain.journal.queries import timeline
from guisach.domain.journal.rules.history import LIBRARIAN
from guisach.domain.journal.steps import Receipt, append, in_one_transaction
from guisach.domain.network.queries import standing_of
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock


class VoidUnknown(DomainError):
    """Nothing under this id, or it was taken back before."""

    code = "void_unknown"
    status = 404
    text = _("There is nothing here to take back; perhaps it was taken back already.")


class VoidNotAllowed(DomainError):
    """Not the author, or not the same day."""

    code = "void_not_allowed"
    status = 403
    text = _("Only who wrote it can take it back, on the same day. Later, please ask a librarian.")


@in_one_transaction
def void(*, op_id: UUID, by: Source, target: UUID, reason: str, place: str, clock: Clock) -> Receipt:
    """Take an operation back. It stays in the log; state and figures are as if it had not been.

    Raises VoidUnknown, VoidNotAllowed.
    """
    found = timeline(operations=[target, op_id])
    wanted = next((entry for entry in found if entry.op == target), None)
    is_repeat = any(entry.op == op_id for entry in found)
    if wanted is None or wanted.kind == "void" or (wanted.outcome == "VOIDED" and not is_repeat):
        raise VoidUnknown
    is_author_today = wanted.actor == by.username and local_date(wanted.happened_at) == local_date(clock())
    if not is_author_today and standing_of(by.username, place or wanted.place, local_date(clock())) != LIBRARIAN:
        raise VoidNotAllowed
    operation: dict[str, object] = {
        "op": str(op_id),
        "v": 1,
        "kind": "void",
        "target": str(target),
        "place": place or wanted.place,
    }
    if reason.strip():
        operation["private"] = {"reason": reason.strip()[:500]}
    return append([operation], via=by, clock=clock, not_before=wanted.happened_at)[0]
