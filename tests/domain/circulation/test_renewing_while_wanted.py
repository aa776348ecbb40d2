"""A renewal is refused while another reader waits for the title and no free copy serves them; a desk may go past it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guisach.domain.circulation import actions, queries
from guisach.domain.circulation.rules.lending import may_renew
from guisach.domain.circulation.rules.policy import FIRST, Situation
from guisach.domain.journal.models import Case, Operation
from guisach.kernel.clock import local_date
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, DAMTHUY, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan(db):
    builders.province()
    return builders.lan()


@pytest.fixture
def title(lan):
    found = builders.record()
    builders.copy("CB000001", of=found)
    return found


@pytest.fixture
def an(lan, clock):
    return builders.an(lan, clock)


@pytest.fixture
def binh(lan, clock):
    return builders.binh(lan, clock)


def lend(lan, clock, reader, barcode="CB000001"):
    actions.lend(op_id=new_id(), by=lan.source, place=COBA, barcode=barcode, reader=reader, clock=clock)


def renew(lan, clock, barcode="CB000001", **more):
    return actions.renew(
        op_id=more.pop("op_id", None) or new_id(), by=lan.source, place=COBA, barcode=barcode, clock=clock, **more
    )


def ask(lan, clock, reader, title, pickup=COBA):
    return actions.ask_for(
        op_id=new_id(), by=lan.source, place=COBA, reader=reader, record=title.pk, pickup=pickup, clock=clock
    ).request.op


def verdicts(reader, clock):
    found = queries.own_loans(reader, on=local_date(clock()))
    return {one.loan.barcode: one.verdict.code if one.verdict else "" for one in found}


def test_the_rule_names_the_limit_first_then_who_waits():
    policy = FIRST.policy(Situation(group="FARMER"))
    assert may_renew(renewals=0, policy=policy) is None
    assert may_renew(renewals=0, policy=policy, is_wanted=True).code == "wanted_by_others"
    assert may_renew(renewals=99, policy=policy, is_wanted=True).code == "renewals_used_up"


def test_who_waits_for_the_only_copy_stops_its_renewal_until_they_wait_no_more(lan, an, binh, title, clock):
    lend(lan, clock, an)
    asked = ask(lan, clock, binh, title)
    for more in ({}, {"own": an}):
        with refused("wanted_by_others"):
            renew(lan, clock, **more)
    assert verdicts(an, clock) == {"CB000001": "wanted_by_others"}
    actions.cancel_request(op_id=new_id(), by=lan.source, place=COBA, request_id=asked, clock=clock)
    assert verdicts(an, clock) == {"CB000001": ""}
    assert renew(lan, clock, own=an).loan.renewals == 1


def test_a_free_copy_anywhere_serves_who_waits_and_so_does_one_that_is_due_first(lan, an, binh, title, clock):
    lend(lan, clock, an)
    builders.copy("CB000002", of=title, place=DAMTHUY)
    ask(lan, clock, binh, title)
    assert verdicts(an, clock) == {"CB000001": ""}
    xuan = builders.reader(lan, clock, builders.applicant("Nông Thị Xuân"))
    clock.forward(days=1)
    actions.lend(op_id=new_id(), by=builders.minh().source, place=DAMTHUY, barcode="CB000002", reader=xuan, clock=clock)
    assert verdicts(an, clock) == {"CB000001": "wanted_by_others"}  # due first: this is the one that they were told of
    assert verdicts(xuan, clock) == {"CB000002": ""}


def test_at_a_desk_it_is_gone_past_with_a_reason_and_the_same_press_twice_is_one(lan, an, binh, title, clock):
    lend(lan, clock, an)
    ask(lan, clock, binh, title)
    past = actions.Override("wanted_by_others", "An đang ôn thi")
    with refused("reason_needed"):
        renew(lan, clock, override=actions.Override("wanted_by_others", " "))
    with refused("wanted_by_others"):
        renew(lan, clock, override=actions.Override("renewals_used_up", "An đang ôn thi"))
    op = new_id()
    for _ in range(2):
        assert renew(lan, clock, override=past, op_id=op).loan.renewals == 1
    assert '"override":"wanted_by_others"' in Operation.objects.get(op=op).body


def test_a_renewal_from_a_desk_without_a_network_stands_and_a_person_hears_of_it(lan, an, binh, title, clock):
    """Row 9 stays as it is: a fact is never refused."""
    from guisach.domain.journal import actions as journal

    lend(lan, clock, an)
    ask(lan, clock, binh, title)
    due = (local_date(clock()) + timedelta(days=30)).isoformat()
    fact = {
        "op": str(new_id()), "v": 1, "kind": "renew", "place": COBA, "copy": "CB000001", "due": due,
        "private": {"reader": str(an)},
    }  # fmt: skip
    journal.record(operations=[fact], by=lan.source, clock=clock)
    assert str(queries.open_loan_of_copy("CB000001").due_on) == due
    assert Case.objects.filter(kind="renewed_while_requested").exists()


def test_looking_costs_the_same_however_many_books_somebody_has(lan, an, binh, title, clock):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            verdicts(an, clock)
        return len(seen)

    lend(lan, clock, an)
    ask(lan, clock, binh, title)
    one = cost()
    for n in (2, 3):
        other = builders.record(f"Tập {n}")
        builders.copy(f"CB00000{n}", of=other)
        lend(lan, clock, an, f"CB00000{n}")
        ask(lan, clock, binh, other) if n == 2 else None
    assert cost() == one <= 11
