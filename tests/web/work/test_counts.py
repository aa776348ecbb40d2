"""Counting visits and uses: two counts of a day, added and never mixed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from guisach.domain.circulation.queries import tallies_of
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.ids import new_id

COBA = "CB-COBA"


@pytest.fixture
def today():
    return local_date(system_clock())


def ops() -> dict[str, str]:
    return {"op_visits": str(new_id()), "op_uses": str(new_id())}


def test_both_counts_are_added_to_what_was_there(lan, today):
    for _ in range(2):
        said = {"visits-CHILD": "4", "visits-FARMER": "", "uses-CHILD": "3", **ops()}
        assert lan.post("/work/count/", said)["Location"] == f"/work/count/?on={today}"
    assert tallies_of(COBA, today) == {("VISITS", "CHILD"): 8, ("USES", "CHILD"): 6}
    assert "so far: 8 visitors, 6 documents" in lan.text("/work/count/")


def test_the_same_form_twice_counts_once(lan, today):
    said = {"visits-CHILD": "4", **ops()}
    for _ in range(2):
        lan.post("/work/count/", said)
    assert tallies_of(COBA, today) == {("VISITS", "CHILD"): 4}


def test_an_earlier_day_can_be_counted(lan, today):
    day = today - timedelta(days=9)
    assert "How many came on" in lan.text("/work/count/", on=day.isoformat())
    lan.post("/work/count/", {"uses-ELDER": "2", "on": day.isoformat(), **ops()})
    assert tallies_of(COBA, day) == {("USES", "ELDER"): 2}


@pytest.mark.parametrize("typed", ["", "0", "-1", "x", "10001", "9" * 4000, "٣", "1.5"])
def test_an_impossible_number_is_refused_and_the_rest_stays_typed(lan, today, typed):
    said = {"visits-CHILD": typed, **ops()} | ({"uses-CHILD": "7"} if typed not in {"", "0"} else {})
    response = lan.post("/work/count/", said)
    assert response.status_code == 422
    page = response.content.decode()
    assert "whole numbers from 0" in page
    assert "uses-CHILD" not in said or 'value="7"' in page
    assert said["op_visits"] in page
    assert tallies_of(COBA, today) == {}


@pytest.mark.parametrize("days", [-1, 61])
def test_a_day_to_come_or_long_past_is_refused(lan, today, days):
    day = today - timedelta(days=days)
    response = lan.post("/work/count/", {"visits-CHILD": "1", "on": day.isoformat(), **ops()})
    assert response.status_code == 422
    assert tallies_of(COBA, day) == {}


def test_a_slip_of_the_hand_is_taken_back(lan, today):
    lan.post("/work/count/", {"visits-CHILD": "400", **ops()})
    page = lan.text("/work/count/")
    target = re.search(r'name="target" value="([^"]*)"', page)[1]
    assert lan.act("/work/undo/", target=target, next="/work/count/")["Location"] == "/work/count/"
    assert tallies_of(COBA, today) == {}
