"""Reminders of books: kind, once each, silent where nobody could bring anything, and forgotten with the loan."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guisach.domain.circulation import actions
from guisach.domain.circulation.models import Loan
from guisach.domain.circulation.rules.forgetting import DISPUTE_DAYS
from guisach.domain.journal import actions as journal
from guisach.domain.journal.queries.checking import differences
from guisach.domain.messages import kinds, queries
from guisach.domain.messages.models import Matter, Message
from guisach.domain.messages.rules.sms import room_left
from guisach.domain.network.actions import close
from guisach.kernel.clock import local_date
from guisach.kernel.ids import new_id
from tests import builders, builders_messages
from tests.builders_messages import chooses
from tests.domain.circulation.test_forgetting import everything_stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


@pytest.fixture
def an(lan, clock):
    return builders.reader(lan, clock, builders.applicant(phone="0912345678"))


@pytest.fixture
def post():
    office, before = builders_messages.Post(), kinds.senders()
    kinds.send_with({"SMS": office.sms, "EMAIL": office.email})
    yield office
    kinds.send_with(before)


@pytest.fixture
def lend(lan, clock):
    def lend(reader, *barcodes, title="Dế Mèn phiêu lưu ký"):
        record = builders.record(title)
        for barcode in barcodes:
            builders.copy(barcode, of=record)
        return [
            actions.lend(
                op_id=new_id(), by=lan.source, place=builders.COBA, barcode=barcode, reader=reader, clock=clock
            ).loan
            for barcode in barcodes
        ]

    return lend


def take_back(by, clock, barcode, op=None):
    return actions.take_back(op_id=op or new_id(), by=by.source, place=builders.COBA, barcode=barcode, clock=clock)


def pass_days_until(clock, loan, late):
    """Go to nine in the morning of the day on which the loan is so many days late."""
    clock.forward(days=(loan.due_on - local_date(clock())).days + late)


def states():
    return sorted(Message.objects.values_list("state", flat=True))


def test_several_late_books_make_one_text_message_without_titles(lan, an, lend, post, clock):
    chooses(an, "SMS")
    loans = lend(an, "CB000001", "CB000002")
    pass_days_until(clock, loans[0], 1)
    assert actions.plan_notices(clock=clock) == 2
    post.work(clock)
    [letter] = post.sent
    assert letter.to == "0912345678"
    assert "2 cuốn" in letter.short[0]
    assert f"{loans[0].due_on:%d/%m/%Y}" in letter.short[0]
    assert "Thư viện xã Cô Ba" in letter.short[0]
    assert not any("Dế Mèn" in text for text in letter.short)
    assert room_left(kinds_text(letter)) >= 0


def kinds_text(letter):
    from guisach.domain.messages.rules.sms import one_message

    text = one_message(letter.short, has_marks=False)
    assert "..." not in text
    return text


def test_planning_again_tells_nobody_again(an, lend, post, clock):
    chooses(an, "SMS")
    [loan] = lend(an, "CB000001")
    pass_days_until(clock, loan, 1)
    actions.plan_notices(clock=clock)
    assert actions.plan_notices(clock=clock) == 0
    post.work(clock)
    for _ in range(12):
        clock.forward(days=1)
        assert actions.plan_notices(clock=clock) == 0
    clock.forward(days=1)
    assert actions.plan_notices(clock=clock) == 1
    post.work(clock)
    assert len(post.sent) == 2


def test_before_the_date_only_those_are_reminded_who_chose_to_hear_by_machine(lan, an, lend, post, clock):
    other = builders.reader(lan, clock, builders.applicant("Nông Văn Sinh"))
    chooses(an, "EMAIL", email="an@example.org", language="en")
    [loan] = lend(an, "CB000001")
    lend(other, "CB000002")
    pass_days_until(clock, loan, -3)
    assert actions.plan_notices(clock=clock) == 1
    post.work(clock)
    [letter] = post.sent
    assert letter.to == "an@example.org"
    assert "is due on" in letter.text
    assert "Dế Mèn phiêu lưu ký" in letter.text


def test_who_said_nothing_gets_a_slip_and_who_wants_nothing_gets_nothing(lan, an, lend, post, clock):
    other = builders.reader(lan, clock, builders.applicant("Nông Văn Sinh"))
    chooses(other, "NONE")
    [loan] = lend(an, "CB000001")
    lend(other, "CB000002")
    pass_days_until(clock, loan, 2)
    assert actions.plan_notices(clock=clock) == 1
    [slip] = queries.handed(place=builders.COBA, channel="SLIP", at=clock())
    assert Message.objects.get(pk=slip.id).reader == an
    assert "Vàng Thị An" in slip.words.text


def test_a_guardian_hears_of_which_child_it_is(lan, lend, post, clock):
    child = builders.reader(
        lan, clock,
        builders.applicant("Vàng A Bình", group="CHILD", birth_on=date(2017, 9, 5), guardian="Vàng Thị An",
                           guardian_phone="0987654321", has_assent=True),
    )  # fmt: skip
    chooses(child, "SMS")
    [loan] = lend(child, "CB000001")
    pass_days_until(clock, loan, 1)
    actions.plan_notices(clock=clock)
    post.work(clock)
    [letter] = post.sent
    assert (letter.to, "Vàng A Bình" in letter.short[0]) == ("0987654321", True)


def test_a_book_that_came_back_is_not_asked_for(lan, an, lend, post, clock):
    chooses(an, "SMS")
    [loan] = lend(an, "CB000001")
    pass_days_until(clock, loan, 1)
    actions.plan_notices(clock=clock)
    taken = new_id()
    take_back(lan, clock, "CB000001", op=taken)
    assert states() == ["CANCELLED"]
    assert post.work(clock) == 0
    # The return was a slip of the hand: the book is with the reader, who hears of it after all.
    actions.void(op_id=new_id(), by=lan.source, target=taken, reason="nhầm cuốn", clock=clock)
    assert actions.plan_notices(clock=clock) == 1
    assert list(differences()) == []


def test_one_of_two_that_came_back_leaves_a_message_about_the_other(lan, an, lend, post, clock):
    chooses(an, "SMS")
    [loan, _] = lend(an, "CB000001", "CB000002")
    pass_days_until(clock, loan, 1)
    actions.plan_notices(clock=clock)
    take_back(lan, clock, "CB000001")
    post.work(clock)
    assert "1 cuốn" in post.sent[0].short[0]


def test_a_renewed_book_is_not_late_and_is_reminded_of_anew(lan, an, lend, post, clock):
    chooses(an, "SMS")
    [loan] = lend(an, "CB000001")
    pass_days_until(clock, loan, 1)
    actions.plan_notices(clock=clock)
    renewed = actions.renew(op_id=new_id(), by=lan.source, place=builders.COBA, barcode="CB000001", clock=clock).loan
    assert post.work(clock) == 0
    assert states() == ["CANCELLED"]
    pass_days_until(clock, renewed, 1)
    assert actions.plan_notices(clock=clock) == 1


def test_a_book_that_the_reader_says_came_back_is_not_asked_for(lan, an, lend, post, clock):
    chooses(an, "SMS")
    [loan] = lend(an, "CB000001")
    pass_days_until(clock, loan, 1)
    claim = {"op": str(new_id()), "v": 1, "kind": "claim_returned", "place": builders.COBA, "copy": "CB000001"}
    journal.record(operations=[claim], by=lan.source, clock=clock)
    assert actions.plan_notices(clock=clock) == 0


def test_while_a_place_is_closed_nobody_is_reminded_and_nothing_gets_later(an, lend, post, clock):
    chooses(an, "SMS")
    [loan] = lend(an, "CB000001")
    begins = loan.due_on + timedelta(days=1)
    close(first_on=begins, last_on=begins + timedelta(days=29), reason="Dịch sởi", commune="01324")
    pass_days_until(clock, loan, 15)
    assert actions.plan_notices(clock=clock) == 0
    pass_days_until(clock, loan, 31)
    assert actions.plan_notices(clock=clock) == 1
    assert Matter.objects.get().key.endswith(":late1")


def test_a_place_that_closes_after_the_planning_is_silent_too(an, lend, post, clock):
    chooses(an, "SMS")
    [loan] = lend(an, "CB000001")
    pass_days_until(clock, loan, 1)
    actions.plan_notices(clock=clock)
    today = local_date(clock())
    close(first_on=today, last_on=today + timedelta(days=3), reason="Lũ", place=builders.COBA)
    post.work(clock)
    assert post.sent == []
    clock.forward(days=4)
    post.work(clock)
    assert len(post.sent) == 1


def test_an_old_loan_of_years_ago_is_for_a_talk(an, lend, post, clock):
    [loan] = lend(an, "CB000001")
    pass_days_until(clock, loan, 91)
    assert actions.plan_notices(clock=clock) == 0


def test_a_talk_settles_the_slip(lan, an, lend, post, clock):
    [loan] = lend(an, "CB000001")
    pass_days_until(clock, loan, 1)
    actions.plan_notices(clock=clock)
    said = {"reader": an, "place": builders.COBA, "op_id": new_id(), "by": lan.staff.pk, "clock": clock}
    assert actions.note_talk(**said)
    assert not actions.note_talk(**said)
    assert queries.handed(place=builders.COBA, channel="SLIP", at=clock()) == []
    assert queries.last_told([f"loan:{loan.op}"])[f"loan:{loan.op}"].state == "TALKED"


def test_forgetting_takes_the_book_out_of_the_messages_too(lan, an, lend, post, clock):
    chooses(an, "SMS")
    [loan] = lend(an, "CB000001")
    pass_days_until(clock, loan, 1)
    actions.plan_notices(clock=clock)
    post.work(clock)
    take_back(lan, clock, "CB000001")
    assert str(loan.op) in str(list(Matter.objects.values_list("key")))
    clock.forward(days=DISPUTE_DAYS + 31)
    assert actions.forget_loans(clock=clock).loans == 1
    assert not Matter.objects.exists()
    lines = [line for line in everything_stored().splitlines() if str(an) in line]
    assert not [line for line in lines if str(loan.op) in line or "CB000001" in line]
    assert Message.objects.get().reader == an


def test_words_for_many_need_no_more_questions_than_for_few(lan, lend, post, clock):
    def questions(readers):
        for n in readers:
            who = builders.reader(lan, clock, builders.applicant(f"Bạn đọc {n}"))
            lend(who, f"CB{n:06d}")
        Loan.objects.update(due_on=local_date(clock()) - timedelta(days=1))
        actions.plan_notices(clock=clock)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = queries.handed(place=builders.COBA, channel="SLIP", at=clock())
        return len(found), len(asked)

    few, many = questions(range(1, 3)), questions(range(3, 12))
    assert (few[0], many[0]) == (2, 11)
    assert few[1] == many[1]
