"""Whatever the road and the order of arrival, the province ends with the same state, outcomes and cases.

A history is made up by Hypothesis: several devices of two keepers and a librarian lend, return, renew, see,
join, count and take back. It is then recorded in several ways: in order, shuffled, in batches of any size,
with repetitions. Everything that is stored must come out the same, and `differences` must find nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guisach.domain.activities.models import Attendance, Event
from guisach.domain.circulation.models import Loan, Request, SetAside, Tally, Use, Whereabouts
from guisach.domain.journal.models import Case, CaseStatus, Operation
from guisach.domain.journal.queries import Source
from guisach.domain.journal.queries.checking import differences, log_digest
from guisach.domain.journal.rules.envelope import canonical
from guisach.domain.journal.steps import append
from guisach.domain.outreach.models import Trip
from guisach.domain.readers.models import Reader
from tests import builders

pytestmark = pytest.mark.django_db

STEPS = 40
BARCODES = ["CB000001", "CB000002", "CB000003", "CHUA-NHAP"]
EVENTS = [str(UUID(int=2000 + n)) for n in range(2)]
READERS = [UUID(int=1000 + n) for n in range(3)]
ACTORS = {"lan": builders.COBA, "minh": builders.DAMTHUY, "hoa": builders.TINH}


@dataclass(frozen=True)
class Step:
    """One act of the history; `late_min` is how long after the step before it happened."""

    kind: str
    device: int
    copy: str
    reader: int
    late_min: int
    unc_ms: int
    target: int
    count: int


a_step = st.builds(
        Step,
        kind=st.sampled_from(
            ["lend", "lend", "lend", "return", "return", "renew", "sighting", "use", "void", "join", "visit_tally",
             "open_shelf_tally", "settle", "later_version", "request", "request", "cancel_request", "close_request",
             "set_aside", "put_back", "transfer", "lose", "find", "lend_for", "event", "attendance", "attend", "note",
             "trip_note", "trip_header"]
        ),
        device=st.integers(0, 3),
        copy=st.sampled_from(BARCODES),
        reader=st.integers(0, 2),
        late_min=st.integers(0, 60 * 20),
        unc_ms=st.sampled_from([0, 0, 500, 5_000_000]),
        target=st.integers(0, STEPS),
        count=st.integers(0, 30),
)  # fmt: skip
# Hypothesis prefers short lists; most histories here are as long as promised, and short ones shrink well.
steps = st.one_of(
    *[st.lists(a_step, min_size=STEPS, max_size=STEPS)] * 4,
    st.lists(a_step, min_size=1, max_size=6),
)


def operations(history: list[Step]) -> list[dict]:
    """Write the history as devices would send it, each with its own numbers and a sane clock."""
    seqs: dict[int, int] = {}
    actors = list(ACTORS)
    at = builders.START - timedelta(days=30)
    made: list[dict] = []
    for index, step in enumerate(history):
        at += timedelta(minutes=step.late_min, seconds=1)
        seqs[step.device] = seqs.get(step.device, 0) + 1
        actor = actors[step.device % len(actors)]
        operation = {
            "op": str(UUID(int=10_000 + index)),
            "v": 1,
            "dev": str(UUID(int=500 + step.device)),
            "epoch": 1,
            "seq": seqs[step.device],
            "actor": actor,
            "place": ACTORS[actor],
            "kind": "lend" if step.kind == "lend_for" else step.kind,
            "wall": at.isoformat(),
            "unc": step.unc_ms,
        }
        made.append({**operation, **_body(step, at, made)})
    return made


def _body(step: Step, at, made: list[dict]) -> dict:
    reader = str(READERS[step.reader])
    salt = {"salt": f"{step.reader:032x}"}
    due = (at + timedelta(days=14)).date().isoformat()
    earlier = made[step.target % len(made)]["op"] if made else str(UUID(int=77))
    match step.kind:
        case "lend":
            return {"copy": step.copy, "due": due, "policy": 1, "private": {"reader": reader}, **salt}
        case "renew":
            private = {"private": {"reader": reader}} if step.count % 2 else {}
            return {"copy": step.copy, "due": due, **private, **salt}
        case "return" | "sighting" | "use" | "put_back" | "lose" | "find":
            return {"copy": step.copy}
        case "request":
            wanted = {"record": 1 + step.count % 2, "pickup": list(ACTORS.values())[step.count % 3]}
            return {**wanted, "awaits": step.copy, "due": due, "private": {"reader": reader}, **salt}
        case "cancel_request":
            return {"request": _request_in(made, step), "private": {"reader": reader}, **salt}
        case "close_request":
            return {"request": _request_in(made, step), "why": "past_use"}
        case "set_aside":
            return {"copy": step.copy, "request": _request_in(made, step)}
        case "transfer":
            to = list(ACTORS.values())[step.count % 3]
            return {"copy": step.copy, "to": to, "request": _request_in(made, step)}
        case "lend_for":
            lent = {"copy": step.copy, "due": due, "policy": 1, "request": _request_in(made, step)}
            return {**lent, "private": {"reader": reader}, **salt}
        case "void":
            return {"target": earlier}
        case "join":
            person = {"reader": reader, "name": f"Bạn {step.count % 2}", "card": f"BD{step.count % 3}", "consent": True}
            return {"group": "FARMER", "private": {**person, "birth": "1990-01-01"}, **salt}
        case "visit_tally":
            return {"on": at.date().isoformat(), "counts": {"CHILD": step.count}}
        case "open_shelf_tally":
            return {"on": at.date().isoformat(), "uses": {"ADULT" if step.count == 7 else "ELDER": step.count}}
        case "event":
            return {"event": EVENTS[step.target % 2], "name": f"Giờ kể chuyện {step.count}", "on": "2026-11-30"}
        case "attendance":
            return {"event": EVENTS[step.target % 2], "counts": {"CHILD": step.count, "PUPIL": 1}}
        case "attend":
            return {"event": EVENTS[step.target % 2], "private": {"reader": reader}, **salt}
        case "note":
            return {"copy": step.copy, "private": {"text": "Sách ướt, đã phơi", "reader": reader}, **salt}
        case "trip_note":
            return {"trip": EVENTS[0], "sort": "STOP", "private": {"text": f"Dừng ở {step.copy}"}, **salt}
        case "trip_header":
            return {"trip": EVENTS[0], "odometer_end": 100 + step.count % 3, "vehicle": f"xe {step.target % 2}"}
        case "settle":
            return {"case": "0" * 32}
    return {"copy": step.copy, "something": "that only a later version understands"}


def _request_in(made: list[dict], step: Step) -> str:
    asked = [one["op"] for one in made if one["kind"] == "request"]
    return asked[step.target % len(asked)] if asked else str(UUID(int=78))


def record(batches: list[list[dict]], clock: builders.Clock) -> None:
    source: Source = builders.hoa().source
    for batch in batches:
        answers = _record(batch, source, clock)
        assert {answer.status for answer in answers} <= {"stored", "duplicate"}


def _record(batch, source, clock):
    with transaction.atomic():
        return append(batch, via=source, clock=clock)


def state() -> dict:
    """Everything stored that people or figures rest on, without what depends on the road (hub_seq, received_at)."""
    return {
        "loans": sorted(canonical([str(v) for v in row]) for row in Loan.objects.values_list()),
        "seen": sorted(map(str, Whereabouts.objects.values_list())),
        "uses": sorted(map(str, Use.objects.values_list())),
        "asides": sorted(map(str, SetAside.objects.values_list())),
        "requests": sorted(map(str, Request.objects.values_list())),
        "tallies": sorted(map(str, Tally.objects.values_list("place", "on", "measure", "group", "count"))),
        "events": sorted(map(str, Event.objects.values_list())),
        "attendance": sorted(map(str, Attendance.objects.values_list("event", "group", "count"))),
        "trips": sorted(map(str, Trip.objects.values_list())),
        "readers": sorted(map(str, Reader.objects.values_list())),
        "outcomes": sorted(map(str, Operation.objects.values_list("op", "outcome__code", "eff_at", "clock_ms"))),
        "cases": sorted(
            map(
                str,
                Case.objects.exclude(status=CaseStatus.GONE).values_list("id", "kind", "place", "is_urgent", "status"),
            )
        ),
        "digest": log_digest(),
    }


@pytest.fixture
def world():
    builders.province()
    builders.lan(), builders.minh(), builders.hoa()
    title = builders.record()
    for barcode in BARCODES[:3]:
        builders.copy(barcode, of=title)


class Rollback(Exception):
    pass


def outcome_of(batches: list[list[dict]]) -> dict:
    """Record the batches on an empty log and return the state, leaving the database as it was."""
    try:
        with transaction.atomic():
            record(batches, builders.Clock())
            found = state()
            assert list(differences()) == []
            raise Rollback
    except Rollback:
        return found


@settings(max_examples=4 * settings.default.max_examples, suppress_health_check=list(HealthCheck))
@given(history=steps, data=st.data())
def test_any_order_repetition_and_batching_gives_the_same_province(world, history, data):
    made = operations(history)
    in_order = outcome_of([made])
    shuffled = data.draw(st.permutations(made))
    repeated = shuffled + data.draw(st.lists(st.sampled_from(made), max_size=10))
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(repeated) - 1)), max_size=6)))
    batches = [repeated[a:b] for a, b in zip([0, *cuts], [*cuts, len(repeated)], strict=True)]
    again = outcome_of([json.loads(json.dumps(batch)) for batch in batches if batch])
    for name, value in in_order.items():
        assert again[name] == value, name


FORGETTING = ("reader", "judged", "others")


def but_for_readers(model) -> list[str]:
    columns = [field.name for field in model._meta.fields if field.name not in FORGETTING]
    return sorted(map(str, model.objects.values_list(*columns)))


def state_but_for_readers() -> dict:
    return {**state(), "loans": but_for_readers(Loan), "requests": but_for_readers(Request)}


@settings(max_examples=2 * settings.default.max_examples, suppress_health_check=list(HealthCheck))
@given(history=steps, cut=st.integers(0, STEPS))
def test_forgetting_changes_no_state_no_case_and_no_hash(world, monkeypatch, history, cut):
    """Whatever happened: people are forgotten in the middle and at the end, and nothing else is different."""
    from guisach.domain.circulation.actions import forgetting, forgetting_requests

    monkeypatch.setattr(forgetting, "_count_borrowers", lambda loans, clock: None)  # an operation of its own
    made = operations(history)
    forget, forget_requests = forgetting._forget.__wrapped__, forgetting_requests._forget.__wrapped__
    asked = sorted(one["op"] for one in made if one["kind"] == "request")
    try:
        with transaction.atomic():
            record([made], builders.Clock())
            before = state_but_for_readers()
            half = builders.START - timedelta(days=30) + timedelta(hours=cut * 10)
            for instant in (half, builders.START + timedelta(days=100)):
                if asked:
                    forget_requests(asked, instant, builders.Clock())
                forget(BARCODES, instant, builders.Clock())
                assert list(differences()) == []
                assert state_but_for_readers() == before
            for model in (Loan, Request):
                assert not model.objects.filter(closed_at__isnull=False, reader__in=READERS).exists()
            raise Rollback
    except Rollback:
        pass
