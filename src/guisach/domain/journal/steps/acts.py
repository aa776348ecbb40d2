"""Acts of an online desk: one operation that somebody asks for, under an id that stands for this act alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from guisach.domain.journal.models import Device, DeviceKind, Operation
from guisach.domain.journal.queries.sources import Source
from guisach.domain.journal.steps.append import Receipt, append, outcomes_of
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from guisach.kernel.clock import Clock


class IdTaken(DomainError):
    """The operation id was used for something else: a fault of the sender's program."""

    code = "operation_id_taken"
    text = _("This operation id was used for something else before; please send the act again with a new id.")


def repeated(op_id: UUID, kind: str, subject: str = "") -> Receipt | None:
    """Return the receipt of an act that was recorded before, or None for one that is new.

    `subject` is empty for kinds about people. Raises IdTaken where the id was used for another kind of act or
    another subject: to answer "done" would lose an act that somebody believes to be recorded.
    """
    found = Operation.objects.filter(op=op_id).values_list("kind", "subject").first()
    if found is None:
        return None
    if found != (kind, subject):
        raise IdTaken
    outcome, case, number = outcomes_of([op_id])[op_id]
    return Receipt(str(op_id), "duplicate", outcome, case, number=number)


def act(
    operation: dict[str, Any],
    *,
    via: Source,
    clock: Clock,
    not_before: datetime | None = None,
    held: frozenset[str] = frozenset(),
) -> Receipt:
    """Append one operation that is asked for now; see `append`. Raises IdTaken where its id says something else."""
    receipt = append([operation], via=via, clock=clock, not_before=not_before, held=held)[0]
    if receipt.status == "fork":
        raise IdTaken
    return receipt


def hub_source(*, at: datetime) -> Source:
    """Return the source of what the hub itself puts into the log; its device is made the first time."""
    device = Device.objects.filter(kind=DeviceKind.HUB).order_by("created_at").values_list("pk", flat=True).first()
    if device is None:
        device = new_id()
        Device.objects.create(id=device, kind=DeviceKind.HUB, label="hub", created_at=at)
    return Source(device, 0, "")
