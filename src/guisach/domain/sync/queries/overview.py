"""The desks of places as people see them: last contact, what is lacking, how old what waits is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from guisach.domain.journal.models import Operation
from guisach.domain.journal.rules.doubt import QUARANTINED
from guisach.domain.sync.models import Chain, Desk, Keeper
from guisach.domain.sync.queries.numbers import gaps, reach
from guisach.domain.sync.rules.protocol import GAPS_MAX, HEARD_FROM, NEWEST_DESK

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

_EPOCHS_SHOWN = 2  # of those of which something is lacking


@dataclass(frozen=True, slots=True)
class DeskView:
    """A desk. `unaccounted` is how many numbers it gave, as far as anybody knows, that are not here."""

    device: UUID
    label: str
    place: str
    version: int
    is_outdated: bool
    enrolled_at: datetime
    enrolled_by: str
    contact_at: datetime
    told_at: datetime | None
    waiting_since: datetime | None
    settled_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: str
    revoked_why: str
    unaccounted: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class DeskPage:
    """What the page of one desk shows beside the desk itself."""

    desk: DeskView
    gaps: list[tuple[int, tuple[int, int]]]
    """Epoch, and first and last of what is lacking."""
    stored: int
    backed_up: int
    keepers: list[str]


@dataclass(frozen=True, slots=True)
class Settled:
    """Until when everything is here, and how many desks were silent for too long to be waited for."""

    until: datetime | None
    silent: int


def desks(places: Collection[str] | None, *, limit: int, offset: int = 0) -> list[DeskView]:
    """Return the desks of places (None: all), those in use first, then by last contact; two queries."""
    found = _with_names(places).order_by(F("device__revoked_at").asc(nulls_first=True), "-contact_at", "device")
    return _views(list(found[offset : offset + limit]))


def desk(device: UUID, places: Collection[str] | None = None) -> DeskPage | None:
    """Return one desk with the gaps of its newest epochs; None where it is not of these places (None: all)."""
    rows = list(_with_names(places).filter(pk=device))
    if not rows:
        return None
    chains = _standings([device])
    lacking: list[tuple[int, tuple[int, int]]] = []
    for one in [one for one in chains if one.lacking][-_EPOCHS_SHOWN:]:
        chain = Chain(dev=device, epoch=one.epoch, contiguous=one.contiguous)
        chain.contiguous = reach(chain)
        lacking += [(chain.epoch, gap) for gap in gaps(chain, GAPS_MAX)]
    keepers = Keeper.objects.filter(desk=device).order_by("proved_at").values_list("staff__full_name", flat=True)
    return DeskPage(
        desk=_view(rows[0], sum(one.lacking for one in chains)),
        gaps=lacking[:GAPS_MAX],
        stored=sum(one.stored for one in chains),
        backed_up=sum(one.backed_up for one in chains),
        keepers=list(keepers),
    )


def place_of_device(device: UUID) -> str | None:
    """Return the place of a desk; None for one that is not enrolled here."""
    return Desk.objects.filter(pk=device).values_list("place", flat=True).first()


def settled_until(places: Collection[str] | None, *, at: datetime) -> Settled:
    """Return until when everything that the desks of these places (None: all) made is here, as far as can be known.

    Of each desk that was heard from in the last 30 days, the last moment at which it had nothing left to bring; the
    least of these. None where no desk was heard from: then online acts are all there is. One query.
    """
    found = Desk.objects.filter(device__revoked_at__isnull=True)
    if places is not None:
        found = found.filter(place__in=list(places))
    is_heard = Q(contact_at__gt=at - HEARD_FROM)
    line = Min(Coalesce("settled_at", "enrolled_at"), filter=is_heard)
    return Settled(**found.aggregate(until=line, silent=Count("pk", filter=~is_heard)))


def _with_names(places: Collection[str] | None) -> QuerySet[Desk]:
    held = Operation.objects.filter(dev=OuterRef("device"), is_doubtful=True, outcome__code=QUARANTINED).order_by()
    found = Desk.objects.select_related("device", "enrolled_by", "revoked_by").annotate(
        quarantined=Coalesce(Subquery(held.values("dev").annotate(n=Count("pk")).values("n")), 0)
    )
    return found if places is None else found.filter(place__in=list(places))


def _views(rows: list[Desk]) -> list[DeskView]:
    lacking: Counter[UUID] = Counter()
    for one in _standings([row.device_id for row in rows]):
        lacking[one.dev] += one.lacking
    return [_view(row, lacking[row.device_id]) for row in rows]


def _view(row: Desk, unaccounted: int) -> DeskView:
    return DeskView(
        device=row.device_id,
        label=row.device.label,
        place=row.place_id,
        version=row.version,
        is_outdated=row.version < NEWEST_DESK,
        enrolled_at=row.enrolled_at,
        enrolled_by=row.enrolled_by.full_name,
        contact_at=row.contact_at,
        told_at=row.told_at,
        waiting_since=row.waiting_since,
        settled_at=row.settled_at,
        expires_at=row.expires_at,
        revoked_at=row.device.revoked_at,
        revoked_by=row.revoked_by.full_name if row.revoked_by else "",
        revoked_why=row.revoked_why,
        unaccounted=unaccounted,
        quarantined=row.quarantined,  # type: ignore[attr-defined]
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """How far one chain is here."""

    dev: UUID
    epoch: int
    contiguous: int
    stored: int
    lacking: int
    backed_up: int


def _standings(devices: Collection[UUID]) -> list[_Standing]:
    """Count what is here of chains and what was given and is not, in one query that reads beyond the bounds only."""
    beyond = Operation.objects.filter(
        dev=OuterRef("dev"), epoch=OuterRef("epoch"), seq__gt=OuterRef("contiguous")
    ).order_by().values("dev")  # fmt: skip
    rows = Chain.objects.filter(dev__in=list(devices)).annotate(
        n=Subquery(beyond.annotate(n=Count("pk")).values("n")), most=Subquery(beyond.annotate(m=Max("seq")).values("m"))
    )
    columns = ("dev", "epoch", "contiguous", "told_high", "backed_up", "n", "most")
    return [
        _Standing(
            dev=dev,
            epoch=epoch,
            contiguous=contiguous,
            stored=contiguous + (n or 0),
            lacking=max(told, most or 0, contiguous) - contiguous - (n or 0),
            backed_up=backed_up,
        )
        for dev, epoch, contiguous, told, backed_up, n, most in rows.order_by("epoch").values_list(*columns)
    ]
