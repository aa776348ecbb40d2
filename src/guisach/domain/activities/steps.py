"""The fold of events, as the journal calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.activities.models import Attendance, Event
from guisach.domain.activities.rules import (
    SORTS,
    AttendanceBody,
    AttendBody,
    AttendPrivate,
    EventBody,
    event_subject,
    fold_event,
    tidy_name,
)
from guisach.domain.journal import kinds
from guisach.domain.journal.queries.histories import public_subjects
from guisach.domain.readers.rules.joining import GROUPS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from guisach.domain.activities.rules import EventState
    from guisach.domain.journal.rules.history import History

_PLAN = ("place", "name", "on", "sort", "whom", "is_off", "planned_op")
_NAMED = ""


class EventFold:
    """An event is what was planned last; who came is the sum of what was counted (SYNC row 22)."""

    subject_type = "event"
    reads_private = False
    is_private = False
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Compute events and sums."""
        results, plans, counts = {}, {}, {}
        for subject, history in histories.items():
            state = fold_event(history.entries)
            history.result.outcomes.update(state.outcomes)
            results[f"event:{subject}"] = history.result
            plans[UUID(subject)], counts[UUID(subject)] = _plan(state), _counts(state)
        return kinds.Folding(results, {"plans": plans, "counts": counts}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Write what differs."""
        plans, counts = folding.state["plans"], folding.state["counts"]
        stored_plans, stored_counts = _stored_plans(plans), _stored_counts(counts)
        gone = [event for event, plan in plans.items() if plan is None and event in stored_plans]
        if gone:
            Event.objects.filter(pk__in=gone).delete()
        Event.objects.bulk_create(
            [
                Event(id=event, **dict(zip(_PLAN, plan, strict=True)))
                for event, plan in plans.items()
                if plan is not None and stored_plans.get(event) != plan
            ],
            update_conflicts=True,
            update_fields=list(_PLAN),
            unique_fields=["id"],
        )
        for event, found in counts.items():
            if stored_counts.get(event, {}) != found:
                Attendance.objects.filter(event=event).delete()
                Attendance.objects.bulk_create(
                    Attendance(event=event, group=group, count=count) for group, count in found.items()
                )

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare events and sums."""
        plans, counts = folding.state["plans"], folding.state["counts"]
        stored_plans, stored_counts = _stored_plans(plans), _stored_counts(counts)
        for event, plan in plans.items():
            if stored_plans.get(event) != plan or stored_counts.get(event, {}) != counts[event]:
                yield f"event {event}: stored otherwise than the log says"

    def subjects(self) -> Iterable[str]:
        """Return every event of the log or of the tables."""
        stored = {*Event.objects.values_list("pk", flat=True), *Attendance.objects.values_list("event", flat=True)}
        return public_subjects(self.subject_type) | {str(event) for event in stored}

    def rows(self) -> Iterator[str]:
        """Return events and sums."""
        for event in Event.objects.iterator(chunk_size=2000):
            yield f"event|{event.pk}|{'|'.join(str(getattr(event, name)) for name in _PLAN)}"
        for row in Attendance.objects.iterator(chunk_size=2000):
            yield f"attendance|{row.event}|{row.group}|{row.count}"


def _plan(state: EventState) -> tuple[object, ...] | None:
    plan = state.plan
    if plan is None:
        return None
    said: EventBody = plan.body
    sort, whom = said.sort if said.sort in SORTS else "", said.whom if said.whom in GROUPS else ""
    return plan.place, tidy_name(said.name), said.on, sort, whom, said.is_off, plan.op


def _counts(state: EventState) -> dict[str, int]:
    counts = {group: count for group, count in state.counts.items() if count}
    return counts | ({_NAMED: len(state.named)} if state.named else {})


def _stored_plans(events: Collection[UUID]) -> dict[UUID, tuple[object, ...]]:
    rows = Event.objects.filter(pk__in=list(events)).values_list("pk", *_PLAN)
    return {row[0]: row[1:] for row in rows}


def _stored_counts(events: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    found: dict[UUID, dict[str, int]] = {}
    for row in Attendance.objects.filter(event__in=list(events)):
        found.setdefault(row.event, {})[row.group] = row.count
    return found


def register() -> None:
    """Make the room's kinds and its fold known to the journal."""
    for kind in (
        kinds.Kind("event", "event", EventBody, event_subject),
        kinds.Kind("attendance", "event", AttendanceBody, event_subject),
        kinds.Kind("attend", "event", AttendBody, event_subject, AttendPrivate, reader=lambda private: private.reader),
    ):
        kinds.register_kind(kind)
    kinds.register_fold(EventFold())
