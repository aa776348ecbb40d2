"""The end of the log, for whoever follows it: what was appended since, and what came late under an earlier number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from guisach.domain.journal.models import Operation

if TYPE_CHECKING:
    from collections.abc import Collection


class Appended(NamedTuple):
    """An operation's number in the log and what it is about; of one that takes another back, what that was about."""

    number: int
    subject: str


def log_end() -> int:
    """Return the number of the last operation; 0 while there is none."""
    return Operation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def appended(after: int, missing: Collection[int] = (), *, limit: int = 1000) -> list[Appended]:
    """Return operations beyond a number, and those of the missing numbers that are there now, in their order.

    Transactions end in another order than they began, so on PostgreSQL number 8 may be seen before 7: whoever
    follows notes 7 as missing. One query, two where something was taken back.
    """
    wanted = Q(pk__gt=after) | Q(pk__in=list(missing)) if missing else Q(pk__gt=after)
    rows = list(Operation.objects.filter(wanted).order_by("pk").values_list("pk", "subject", "target")[:limit])
    targets = [target for _, _, target in rows if target is not None]
    about = dict(Operation.objects.filter(op__in=targets).values_list("op", "subject")) if targets else {}
    return [Appended(number, subject if target is None else about.get(target, "")) for number, subject, target in rows]
