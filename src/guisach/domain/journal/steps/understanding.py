"""What an operation is about, as far as this version understands it; what it does not understand waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from guisach.domain.journal import kinds
from guisach.domain.journal.queries.histories import decoder
from guisach.domain.journal.rules.history import CaseDraft
from guisach.domain.journal.steps.publish import put_cases, put_outcomes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.journal.models import Operation, PrivatePart


def understand(row: Operation, private_part: PrivatePart | None) -> tuple[str, str] | None:
    """Fill in subject, target and reader of a row, and return what is to be folded (None: not understood now).

    What takes another operation back is about that one's subject: it returns ("", "").
    """
    kind = kinds.kind_named(row.kind)
    if kind is None:
        return None
    try:
        if _form_of(row.body) > kind.version:
            return None
        body: Any = decoder(kind.body).decode(row.body)
        named: Any = decoder(kind.private).decode(private_part.data if private_part is not None else "{}")
        subject = kind.subject(body, named, row.place, row.eff_at)
    except ValueError:  # msgspec's errors are ValueErrors too
        return None
    if private_part is not None:
        private_part.reader = kind.reader(named)
    row.target = kind.target(body)
    if row.target is not None:
        return ("", "")
    if not is_private(kind):
        row.subject = f"{kind.subject_type}:{subject}"
    return (kind.subject_type, subject)


class _Form(msgspec.Struct, frozen=True):
    v: Any = 1


def _form_of(body: str) -> int:
    """Return which form of its kind's body this is; whatever is no number was never written by a device.

    Raises ValueError where the body is no text.
    """
    form = decoder(_Form).decode(body).v
    return form if isinstance(form, int) else 1


def is_private(kind: kinds.Kind) -> bool:
    """Say whether the subjects of this kind are people."""
    return any(fold.is_private for fold in kinds.folds() if fold.subject_type == kind.subject_type)


def keep_waiting(rows: Sequence[Operation], code: str) -> set[str]:
    """Note that these wait (PENDING or WAITING), and open a case for each after a week of it; returns new cases."""
    put_outcomes(dict.fromkeys([row.op for row in rows], code), {})
    return put_cases(
        {f"unread:{row.op}": [CaseDraft("not_understood", (row.op,), row.place, row.received_at)] for row in rows},
        opens_later=True,
    )
