"""Cases as people see them: one list, by place and age."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count

from guisach.domain.journal.models import Case, CaseStatus

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with what a list or a page needs of it."""

    id: str
    kind: str
    subject: str
    place: str
    operations: tuple[UUID, ...]
    is_urgent: bool
    status: str
    happened_at: datetime
    settled_by: UUID | None


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases: `places` None means the whole province; `status` one of CaseStatus."""

    places: Collection[str] | None
    status: str = CaseStatus.OPEN
    kind: str = ""


def cases(wanted: CaseFilter, *, at: datetime, limit: int = 50, offset: int = 0) -> list[CaseView]:
    """Return cases, urgent ones first and then the oldest; those that open only later are left out."""
    found = _filtered(wanted, at).order_by("-is_urgent", "happened_at", "id")[offset : offset + limit]
    return [_view(row) for row in found]


def count_open_cases(wanted: CaseFilter, *, at: datetime) -> int:
    """Return how many cases the filter finds."""
    return _filtered(wanted, at).count()


def count_by_kind(wanted: CaseFilter, *, at: datetime) -> dict[tuple[str, str], int]:
    """Return how many of the cases there are of each kind at each place (kind, place); the kind wanted is ignored."""
    found = _filtered(replace(wanted, kind=""), at).order_by()
    rows = found.values_list("kind", "place").annotate(n=Count("pk"))
    return {(kind, place): n for kind, place, n in rows}


def case(case_id: str) -> CaseView | None:
    """Return one case, or None."""
    row = Case.objects.filter(pk=case_id).first()
    return _view(row) if row else None


def _filtered(wanted: CaseFilter, at: datetime) -> QuerySet[Case]:
    found = Case.objects.filter(status=wanted.status, opens_at__lte=at)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.places is not None:
        found = found.filter(place__in=list(wanted.places))
    return found


def _view(row: Case) -> CaseView:
    return CaseView(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        place=row.place,
        operations=tuple(UUID(op) for op in row.operations),
        is_urgent=row.is_urgent,
        status=row.status,
        happened_at=row.happened_at,
        settled_by=row.settled_by,
    )
