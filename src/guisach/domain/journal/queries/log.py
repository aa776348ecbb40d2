"""Looking into the log: what happened to a subject, and where anything happened at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Max, OuterRef, Q, Subquery

from guisach.domain.journal.models import Operation, PrivatePart
from guisach.domain.network.models import Place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of what happened in order, for a person. `reader` is for those who may see readers."""

    op: UUID
    kind: str
    happened_at: datetime
    place: str
    actor: str
    outcome: str
    body: dict[str, Any]
    reader: UUID | None


def timeline(*, subject: str = "", operations: Iterable[UUID] = (), limit: int = 200) -> list[TimelineEntry]:
    """Return the newest `limit` operations of a subject, or the given ones, oldest first, each with its outcome."""
    wanted = list(operations)
    found = Operation.objects.filter(Q(op__in=wanted) if wanted else Q(subject=subject))
    rows = found.order_by("-eff_at", "-hub_seq").values_list(
        "op", "kind", "eff_at", "place", "actor", "outcome__code", "body", "private_part__reader"
    )[:limit]
    return [
        TimelineEntry(op, kind, at, place, actor, outcome or "", json.loads(body), reader)
        for op, kind, at, place, actor, outcome, body, reader in reversed(rows)
    ]


def said_in(operations: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """Return the free words of operations by what they are (wanted, reason …), where they are not forgotten."""
    rows = PrivatePart.objects.filter(operation__in=list(operations)).values_list("operation__op", "data")
    found = {op: json.loads(data) for op, data in rows}
    return {
        op: {name: text for name, text in said.items() if name != "reader" and isinstance(text, str) and text}
        for op, said in found.items()
    }


def reasons_of(operations: Iterable[UUID]) -> dict[UUID, str]:
    """Return what people wrote to what they did, why or as a note, where it is not forgotten; with one query."""
    found = {op: said.get("reason") or said.get("text") for op, said in said_in(operations).items()}
    return {op: text for op, text in found.items() if text}


def operations_on(subjects: Collection[str], *, kind: str) -> dict[str, list[UUID]]:
    """Return the operations of one kind on each subject, in order; those taken back are left out."""
    rows = Operation.objects.filter(subject__in=list(subjects), kind=kind).exclude(outcome__code="VOIDED")
    found: dict[str, list[UUID]] = {}
    for subject, op in rows.order_by("eff_at", "hub_seq").values_list("subject", "op"):
        found.setdefault(subject, []).append(op)
    return found


def latest_at(subject: str) -> datetime | None:
    """Return when the latest known operation on a subject took effect."""
    latest: datetime | None = Operation.objects.filter(subject=subject).aggregate(at=Max("eff_at"))["at"]
    return latest


def subjects_known(subjects: Collection[str]) -> set[str]:
    """Return those of some thousand subjects that any operation is about."""
    return set(Operation.objects.filter(subject__in=list(subjects)).values_list("subject", flat=True).distinct())


def latest_about(readers: Collection[UUID], kinds: Collection[str]) -> datetime | None:
    """Return when the latest known operation of these kinds about these readers took effect, taken back or not."""
    about = Operation.objects.filter(private_part__reader__in=list(readers), kind__in=list(kinds))
    latest: datetime | None = about.aggregate(at=Max("eff_at"))["at"]
    return latest


# What is done to the log and not at a place: taking something back, deciding on a case.
_NO_ACTIVITY = ("void", "settle")


def last_recorded(places: Collection[str], until: datetime) -> dict[str, datetime]:
    """Return when something last happened at each of the places before `until`; where nothing did is left out.

    What was taken back does not count. One query, one look into the index a place, however long the log is.
    """
    there = Operation.objects.filter(place=OuterRef("pk"), eff_at__lt=until)
    there = there.exclude(kind__in=_NO_ACTIVITY).exclude(outcome__code="VOIDED")
    latest = Subquery(there.order_by("-eff_at").values("eff_at")[:1])
    rows = Place.objects.filter(pk__in=list(places)).annotate(last_at=latest).values_list("pk", "last_at")
    return {place: at for place, at in rows if at is not None}


def people_of(operations: Collection[UUID], *, is_remembered: bool = False) -> dict[UUID, UUID]:
    """Return whom each of these operations is about; those that are not here or name nobody are left out.

    With `is_remembered` those too of which it was forgotten, and that name a pseudonym.
    """
    rows = PrivatePart.objects.filter(operation__in=list(operations), reader__isnull=False)
    if is_remembered:
        rows = rows.filter(forgotten_at__isnull=True)
    return {op: reader for op, reader in rows.values_list("operation__op", "reader") if reader is not None}


def operations_of(readers: Collection[UUID], kinds: Collection[str]) -> list[UUID]:
    """Return the operations of these kinds about these readers, in no order."""
    found = Operation.objects.filter(private_part__reader__in=list(readers), kind__in=list(kinds))
    return list(found.values_list("op", flat=True))


def subjects_with_names(subject_type: str, before: datetime, *, after: str, limit: int) -> list[str]:
    """Return subjects ("copy:CB000123"), in order and after one, with an operation from before that names somebody."""
    found = Operation.objects.filter(
        subject__startswith=f"{subject_type}:",
        subject__gt=f"{subject_type}:{after}",
        eff_at__lt=before,
        private_part__reader__isnull=False,
        private_part__forgotten_at__isnull=True,
    )
    return list(found.order_by("subject").values_list("subject", flat=True).distinct()[:limit])


def named_operations(subjects: Collection[str]) -> list[tuple[str, UUID, datetime]]:
    """Return subject, id and time of the operations on these subjects that name somebody, taken back or not."""
    found = Operation.objects.filter(
        subject__in=list(subjects), private_part__reader__isnull=False, private_part__forgotten_at__isnull=True
    )
    return list(found.values_list("subject", "op", "eff_at"))
