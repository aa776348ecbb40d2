"""Mending a reader's data, renewing a card, giving another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from guisach.domain.circulation import actions as circulation
from guisach.domain.journal import actions as log
from guisach.domain.journal import queries as journal
from guisach.domain.journal.queries.checking import differences
from guisach.domain.readers import actions, queries
from guisach.domain.readers.rules.cards import card_number
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


@pytest.fixture
def an(lan, clock):
    return builders.an(lan, clock)


def correct(by, clock, reader, applicant=None, **more):
    said = {"op_id": new_id(), "place": builders.COBA, "card": "", "renews": False, **more}
    return actions.correct(
        by=by.source, clock=clock, reader=reader, applicant=applicant or queries.reader(reader).applicant, **said
    )


def renew_card(by, clock, reader, **more):
    said = {"op_id": new_id(), "place": builders.COBA, **more}
    return actions.renew_card(by=by.source, clock=clock, reader=reader, **said)


def test_what_is_mended_stands_and_the_rest_stays_as_it_was(lan, an, clock):
    before = queries.reader(an)
    clock.forward(days=40)
    done = correct(lan, clock, an, builders.applicant("Vàng Thị Ân", phone="0912 345 678", address="Nà Tao"))
    after = queries.reader(an)
    assert (after.full_name, after.phone, after.address) == ("Vàng Thị Ân", "0912345678", "Nà Tao")
    assert replace(after, full_name=before.full_name, phone="", address="") == before
    assert (done.reader, done.card_no, done.receipt.outcome) == (an, before.card_no, "UPDATED")
    assert queries.count_readers() == 1
    assert list(differences()) == []


def test_where_and_when_a_reader_joined_stays_when_another_place_mends(lan, an, clock):
    before = queries.reader(an)
    clock.forward(days=1)
    correct(builders.hoa(), clock, an, place=builders.TINH)
    assert queries.reader(an) == before


def test_a_renewed_card_runs_three_years_from_the_day_and_all_data_stay(lan, an, clock):
    before = queries.reader(an)
    clock.forward(days=1200)
    renew_card(lan, clock, an)
    after = queries.reader(an)
    assert (before.expires_on, after.expires_on) == (date(2029, 11, 20), date(2033, 3, 4))
    assert replace(after, expires_on=before.expires_on) == before


def test_renewing_never_shortens_a_card_that_runs_longer(lan, an, clock):
    renew_card(lan, clock, an)
    until = queries.reader(an).expires_on
    clock.forward(days=-500)
    renew_card(lan, clock, an)
    assert queries.reader(an).expires_on == until


def test_a_reader_whose_card_had_ended_borrows_again(lan, an, clock):
    builders.copy()
    clock.forward(days=1200)
    lend = {"by": lan.source, "place": builders.COBA, "barcode": "CB000001", "reader": an, "clock": clock}
    with builders.refused("card_expired"):
        circulation.lend(op_id=new_id(), **lend)
    renew_card(lan, clock, an)
    assert circulation.lend(op_id=new_id(), **lend).loan is not None


def test_another_card_takes_the_place_of_the_old_one(lan, an, clock):
    old = queries.reader(an).card_no
    assert correct(lan, clock, an, card=" cu 0001 ").card_no == "CU0001"
    assert queries.reader_by_card("CU0001").id == an
    assert queries.reader_by_card(old) is None


def test_the_next_number_is_given_where_it_is_asked_for(lan, an, clock):
    assert correct(lan, clock, an, takes_next_card=True).card_no == card_number(2)
    assert queries.reader(an).card_no == card_number(2)


def test_a_card_that_waited_is_settled_by_a_new_one(lan, an, clock):
    builders.reader(lan, clock, builders.applicant("Lý A Páo"), card="CU0001")
    waiting = new_id()
    offline = {
        "op": str(new_id()),
        "v": 1,
        "kind": "join",
        "place": builders.COBA,
        "group": "FARMER",
        "private": {"reader": str(waiting), "name": "Lò Thị Mai", "card": "CU0001", "consent": True},
    }
    log.record(operations=[offline], by=lan.source, clock=clock)
    assert queries.reader(waiting).is_card_pending
    correct(lan, clock, waiting, card="CU0001", renews=True)  # the same number again is no offence, and no help
    assert queries.reader(waiting).is_card_pending
    correct(lan, clock, waiting, takes_next_card=True)
    assert not queries.reader(waiting).is_card_pending
    assert journal.cases(journal.CaseFilter(places=None), at=clock()) == []
    assert list(differences()) == []


def test_the_number_of_an_older_system_is_not_questioned_when_it_stays(lan, an, clock):
    number = card_number(7)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    from guisach.domain.readers.models import Reader

    Reader.objects.filter(pk=an).update(card_no=wrong)
    assert correct(lan, clock, an, card=wrong.lower()).card_no == wrong


@pytest.mark.parametrize(
    ("code", "said", "card"),
    [
        ("name_needed", {"name": "A"}, ""),
        ("group_unknown", {"group": "MARTIAN"}, ""),
        ("birth_date_wrong", {"birth_on": date(2999, 1, 1)}, ""),
        ("consent_needed", {"has_consent": False}, ""),
        ("guardian_needed", {"birth_on": date(2017, 9, 5), "has_assent": True}, ""),
        ("assent_needed", {"birth_on": date(2017, 9, 5), "guardian": "Lý A Páo"}, ""),
        ("card_mistyped", {}, "BD00000010"),
        ("card_unusable", {}, "X" * 40),
        ("card_taken", {}, "CU0001"),
    ],
)
def test_the_same_is_asked_as_at_joining_and_a_refusal_changes_nothing(lan, an, clock, code, said, card):
    builders.reader(lan, clock, builders.applicant("Lý A Páo"), card="CU0001")
    before = queries.reader(an)
    with builders.refused(code):
        correct(lan, clock, an, replace(before.applicant, **said), card=card)
    assert queries.reader(an) == before


def test_a_child_who_turned_seven_is_asked_before_the_card_is_renewed(lan, clock):
    small = builders.applicant("Vàng A Bình", group="CHILD", birth_on=date(2020, 1, 5), guardian="Vàng Thị An")
    binh = builders.reader(lan, clock, small)
    clock.forward(days=300)
    with builders.refused("assent_needed"):
        renew_card(lan, clock, binh)
    correct(lan, clock, binh, replace(small, has_assent=True), renews=True)
    assert queries.reader(binh).expires_on == date(2030, 9, 16)


def test_nobody_is_mended_whom_nobody_knows(lan, clock):
    with builders.refused("reader_gone"):
        correct(lan, clock, new_id(), builders.applicant())
    with builders.refused("reader_gone"):
        renew_card(lan, clock, new_id())
    assert queries.count_readers() == 0


def test_the_same_act_twice_is_one_and_takes_one_number(lan, an, clock):
    op = new_id()
    first = correct(lan, clock, an, op_id=op, takes_next_card=True)
    again = correct(lan, clock, an, op_id=op, takes_next_card=True)
    assert (first.card_no, again.card_no, again.receipt.status) == (card_number(2), card_number(2), "duplicate")


def test_an_id_that_was_used_for_another_reader_is_refused(lan, an, clock):
    binh = builders.binh(lan, clock)
    op = new_id()
    correct(lan, clock, an, op_id=op, renews=True)
    with builders.refused("operation_id_taken"):
        correct(lan, clock, binh, op_id=op, renews=True)
    with builders.refused("operation_id_taken"):
        actions.join(op_id=op, by=lan.source, place=builders.COBA, applicant=builders.applicant(), card="", clock=clock)


def test_taking_it_back_brings_the_former_data_back(lan, an, clock):
    before = queries.reader(an)
    done = correct(lan, clock, an, builders.applicant("Vàng Thị Ân"), card="CU0001")
    circulation.void(op_id=new_id(), by=lan.source, target=builders.UUID(done.receipt.op), reason="", clock=clock)
    assert queries.reader(an) == before
    assert list(differences()) == []


def test_what_is_mended_now_comes_after_what_a_clock_that_was_ahead_said(lan, an, clock):
    clock.forward(hours=5)
    correct(lan, clock, an, builders.applicant("Vàng Thị Ân"))
    clock.forward(hours=-3)
    correct(builders.hoa(), clock, an, builders.applicant("Vàng Thị Ẩn"))
    assert queries.reader(an).full_name == "Vàng Thị Ẩn"
