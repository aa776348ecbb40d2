"""What is known of a reader beyond name and card: kind, household, language, channel, papers, consent, place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from guisach.domain.journal import queries as journal
from guisach.domain.journal.models import Operation, PrivatePart
from guisach.domain.journal.queries.checking import differences
from guisach.domain.readers import actions, models, queries
from guisach.domain.readers.rules import joining
from guisach.kernel.ids import new_id
from tests import builders
from tests.domain.readers.test_correcting import correct

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


def household(lan, clock, **changes):
    said = {"kind": "HOUSEHOLD", "birth_on": None, "guardian": "Lý A Páo", **changes}
    return builders.reader(lan, clock, builders.applicant("Nhà ông Páo", **said))


def test_the_lists_of_the_rules_are_those_of_the_tables():
    assert set(models.Language.values) == set(joining.LANGUAGES)
    assert set(models.Channel.values) | {""} == joining.CHANNELS
    assert set(models.ReaderKind.values) == joining.KINDS
    assert set(models.Papers.values) | {""} == joining.PAPERS
    assert set(models.ReaderGroup.values) == joining.GROUPS


def test_everything_said_at_joining_is_known_and_names_stay_out_of_the_body(lan, clock):
    home = household(lan, clock)
    said = builders.applicant(
        email="an@example.vn", language="tyz", channel="ALOUD", papers="BIRTH", household=home, phone="0912345678"
    )
    an = queries.reader(builders.reader(lan, clock, said))
    assert an.applicant == said
    assert (an.kind, an.consent_to, an.assent_at) == ("PERSON", "lan", None)
    assert an.consent_at == an.joined_at
    body = Operation.objects.get(op=an.joined_op).body
    assert not [word for word in ("example", "0912", "Vàng", "tyz", "ALOUD", str(home)) if word in body]
    assert list(differences()) == []


def test_a_household_has_somebody_who_answers_for_it_and_members(lan, clock):
    home = queries.reader(household(lan, clock))
    assert (home.kind, home.is_shared, home.guardian_name, home.birth_on) == ("HOUSEHOLD", True, "Lý A Páo", None)
    an = builders.reader(lan, clock, builders.applicant(household=home.id))
    assert [one.id for one in queries.members_of(home.id)] == [an]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("responsible_needed", {"kind": "CLASS", "birth_on": None}),
        ("birth_date_wrong", {"kind": "BODY", "guardian": "Lý A Páo"}),
        ("consent_needed", {"kind": "CLASS", "birth_on": None, "guardian": "Lý A Páo", "has_consent": False}),
        ("choice_unknown", {"kind": "TRIBE"}),
        ("choice_unknown", {"channel": "PIGEON"}),
        ("choice_unknown", {"language": "tlh"}),
        ("choice_unknown", {"papers": "012345678901"}),
        ("email_wrong", {"email": "an"}),
        ("email_wrong", {"email": "an@x"}),
        ("email_wrong", {"email": "an@example.vn, lan@example.vn"}),
        ("email_wrong", {"email": "a" * 120 + "@example.vn"}),
        ("household_unknown", {"household": UUID(int=7)}),
    ],
)
def test_what_cannot_be_is_refused_and_nobody_joins(lan, clock, code, said):
    with builders.refused(code):
        builders.reader(lan, clock, builders.applicant(**said))
    assert queries.count_readers() == 0


def test_a_person_is_no_household_to_belong_to(lan, clock):
    an = builders.an(lan, clock)
    with builders.refused("household_unknown"):
        builders.reader(lan, clock, builders.applicant("Lý A Páo", household=an))


def test_only_what_changed_is_written_down(lan, clock):
    an = builders.an(lan, clock)
    done = correct(lan, clock, an, replace(queries.reader(an).applicant, phone="0912345678"))
    op = Operation.objects.get(op=UUID(done.receipt.op))
    assert op.kind == "edit_reader"
    private = PrivatePart.objects.get(operation=op)
    expected = f'{{"reader":"{an}","set":{{"phone":"0912345678"}},"was":{{"phone":""}}}}'
    assert private.data == expected
    assert not set(journal.timeline(operations=[op.op])[0].body) & {"group", "expires", "home", "type"}


def test_an_old_page_does_not_bring_back_what_another_desk_mended(lan, clock):
    an = builders.an(lan, clock)
    shown = queries.reader(an).applicant
    correct(lan, clock, an, replace(shown, address="Nà Tao"))
    correct(lan, clock, an, replace(shown, phone="0912345678"), shown=shown)
    found = queries.reader(an)
    assert (found.address, found.phone) == ("Nà Tao", "0912345678")


def test_two_who_opened_the_page_and_changed_the_name_are_asked(lan, clock):
    an = builders.an(lan, clock)
    shown = queries.reader(an).applicant
    correct(lan, clock, an, replace(shown, name="Vàng Thị Ân"), shown=shown)
    correct(builders.hoa(), clock, an, replace(shown, name="Vàng Thị Ẩn"), shown=shown, place=builders.TINH)
    [case] = journal.cases(journal.CaseFilter(places=None), at=clock())
    assert case.kind == "reader_changed_twice"
    assert queries.reader(an).full_name == "Vàng Thị Ẩn"


def test_when_and_to_whom_the_guardian_and_the_child_agreed(lan, clock):
    small = builders.applicant("Vàng A Bình", group="CHILD", birth_on=date(2020, 1, 5), guardian="Vàng Thị An")
    binh = builders.reader(lan, clock, small)
    clock.forward(days=300)
    correct(builders.hoa(), clock, binh, replace(small, has_assent=True), place=builders.TINH)
    found = queries.reader(binh)
    assert (found.consent_to, found.assent_to) == ("lan", "hoa")
    assert (found.assent_at - found.consent_at).days == 300


class TestFormerCards:
    def test_a_lost_card_is_remembered_and_nobody_else_gets_it(self, lan, clock):
        an = builders.reader(lan, clock, builders.applicant(), card="CU0001")
        correct(lan, clock, an, takes_next_card=True)
        assert queries.reader_by_card("CU0001") is None
        former = queries.former_holder("CU0001")
        assert (former.reader, former.ended_at) == (an, queries.reader(an).card_at)
        with builders.refused("card_replaced"):
            builders.reader(lan, clock, builders.applicant("Lý A Páo"), card="CU0001")

    def test_a_number_that_was_never_theirs_goes_to_whose_it_is(self, lan, clock):
        an = builders.reader(lan, clock, builders.applicant(), card="CU0001")
        correct(lan, clock, an, takes_next_card=True, replaces="WRONG")
        assert queries.former_holder("CU0001") is None
        pao = builders.reader(lan, clock, builders.applicant("Lý A Páo"), card="CU0001")
        assert queries.reader_by_card("CU0001").id == pao

    def test_a_card_that_was_found_again_is_theirs_again(self, lan, clock):
        an = builders.reader(lan, clock, builders.applicant(), card="CU0001")
        correct(lan, clock, an, card="CU0002")
        correct(lan, clock, an, card="CU0001")
        assert queries.reader_by_card("CU0001").id == an
        assert queries.former_holder("CU0001") is None
        assert queries.former_holder("CU0002").reader == an
        assert list(differences()) == []

    def test_the_next_number_is_never_one_that_was_replaced(self, lan, clock):
        an = builders.an(lan, clock)
        first = queries.reader(an).card_no
        correct(lan, clock, an, card="CU0001")
        assert queries.next_card_serial() == 2
        assert queries.former_holder(first).reader == an


class TestMoving:
    def test_the_new_place_looks_after_a_reader_who_moved(self, lan, clock):
        an = builders.an(lan, clock)
        joined = queries.reader(an)
        actions.move(op_id=new_id(), by=lan.source, reader=an, place=builders.COBA, home=builders.DAMTHUY, clock=clock)
        assert queries.reader(an) == replace(joined, place=builders.DAMTHUY)
        assert queries.find_readers("Vàng", places=[builders.COBA]) == []
        assert [one.id for one in queries.find_readers("Vàng", places=[builders.DAMTHUY])] == [an]
        assert list(differences()) == []

    def test_nobody_moves_to_nowhere(self, lan, clock):
        an = builders.an(lan, clock)
        for reader, home, code in ((an, "CB-MARS", "home_unknown"), (new_id(), builders.DAMTHUY, "reader_gone")):
            with builders.refused(code):
                actions.move(op_id=new_id(), by=lan.source, reader=reader, place=builders.COBA, home=home, clock=clock)
        assert queries.reader(an).place == builders.COBA
