"""What readers ask for, and which copy comes to whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from guisach.domain.catalogue.queries import copies_by_barcode, records
from guisach.domain.circulation.kinds import next_move
from guisach.domain.circulation.models import Request, RequestState, SetAside, Whereabouts
from guisach.domain.circulation.queries.loans import availability_of_records
from guisach.domain.circulation.rules.planning import BY_HAND, Asking, Held, Move, Plan, Step, Ways, plan_queue
from guisach.domain.circulation.rules.request_fold import Sort, State
from guisach.domain.network.queries import places_by_code
from guisach.domain.network.rules.places import distance_km

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

    from guisach.domain.circulation.queries.loans import Availability
    from guisach.domain.network.models import Place

_NUMBER_DIGITS = 5
_FAR_KM = 10_000.0  # where nobody has said where a place lies
_PLANNED_MAX = 1500  # requests that are looked at for one page, the oldest first
_OF_THE_LAW = "LAW_BOOKCASE"


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request with the title that a person knows it by; `title` is empty for what no place has."""

    op: UUID
    sort: str
    reader: UUID | None
    record: int | None
    title: str
    author: str
    pickup: str
    place: str  # where it was made
    since: datetime
    until: date | None
    state: str
    barcode: str
    copy_since: datetime | None
    closed_at: datetime | None
    why: str

    @property
    def state_label(self) -> _StrOrPromise:
        """Where it stands, in the language in force."""
        return RequestState(self.state).label

    @property
    def number(self) -> str:
        """What stands on the slip in the book where the name may not: every place can read it, nobody learns who."""
        return pickup_number(self.op)


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """What the requests for a title say of lending one copy to one reader: their own request, and whether it waits."""

    own: UUID | None = None
    is_for_another: bool = False

    @property
    def named(self) -> dict[str, str]:
        """How a lending names the request that it serves."""
        return {} if self.own is None else {"request": str(self.own)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """For whom this very copy is wanted now, and what is to be done with it."""

    request: RequestView
    plan: Plan


@dataclass(frozen=True, slots=True)
class AsideView:
    """A copy on a hold shelf. `request` is None for one of which the request never arrived."""

    op: UUID
    barcode: str
    title: str
    at: datetime
    request: RequestView | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A copy on its way to a place; `request` where it comes for somebody."""

    barcode: str
    title: str
    sent_from: str
    sent_at: datetime | None
    request: RequestView | None


def pickup_number(op: UUID) -> str:
    """Return the number of a request as it is written on a slip."""
    return f"{op.int % 10**_NUMBER_DIGITS:0{_NUMBER_DIGITS}d}"


def asked_about(barcode: str, record: int | None, family: Collection[UUID]) -> AskedAbout:
    """Return what a desk must know of the requests for a title before it lends to a person; one query."""
    if record is None:
        return AskedAbout()
    rows = list(_queue(Request.objects.filter(record=record)).exclude(sort=Sort.SUGGESTION))
    own = next((row.op for row in rows if row.reader in family), None)
    return AskedAbout(own, any(row.barcode == barcode and row.reader not in family for row in rows))


def request(op: UUID) -> RequestView | None:
    """Return a request, or None."""
    return next(iter(_views(Request.objects.filter(pk=op))), None)


def places_of_request(op: UUID) -> tuple[str, ...]:
    """Return where a request is to be fetched and where it was made; none where there is none. One query."""
    found = Request.objects.filter(pk=op).values_list("pickup", "place").first()
    return tuple(place for place in found or () if place)


def requests_of_reader(readers: Collection[UUID], *, is_open: bool = True, limit: int = 50) -> list[RequestView]:
    """Return what a person (under any of these ids) asks for, or asked for; the newest first."""
    found = Request.objects.filter(reader__in=list(readers), closed_at__isnull=is_open)
    return _views(found.order_by("-since", "op")[:limit])


def requests_over(now: date) -> QuerySet[Request]:
    """Find the open requests that readers have no use for after an earlier day."""
    return Request.objects.filter(closed_at__isnull=True, until__lt=now)


def wishes(limit: int) -> list[Request]:
    """Return the wishes that nobody has looked at."""
    return list(Request.objects.filter(closed_at__isnull=True, state=State.NOTED).order_by("since", "op")[:limit])


def ready_requests() -> list[RequestView]:
    """Return every request whose book waits to be fetched."""
    return _views(Request.objects.filter(closed_at__isnull=True, state=State.READY).order_by("copy_since", "op"))


def plans_of(titles: Collection[int], on: date) -> dict[UUID, Plan]:
    """Plan every open request of these titles; five queries, however many titles."""
    return _planned(list(_queue(Request.objects.filter(record__in=list(titles)))), on)


def _planned(rows: Iterable[Request], on: date) -> dict[UUID, Plan]:
    """Plan the queues of titles, each of them whole; four queries."""
    queues: dict[int, list[Request]] = defaultdict(list)
    for row in rows:
        if row.record is not None and row.sort != Sort.SUGGESTION and row.state != State.NOTED:
            queues[row.record].append(row)
    if not queues:
        return {}
    held = availability_of_records(queues)
    codes = {copy.place for copies in held.values() for copy in copies}
    codes |= {row.pickup for of_title in queues.values() for row in of_title}
    places = places_by_code(codes)
    ways = _ways(places, on)
    plans: dict[UUID, Plan] = {}
    for record, of_title in queues.items():
        asking = [Asking(row.op, row.pickup, row.barcode, row.state == State.READY) for row in of_title]
        plans |= plan_queue(asking, _held(held[record], places), ways)
    return plans


def awaited_copies(titles: Mapping[str, int], person: Collection[UUID], on: date) -> set[str]:
    """Return those of the copies on loan (with their records) for which somebody else waits, with no free copy to have.

    One query where nobody asks for the titles, six otherwise. Where several are out, only as many as are waited for:
    those that are due first.
    """
    asked = _queue(Request.objects.filter(record__in=set(titles.values())))
    asked = asked.exclude(sort=Sort.SUGGESTION).exclude(state=State.NOTED).exclude(reader__in=list(person))
    records = {row for row in asked.values_list("record", flat=True) if row} if titles else set()
    plans = plans_of(records, on) if records else {}
    return {plan.barcode for plan in plans.values() if plan.step is Step.RETURN} & titles.keys()


def wanted_for(barcode: str, record: int, on: date) -> Wanted | None:
    """Say for whom a copy that somebody has in hand is wanted now; one query where nobody asks for the title."""
    if not _queue(Request.objects.filter(record=record)).exclude(sort=Sort.SUGGESTION).exists():
        return None
    plans = plans_of([record], on)
    for op, plan in plans.items():
        if plan.barcode == barcode and plan.step in BY_HAND:
            found = request(op)
            return Wanted(found, plan) if found is not None else None
    return None


def to_pull(place: str, on: date) -> list[Wanted]:
    """Return which copies of a place should be taken from its shelves now, for whom; six queries."""
    rows = list(_queue(Request.objects.filter(record__isnull=False))[:_PLANNED_MAX])
    plans = _planned(rows, on)
    mine = [row for row in rows if row.op in plans and plans[row.op].place == place and plans[row.op].step in BY_HAND]
    return [Wanted(view, plans[view.op]) for view in _views(mine)]


def waiting_for(place: str, on: date) -> list[Wanted]:
    """Return who waits for a book at a place and does not have it on its hold shelf, with the plan; six queries."""
    at_place = Request.objects.filter(pickup=place, closed_at__isnull=True).exclude(sort=Sort.SUGGESTION)
    same_titles = Q(record__in=at_place.filter(record__isnull=False).values("record"))
    rows = list(_queue(Request.objects.filter(same_titles | Q(pk__in=at_place.values("pk"))))[:_PLANNED_MAX])
    plans = _planned(rows, on)
    mine = [row for row in rows if row.pickup == place and row.state != State.READY and row.sort != Sort.SUGGESTION]
    return [Wanted(view, plans.get(view.op, Plan(Step.NONE))) for view in _views(mine)]


def arrivals(place: str, *, limit: int = 200) -> list[Arrival]:
    """Return what is on its way to a place; four queries."""
    rows = list(Whereabouts.objects.filter(going_to=place).order_by("sent_at", "barcode")[:limit])
    copies = copies_by_barcode([row.barcode for row in rows]) if rows else {}
    asked = {view.op: view for view in _views(Request.objects.filter(pk__in=[r.sent_for for r in rows if r.sent_for]))}
    return [
        Arrival(
            row.barcode,
            copies[row.barcode].title if row.barcode in copies else "",
            row.place,
            row.sent_at,
            asked.get(row.sent_for) if row.sent_for else None,
        )
        for row in rows
    ]


def hold_shelf(place: str, *, limit: int = 300) -> list[AsideView]:
    """Return what stands on the hold shelf of a place, the longest first; four queries."""
    rows = list(SetAside.objects.filter(place=place, closed_at__isnull=True).order_by("at", "op")[:limit])
    copies = copies_by_barcode([row.barcode for row in rows]) if rows else {}
    asked = {view.op: view for view in _views(Request.objects.filter(pk__in=[row.request for row in rows]))}
    return [
        AsideView(
            row.op,
            row.barcode,
            copies[row.barcode].title if row.barcode in copies else "",
            row.at,
            asked.get(row.request),
        )
        for row in rows
    ]


def _queue(found: QuerySet[Request]) -> QuerySet[Request]:
    return found.filter(closed_at__isnull=True).order_by("since", "op")


def _views(found: QuerySet[Request] | Sequence[Request]) -> list[RequestView]:
    rows = list(found)
    titles = {one.id: one for one in records({row.record for row in rows if row.record})} if rows else {}
    return [_view(row, titles) for row in rows]


def _view(row: Request, titles: Mapping[int, object]) -> RequestView:
    title = titles.get(row.record) if row.record else None
    return RequestView(
        op=row.op,
        sort=row.sort,
        reader=row.reader,
        record=row.record,
        title=getattr(title, "title", ""),
        author=getattr(title, "author", ""),
        pickup=row.pickup,
        place=row.place,
        since=row.since,
        until=row.until,
        state=row.state,
        barcode=row.barcode,
        copy_since=row.copy_since,
        closed_at=row.closed_at,
        why=row.why,
    )


def _held(copies: Iterable[Availability], places: Mapping[str, Place]) -> list[Held]:
    found = [copy for copy in copies if copy.condition == "NORMAL" and copy.trouble not in {"LOST", "MISSING"}]
    free_at: dict[str, int] = defaultdict(int)
    for copy in found:
        free_at[copy.place] += copy.is_in
    return [
        Held(
            copy.barcode,
            copy.place,
            copy.is_in,
            copy.due_on,
            is_kept=_is_law(places.get(copy.place)) and free_at[copy.place] <= 1,
        )
        for copy in found
    ]


def _is_law(place: Place | None) -> bool:
    """A law bookcase never gives its last copy: people come there to look up what is in force."""
    return place is not None and place.kind == _OF_THE_LAW


def _ways(places: Mapping[str, Place], on: date) -> Ways:
    @cache
    def distance(one: str, other: str) -> float:
        a, b = _point(places.get(one)), _point(places.get(other))
        return distance_km(*a, *b) if a and b else _FAR_KM

    @cache
    def move(start: str, end: str) -> Move | None:
        return next_move(start, end, on)

    provincial = {code for code, place in places.items() if place.kind == "PROVINCIAL_LIBRARY"}
    return Ways(distance, move, provincial)


def _point(place: Place | None) -> tuple[float, float] | None:
    """Return where a place lies, or its commune where nobody has measured it."""
    if place is None:
        return None
    for lat, lon in ((place.lat, place.lon), (place.commune.lat, place.commune.lon)):
        if lat is not None and lon is not None:
            return lat, lon
    return None


def requests_named(ops: Collection[UUID]) -> list[RequestView]:
    """Return several requests; two queries."""
    return _views(Request.objects.filter(pk__in=list(ops)))
