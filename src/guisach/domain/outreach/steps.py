"""The fold of trips, as the journal calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guisach.domain.journal import kinds
from guisach.domain.journal.queries.histories import public_subjects
from guisach.domain.journal.rules.history import Result
from guisach.domain.outreach.models import Trip
from guisach.domain.outreach.rules import TripHeaderBody, TripNoteBody, TripNotePrivate, fold_trip, trip_subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from guisach.domain.journal.rules.history import History
    from guisach.domain.outreach.rules import TripState

_FIELDS = ("head", "notes", "begun_at")


class TripFold:
    """A trip is the head as said last, and as many lines as were written (SYNC row 24)."""

    subject_type = "trip"
    reads_private = False
    is_private = False
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Compute the trips."""
        results: dict[str, Result] = {}
        rows: dict[str, tuple[Any, ...] | None] = {}
        for subject, history in histories.items():
            state = fold_trip(history.entries)
            history.result.outcomes.update(state.outcomes)
            history.result.cases.extend(state.cases)
            results[f"trip:{subject}"] = history.result
            rows[subject] = _row(state)
        return kinds.Folding(results, rows, {})

    def project(self, folding: kinds.Folding) -> None:
        """Write what differs."""
        stored = _stored(folding.state)
        gone = [trip for trip, row in folding.state.items() if row is None and trip in stored]
        if gone:
            Trip.objects.filter(pk__in=gone).delete()
        Trip.objects.bulk_create(
            [
                Trip(id=trip, **dict(zip(_FIELDS, row, strict=True)))
                for trip, row in folding.state.items()
                if row is not None and stored.get(trip) != row
            ],
            update_conflicts=True,
            update_fields=list(_FIELDS),
            unique_fields=["id"],
        )

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare the trips."""
        stored = _stored(folding.state)
        for trip, row in folding.state.items():
            if stored.get(trip) != row:
                yield f"trip {trip}: stored otherwise than the log says"

    def subjects(self) -> Iterable[str]:
        """Return every trip of the log or of the table."""
        return public_subjects(self.subject_type) | {str(trip) for trip in Trip.objects.values_list("pk", flat=True)}

    def rows(self) -> Iterator[str]:
        """Return the trips."""
        for trip in Trip.objects.iterator(chunk_size=2000):
            yield f"trip|{trip.pk}|{sorted(trip.head.items())}|{trip.notes}|{trip.begun_at.isoformat()}"


def _row(state: TripState) -> tuple[Any, ...] | None:
    if state.begun_at is None:
        return None
    head = {name: value if isinstance(value, int) else str(value) for name, value in state.head.items()}
    return head, state.notes, state.begun_at


def _stored(trips: Collection[str]) -> dict[str, tuple[Any, ...]]:
    return {str(row[0]): row[1:] for row in Trip.objects.filter(pk__in=list(trips)).values_list("pk", *_FIELDS)}


def register() -> None:
    """Make the room's kinds and its fold known to the journal."""
    kinds.register_kind(kinds.Kind("trip_note", "trip", TripNoteBody, trip_subject, TripNotePrivate))
    kinds.register_kind(kinds.Kind("trip_header", "trip", TripHeaderBody, trip_subject))
    kinds.register_fold(TripFold())
