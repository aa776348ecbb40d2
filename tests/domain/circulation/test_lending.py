"""Lending, taking back and renewing at an online desk."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from guisach.domain.catalogue.kinds import tell_copies_changed
from guisach.domain.circulation import actions, queries
from guisach.domain.journal import queries as journal
from guisach.domain.journal.queries.checking import differences
from guisach.kernel.errors import DomainError
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


def lend(by, clock, reader, barcode="CB000001", **more):
    return actions.lend(
        op_id=more.pop("op_id", None) or new_id(),
        by=by.source,
        place=more.pop("place", builders.COBA),
        barcode=barcode,
        reader=reader,
        clock=clock,
        **more,
    )


def take_back(by, clock, barcode="CB000001", place=builders.COBA, **more):
    return actions.take_back(op_id=new_id(), by=by.source, place=place, barcode=barcode, clock=clock, **more)


@pytest.fixture
def an(lan, clock):
    return builders.an(lan, clock)


def test_a_book_lent_is_due_in_two_weeks_and_comes_back(lan, an, clock):
    builders.copy()
    loan = lend(lan, clock, an, " cb000001 ").loan
    assert (loan.title, loan.due_on) == ("Dế Mèn phiêu lưu ký", date(2026, 12, 4))
    assert [open_.barcode for open_ in queries.loans_of_reader(an)] == ["CB000001"]
    returned = take_back(lan, clock)
    assert returned.loan is not None
    assert returned.loan.ended == "RETURNED"
    assert queries.loans_of_reader(an) == []
    assert list(differences()) == []


def test_a_due_date_moves_on_to_a_day_on_which_the_place_is_open(lan, an, clock):
    builders.copy()
    clock.forward(days=1)  # Saturday 21/11, so two weeks on is a Saturday
    assert lend(lan, clock, an).loan.due_on == date(2026, 12, 7)


def test_the_same_act_twice_is_one_loan(lan, an, clock):
    builders.copy()
    op = new_id()
    first, second = lend(lan, clock, an, op_id=op), lend(lan, clock, an, op_id=op)
    assert first.loan == second.loan
    assert len(journal.timeline(subject="copy:CB000001")) == 1


def test_a_second_desk_is_told_who_cannot_have_the_copy(lan, an, clock):
    builders.copy()
    lend(lan, clock, an)
    minh = builders.minh()
    other = builders.reader(minh, clock, builders.applicant("Nông Thị Xuân"), place=builders.DAMTHUY)
    with pytest.raises(DomainError) as refusal:
        lend(minh, clock, other, place=builders.DAMTHUY)
    assert refusal.value.code == "copy_on_loan"
    assert queries.open_loan_of_copy("CB000001").reader == an


def test_a_copy_in_the_hand_can_be_lent_on_with_a_reason_and_nobody_owes_anything(lan, an, clock):
    builders.copy()
    lend(lan, clock, an)
    clock.forward(days=3)
    binh = builders.binh(lan, clock)
    override = actions.Override("copy_on_loan", "sách đang cầm trên tay")
    result = lend(lan, clock, binh, override=override)
    assert queries.open_loan_of_copy("CB000001").reader == binh
    before = queries.loans_of_reader(an, is_open=False)
    assert [loan.ended for loan in before] == ["IMPLIED"]
    assert result.receipt.case is not None
    assert list(differences()) == []


def test_an_override_needs_a_reason_and_the_right_name(lan, an, clock):
    builders.copy()
    lend(lan, clock, an)
    binh = builders.binh(lan, clock)
    with pytest.raises(actions.ReasonNeeded):
        lend(lan, clock, binh, override=actions.Override("copy_on_loan", " "))
    with builders.refused("copy_on_loan"):
        lend(lan, clock, binh, override=actions.Override("over_limit", "vì tôi muốn"))


def test_a_fourth_book_is_refused_until_one_comes_back(lan, an, clock):
    record = builders.record()
    for number in range(1, 5):
        builders.copy(f"CB00000{number}", of=record)
    for number in range(1, 4):
        lend(lan, clock, an, f"CB00000{number}")
    with pytest.raises(DomainError) as refusal:
        lend(lan, clock, an, "CB000004")
    assert (refusal.value.code, refusal.value.data["open"]) == ("over_limit", 3)
    take_back(lan, clock, "CB000002")
    assert lend(lan, clock, an, "CB000004").loan.reader == an


@pytest.mark.parametrize(
    ("barcode", "code"), [("X" * 5000, "barcode_unusable"), ("  ", "barcode_unusable"), ("CB999999", "copy_unknown")]
)
def test_a_barcode_that_says_nothing_is_refused_with_what_to_do(lan, an, clock, barcode, code):
    with pytest.raises(DomainError) as refusal:
        lend(lan, clock, an, barcode)
    assert refusal.value.code == code
    assert len(str(refusal.value)) > 20
    assert journal.timeline(subject="copy:CB999999") == []


def test_a_book_not_yet_catalogued_goes_out_with_a_reason_and_its_case_goes_when_it_is_catalogued(lan, an, clock):
    lend(lan, clock, an, "CB777777", override=actions.Override("copy_unknown", "sách mới, chưa kịp nhập"))
    unknown = journal.CaseFilter(places=None, kind="unknown_barcode")
    assert len(journal.cases(unknown, at=clock())) == 1
    with transaction.atomic():
        builders.copy("CB777777")
        tell_copies_changed(["CB777777"])
    assert journal.cases(unknown, at=clock()) == []
    assert queries.open_loan_of_copy("CB777777").title == "Dế Mèn phiêu lưu ký"
    assert list(differences()) == []


def test_bringing_a_book_that_was_not_on_loan_is_noted_as_seen_here(lan, clock):
    builders.copy(place=builders.DAMTHUY)
    returned = take_back(lan, clock)
    assert returned.loan is None
    assert queries.last_seen("CB000001")[0] == builders.COBA


def test_a_renewal_adds_a_week_to_the_promise_and_two_are_the_limit(lan, an, clock):
    builders.copy()
    lend(lan, clock, an)
    dues = []
    for _ in range(2):
        clock.forward(days=1)
        renewed = actions.renew(op_id=new_id(), by=lan.source, place=builders.COBA, barcode="CB000001", clock=clock)
        dues.append(renewed.loan.due_on)
    assert dues == [date(2026, 12, 11), date(2026, 12, 18)]
    with pytest.raises(DomainError) as refusal:
        actions.renew(op_id=new_id(), by=lan.source, place=builders.COBA, barcode="CB000001", clock=clock)
    assert refusal.value.code == "renewals_used_up"


def test_what_is_not_on_loan_cannot_be_renewed(lan, clock):
    builders.copy()
    with pytest.raises(actions.NotOnLoan):
        actions.renew(op_id=new_id(), by=lan.source, place=builders.COBA, barcode="CB000001", clock=clock)


class TestTakingBack:
    def test_its_author_can_take_a_lending_back_on_the_same_day(self, lan, an, clock):
        builders.copy()
        loan = lend(lan, clock, an).loan
        actions.void(op_id=new_id(), by=lan.source, target=loan.op, reason="nhầm thẻ", clock=clock)
        assert queries.open_loan_of_copy("CB000001") is None
        assert [entry.outcome for entry in journal.timeline(subject="copy:CB000001")] == ["VOIDED"]
        assert list(differences()) == []

    def test_the_next_day_it_takes_a_librarian(self, lan, an, clock):
        builders.copy()
        loan = lend(lan, clock, an).loan
        clock.forward(days=1)
        with pytest.raises(actions.VoidNotAllowed):
            actions.void(op_id=new_id(), by=lan.source, target=loan.op, reason="", clock=clock)
        hoa = builders.hoa()
        actions.void(op_id=new_id(), by=hoa.source, target=loan.op, reason="", clock=clock)
        assert queries.open_loan_of_copy("CB000001") is None

    def test_nobody_takes_back_what_is_not_there(self, lan, clock):
        with pytest.raises(actions.VoidUnknown):
            actions.void(op_id=new_id(), by=lan.source, target=new_id(), reason="", clock=clock)


class TestCounting:
    def test_visits_and_uses_are_counted_apart(self, lan, clock):
        on = date(2026, 11, 20)
        for _ in range(2):
            actions.tally_visits(
                op_id=new_id(), by=lan.source, place=builders.COBA, on=on, counts={"CHILD": 4}, clock=clock
            )
        actions.tally_uses(op_id=new_id(), by=lan.source, place=builders.COBA, on=on, counts={"CHILD": 3}, clock=clock)
        assert queries.tallies_of(builders.COBA, on) == {("VISITS", "CHILD"): 8, ("USES", "CHILD"): 3}
        assert list(differences()) == []

    @pytest.mark.parametrize("counts", [{}, {"CHILD": 0}, {"CHILD": -1}, {"CHILD": 10_001}, {"MARTIAN": 1}])
    def test_an_impossible_count_is_refused(self, lan, clock, counts):
        with builders.refused("count_unusable"):
            actions.tally_visits(
                op_id=new_id(), by=lan.source, place=builders.COBA, on=date(2026, 11, 20), counts=counts, clock=clock
            )

    def test_tomorrow_cannot_be_counted(self, lan, clock):
        with builders.refused("day_unusable"):
            actions.tally_visits(
                op_id=new_id(),
                by=lan.source,
                place=builders.COBA,
                on=date(2026, 11, 21),
                counts={"CHILD": 1},
                clock=clock,
            )
