"""Short histories of one copy, a few readers and a place, with what must come of them in every order of arrival.

Each operation has a name of one or two letters; expectations speak of operations by these names.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from guisach.domain.activities.models import Attendance
from guisach.domain.activities.rules import fold_event
from guisach.domain.circulation.models import Loan, Tally
from guisach.domain.circulation.rules.copy_fold import CopyState, fold_copy
from guisach.domain.circulation.rules.tally_fold import fold_tallies
from guisach.domain.journal import kinds
from guisach.domain.journal.models import Case, CaseStatus, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.journal.queries.histories import decoder
from guisach.domain.journal.rules.envelope import Envelope, canonical, open_envelope
from guisach.domain.journal.rules.history import Entry, Result, history
from guisach.domain.journal.steps import append
from guisach.domain.outreach.models import Trip
from guisach.domain.outreach.rules import fold_trip
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COPY = "CB000001"
AN, BINH, XUAN = UUID(int=0xA), UUID(int=0xB), UUID(int=0xC)
DAY = 24.0
BEGIN = builders.START - timedelta(days=60)
# Device 1 is Lan's, 2 is Minh's, 3 is Hoa's.
PEOPLE = {1: ("lan", builders.COBA), 2: ("minh", builders.DAMTHUY), 3: ("hoa", builders.TINH)}
STANDING = {"lan": "KEEPER", "minh": "KEEPER", "hoa": "LIBRARIAN"}


def op_id(name: str) -> UUID:
    return UUID(int=0x5000_0000 + int.from_bytes(name.encode(), "big"))


@dataclass(frozen=True)
class Story:
    """What happened, and what must be known of it afterwards, whatever arrives first."""

    operations: tuple[dict[str, Any], ...]
    outcomes: dict[str, str]
    loans: tuple[tuple[Any, ...], ...] = ()  # (name of the lending, reader, how it ended, due on, renewals)
    cases: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    urgent: frozenset[str] = frozenset()
    tallies: dict[tuple[str, str], int] = field(default_factory=dict)
    attendance: dict[str, int] = field(default_factory=dict)
    trip: dict[str, Any] | None = None


def told(
    *operations: dict[str, Any],
    outcomes: dict[str, str],
    loans: Iterable[tuple[Any, ...]] = (),
    cases: Iterable[tuple[str, str]] = (),
    urgent: Iterable[str] = (),
    tallies: dict[tuple[str, str], int] | None = None,
    attendance: dict[str, int] | None = None,
    trip: dict[str, Any] | None = None,
) -> Story:
    """Number the operations of each device in the order told, and tidy what is expected."""
    numbers: dict[str, int] = {}
    numbered = []
    for operation in operations:
        dev = operation["dev"]
        numbers[dev] = numbers.get(dev, 0) + 1
        numbered.append({**operation, "seq": numbers[dev]})
    found = frozenset((kind, tuple(sorted(names.split()))) for kind, names in cases)
    return Story(
        tuple(numbered), outcomes, tuple(loans), found, frozenset(urgent), tallies or {}, attendance or {}, trip
    )


def act(name: str, kind: str, /, *, at_h: float, dev: int = 1, **body: Any) -> dict[str, Any]:
    """Write an operation as a device sends it; `at_h` is in hours after the story's beginning."""
    actor, place = PEOPLE[dev]
    reader = body.pop("reader", None)
    operation = {
        "op": str(op_id(name)),
        "v": 1,
        "dev": str(UUID(int=0xD0 + dev)),
        "epoch": 1,
        "actor": actor,
        "place": body.pop("place", place),
        "kind": kind,
        "wall": (BEGIN + timedelta(hours=at_h)).isoformat(),
        **body,
    }
    return operation | ({"private": {"reader": str(reader)}, "salt": f"{7:032x}"} if reader else {})


def lend(name: str, reader: UUID, at_h: float, dev: int = 1, **body: Any) -> dict[str, Any]:
    return act(name, "lend", reader=reader, at_h=at_h, dev=dev, **{"copy": COPY, "due": "2026-12-01", **body})


def give_back(name: str, at_h: float, dev: int = 1, **body: Any) -> dict[str, Any]:
    return act(name, "return", at_h=at_h, dev=dev, **{"copy": COPY, **body})


def renew(name: str, at_h: float, due: str, dev: int = 1, **body: Any) -> dict[str, Any]:
    return act(name, "renew", at_h=at_h, dev=dev, **{"copy": COPY, "due": due, **body})


def see(name: str, at_h: float, dev: int = 1) -> dict[str, Any]:
    return act(name, "sighting", at_h=at_h, dev=dev, copy=COPY)


def take_away(name: str, target: str, at_h: float, dev: int = 1, **body: Any) -> dict[str, Any]:
    return act(name, "void", at_h=at_h, dev=dev, target=str(op_id(target)), **body)


# On the pure fold -------------------------------------------------------------------------------------------


def entry_of(operation: dict[str, Any]) -> Entry:
    """Stamp an operation with its own time, as the journal does while clocks are sane."""
    envelope = open_envelope(operation)
    assert isinstance(envelope, Envelope)
    kind = kinds.kind_named(envelope.kind)
    assert kind is not None
    assert envelope.wall_at is not None
    body = decoder(kind.body).decode(canonical(envelope.raw))
    private = decoder(kind.private).decode(canonical(envelope.private))
    return Entry(
        op=envelope.op, kind=envelope.kind, eff_at=envelope.wall_at, unc_ms=envelope.unc_ms,
        dev=envelope.dev or UUID(int=0), epoch=envelope.epoch or 1, seq=envelope.seq or 0, has_own_seq=True,
        place=envelope.place, actor=envelope.actor, standing=STANDING[envelope.actor],
        received_at=builders.START, body=body, private=private, reader=kind.reader(private),
        target=kind.target(body),
    )  # fmt: skip


def folded(entries: Iterable[Entry]) -> tuple[CopyState, Result]:
    """Fold a copy's entries in the order given, as the journal does."""
    arrived = list(entries)
    known = history([e for e in arrived if e.target is None], [e for e in arrived if e.target is not None])
    return fold_copy(known.entries), known.result


def expect_of_fold(story: Story, state: CopyState, result: Result) -> None:
    outcomes = {**state.outcomes, **result.outcomes}
    assert outcomes == {op_id(name): code for name, code in story.outcomes.items()}
    seen = [(loan.entry.op, loan.reader, loan.ended, str(loan.due_on), loan.renewals) for loan in state.loans]
    assert seen == [(op_id(name), *rest) for name, *rest in story.loans]
    cases = [*state.cases, *result.cases]
    assert {(c.kind, tuple(sorted(_name(op) for op in c.operations))) for c in cases} == story.cases
    assert {c.kind for c in cases if c.is_urgent} == story.urgent
    assert sum(loan.closed_at is None for loan in state.loans) <= 1


def _name(op: UUID) -> str:
    number = op.int - 0x5000_0000
    return number.to_bytes((number.bit_length() + 7) // 8, "big").decode()


def expect_of_other_folds(story: Story, entries: Iterable[Entry]) -> None:
    """Fold entries about events, trips and counts in the order given, and compare with what the story wants."""
    arrived = list(entries)
    known = history([e for e in arrived if e.target is None], [e for e in arrived if e.target is not None])
    of_event = [entry for entry in known.entries if entry.kind in {"event", "attendance", "attend"}]
    of_trip = [entry for entry in known.entries if entry.kind in {"trip_header", "trip_note"}]
    of_day = [entry for entry in known.entries if entry not in [*of_event, *of_trip]]
    event, trip, sums = fold_event(of_event), fold_trip(of_trip), fold_tallies(of_day)
    counted = dict.fromkeys((entry.op for entry in of_day), "COUNTED")
    outcomes = {**known.result.outcomes, **event.outcomes, **trip.outcomes, **counted}
    assert outcomes == {op_id(name): code for name, code in story.outcomes.items()}
    named = {"": len(event.named)} if event.named else {}
    assert {group: n for group, n in event.counts.items() if n} | named == story.attendance
    assert sums == story.tallies
    head = {name: str(value) if name == "day" else value for name, value in trip.head.items()}
    assert (head | {"notes": trip.notes} if of_trip else None) == story.trip
    found = {(c.kind, tuple(sorted(_name(op) for op in c.operations))) for c in trip.cases}
    assert found == {case for case in story.cases if case[0] != "outside_scope"}, "that one is the log's own"


# On the database --------------------------------------------------------------------------------------------


class Rollback(Exception):
    pass


def arrive(operations: Sequence[dict[str, Any]], clock: builders.Clock | None = None) -> list[Any]:
    """Record operations one by one, in this order."""
    source, clock = builders.hoa().source, clock or builders.Clock()
    receipts = []
    for operation in operations:
        with transaction.atomic():
            receipts += append([operation], via=source, clock=clock)
    return receipts


def expect_of_database(story: Story, order: Sequence[dict[str, Any]]) -> None:
    """Let the operations arrive in this order, compare everything stored, and undo it all."""
    try:
        with transaction.atomic():
            arrive(order)
            expect_now(story)
            raise Rollback
    except Rollback:
        pass


def expect_now(story: Story) -> None:
    """Compare what is stored with what the story wants."""
    ops = {op_id(name) for name in story.outcomes}
    outcomes = dict(Operation.objects.filter(op__in=ops).values_list("op", "outcome__code"))
    assert outcomes == {op_id(name): code for name, code in story.outcomes.items()}
    loans = Loan.objects.filter(barcode=COPY).order_by("lent_at", "op")
    stored = [(loan.op, loan.reader, loan.ended, str(loan.due_on), loan.renewals) for loan in loans]
    assert stored == [(op_id(name), *rest) for name, *rest in story.loans]
    cases = Case.objects.exclude(status=CaseStatus.GONE)
    assert {(c.kind, tuple(sorted(_name(UUID(op)) for op in c.operations))) for c in cases} == story.cases
    assert {c.kind for c in cases if c.is_urgent} == story.urgent
    counted = {(t.measure, t.group): t.count for t in Tally.objects.all()}
    assert counted == story.tallies
    assert dict(Attendance.objects.values_list("group", "count")) == story.attendance
    assert [{**trip.head, "notes": trip.notes} for trip in Trip.objects.all()] == ([story.trip] if story.trip else [])
    assert list(differences()) == []


def day_of(at_h: float) -> datetime:
    return BEGIN + timedelta(hours=at_h)


def sampled_orders(story):
    told_order = list(story.operations)
    orders = [told_order, told_order[::-1]]
    dice = random.Random(len(told_order))
    return orders + [dice.sample(told_order, len(told_order)) for _ in range(3 if len(told_order) > 2 else 0)]
