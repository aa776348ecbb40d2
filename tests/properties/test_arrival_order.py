"""Whatever the road and the order of arrival, the province ends with the same state, outcomes and cases.

A history is made up by Hypothesis: several devices of two keepers and a librarian do whatever there is a kind of
operation for. It is then recorded in several ways: in order, shuffled, in batches of any size,
with repetitions. Everything that is stored must come out the same, and `differences` must find nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import AutoField
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guisach.domain.circulation.models import Loan, Request
from guisach.domain.journal import kinds
from guisach.domain.journal.models import Case, CaseStatus, Operation, PrivatePart
from guisach.domain.journal.queries import Source
from guisach.domain.journal.queries.checking import differences, log_digest
from guisach.domain.journal.rules.envelope import canonical
from guisach.domain.journal.steps import append
from guisach.domain.readers.models import FormerCard
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Collection

pytestmark = pytest.mark.django_db

STEPS = 40
BARCODES = ["CB000001", "CB000002", "CB000003", "CHUA-NHAP"]
READERS = [UUID(int=1000 + n) for n in range(3)]
EVENTS = [str(UUID(int=2000 + n)) for n in range(2)]
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


OFTEN = ["lend"] * 5 + ["return"] * 3 + ["request", "request", "join", "join", "renew", "set_aside", "lend_for", "void"]
HERE = (
    "renew", "sighting", "use", "void", "visit_tally", "open_shelf_tally", "borrowers_tally", "settle",
    "cancel_request", "close_request", "accept_request", "answer_request", "wish", "suggestion", "set_aside",
    "put_back", "transfer", "lose", "find", "claim_returned", "miss", "damage", "mend", "withdraw", "reinstate",
    "stocktake_begin", "stocktake_report", "stocktake_close", "join", "edit_reader", "merge_readers", "erase_reader",
    "lend", "return", "request", "bag", "pack_bag", "take_deposit", "take_compensation", "give_back",
    "event", "attendance", "attend", "note", "trip_note", "trip_header",
)  # fmt: skip
a_step = st.builds(
        Step,
        kind=st.sampled_from([*OFTEN, *HERE, "later_version"]),
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
    for said in (_of_a_copy, _of_a_request, _of_a_reader, _of_a_count, _of_a_payment, _of_an_event):
        if (body := said(step, at, made)) is not None:
            return body
    return {"copy": step.copy, "something": "that only a later version understands"}


def _of_a_copy(step: Step, at, made: list[dict]) -> dict | None:
    """Say what happened to a copy, or what is taken back."""
    reader = str(READERS[step.reader])
    stocktake = str(UUID(int=700 + step.count % 2))
    salt = {"salt": f"{step.reader:032x}"}
    due = (at + timedelta(days=14)).date().isoformat()
    earlier = made[step.target % len(made)]["op"] if made else str(UUID(int=77))
    match step.kind:
        case "lend":
            return {"copy": step.copy, "due": due, "policy": 1, "private": {"reader": reader}, **salt}
        case "renew":
            private = {"private": {"reader": reader}} if step.count % 2 else {}
            return {"copy": step.copy, "due": due, **private, **salt}
        case "sighting":
            return {"copy": step.copy, **({"stocktake": stocktake} if step.count % 3 else {})}
        case "miss":
            since = (at - timedelta(hours=step.count)).isoformat()
            return {"copy": step.copy, **({"stocktake": stocktake, "since": since} if step.count % 3 else {})}
        case (
            "return" | "use" | "put_back" | "lose" | "find" | "claim_returned" | "damage" | "mend" | "withdraw"
            | "reinstate"
        ):  # fmt: skip
            return {"copy": step.copy}
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
    return None


def _of_a_request(step: Step, at, made: list[dict]) -> dict | None:
    """Say what is asked for."""
    reader = str(READERS[step.reader])
    salt = {"salt": f"{step.reader:032x}"}
    due = (at + timedelta(days=14)).date().isoformat()
    match step.kind:
        case "request" | "wish":
            wanted = {"record": 1 + step.count % 2, "pickup": list(ACTORS.values())[step.count % 3]}
            return {**wanted, "awaits": step.copy, "due": due, "private": {"reader": reader}, **salt}
        case "suggestion":
            private = {"reader": reader, "wanted": "Truyện Kiều"} if step.count % 2 else {"wanted": "Truyện Kiều"}
            return {"pickup": list(ACTORS.values())[step.count % 3], "private": private, **salt}
        case "bag":
            wanted = {"pickup": list(ACTORS.values())[step.count % 3], "age": "CHILD", "books": 1 + step.count % 3}
            return {**wanted, "private": {"reader": reader}, **salt}
        case "pack_bag":
            return {"request": _request_in(made, step), "books": 1 + step.count % 3}
        case "accept_request":
            return {"request": _request_in(made, step)}
        case "answer_request":
            decision = ("ORDERED", "BOUGHT", "DECLINED")[step.count % 3]
            return {"request": _request_in(made, step), "decision": decision, "record": 1 + step.count % 2}
        case "cancel_request":
            return {"request": _request_in(made, step), "private": {"reader": reader}, **salt}
        case "close_request":
            return {"request": _request_in(made, step), "why": "past_use"}
    return None


def _of_a_reader(step: Step, at, made: list[dict]) -> dict | None:
    """Say what happened to a reader."""
    reader = str(READERS[step.reader])
    other = str(READERS[(step.reader + 1 + step.count % 2) % 3])
    salt = {"salt": f"{step.reader:032x}"}
    match step.kind:
        case "join":
            person = {"reader": reader, "name": f"Bạn {step.count % 2}", "card": f"BD{step.count % 3}", "consent": True}
            return {"group": "FARMER", "private": {**person, "birth": "1990-01-01"}, **salt}
        case "edit_reader":
            fields = [
                {"name": f"Bạn {step.count % 2}"},
                {"phone": f"09{step.count:08}"},
                {"card": f"BD{step.count % 3}"},
            ]
            was = {"name": "Bạn 0"} if step.count % 2 else {}
            return {"private": {"reader": reader, "set": fields[step.target % 3], "was": was}, **salt}
        case "merge_readers":
            return {"private": {"reader": reader, "into": other}, **salt}
        case "erase_reader":
            return {"basis": "REQUEST", "private": {"reader": reader}, **salt}
    return None


def _of_a_count(step: Step, at, made: list[dict]) -> dict | None:
    """Say what was counted or settled."""
    stocktake = str(UUID(int=700 + step.count % 2))
    match step.kind:
        case "stocktake_begin":
            return {"stocktake": stocktake, "first": "A" * (step.count % 2)}
        case "stocktake_report":
            return {"stocktake": stocktake, "scans": step.count}
        case "stocktake_close":
            return {"stocktake": stocktake, "copies": step.count % 4, "results": {"missing": step.count}}
        case "borrowers_tally":
            month = at.date().replace(day=1).isoformat()
            return {"at": builders.COBA, "month": month, "counts": {"CHILD": 1 + step.count}}
        case "visit_tally":
            return {"on": at.date().isoformat(), "counts": {"CHILD": step.count}}
        case "open_shelf_tally":
            return {"on": at.date().isoformat(), "uses": {"ADULT" if step.count == 7 else "ELDER": step.count}}
        case "settle":
            return {"case": "0" * 32}
    return None


def _of_a_payment(step: Step, at, made: list[dict]) -> dict | None:
    """Say what was taken or given back."""
    reader = str(READERS[step.reader])
    salt = {"salt": f"{step.reader:032x}"}
    match step.kind:
        case "take_deposit":
            return {"amount": 1000 * (1 + step.count), "number": step.count, "private": {"reader": reader}, **salt}
        case "take_compensation":
            lost = _made_of(made, {"lose", "damage"}, step)
            body = {"copy": step.copy, "trouble": lost, "cause": "LOST", "amount": 5000 * (step.count % 4)}
            return {**body, "way": "MONEY" if step.count % 4 else "KIND", "private": {"reader": reader}, **salt}
        case "give_back":
            taken = _made_of(made, {"take_deposit", "take_compensation"}, step)
            return {"payment": taken, "amount": 1000 * step.count, "private": {"reader": reader}, **salt}
    return None


def _of_an_event(step: Step, at, made: list[dict]) -> dict | None:
    """Say what was planned, who came, and what a crew wrote down."""
    reader = str(READERS[step.reader])
    salt = {"salt": f"{step.reader:032x}"}
    event = EVENTS[step.target % 2]
    match step.kind:
        case "event":
            return {"event": event, "name": f"Giờ kể chuyện {step.count}", "on": "2026-11-30"}
        case "attendance":
            return {"event": event, "counts": {"CHILD": step.count, "PUPIL": 1}}
        case "attend":
            return {"event": event, "private": {"reader": reader}, **salt}
        case "note":
            return {"copy": step.copy, "private": {"text": "Sách ướt, đã phơi", "reader": reader}, **salt}
        case "trip_note":
            return {"trip": EVENTS[0], "sort": "STOP", "private": {"text": f"Dừng ở {step.copy}"}, **salt}
        case "trip_header":
            return {"trip": EVENTS[0], "odometer_end": 100 + step.count % 3, "vehicle": f"xe {step.target % 2}"}
    return None


def _made_of(made: list[dict], some: Collection[str], step: Step) -> str:
    earlier = [one["op"] for one in made if one["kind"] in some]
    return earlier[step.target % len(earlier)] if earlier else str(UUID(int=79))


def _request_in(made: list[dict], step: Step) -> str:
    return _made_of(made, {"request", "wish", "suggestion", "bag"}, step)


def record(batches: list[list[dict]], clock: builders.Clock) -> None:
    source: Source = builders.hoa().source
    for batch in batches:
        answers = _record(batch, source, clock)
        assert {answer.status for answer in answers} <= {"stored", "duplicate"}


def _record(batch, source, clock):
    with transaction.atomic():
        return append(batch, via=source, clock=clock)


FOLDED = ("activities", "circulation", "outreach", "readers")
FORGETTING = ("reader", "judged", "others")


def state(without: Collection[str] = ()) -> dict:
    """Everything stored that people or figures rest on, without what depends on the road (hub_seq, received_at).

    All tables of the rooms whose rows are folded, whatever there will be. `without` are names of columns.
    """
    return {
        **{
            model.__name__: sorted(canonical([str(v) for v in row]) for row in model.objects.values_list(*columns))
            for app in FOLDED
            for model in apps.get_app_config(app).get_models()
            if (columns := [f.attname for f in model._meta.fields if not _is_number(f) and f.name not in without])
        },
        # Numbers of cards of those erased stay blocked for good: nothing says any more whether the card was taken back.
        "FormerCard": sorted(
            map(str, FormerCard.objects.exclude(reader=None).values_list("reader", "card_no", "ended_op"))
        ),
        "names": sorted(map(str, PrivatePart.objects.values_list("operation", "reader", "data", "salt", "kept"))),
        "outcomes": sorted(map(str, Operation.objects.values_list("op", "outcome__code", "eff_at", "clock_ms"))),
        "cases": sorted(
            map(
                str,
                Case.objects.exclude(status=CaseStatus.GONE).values_list("id", "kind", "place", "is_urgent", "status"),
            )
        ),
        "digest": log_digest(),
    }


def _is_number(field) -> bool:
    """Tell whether a column is only the number of a row, given in the order of writing."""
    return isinstance(field, AutoField)


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


@pytest.mark.slow
@settings(suppress_health_check=list(HealthCheck))
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


def state_but_for_readers() -> dict:
    found = state(without=FORGETTING)
    del found["names"]
    return found


def test_every_kind_of_operation_there_is_belongs_to_the_histories():
    """A new kind is not done before its order of arrival is tried."""
    assert set(HERE) == set(kinds._kinds)
    assert len(set(HERE)) == len(HERE)


@pytest.mark.slow
@settings(max_examples=max(10, settings.default.max_examples // 2), suppress_health_check=list(HealthCheck))
@given(history=steps, cut=st.integers(0, STEPS))
def test_forgetting_changes_no_state_no_case_and_no_hash(world, monkeypatch, history, cut):
    """Whatever happened: people are forgotten in the middle and at the end, and nothing else is different."""
    from guisach.domain.circulation.actions import forgetting, forgetting_requests

    monkeypatch.setattr(forgetting, "_count_borrowers", lambda loans, clock: None)  # an operation of its own
    made = operations(history)
    forget, forget_requests = forgetting._forget.__wrapped__, forgetting_requests._forget.__wrapped__
    asked = sorted(one["op"] for one in made if one["kind"] in {"request", "wish", "suggestion", "bag"})
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
