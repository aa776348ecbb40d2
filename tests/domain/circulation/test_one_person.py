"""Readers who turn out to be one person, and readers who are erased: their loans, figures, and what is left."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from django.apps import apps

from guisach.domain.circulation import actions as circulation
from guisach.domain.circulation import queries as lent
from guisach.domain.circulation.models import Loan
from guisach.domain.journal import actions as log
from guisach.domain.journal import queries as journal
from guisach.domain.journal.models import Operation
from guisach.domain.journal.queries.checking import differences, log_digest
from guisach.domain.readers import actions, queries
from guisach.domain.readers.models import FormerCard, ReaderAccess
from guisach.kernel.clock import local_date
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan(db):
    builders.province()
    title = builders.record()
    for number in range(1, 7):
        builders.copy(f"CB00000{number}", of=title)
    return builders.lan()


@pytest.fixture
def an(lan, clock):
    return builders.reader(lan, clock, builders.applicant(phone="0912345678", address="Nà Tao"), card="CU0001")


@pytest.fixture
def again(lan, an, clock):
    return builders.reader(lan, clock, builders.applicant("Vàng Thị Ân", email="an@example.vn"), card="CU0002")


def lend(by, clock, reader, number=1):
    return circulation.lend(
        op_id=new_id(), by=by.source, place=builders.COBA, barcode=f"CB00000{number}", reader=reader, clock=clock
    )


def give_back(by, clock, number=1):
    circulation.take_back(op_id=new_id(), by=by.source, place=builders.COBA, barcode=f"CB00000{number}", clock=clock)


def merge(by, clock, old, into, **more):
    keeps = more.pop("keeps", None) or queries.reader(into).applicant
    said = {"op_id": new_id(), "place": builders.COBA, "keeps": keeps, "keeps_card_of": into, **more}
    return actions.merge(by=by.source, clock=clock, old=old, into=into, **said)


def erase(by, clock, reader, **more):
    return actions.erase(by=by.source, clock=clock, reader=reader, **{"op_id": new_id(), "basis": "REQUEST", **more})


def kinds_of_cases(clock):
    return [case.kind for case in journal.cases(journal.CaseFilter(places=None), at=clock())]


class TestMerging:
    def test_what_was_chosen_is_known_and_both_cards_lead_to_one_person(self, lan, an, again, clock):
        keeps = replace(queries.reader(an).applicant, email="an@example.vn")
        merge(lan, clock, again, an, keeps=keeps, keeps_card_of=again)
        found = queries.reader(an)
        assert (found.full_name, found.email, found.card_no, found.phone) == (
            "Vàng Thị An", "an@example.vn", "CU0002", "0912345678",
        )  # fmt: skip
        assert queries.survivor_of(again) == an
        assert queries.reader_by_card("CU0002").id == an
        assert queries.former_holder("CU0001").reader == an
        assert queries.ids_of(again) == queries.ids_of(an) == (an, again)
        assert queries.count_readers() == 1
        assert [one.id for one in queries.find_readers("Vàng", places=None)] == [an]
        assert list(differences()) == []

    def test_loans_keep_their_id_and_count_for_the_person(self, lan, an, again, clock):
        lend(lan, clock, an, 1), lend(lan, clock, again, 2), lend(lan, clock, again, 3)
        merge(lan, clock, again, an)
        assert set(Loan.objects.values_list("reader", flat=True)) == {an, again}
        assert [loan.barcode for loan in lent.loans_of_reader(an)] == ["CB000001", "CB000002", "CB000003"]
        for reader in (an, again):
            with builders.refused("over_limit"):
                lend(lan, clock, reader, 4)
        with builders.refused("copy_with_this_reader"):
            lend(lan, clock, an, 2)
        assert kinds_of_cases(clock) == []
        give_back(lan, clock, 2)
        assert lend(lan, clock, again, 4).loan.reader == an

    def test_over_the_limit_after_a_merge_is_a_case_that_goes_when_a_book_comes_back(self, lan, an, again, clock):
        for number in (1, 2, 3):
            lend(lan, clock, an, number)
        lend(lan, clock, again, 4)
        done = merge(lan, clock, again, an)
        assert kinds_of_cases(clock) == ["lent_over_limit"]
        assert list(differences()) == []
        give_back(lan, clock, 4)
        assert kinds_of_cases(clock) == []
        circulation.void(op_id=new_id(), by=lan.source, target=UUID(done.op), reason="", clock=clock)
        assert queries.ids_of(again) == (again,)
        assert list(differences()) == []

    def test_a_case_of_the_same_telephone_settles_itself(self, lan, an, clock):
        twice = builders.reader(lan, clock, builders.applicant("Vàng Thị Ân", phone="0912345678", birth_on=None))
        assert kinds_of_cases(clock) == ["same_phone"]
        done = merge(lan, clock, twice, an)
        assert kinds_of_cases(clock) == []
        circulation.void(op_id=new_id(), by=lan.source, target=UUID(done.op), reason="", clock=clock)
        assert kinds_of_cases(clock) == ["same_phone"]

    def test_refused(self, lan, an, again, clock):
        with builders.refused("reader_gone"):
            actions.merge(
                op_id=new_id(), by=lan.source, old=new_id(), into=an, place=builders.COBA,
                keeps=queries.reader(an).applicant, keeps_card_of=an, clock=clock,
            )  # fmt: skip
        with builders.refused("name_needed"):
            merge(lan, clock, again, an, keeps=builders.applicant(""))
        assert queries.ids_of(an) == (an,)
        merge(lan, clock, again, an)
        for old, into in ((again, an), (an, again)):
            with builders.refused("already_one"):
                merge(lan, clock, old, into)

    def test_the_same_form_twice_is_one_merge(self, lan, an, again, clock):
        op, keeps = new_id(), replace(queries.reader(an).applicant, address="Phiêng Mòn")
        first, second = (merge(lan, clock, again, an, op_id=op, keeps=keeps) for _ in range(2))
        assert (first.status, second.status) == ("stored", "duplicate")
        assert Operation.objects.filter(kind="edit_reader").count() == 1

    def test_a_desk_that_did_not_know_lends_to_the_old_id(self, lan, an, again, clock):
        merge(lan, clock, again, an)
        late = {"op": str(new_id()), "v": 1, "kind": "lend", "place": builders.COBA, "copy": "CB000005",
                "due": "2026-12-20", "private": {"reader": str(again)}}  # fmt: skip
        log.record(operations=[late], by=lan.source, clock=clock)
        assert [loan.barcode for loan in lent.loans_of_reader(an)] == ["CB000005"]
        assert kinds_of_cases(clock) == []


WORDS = ("Vàng Thị", "0912345678", "Nà Tao", "an@example.vn")


def traces_of(words):
    """Look through every column of every table of ours, whatever its type."""
    found = []
    for model in apps.get_models():
        if model.__module__.startswith("guisach."):
            for row in model._default_manager.values_list():
                found += [(model.__name__, word) for word in words if any(word in str(value) for value in row)]
    return found


class TestErasing:
    def test_nothing_names_the_person_and_every_number_stays(self, lan, an, clock):
        lend(lan, clock, an)
        clock.forward(days=2)
        give_back(lan, clock)
        clock.forward(days=40)
        actions.note_access(staff_id=lan.staff.pk, act="VIEW", at=clock(), reader=an)
        assert traces_of(WORDS)
        month = local_date(builders.START).replace(day=1)
        before = (queries.count_readers(), queries.counts_by_place(), lent.borrowers_by_month(builders.COBA, [month]))
        hashes = dict(Operation.objects.values_list("op", "hash"))
        joined = queries.reader(an)
        erase(builders.hoa(), clock, an)
        assert traces_of(WORDS) == []
        assert not Loan.objects.filter(reader=an).exists()
        assert before == (
            queries.count_readers(), queries.counts_by_place(), lent.borrowers_by_month(builders.COBA, [month]),
        )  # fmt: skip
        assert hashes.items() <= dict(Operation.objects.values_list("op", "hash")).items()
        stub = queries.reader(an)
        assert (stub.full_name, stub.card_no, stub.phone, stub.birth_on) == ("", "", "", None)
        assert (stub.group, stub.place, stub.joined_at) == (joined.group, joined.place, joined.joined_at)
        assert not ReaderAccess.objects.filter(reader=an).exists()
        assert list(differences()) == []

    def test_what_is_forgotten_makes_no_difference_to_state_and_digest(self, lan, an, again, clock):
        merge(lan, clock, again, an)
        erase(builders.hoa(), clock, an)
        digest, rows = log_digest(), list(queries.readers([an, again]).values())
        again_forgotten = actions.erase_again(operations=queries.erased_operations(), clock=clock)
        assert again_forgotten == 2
        assert (digest, rows) == (log_digest(), list(queries.readers([an, again]).values()))
        assert list(differences()) == []

    def test_loans_of_this_month_stay_with_the_nameless_reader_until_they_are_counted(self, lan, an, clock):
        month = local_date(clock()).replace(day=1)
        lend(lan, clock, an), give_back(lan, clock), lend(lan, clock, an, 2), give_back(lan, clock, 2)
        erase(builders.hoa(), clock, an)
        assert lent.borrowers_by_month(builders.COBA, [month]) == {month: 1}
        clock.forward(days=70)
        circulation.forget_loans(clock=clock)
        assert not Loan.objects.filter(reader=an).exists()
        assert lent.borrowers_by_month(builders.COBA, [month]) == {month: 1}
        assert list(differences()) == []

    def test_refused_with_books_at_home_and_to_who_is_no_librarian(self, lan, an, again, clock):
        merge(lan, clock, again, an)
        late = {"op": str(new_id()), "v": 1, "kind": "lend", "place": builders.COBA, "copy": "CB000005",
                "due": "2026-12-20", "private": {"reader": str(again)}}  # fmt: skip
        log.record(operations=[late], by=lan.source, clock=clock)
        with builders.refused("reader_has_things"):
            erase(builders.hoa(), clock, an)
        give_back(lan, clock, 5)
        with builders.refused("erase_needs_librarian"):
            erase(lan, clock, an)
        assert queries.reader(an).full_name == "Vàng Thị An"
        erase(builders.hoa(), clock, again)
        assert traces_of(WORDS) == []
        for reader in (an, again, new_id()):
            with builders.refused("reader_gone"):
                erase(builders.hoa(), clock, reader)
        with pytest.raises(ValueError, match="WHIM"):
            erase(builders.hoa(), clock, an, basis="WHIM")

    def test_an_erasure_is_not_taken_back(self, lan, an, clock):
        hoa = builders.hoa()
        done = erase(hoa, clock, an)
        with builders.refused("void_final"):
            circulation.void(op_id=new_id(), by=hoa.source, target=UUID(done.op), reason="", clock=clock)
        late = {"op": str(new_id()), "v": 1, "kind": "void", "place": builders.COBA, "target": done.op}
        log.record(operations=[late], by=hoa.source, clock=clock)
        assert queries.reader(an).erased_at is not None
        assert kinds_of_cases(clock) == ["void_not_allowed"]
        assert list(differences()) == []

    def test_nobody_is_lent_to_mended_or_merged_any_more(self, lan, an, again, clock):
        erase(builders.hoa(), clock, an)
        with builders.refused("reader_unknown"):
            lend(lan, clock, an)
        with builders.refused("reader_gone"):
            actions.renew_card(op_id=new_id(), by=lan.source, reader=an, place=builders.COBA, clock=clock)
        with builders.refused("reader_gone"):
            merge(lan, clock, again, an)
        assert [one.id for one in queries.find_readers("Vàng", places=None)] == [again]

    def test_a_late_loan_stands_without_a_name_and_is_a_case(self, lan, an, clock):
        erase(builders.hoa(), clock, an)
        late = {"op": str(new_id()), "v": 1, "kind": "lend", "place": builders.COBA, "copy": "CB000001",
                "due": "2026-12-20", "private": {"reader": str(an), "reason": "Vàng Thị An muốn"}}  # fmt: skip
        mend = {"op": str(new_id()), "v": 1, "kind": "edit_reader", "place": builders.COBA,
                "private": {"reader": str(an), "set": {"phone": "0912345678"}}}  # fmt: skip
        log.record(operations=[late, mend], by=lan.source, clock=clock)
        assert kinds_of_cases(clock) == ["reader_erased", "reader_erased"]
        assert lent.open_loan_of_copy("CB000001").reader == an
        assert traces_of(["0912345678"]) == []
        give_back(lan, clock)
        assert list(differences()) == []

    def test_the_number_of_the_card_is_never_given_again(self, lan, clock):
        an = builders.an(lan, clock)
        number = queries.reader(an).card_no
        erase(builders.hoa(), clock, an)
        assert queries.reader_by_card(number) is None
        assert queries.former_holder(number).reader is None
        assert FormerCard.objects.get().ended_op is None
        with builders.refused("card_replaced"):
            builders.reader(lan, clock, builders.applicant("Lý A Páo"), card=number)
        pao = builders.reader(lan, clock, builders.applicant("Lý A Páo"))
        assert queries.reader(pao).card_no > number

    def test_what_an_older_backup_brings_back_is_forgotten_again(self, lan, an, clock):
        lend(lan, clock, an)
        listed = journal.operations_of([an], ["join", "edit_reader"])  # what the list of the erased will say
        assert actions.erase_again(operations=[*listed, new_id()], clock=clock) == 1
        assert traces_of(WORDS) == []
        assert queries.reader(an).erased_at is not None
        assert kinds_of_cases(clock) == ["reader_erased"]  # the book is still out
        mend = {"op": str(new_id()), "v": 1, "kind": "edit_reader", "place": builders.COBA,
                "private": {"reader": str(an), "set": {"phone": "0912345678"}}}  # fmt: skip
        log.record(operations=[mend], by=lan.source, clock=clock)
        assert traces_of(["0912345678"]) == []
        assert list(differences()) == []
        assert actions.erase_again(operations=[], clock=clock) == 0
