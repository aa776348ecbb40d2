"""The facts' door under absurd input: each item gets its answer, and nothing else is harmed."""

from __future__ import annotations

import json

import pytest

from guisach.domain.journal.models import Operation
from guisach.domain.journal.queries.checking import differences
from guisach.kernel.ids import new_id
from tests import builders
from tests.web.api.scripts import is_problem


def fact(kind="return", **fields):
    return {"op": str(new_id()), "v": 1, "kind": kind, "place": builders.COBA, "copy": "CB000001", **fields}


def record(by, *facts):
    answer = by.post("/operations", {"operations": list(facts)})
    assert answer.status == 200, answer.body
    assert len(answer.body["answers"]) == len(facts)
    return answer.body["answers"]


def nested(depth):
    found = []
    for _ in range(depth):
        found = [found]
    return found


def test_facts_are_stored_once_and_always_answered(lan):
    one, other = fact(), fact("sighting")
    assert [a["status"] for a in record(lan, one, other, one)] == ["stored", "stored", "duplicate"]
    assert [a["status"] for a in record(lan, other, {**one, "copy": "CB000002"})] == ["duplicate", "fork"]
    assert record(lan) == []


ABSURD = {
    "from the future": (lambda: fact(wall="2999-01-01T00:00:00+07:00"), "stored", "SEEN"),
    "from before the calendar": (lambda: fact(wall="0001-01-01T00:00:00+00:00"), "stored", "SEEN"),
    "an instant without a zone": (lambda: fact(wall="2026-11-20T09:00:00"), "stored", "SEEN"),
    "an instant that is none": (lambda: fact(wall="hôm qua"), "stored", "SEEN"),
    "an impossible offset": (lambda: fact(wall="2026-11-20T09:00:00Z", off=10**30), "stored", "SEEN"),
    "written on paper in the year 1": (lambda: fact(source="paper", occurred="0001-01-01"), "stored", "SEEN"),
    "written on paper in the year 9999": (lambda: fact(source="paper", occurred="9999-12-31"), "stored", "SEEN"),
    "an unknown kind": (lambda: fact("teleport"), "stored", "PENDING"),
    "a barcode of 5,000 characters": (lambda: fact(copy="X" * 5000), "stored", "PENDING"),
    "a barcode that is a list": (lambda: fact(copy=["CB000001"]), "stored", "PENDING"),
    "a barcode with a null": (lambda: fact(copy="CB\u0000"), "stored", "PENDING"),
    "a lone surrogate": (lambda: fact(note="\ud800"), "stored", "PENDING"),
    "a place that is nowhere": (lambda: fact(place="\u0000"), "stored", "SEEN"),
    "a place too long": (lambda: fact(place="X" * 500), "stored", "SEEN"),
    "an actor who is nobody": (lambda: fact(actor="\u0000", dev=str(new_id()), seq=1), "stored", "SEEN"),
    "an override with a null": (
        lambda: fact("lend", override="\u0000", private={"reader": str(new_id())}), "stored", "LENT",
    ),
    "due in the year 9999": (
        lambda: fact("lend", due="9999-12-31", private={"reader": str(new_id())}), "stored", "LENT",
    ),
    "a policy of thirty digits": (
        lambda: fact("lend", policy=10**30, private={"reader": str(new_id())}), "stored", "LENT",
    ),
    "a lending to nobody": (lambda: fact("lend"), "stored", "PENDING"),
    "a lending to no id": (lambda: fact("lend", private={"reader": "An"}), "stored", "PENDING"),
    "a joining with nulls": (
        lambda: fact("join", private={"reader": str(new_id()), "name": "A\u0000n", "phone": "\0", "address": "\0"}),
        "stored", "JOINED",
    ),
    "a joining without a name": (
        lambda: fact("join", private={"reader": str(new_id()), "name": "\u0000"}), "stored", "PENDING",
    ),
    "a joining born in the year 9999": (
        lambda: fact("join", private={"reader": str(new_id()), "name": "An", "birth": "9999-12-31"}),
        "stored", "JOINED",
    ),
    "a tally of a day in the year 9999": (
        lambda: fact("visit_tally", on="9999-12-31", counts={"CHILD": 1}), "stored", "COUNTED",
    ),
    "a tally of more than a village": (lambda: fact("visit_tally", counts={"CHILD": 10**12}), "stored", "PENDING"),
    "a tally of less than nobody": (lambda: fact("visit_tally", counts={"CHILD": -1}), "stored", "PENDING"),
    "taking back what is not": (lambda: fact("void", target=str(new_id())), "stored", "WAITING"),
    "taking back itself": (
        lambda: fact("void", op="0192f000-0000-7000-8000-000000000002", target="0192f000-0000-7000-8000-000000000002"),
        "stored", "NO_EFFECT",
    ),
    "deciding a case that is not": (lambda: fact("settle", case="../etc/passwd"), "stored", "PENDING"),
    "nested within reason": (lambda: fact(note=nested(10)), "stored", "SEEN"),
    "nested beyond reason": (lambda: fact(note=nested(300)), "malformed", None),
    "an infinite number": (lambda: fact(note=float("1e400")), None, None),
    "too large": (lambda: fact(note="x" * 20_000), "malformed", None),
    "a kind too long": (lambda: fact("k" * 33), "malformed", None),
    "no object": (lambda: 7, "malformed", None),
    "nothing": (lambda: None, "malformed", None),
    "no id": (lambda: {"kind": "return"}, "malformed", None),
    "an epoch of a hundred digits": (lambda: fact(dev=str(new_id()), seq=1, epoch=10**100), "malformed", None),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("what", [name for name, (_make, status, _code) in ABSURD.items() if status])
def test_an_absurd_item_is_answered_and_harms_no_other(lan, what):
    make, status, outcome = ABSURD[what]
    before, after = fact("sighting"), fact("sighting")
    answers = record(lan, before, make(), after)
    assert [a["status"] for a in answers] == ["stored", status, "stored"]
    assert answers[1]["outcome"] == outcome
    assert [answers[0]["outcome"], answers[2]["outcome"]] == ["SEEN", "SEEN"]
    if status == "malformed":
        assert answers[1]["code"]
    assert list(differences()) == []


def test_an_absurd_item_sent_again_is_a_duplicate(lan):
    facts = [make() for make, status, _ in ABSURD.values() if status == "stored"]
    record(lan, *facts)
    assert {a["status"] for a in record(lan, *facts)} == {"duplicate"}


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"not json", b"{", b'{"operations": [NaN]}', b'{"operations": [{"x": Infinity}]}', b"\xff\xfe", b"[]",
        b"[" * 100_000, b'{"operations": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_not_json_is_a_400_problem_and_nothing_is_stored(lan, raw):
    answer = lan.ask("POST", "/operations", raw=raw)
    status = 422 if raw in {b"", b"[]"} else 400
    assert is_problem(answer, status, "invalid" if status == 422 else "not_json")
    assert not Operation.objects.exists()


def test_a_number_too_large_to_be_one_is_no_json_either(lan):
    raw = json.dumps({"operations": [fact()]}).replace('"v": 1', '"v": 1e400').encode()
    answer = lan.ask("POST", "/operations", raw=raw)
    assert answer.body["answers"][0]["code"] == "bad_number"


@pytest.mark.parametrize("operations", [None, 7, {"op": 1}, "x"])
def test_what_is_no_list_is_invalid(lan, operations):
    assert is_problem(lan.post("/operations", {"operations": operations}), 422, "invalid")


def test_of_a_key_said_twice_the_last_counts_as_in_every_browser(lan):
    op = str(new_id())
    raw = f'{{"operations": [{{"op": "{op}", "kind": "sighting", "copy": "CB000009", "copy": "CB000001"}}]}}'
    assert lan.ask("POST", "/operations", raw=raw.encode()).body["answers"][0]["outcome"] == "SEEN"
    assert Operation.objects.get().subject == "copy:CB000001"


def test_a_body_of_three_megabytes_is_a_413_problem(lan):
    raw = json.dumps({"operations": [fact(note="x" * 3_000_000)]}).encode()
    assert is_problem(lan.ask("POST", "/operations", raw=raw), 413, "too_large")
    assert not Operation.objects.exists()


def test_more_than_a_thousand_at_once_is_a_413_problem(lan):
    answer = lan.post("/operations", {"operations": [7] * 1001})
    assert is_problem(answer, 413, "batch_too_large")


def test_facts_of_elsewhere_count_and_are_looked_at(minh, hoa):
    answers = record(minh, fact())
    assert (answers[0]["status"], answers[0]["outcome"]) == ("stored", "SEEN")
    assert [case["kind"] for case in hoa.get("/cases").body["cases"]] == ["outside_scope"]
    assert answers[0]["case"] == hoa.get("/cases").body["cases"][0]["id"]


def test_of_several_cases_the_urgent_one_is_named(lan, hoa):
    first = fact("lend", private={"reader": str(new_id())}, unc=900_000, wall="2026-11-20T09:00:00+07:00")
    second = fact("lend", private={"reader": str(new_id())}, unc=900_000, wall="2026-11-20T09:01:00+07:00")
    record(lan, first)
    answer = record(lan, second)[0]
    urgent = [case["id"] for case in hoa.get("/cases").body["cases"] if case["is_urgent"]]
    assert [answer["case"]] == urgent
