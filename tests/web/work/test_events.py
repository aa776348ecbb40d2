"""Events: planned, changed, called off, counted; and nothing of another place's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from guisach.domain.activities.actions import plan_event
from guisach.domain.activities.models import Event
from guisach.domain.activities.queries import attendance_of, events_to_count
from guisach.domain.journal.actions import record
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.ids import new_id
from tests import builders

STARS = "Giờ kể chuyện: sao trên núi"


@pytest.fixture
def today():
    return local_date(system_clock())


def plan(client, on, name=STARS, **more):
    return client.act("/work/events/", name=name, on=on.isoformat(), **more)


def made(client, on, **more):
    """Plan an event over the page; gives its address."""
    assert plan(client, on, **more).status_code == 302
    return re.search(r'href="(/work/events/[0-9a-f-]{36}/)"', client.text("/work/events/"))[1]


def test_an_event_is_planned_listed_and_changed(lan, today):
    assert "Nothing is planned" in lan.text("/work/events/")
    there = made(lan, today + timedelta(days=9), sort="STORIES", whom="CHILD")
    page = lan.text("/work/events/")
    assert STARS in page
    assert "story hour · for: child" in page
    assert "On the day itself" in lan.text(there)
    changed = {"act": "change", "name": "Chiếu phim", "on": (today + timedelta(days=10)).isoformat(), "sort": "FILM"}
    assert lan.act(there, **changed)["Location"] == there
    event = Event.objects.get()
    assert (event.name, event.sort, event.whom, event.on) == ("Chiếu phim", "FILM", "", today + timedelta(days=10))


def test_the_same_form_twice_is_one_event(lan, today):
    op = str(new_id())
    for _ in range(2):
        plan(lan, today, op=op)
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "days", "said"), [("  ", 1, "required"), (STARS, 401, "400 days"), (STARS, -8, "400")]
)
def test_what_cannot_be_planned_is_said_and_nothing_typed_is_lost(lan, today, name, days, said):
    response = plan(lan, today + timedelta(days=days), name=name, whom="ELDER")
    page = response.content.decode()
    assert (response.status_code, Event.objects.count()) == (422, 0)
    assert said in page
    assert 'value="ELDER" selected' in page
    assert f'value="{(today + timedelta(days=days)).isoformat()}"' in page


def test_who_came_is_counted_by_group_and_added(lan, today):
    there = made(lan, today)
    assert "not counted yet" in lan.text(there)
    op = str(new_id())
    for _ in range(2):  # the form sent twice
        assert lan.act(there, act="count", op=op, **{"came-CHILD": "14", "came-ELDER": ""})["Location"] == there
    lan.act(there, act="count", **{"came-CHILD": "3"})
    event = Event.objects.get().pk
    assert attendance_of([event]) == {event: {"CHILD": 17}}
    assert "17 people came" in lan.text(there)
    assert "17 people came" in lan.text("/work/events/")


def test_names_that_a_desk_wrote_down_are_not_added_to_heads(lan, world, today):
    there = made(lan, today)
    event = Event.objects.get().pk
    attend = {"op": str(new_id()), "v": 1, "kind": "attend", "place": builders.COBA, "event": str(event)}
    record(operations=[attend | {"private": {"reader": str(world.an)}}], by=world.lan.source, clock=system_clock)
    assert "1 person came" in lan.text(there)
    assert "known by name: 1" in lan.text(there)
    lan.act(there, act="count", **{"came-FARMER": "5"})
    assert "5 people came" in lan.text(there)


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["", "0", "-1", "x", "10001", "9" * 5000, "²", "0" * 20 + "99999", "٣", "1.5"])
def test_an_impossible_count_is_refused_and_stays_typed(lan, today, typed):
    there = made(lan, today)
    response = lan.act(there, act="count", **{"came-CHILD": typed, "came-ELDER": "7" if typed not in {"", "0"} else ""})
    assert response.status_code == 422
    assert "whole numbers from 0" in response.content.decode()
    assert typed in {"", "0"} or 'value="7"' in response.content.decode()
    assert not attendance_of([Event.objects.get().pk])


@pytest.mark.parametrize("days", [1, -61])
def test_only_what_has_been_and_not_long_ago_can_be_counted(lan, world, today, days):
    event = new_id()
    ago = builders.Clock(system_clock() - timedelta(days=61)) if days < 0 else system_clock
    plan_event(
        op_id=new_id(), by=world.lan.source, place=builders.COBA, event=event, name=STARS,
        on=today + timedelta(days=days), clock=ago,
    )  # fmt: skip
    assert "How many came?" not in lan.text(f"/work/events/{event}/")
    assert lan.act(f"/work/events/{event}/", act="count", **{"came-CHILD": "1"}).status_code == 422


def test_an_event_that_is_called_off_is_on_no_desk_and_may_take_place_after_all(lan, today):
    there = made(lan, today + timedelta(days=1))
    assert lan.act(there, act="off").status_code == 302
    assert "called off" in lan.text("/work/events/")
    assert events_to_count(builders.COBA, today) == []
    assert lan.act(there, act="on").status_code == 302
    assert len(events_to_count(builders.COBA, today)) == 1


def test_nobody_sees_or_changes_the_events_of_another_place(lan, minh, world, today):
    there = made(lan, today)
    assert STARS not in minh.text("/work/events/")
    assert minh.get(there).status_code == 404
    for act in ("change", "off", "count"):
        assert minh.act(there, act=act, name="x", on=today.isoformat(), **{"came-CHILD": "1"}).status_code == 404
    assert minh.get(there).content == minh.get(f"/work/events/{new_id()}/").content
    with builders.refused("event_unknown"):
        plan_event(
            op_id=new_id(), by=world.minh.source, place=builders.DAMTHUY, event=Event.objects.get().pk, name="x",
            on=today, clock=system_clock,
        )  # fmt: skip
    assert Event.objects.get().name == STARS


def test_an_act_that_is_none_changes_nothing(lan, today):
    there = made(lan, today)
    assert lan.act(there, act="burn").status_code == 422
    assert Event.objects.get().name == STARS
