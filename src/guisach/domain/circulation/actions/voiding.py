"""Taking an operation back: its author on the same day, a librarian later."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from guisach.domain.journal.kinds import final_kinds
from guisach.domain.journal.queries import is_of_ours, librarian_at, timeline
from guisach.domain.journal.steps import Receipt, act, in_one_transaction
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


class VoidFinal(DomainError):
    """What it did cannot be brought back."""

    code = "void_final"
    status = 409
    text = _("An erasure cannot be taken back: the data is gone. If the reader comes again, make a new card.")


@in_one_transaction
def void(*, op_id: UUID, by: Source, target: UUID, reason: str, clock: Clock) -> Receipt:
    """Take an operation back. It stays in the log; state and figures are as if it had not been.

    Raises VoidUnknown (also for what is none of this person's business), VoidNotAllowed, VoidFinal.
    """
    if not is_of_ours(by, target, on=local_date(clock())):
        raise VoidUnknown
    found = timeline(operations=[target, op_id])
    wanted = next((entry for entry in found if entry.op == target), None)
    is_repeat = any(entry.op == op_id for entry in found)
    if wanted is None or wanted.kind == "void" or (wanted.outcome == "VOIDED" and not is_repeat):
        raise VoidUnknown
    today = local_date(clock())
    place: str | None = wanted.place
    if wanted.actor != by.username or local_date(wanted.happened_at) != today:
        place = librarian_at(by, wanted.place, on=today)
        if place is None:
            raise VoidNotAllowed
    if wanted.kind in final_kinds() and wanted.outcome != "NO_EFFECT":
        raise VoidFinal
    operation: dict[str, object] = {
        "op": str(op_id),
        "v": 1,
        "kind": "void",
        "target": str(target),
        "place": place,
    }
    if reason.strip():
        operation["private"] = {"reason": reason.strip()[:500]}
    return act(operation, via=by, clock=clock, not_before=wanted.happened_at)
