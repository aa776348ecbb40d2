"""A door says whether it is open now and, if not, when it opens next."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import translation

from guisach.domain.network.rules.hours import parse
from guisach.kernel.clock import LOCAL
from guisach.web.portal import doors

HOURS = parse("Mon-Fri 07:30-11:00,13:30-16:30; Sun 8:00-11:00")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("at", "state", "words"),
    [
        ("2026-11-20 07:29", "later", "Open today 7:30–11:00, 13:30–16:30"),
        ("2026-11-20 07:30", "open", "Open now, until 11:00"),
        ("2026-11-20 11:00", "later", "Opens again at 13:30"),
        ("2026-11-20 16:30", "closed", "Closed for today, opens at 8:00 Sunday"),
        ("2026-11-21 09:00", "closed", "Not open today, opens at 8:00 tomorrow"),
        ("2026-11-22 12:00", "closed", "Closed for today, opens at 7:30 tomorrow"),
    ],
)
def test_a_door_answers_for_the_moment(at, state, words):
    door = doors.door(HOURS, datetime.fromisoformat(at).replace(tzinfo=LOCAL))
    assert (door.state, door.text) == (state, words)


def test_a_place_open_on_one_day_only_opens_again_in_a_week():
    after = datetime(2026, 11, 20, 18, tzinfo=LOCAL)
    assert doors.door(parse("Fri 8:00-11:00"), after).text == "Closed for today, opens at 8:00 Friday"


def test_unknown_hours_are_said_to_be_unknown():
    door = doors.door([], datetime(2026, 11, 20, 9, tzinfo=LOCAL))
    assert (door.state, door.text) == ("unknown", "Ask there when it opens")
    assert doors.week([], date(2026, 11, 20)) == []


def test_a_week_begins_today():
    week = doors.week(HOURS, date(2026, 11, 21))
    assert [day.name for day in week][:3] == ["Saturday", "Sunday", "Monday"]
    assert [day.is_today for day in week] == [True] + [False] * 6
    assert week[0].stretches == ()
    assert week[2].stretches == ("7:30–11:00", "13:30–16:30")
