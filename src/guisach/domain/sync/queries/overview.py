"""The desks of places as people see them: last contact, what is lacking, how old what waits is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from guisach.domain.journal.models import Device, Operation
from guisach.domain.journal.rules.doubt import QUARANTINED
from guisach.domain.sync.models import Chain, Desk, Keeper
from guisach.domain.sync.queries.numbers import gaps, reach
from guisach.domain.sync.rules.protocol import GAPS_MAX, HEARD_FROM, NEWEST_DESK

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet


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


def desks(places: Collection[str] | None, *, limit: int, offset: int = 0) -> list[DeskView]:
    """Return the desks of places (None: all), those in use first, then by last contact; three queries."""
    found = _with_names(places).order_by(F("device__revoked_at").asc(nulls_first=True), "-contact_at", "device")
    return _views(list(found[offset : offset + limit]))


def desk(device: UUID) -> DeskPage | None:
    """Return one desk with its gaps."""
    found = _views(list(_with_names(None).filter(pk=device)))
    if not found:
        return None
    lacking, backed_up = [], 0
    for chain in Chain.objects.filter(dev=device).order_by("epoch"):
        chain.contiguous = reach(chain)
        lacking += [(chain.epoch, gap) for gap in gaps(chain, GAPS_MAX)]
        backed_up += chain.backed_up
    keepers = Keeper.objects.filter(desk=device).order_by("proved_at").values_list("staff__full_name", flat=True)
    stored = Operation.objects.filter(dev=device).count()
    return DeskPage(found[0], lacking[:GAPS_MAX], stored, backed_up, list(keepers))


def place_of_device(device: UUID) -> str | None:
    """Return the place of a desk; None for one that is not enrolled here."""
    return Desk.objects.filter(pk=device).values_list("place", flat=True).first()


def settled_until(places: Collection[str] | None, *, at: datetime) -> datetime | None:
    """Return until when everything that the desks of these places (None: all) made is here, as far as can be known.

    Of each desk that was heard from in the last 30 days, the last moment at which it had nothing left to bring; the
    least of these. None where no desk was heard from: then online acts are all there is.
    """
    heard = Desk.objects.filter(contact_at__gt=at - HEARD_FROM, device__revoked_at__isnull=True)
    if places is not None:
        heard = heard.filter(place__in=list(places))
    line: datetime | None = heard.aggregate(line=Min(Coalesce("settled_at", "enrolled_at")))["line"]
    return line


def silent_desks(places: Collection[str] | None, *, at: datetime) -> int:
    """Return how many desks were not heard from for 30 days: the settled-until line does not wait for them."""
    silent = Desk.objects.filter(contact_at__lte=at - HEARD_FROM, device__revoked_at__isnull=True)
    return (silent if places is None else silent.filter(place__in=list(places))).count()


def unknown_devices(devices: Collection[UUID]) -> set[UUID]:
    """Return those that are known only by what somebody brought of them."""
    return set(Device.objects.filter(pk__in=list(devices), brought_at__isnull=False).values_list("pk", flat=True))


def _with_names(places: Collection[str] | None) -> QuerySet[Desk]:
    found = Desk.objects.select_related("device", "enrolled_by", "revoked_by")
    return found if places is None else found.filter(place__in=list(places))


def _views(rows: list[Desk]) -> list[DeskView]:
    devices = [row.device_id for row in rows]
    lacking = _unaccounted(devices)
    waiting = Operation.objects.filter(dev__in=devices, is_doubtful=True, outcome__code=QUARANTINED).order_by()
    quarantined = dict(waiting.values_list("dev").annotate(n=Count("pk")))
    return [
        DeskView(
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
            unaccounted=lacking.get(row.device_id, 0),
            quarantined=quarantined.get(row.device_id, 0),
        )
        for row in rows
    ]


def _unaccounted(devices: Collection[UUID]) -> dict[UUID, int]:
    """Count the numbers that were given and are not here, with one query that reads what lies beyond the bounds."""
    beyond = Operation.objects.filter(
        dev=OuterRef("dev"), epoch=OuterRef("epoch"), seq__gt=OuterRef("contiguous")
    ).order_by().values("dev")  # fmt: skip
    rows = Chain.objects.filter(Q(dev__in=list(devices))).annotate(
        n=Subquery(beyond.annotate(n=Count("pk")).values("n")), most=Subquery(beyond.annotate(m=Max("seq")).values("m"))
    )
    found: dict[UUID, int] = {}
    for dev, contiguous, told, n, most in rows.values_list("dev", "contiguous", "told_high", "n", "most"):
        lacking = max(told, most or 0, contiguous) - contiguous - (n or 0)
        found[dev] = found.get(dev, 0) + lacking
    return found
