"""Events of a place: planned at a desk, counted anywhere; and notes that somebody should read."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from guisach.domain.activities.actions import plan_event
from guisach.domain.activities.models import Event
from guisach.domain.activities.queries import attendance_of, events_to_count
from guisach.domain.journal.actions import forget_notes
from guisach.domain.journal.actions import record as record_facts
from guisach.domain.journal.models import Case, CaseStatus, PrivatePart
from guisach.domain.journal.queries import reasons_of
from guisach.domain.journal.queries.checking import differences
from guisach.domain.readers import actions as readers
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, DAMTHUY
from tests.feeding import FeedDesk

pytestmark = pytest.mark.django_db
EVENT, TODAY = UUID(int=0xE0), date(2026, 11, 20)


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


def plan(by, clock, *, event=EVENT, name="Giờ kể chuyện", on=TODAY + timedelta(days=3), op_id=None):
    return plan_event(op_id=op_id or new_id(), by=by.source, place=COBA, event=event, name=name, on=on, clock=clock)


def say(by, clock, kind, private=None, **body):
    operation = {"op": str(new_id()), "v": 1, "kind": kind, "place": COBA, "wall": clock().isoformat(), **body}
    (answer,) = record_facts(
        operations=[operation | ({"private": private} if private else {})], by=by.source, clock=clock
    )
    return answer


def test_an_event_is_planned_once_and_changed_by_saying_it_again(lan, clock):
    op = new_id()
    assert plan(lan, clock, op_id=op).outcome == "PLANNED"
    assert plan(lan, clock, op_id=op).status == "duplicate"
    assert plan(lan, clock, name=" Chiếu   phim ").outcome == "UPDATED"
    assert [(one.name, one.on) for one in events_to_count(COBA, TODAY)] == [("Chiếu phim", date(2026, 11, 23))]
    assert not events_to_count(DAMTHUY, TODAY)
    assert list(differences()) == []


def test_an_event_without_a_name_or_on_an_impossible_day_is_refused(lan, clock):
    with builders.refused("event_nameless"):
        plan(lan, clock, name="  ")
    for on in (TODAY - timedelta(days=8), TODAY + timedelta(days=401)):
        with builders.refused("event_day_impossible"):
            plan(lan, clock, on=on)
    assert not Event.objects.exists()


def test_a_desk_has_the_events_that_may_still_be_counted(lan, clock):
    desk = FeedDesk(clock=clock).fetch()
    assert not desk.of("event")
    plan(lan, clock)
    assert desk.fetch().of("event") == {str(EVENT): {"name": "Giờ kể chuyện", "on": "2026-11-23"}}
    clock.forward(days=10)
    assert desk.fetch().of("event")
    clock.forward(days=1)
    assert not desk.fetch().of("event")


def test_counts_of_two_desks_are_added_and_impossible_ones_wait(lan, clock):
    say(lan, clock, "attendance", event=str(EVENT), counts={"CHILD": 3})
    say(builders.minh(), clock, "attendance", event=str(EVENT), counts={"CHILD": 4, "ELDER": 1})
    for wrong in ({}, {"CHILD": -1}, {"CHILD": 10_001}, {"ALIENS": 1}):
        assert say(lan, clock, "attendance", event=str(EVENT), counts=wrong).outcome == "PENDING"
    assert attendance_of([EVENT]) == {EVENT: {"CHILD": 7, "ELDER": 1}}
    assert list(differences()) == []


def test_a_note_is_a_case_with_its_words_until_somebody_settles_it(lan, clock):
    note = say(lan, clock, "note", {"text": "Bìa rách, đã dán"}, copy="CB000001")
    case = Case.objects.get(kind="note")
    assert (case.place, case.operations) == (COBA, [note.op])
    assert reasons_of([UUID(note.op)]) == {UUID(note.op): "Bìa rách, đã dán"}
    say(builders.hoa(), clock, "settle", case=case.pk, decision="MENDED")
    assert Case.objects.get(kind="note").status == CaseStatus.SETTLED


def test_who_is_erased_is_in_no_note_and_the_case_stays(lan, clock):
    an = builders.an(lan, clock)
    say(lan, clock, "note", {"text": "Chị An đổi số điện thoại", "reader": str(an)})
    say(lan, clock, "attend", {"reader": str(an)}, event=str(EVENT))
    readers.erase(op_id=new_id(), by=builders.hoa().source, reader=an, basis="REQUEST", clock=clock)
    assert "An" not in "".join(PrivatePart.objects.values_list("data", flat=True))
    assert Case.objects.filter(kind="note", status=CaseStatus.OPEN).exists()
    assert attendance_of([EVENT]) == {EVENT: {"": 1}}
    assert list(differences()) == []


def test_what_a_note_says_goes_thirty_days_after_somebody_read_it(lan, clock):
    an = builders.an(lan, clock)
    read, unread, taken_back = (say(lan, clock, "note", {"text": f"Anh Páo hẹn thứ Ba {n}"}) for n in range(3))
    about = say(lan, clock, "note", {"text": "Chị An đổi số", "reader": str(an)})
    say(lan, clock, "void", target=taken_back.op)
    clock.forward(days=40)
    for one in (read, about):
        case = next(case for case in Case.objects.filter(kind="note") if case.operations == [one.op])
        say(builders.hoa(), clock, "settle", case=case.pk, decision="DONE")
    clock.forward(days=29)
    assert forget_notes(clock=clock) == 1, "what was taken back"
    clock.forward(days=2)
    assert [forget_notes(clock=clock), forget_notes(clock=clock)] == [1, 0]
    told = reasons_of([UUID(one.op) for one in (read, unread, taken_back, about)])
    assert told == {UUID(unread.op): "Anh Páo hẹn thứ Ba 1", UUID(about.op): "Chị An đổi số"}
    kept = PrivatePart.objects.get(operation=read.op)
    assert (kept.data, kept.salt) == ("{}", "")
    assert Case.objects.filter(kind="note", status=CaseStatus.OPEN).count() == 1
    assert list(differences()) == []
