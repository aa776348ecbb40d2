"""A year of lending, written as the operations that the places' desks would have sent."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from guisach.domain.circulation.rules.lending import Calendar, due_on
from guisach.domain.circulation.rules.policy import FIRST, Situation
from guisach.domain.readers.rules.joining import expiry
from guisach.kernel.clock import LOCAL, local_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from guisach.domain.network.models import Place
    from guisach.site.demo.people import Villager

END = date(2026, 11, 20)
DAYS = 365
_NOON = time(11)
_TERMS = FIRST.policy(Situation())
_DEVICES = UUID("6f1f5b3a-3d1e-5d0c-9d2e-2b7a1c0f4e11")  # the namespace of the demonstration's desks

# Loans in an open week, by kind of place.
_LOANS_A_WEEK = {
    "PROVINCIAL_LIBRARY": 34.0,
    "COMMUNE_LIBRARY": 4.0,
    "COMMUNITY_LIBRARY": 4.0,
    "LEARNING_CENTRE": 1.4,
    "POST_OFFICE_POINT": 1.0,
    "COMMUNITY_BOOKCASE": 1.2,
    "LAW_BOOKCASE": 0.3,
    "SCHOOL": 3.0,
    "BORDER_POST": 1.2,
    "MOBILE_UNIT": 6.0,
}
_VISITS_A_WEEK = {"PROVINCIAL_LIBRARY": 420, "COMMUNE_LIBRARY": 45, "COMMUNITY_LIBRARY": 40, "SCHOOL": 60}
_QUIET_COMMUNES = 6  # in so many communes nothing has been recorded yet
_ALWAYS_BUSY = {"01273", "01324", "01501", "01321", "01477"}  # where the named cast of the manual works


@dataclass(slots=True)
class Year:
    """The year as it is being written; `operations` are (instant, place, operation)."""

    rng: Random
    actors: Mapping[str, str]
    open_days: Mapping[str, frozenset[int]]
    joined: dict[UUID, date] = field(default_factory=dict)
    operations: list[tuple[datetime, int, str, dict[str, Any]]] = field(default_factory=list)
    returns: list[tuple[datetime, str, str, UUID]] = field(default_factory=list)
    on_loan: dict[str, UUID] = field(default_factory=dict)
    held: Counter[UUID] = field(default_factory=Counter)

    def add(self, at: datetime, place: str, kind: str, private: dict[str, Any] | None = None, **body: Any) -> str:
        """Write one operation and return its id."""
        op = str(UUID(int=self.rng.getrandbits(128), version=4))
        operation = {
            "op": op,
            "v": 1,
            "kind": kind,
            "place": place,
            "actor": self.actors.get(place, "hoa"),
            "wall": at.isoformat(),
            "unc": self.rng.randrange(50, 900),
            **body,
        }
        if private:
            operation["private"] = private
            operation["salt"] = f"{self.rng.getrandbits(128):032x}"
        self.operations.append((at, len(self.operations), place, operation))
        return op


def write_year(
    rng: Random,
    places: Sequence[Place],
    readers: Sequence[Villager],
    shelves: Mapping[str, Sequence[tuple[str, float]]],
    open_days: Mapping[str, frozenset[int]],
    actors: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return all operations of the year in the order of their instants, numbered by the desk of each place."""
    year = Year(rng, actors, open_days)
    quiet = set(rng.sample(sorted({place.commune_id for place in places} - _ALWAYS_BUSY), _QUIET_COMMUNES))
    working = [place for place in places if place.commune_id not in quiet]
    commune_of = {place.code: place.commune_id for place in places}
    members: dict[str, list[Villager]] = defaultdict(list)
    for reader in readers:
        members[reader.place].append(reader)
    start = END - timedelta(days=DAYS - 1)
    for reader in readers:
        if commune_of[reader.place] not in quiet:
            _join(year, reader, start)
    for day in (start + timedelta(days=n) for n in range(DAYS)):
        for place in working:
            if not open_days[place.code] or day.isoweekday() in open_days[place.code]:
                _day(year, place, day, members[place.code], shelves[place.code])
    _bring_back(year, datetime.combine(END, time(23), tzinfo=LOCAL))
    _mishaps(year)
    return _numbered(year)


def _join(year: Year, reader: Villager, start: date) -> None:
    # Most were readers before; the others joined in the course of the year.
    late = 0 if year.rng.random() < 0.7 else year.rng.randrange(0, DAYS - 20)
    at = _instant(year, start - timedelta(days=20) + timedelta(days=late))
    year.joined[reader.id] = local_date(at)
    private: dict[str, Any] = {
        "reader": str(reader.id),
        "name": reader.name,
        "card": reader.card,
        "birth": reader.birth_on.isoformat(),
        "consent": True,
    }
    if reader.guardian:
        private |= {"guardian": reader.guardian, "assent": True}
    until = expiry(local_date(at)).isoformat()
    year.add(at, reader.place, "join", private, group=reader.group, expires=until)


def _day(year: Year, place: Place, day: date, members: Sequence[Villager], shelf: Sequence[tuple[str, float]]) -> None:
    _bring_back(year, datetime.combine(day, _NOON, tzinfo=LOCAL))
    days_open = len(year.open_days[place.code]) or 7
    season = 1.35 if day.month in {6, 7, 8} else 0.6 if day.month in {1, 2} else 1.0
    if members and shelf:
        mean = _LOANS_A_WEEK.get(place.kind, 0.0) * season / days_open
        for _ in range(_poisson(year, mean)):
            _lend(year, place, day, members, shelf)
    if day.isoweekday() == max(year.open_days[place.code] or {5}):
        _count(year, place, day, season)


def _lend(year: Year, place: Place, day: date, members: Sequence[Villager], shelf: Sequence[tuple[str, float]]) -> None:
    rng = year.rng
    reader = rng.choice(members)
    [(barcode, _)] = rng.choices(shelf, [weight for _, weight in shelf]) if len(shelf) < 700 else [rng.choice(shelf)]
    at = _instant(year, day)
    if barcode in year.on_loan or year.joined[reader.id] >= day or year.held[reader.id] >= _TERMS.loans_max:
        return
    due = due_on(lent_on=day, days=_TERMS.loan_days, calendar=Calendar(year.open_days[place.code]))
    private = {"reader": str(reader.id)}
    year.add(
        at,
        place.code,
        "lend",
        private,
        copy=barcode,
        due=due.isoformat(),
        policy=_TERMS.version,
        group=reader.group,
    )
    year.on_loan[barcode] = reader.id
    year.held[reader.id] += 1
    kept_days = max(1, round(rng.gauss(10, 5))) if rng.random() > 0.07 else rng.randrange(16, 60)
    brought_at = _instant(year, day + timedelta(days=kept_days), is_morning=True)
    heapq.heappush(year.returns, (brought_at, place.code, barcode, reader.id))
    if kept_days > 11 and rng.random() < 0.25:
        renewed_at = _instant(year, day + timedelta(days=10), is_morning=True)
        if renewed_at.date() <= END:
            longer = due_on(lent_on=due, days=_TERMS.renewal_days, calendar=Calendar(year.open_days[place.code]))
            year.add(renewed_at, place.code, "renew", private, copy=barcode, due=longer.isoformat())


def _bring_back(year: Year, until: datetime) -> None:
    while year.returns and year.returns[0][0] <= until:
        at, place, barcode, reader = heapq.heappop(year.returns)
        if local_date(at) <= END:
            year.add(at, place, "return", {"reader": str(reader)}, copy=barcode)
            del year.on_loan[barcode]
            year.held[reader] -= 1


def _count(year: Year, place: Place, day: date, season: float) -> None:
    """Write the week's counts, as keepers do on the last open day."""
    rng, at = year.rng, datetime.combine(day, time(16, 45), tzinfo=LOCAL)
    mean = _VISITS_A_WEEK.get(place.kind, 9) * season
    visits = {
        group: n
        for group, share in (("CHILD", 0.45), ("PUPIL", 0.25), ("FARMER", 0.15), ("ELDER", 0.08), ("OFFICIAL", 0.07))
        if (n := _poisson(year, mean * share))
    }
    if visits:
        year.add(at, place.code, "visit_tally", on=day.isoformat(), counts=visits)
    if place.service_mode == "OPEN_SHELF" or rng.random() < 0.3:
        uses = {g: n for g, n in ((group, _poisson(year, count * 0.8)) for group, count in visits.items()) if n}
        if uses:
            year.add(at + timedelta(minutes=2), place.code, "open_shelf_tally", on=day.isoformat(), uses=uses)


def _mishaps(year: Year) -> None:
    """Things that happen: a book lent twice, one not yet catalogued, a desk with a wrong clock."""
    open_copies = sorted(year.on_loan)
    others = sorted(set(year.joined) - set(year.on_loan.values()))
    day = datetime.combine(END - timedelta(days=2), time(9, 30), tzinfo=LOCAL)
    place_of = {operation.get("copy"): place for _, _, place, operation in year.operations if "copy" in operation}
    for n, barcode in enumerate(open_copies[:: max(1, len(open_copies) // 4)][:4]):
        due = (day + timedelta(days=14)).date().isoformat()
        reader = {"reader": str(others[n * 7])}
        year.add(day + timedelta(hours=n), place_of[barcode], "lend", reader, copy=barcode, due=due, policy=1)
    for n, place in enumerate(("CB-01321-TV", "CB-01477-TV")):
        due = (day + timedelta(days=14)).date().isoformat()
        reader = {"reader": str(others[3 + n])}
        year.add(day + timedelta(hours=5 + n), place, "lend", reader, copy=f"MOI{n + 1:05d}", due=due, policy=1)


def _numbered(year: Year) -> list[dict[str, Any]]:
    seqs: Counter[str] = Counter()
    made = []
    for _, _, place, operation in sorted(year.operations, key=lambda row: (row[0], row[1])):
        seqs[place] += 1
        made.append({**operation, "dev": str(uuid5(_DEVICES, place)), "epoch": 1, "seq": seqs[place]})
    return made


def _instant(year: Year, day: date, *, is_morning: bool = False) -> datetime:
    """Draw a moment of the day: books come back in the morning and go out after it, so that none is lent twice."""
    hours = (7.5, 10.9) if is_morning else (11.1, 16.5)
    minute = year.rng.randrange(int(hours[0] * 60), int(hours[1] * 60))
    return datetime.combine(day, time(minute // 60, minute % 60, year.rng.randrange(60)), tzinfo=LOCAL)


def _poisson(year: Year, mean: float) -> int:
    """Draw a count; for large means the normal curve is near enough and does not take all day."""
    if mean > 30:
        return max(0, round(year.rng.gauss(mean, mean**0.5)))
    limit, count, product = 2.718281828459045**-mean, 0, year.rng.random()
    while product > limit:
        product *= year.rng.random()
        count += 1
    return count
