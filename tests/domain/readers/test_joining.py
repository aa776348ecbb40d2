"""Joining: who may, with whose consent, under which number; and what the folds make of it."""

from __future__ import annotations

from datetime import date

import pytest

from guisach.domain.journal.models import Case, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.readers import actions, queries
from guisach.domain.readers.models import Reader
from guisach.domain.readers.rules.joining import expiry, years_between
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


def join(by, clock, who=None, card="", op_id=None):
    return actions.join(
        op_id=op_id or new_id(),
        by=by.source,
        place=builders.COBA,
        applicant=who or builders.applicant(),
        card=card,
        clock=clock,
    )


def child(years, **said):
    """A child who is this old on 20/11/2026, with everything in order but for what is said otherwise."""
    whole = {"guardian": "Vàng Thị An", "has_assent": True, "group": "CHILD"}
    return builders.applicant("Vàng A Bình", birth_on=date(2026 - years, 11, 20), **{**whole, **said})


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (builders.applicant("A"), "name_needed"),
        (builders.applicant("A" * 81), "name_needed"),
        (builders.applicant(group="MARTIAN"), "group_unknown"),
        (builders.applicant(birth_on=date(2026, 11, 21)), "birth_date_wrong"),
        (builders.applicant(birth_on=date(1899, 12, 31)), "birth_date_wrong"),
        (builders.applicant(has_consent=False), "consent_needed"),
        (child(9, has_consent=False), "consent_needed"),
        (child(9, guardian=""), "guardian_needed"),
        (child(15, guardian=""), "guardian_needed"),
        (child(9, has_assent=False), "assent_needed"),
        (child(7, has_assent=False), "assent_needed"),
        (builders.applicant(group="CHILD", birth_on=None), "guardian_needed"),
        (builders.applicant(group="CHILD", birth_on=None, guardian="Mẹ"), "assent_needed"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_kept(lan, clock, who, code):
    with builders.refused(code):
        join(lan, clock, who)
    assert not Operation.objects.exists()
    assert not Reader.objects.exists()


@pytest.mark.parametrize(
    "who",
    [
        child(6, has_assent=False),
        child(7),
        child(16, guardian="", has_assent=False, group="PUPIL"),
        builders.applicant(birth_on=None),
        builders.applicant(birth_on=date(2010, 11, 20)),
        builders.applicant("Lý"),
    ],
)
def test_whoever_may_is_welcome(lan, clock, who):
    joined = join(lan, clock, who)
    assert queries.reader(joined.reader).full_name == who.name
    assert list(differences()) == []


def test_sixteen_is_counted_to_the_day():
    assert years_between(date(2010, 11, 21), date(2026, 11, 20)) == 15
    assert years_between(date(2010, 11, 20), date(2026, 11, 20)) == 16
    assert years_between(date(2008, 2, 29), date(2024, 2, 28)) == 15


def test_a_card_of_29_february_ends_on_the_28th():
    assert expiry(date(2028, 2, 29)) == date(2031, 2, 28)


def test_numbers_follow_one_another(lan, clock):
    numbers = [join(lan, clock, builders.applicant(f"Bạn đọc {n}")).card_no for n in range(3)]
    assert numbers == ["BD00000018", "BD00000026", "BD00000034"]


def test_the_same_act_twice_is_one_reader(lan, clock):
    op = new_id()
    assert join(lan, clock, op_id=op).reader == join(lan, clock, op_id=op).reader
    assert Reader.objects.count() == 1


@pytest.mark.parametrize(
    ("card", "code"),
    [("BD00000019", "card_mistyped"), ("x" * 33, "card_unusable"), ("CU\u0000", "card_unusable")],
)
def test_a_card_that_cannot_be_right_is_refused(lan, clock, card, code):
    with builders.refused(code):
        join(lan, clock, card=card)


def test_a_card_that_somebody_holds_is_refused_however_it_is_typed(lan, clock):
    join(lan, clock, card="CU0001")
    with builders.refused("card_taken"):
        join(lan, clock, builders.applicant("Lò Thị Mai"), card=" cu 0001 ")
    assert Reader.objects.count() == 1


def kinds_open():
    return sorted(Case.objects.filter(status="OPEN").values_list("kind", flat=True))


class TestFolds:
    def test_people_who_may_be_one_are_suggested_and_both_kept(self, lan, clock):
        first = join(lan, clock, builders.applicant("Vàng Thị An", phone="0912345678"))
        join(lan, clock, builders.applicant("VÀNG THỊ AN", phone=""))
        join(lan, clock, builders.applicant("Lò Thị Mai", phone="0912 345 678", birth_on=None))
        assert kinds_open() == ["same_name_and_birth", "same_phone"]
        assert Reader.objects.count() == 3
        assert queries.reader(first.reader).full_name == "Vàng Thị An"

    def test_a_suggestion_goes_with_the_joining_that_made_it(self, lan, clock):
        from guisach.domain.circulation import actions as circulation

        join(lan, clock)
        op = new_id()
        join(lan, clock, op_id=op)
        assert kinds_open() == ["same_name_and_birth"]
        circulation.void(op_id=new_id(), by=lan.source, target=op, reason="gõ nhầm", clock=clock)
        assert kinds_open() == []
        assert Reader.objects.count() == 1
        assert list(differences()) == []

    def test_different_people_of_one_name_are_no_case(self, lan, clock):
        join(lan, clock, builders.applicant(birth_on=date(1990, 1, 1)))
        join(lan, clock, builders.applicant(birth_on=date(1991, 1, 1)))
        join(lan, clock, builders.applicant(birth_on=None))
        assert kinds_open() == []

    def test_cases_name_no_person_in_their_subjects(self, lan, clock):
        for _ in range(2):
            join(lan, clock, builders.applicant("Triệu Thị Sen", phone="0912345678"))
        for subject in Case.objects.values_list("subject", flat=True):
            for said in ("Sen", "sen", "0912345678", "1990"):
                assert said not in subject

    def test_a_name_is_found_without_marks_and_within_ones_places_only(self, lan, clock):
        join(lan, clock, builders.applicant("Triệu Thị Sen"))
        assert [r.full_name for r in queries.find_readers("trieu thi s", places=[builders.COBA])] == ["Triệu Thị Sen"]
        assert queries.find_readers("trieu thi s", places=[builders.DAMTHUY]) == []
        assert queries.find_readers("t", places=None) == []
