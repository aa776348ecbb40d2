"""Asking for a title from anywhere in the network, and what desks do until the reader has it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from guisach.domain.circulation import actions, kinds, queries
from guisach.domain.circulation.models import Request
from guisach.domain.circulation.rules.planning import Move, Step
from guisach.domain.journal import actions as journal
from guisach.domain.journal.models import Case, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.messages.models import Matter, Message
from guisach.domain.network.models import Closure, Place, ServiceMode
from guisach.kernel.clock import local_date
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, DAMTHUY, TINH, refused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


@pytest.fixture
def minh(lan):
    return builders.minh()


@pytest.fixture
def an(lan, clock):
    return builders.an(lan, clock)


@pytest.fixture
def binh(lan, clock):
    return builders.binh(lan, clock)


@pytest.fixture
def title(lan):
    return builders.record()


def ask(by, clock, reader, record, *, pickup=COBA, place=COBA, **more):
    clock.forward(minutes=1)
    return actions.ask_for(
        op_id=more.pop("op_id", None) or new_id(), by=by.source, place=place, reader=reader, record=record.pk,
        pickup=pickup, clock=clock, **more,
    )  # fmt: skip


def at(by, clock, place=COBA):
    return {"op_id": new_id(), "by": by.source, "place": place, "clock": clock}


def stored(asked):
    return Request.objects.get(pk=asked.request.op)


def test_a_book_on_the_shelf_here_is_set_aside_told_and_fetched(lan, an, clock, title):
    builders.copy(of=title)
    asked = ask(lan, clock, an, title)
    assert (asked.plan.step, asked.plan.barcode, asked.plan.position) == (Step.PULL, "CB000001", 1)
    [pull] = queries.to_pull(COBA, local_date(clock()))
    assert (pull.request.op, pull.plan.barcode) == (asked.request.op, "CB000001")
    actions.set_aside(barcode="CB000001", request_id=asked.request.op, **at(lan, clock))
    assert stored(asked).state == "READY"
    assert Message.objects.get().kind == "request_ready"
    assert [one.request.op for one in queries.hold_shelf(COBA)] == [asked.request.op]
    lent = actions.lend(barcode="CB000001", reader=an, **at(lan, clock))
    assert Operation.objects.get(op=lent.loan.op).body.count(str(asked.request.op)) == 1
    assert stored(asked).state == "SERVED"
    assert queries.hold_shelf(COBA) == []
    assert list(differences()) == []


def test_a_book_elsewhere_is_sent_arrives_and_waits(lan, minh, an, clock, title):
    builders.copy(of=title, place=DAMTHUY)
    asked = ask(lan, clock, an, title)
    assert (asked.plan.step, asked.plan.place) == (Step.SEND, DAMTHUY)
    assert queries.to_pull(COBA, local_date(clock())) == []
    [pull] = queries.to_pull(DAMTHUY, local_date(clock()))
    actions.send(barcode=pull.plan.barcode, to=COBA, request_id=pull.request.op, **at(minh, clock, DAMTHUY))
    assert stored(asked).state == "ON_ITS_WAY"
    [coming] = queries.arrivals(COBA)
    assert (coming.barcode, coming.sent_from, coming.request.op) == ("CB000001", DAMTHUY, asked.request.op)
    clock.forward(days=1)
    receiving = at(lan, clock)
    assert actions.receive(barcode="CB000001", **receiving).outcome == "SET_ASIDE"
    assert actions.receive(barcode="CB000001", **receiving).status == "duplicate"
    assert stored(asked).state == "READY"
    assert queries.arrivals(COBA) == []


def test_what_is_sent_for_nobody_goes_among_the_others(lan, minh, clock, title):
    builders.copy(of=title, place=DAMTHUY)
    actions.send(barcode="CB000001", to=COBA, **at(minh, clock, DAMTHUY))
    assert actions.receive(barcode="CB000001", **at(lan, clock)).outcome == "ARRIVED"
    assert queries.hold_shelf(COBA) == []


def test_what_moves_next_goes_before_a_sending_by_hand(lan, an, clock, title, monkeypatch):
    monkeypatch.setattr(kinds, "_next_moves", [])
    builders.copy(of=title, place=DAMTHUY)
    builders.copy("CB000002", of=title, place=TINH)
    on = date(2026, 11, 25)
    kinds.plan_moves_by(lambda start, end, after: Move(on, "the van") if (start, end) == (TINH, COBA) else None)
    plan = ask(lan, clock, an, title).plan
    assert (plan.step, plan.place, plan.on, plan.by) == (Step.RIDE, TINH, on, "the van")


def test_the_last_copy_of_a_law_bookcase_stays_and_the_province_sends_one(lan, an, clock, title):
    builders.place("CB-LUAT", kind="LAW_BOOKCASE")
    builders.copy(of=title, place="CB-LUAT")
    assert ask(lan, clock, an, title).plan.step == Step.NONE
    builders.copy("CB000002", of=title, place=TINH)
    plans = queries.plans_of([title.pk], local_date(clock()))
    assert {(plan.step, plan.place) for plan in plans.values()} == {(Step.PROVINCE, TINH)}


def test_who_asked_first_gets_the_returning_book_and_the_desk_hears_it_at_once(lan, minh, an, binh, clock, title):
    builders.copy(of=title)
    third = builders.reader(lan, clock, builders.applicant("Nông Thị Xuân"))
    actions.lend(barcode="CB000001", reader=third, **at(lan, clock))
    child = ask(lan, clock, binh, title, pickup=DAMTHUY)
    grown = ask(lan, clock, an, title)
    assert (child.plan.step, child.plan.position, grown.plan.position) == (Step.RETURN, 1, 2)
    assert Request.objects.get(pk=child.request.op).awaits == "CB000001"
    clock.forward(days=2)
    taken = actions.take_back(barcode="CB000001", **at(lan, clock))
    assert (taken.wanted.request.op, taken.wanted.plan.step) == (child.request.op, Step.SEND)
    assert taken.wanted.request.pickup == DAMTHUY


def test_a_copy_that_waits_for_another_is_lent_past_them_with_a_reason_only(lan, an, binh, clock, title):
    builders.copy(of=title)
    asked = ask(lan, clock, an, title)
    actions.set_aside(barcode="CB000001", request_id=asked.request.op, **at(lan, clock))
    with refused("copy_set_aside"):
        actions.lend(barcode="CB000001", reader=binh, **at(lan, clock))
    past = actions.Override("copy_set_aside", "An nhường cho Bình")
    actions.lend(barcode="CB000001", reader=binh, override=past, **at(lan, clock))
    assert stored(asked).state == "WAITING"
    assert Case.objects.get(status="OPEN").kind == "lent_past_request"
    assert queries.plans_of([title.pk], local_date(clock()))[asked.request.op].position == 1


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("title_unknown", {"record": 999}),
        ("reader_unknown", {"reader": new_id()}),
        ("pickup_unusable", {"pickup": "CB-KHONG"}),
        ("pickup_unusable", {"pickup": "CB-KE"}),
    ],
)
def test_refused_when_asking_for_what_cannot_be(lan, an, clock, title, code, change):
    builders.place("CB-KE", service_mode=ServiceMode.OPEN_SHELF)
    builders.copy(of=title)
    with refused(code):
        actions.ask_for(**{"reader": an, "record": title.pk, "pickup": COBA, **at(lan, clock), **change})
    assert not Operation.objects.filter(kind="request").exists()


def test_refused_when_the_reader_has_it_asked_it_or_no_copy_is_lent(lan, an, clock, title):
    builders.copy(of=title, condition="REFERENCE")
    with refused("nothing_lendable"):
        ask(lan, clock, an, title)
    builders.copy("CB000002", of=title)
    ask(lan, clock, an, title)
    with refused("already_requested"):
        ask(lan, clock, an, title)
    other = builders.record("Đất rừng phương Nam")
    builders.copy("CB000003", of=other)
    actions.lend(barcode="CB000003", reader=an, **at(lan, clock))
    with refused("has_it_already"):
        ask(lan, clock, an, other)
    clock.forward(days=4000)
    with refused("card_expired"):
        ask(lan, clock, an, builders.record("Tắt đèn"))


def test_no_more_requests_than_the_rules_allow(lan, an, clock):
    for n in range(1, 5):
        one = builders.record(f"Sách {n}")
        builders.copy(f"CB00000{n}", of=one)
        if n == 4:
            with refused("request_limit"):
                ask(lan, clock, an, one)
        else:
            ask(lan, clock, an, one)


def test_the_same_act_twice_is_one_request(lan, an, clock, title):
    builders.copy(of=title)
    op = new_id()
    first, again = ask(lan, clock, an, title, op_id=op), ask(lan, clock, an, title, op_id=op)
    assert first.request.op == again.request.op == op
    assert again.receipt.status == "duplicate"
    assert Request.objects.count() == 1


def test_a_request_is_cancelled_once_and_by_nobody_else(lan, an, binh, clock, title):
    builders.copy(of=title)
    asked = ask(lan, clock, an, title)
    with refused("request_unknown"):
        actions.cancel_request(request_id=asked.request.op, own=binh, **at(lan, clock))
    actions.set_aside(barcode="CB000001", request_id=asked.request.op, **at(lan, clock))
    actions.cancel_request(request_id=asked.request.op, own=an, **at(lan, clock, ""))
    assert stored(asked).state == "CANCELLED"
    assert Message.objects.get().state == "CANCELLED"
    with refused("request_over"):
        actions.cancel_request(request_id=asked.request.op, **at(lan, clock))
    [left] = queries.hold_shelf(COBA)
    assert left.request.closed_at is not None
    assert actions.put_back(barcode="CB000001", **at(lan, clock)).outcome == "PUT_BACK"


def test_a_copy_with_a_reader_is_never_promised_or_sent(lan, an, binh, clock, title):
    builders.copy(of=title)
    actions.lend(barcode="CB000001", reader=binh, **at(lan, clock))
    asked = ask(lan, clock, an, title)
    with refused("copy_not_free"):
        actions.set_aside(barcode="CB000001", request_id=asked.request.op, **at(lan, clock))
    with refused("copy_not_free"):
        actions.send(barcode="CB000001", to=TINH, request_id=asked.request.op, **at(lan, clock))
    assert queries.to_pull(COBA, local_date(clock())) == []


def test_a_copy_that_waits_for_one_is_not_set_aside_for_another(lan, an, binh, clock, title):
    builders.copy(of=title)
    first, second = ask(lan, clock, an, title), ask(lan, clock, binh, title)
    actions.set_aside(barcode="CB000001", request_id=first.request.op, **at(lan, clock))
    with refused("copy_not_free"):
        actions.set_aside(barcode="CB000001", request_id=second.request.op, **at(lan, clock))
    with refused("place_unusable"):
        actions.send(barcode="CB000001", to=COBA, **at(lan, clock))


def test_not_fetched_within_seven_open_days_it_is_over_and_closed_days_do_not_count(lan, an, clock, title):
    builders.copy(of=title)
    asked = ask(lan, clock, an, title)
    actions.set_aside(barcode="CB000001", request_id=asked.request.op, **at(lan, clock))
    Closure.objects.create(place=Place.objects.get(pk=COBA), first_on=date(2026, 11, 23), last_on=date(2026, 11, 27))
    clock.at = builders.START + timedelta(days=18)  # the seventh open day
    assert actions.keep_requests(clock=clock) == 0
    clock.forward(days=1)
    assert actions.keep_requests(clock=clock) == 1
    assert (stored(asked).state, stored(asked).why) == ("EXPIRED", "not_fetched")
    assert actions.keep_requests(clock=clock) == 0


def test_what_is_of_no_use_after_a_day_is_over_then(lan, an, clock, title):
    builders.copy(of=title)
    asked = ask(lan, clock, an, title, until=date(2026, 11, 22))
    clock.forward(days=2)
    assert actions.keep_requests(clock=clock) == 0
    clock.forward(days=1)
    assert actions.keep_requests(clock=clock) == 1
    assert stored(asked).why == "past_use"


def wish(lan, clock, reader, record, **body):
    operation = {
        "op": str(new_id()), "v": 1, "kind": "wish", "place": COBA, "record": record.pk, "pickup": COBA,
        "private": {"reader": str(reader)}, **body,
    }  # fmt: skip
    [receipt] = journal.record(operations=[operation], by=lan.source, clock=clock)
    return receipt


def test_a_wish_becomes_a_request_or_a_case_that_says_why(lan, an, clock, title):
    builders.copy(of=title)
    assert wish(lan, clock, an, title).outcome == "NOTED"
    assert queries.plans_of([title.pk], local_date(clock())) == {}
    assert actions.judge_wishes(clock=clock) == 1
    assert Request.objects.get().state == "WAITING"
    clock.forward(minutes=1)
    again = wish(lan, clock, an, title)
    assert actions.judge_wishes(clock=clock) == 1
    declined = Request.objects.get(pk=again.op)
    assert (declined.state, declined.why) == ("DECLINED", "already_requested")
    assert Case.objects.get(status="OPEN").kind == "wish_declined"
    assert Operation.objects.get(op=again.op).outcome.code == "NO_EFFECT"
    assert actions.judge_wishes(clock=clock) == 0
    assert list(differences()) == []


def test_a_reader_is_told_by_the_upkeep_of_what_a_desk_without_network_set_aside(lan, an, clock, title):
    builders.copy(of=title)
    asked = ask(lan, clock, an, title)
    fact = {
        "op": str(new_id()), "v": 1, "kind": "set_aside", "place": COBA, "copy": "CB000001",
        "request": str(asked.request.op),
    }  # fmt: skip
    journal.record(operations=[fact], by=lan.source, clock=clock)
    assert not Message.objects.exists()
    for _ in range(2):
        actions.keep_requests(clock=clock)
    assert Matter.objects.count() == 1


def test_who_is_erased_waits_for_nothing_any_more(lan, an, clock, title):
    builders.copy(of=title)
    asked = ask(lan, clock, an, title, note="gọi cho em gái của An")
    from guisach.domain.circulation.actions.belongings import Requests

    assert [one["title"] for one in Requests().told([an])] == ["Dế Mèn phiêu lưu ký"]
    with transaction.atomic():
        Requests().forget([an], clock)
    assert (stored(asked).state, stored(asked).why) == ("EXPIRED", "erased")
    assert stored(asked).reader != an
    assert list(differences()) == []


@pytest.mark.slow
def test_planning_many_titles_asks_no_more_than_planning_one(lan, an, clock, django_assert_max_num_queries):
    for n in range(25):
        one = builders.record(f"Sách {n}")
        builders.copy(f"CB1{n:05d}", of=one)
        reader = an if n < 3 else builders.reader(lan, clock, builders.applicant(f"Bạn {n}"))
        ask(lan, clock, reader, one)
    with django_assert_max_num_queries(9):
        assert len(queries.to_pull(COBA, local_date(clock()))) == 25
