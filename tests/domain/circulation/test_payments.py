"""Deposits and compensation: only where a province allows them, once, with running numbers, given back whole."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest
from django.db import transaction

from guisach.domain.circulation import actions
from guisach.domain.circulation.actions.forgetting_payments import KEPT_FOR, forget_payments
from guisach.domain.circulation.actions.money_terms import MoneyTermsFaulty
from guisach.domain.circulation.actions.payments import give_back, take_compensation, take_deposit
from guisach.domain.circulation.models import MoneyRule, Payment
from guisach.domain.circulation.queries.payments import (
    deposits_sum,
    payment,
    payments_at,
    payments_of,
    to_make_good,
)
from guisach.domain.circulation.rules.money import Way
from guisach.domain.circulation.rules.payment_fold import fold_payment
from guisach.domain.journal.models import Case, CaseStatus, Operation, PrivatePart
from guisach.domain.journal.queries.checking import differences, log_digest
from guisach.domain.journal.rules.history import history
from guisach.domain.readers import actions as reader_actions
from guisach.domain.readers.kinds import all_belongings
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders_money import money, no_money
from tests.stories import AN, COPY, Rollback, act, arrive, entry_of, op_id, sampled_orders, take_away, told
from tests.stories import give_back as bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan(db):
    builders.province()
    builders.copy()
    builders.hoa(), builders.minh()
    return builders.lan()


@pytest.fixture
def an(lan, clock):
    return builders.an(lan, clock)


def deposit(lan, clock, reader, amount=50_000, *, op=None, place=builders.COBA):
    return take_deposit(op_id=op or new_id(), by=lan.source, place=place, reader=reader, amount=amount, clock=clock)


def made_good(lan, clock, reader, way=Way.MONEY, amount=90_000, *, op=None, barcode=COPY):
    return take_compensation(
        op_id=op or new_id(), by=lan.source, place=builders.COBA, reader=reader, barcode=barcode, way=way,
        amount=amount, clock=clock,
    )  # fmt: skip


def back(lan, clock, op, *, op_id=None):
    return give_back(op_id=op_id or new_id(), by=lan.source, place=builders.COBA, payment_id=op, clock=clock)


def lose(lan, clock, reader=None, barcode=COPY):
    desk = {"by": lan.source, "place": builders.COBA, "barcode": barcode, "clock": clock}
    if reader:
        actions.lend(op_id=new_id(), reader=reader, **desk)
    actions.lose(op_id=new_id(), **desk)


def sight(lan, clock):
    actions.sight(op_id=new_id(), by=lan.source, place=builders.COBA, barcode=COPY, clock=clock)


def open_cases():
    return sorted(Case.objects.exclude(status=CaseStatus.GONE).values_list("kind", flat=True))


# Off and on -------------------------------------------------------------------------------------------------


def test_nothing_is_taken_where_no_province_said_so(lan, an, clock):
    lose(lan, clock, an)
    with builders.refused("money_not_taken"):
        deposit(lan, clock, an)
    with builders.refused("money_not_taken"):
        made_good(lan, clock, an)
    assert not Payment.objects.exists()


def test_what_was_taken_is_given_back_after_the_province_stopped(lan, an, clock):
    money(clock)
    taken = deposit(lan, clock, an)
    no_money(clock)
    with builders.refused("money_not_taken"):
        deposit(lan, clock, builders.binh(lan, clock))
    assert back(lan, clock, taken.op).back_slip == "PC 0001"


@pytest.mark.parametrize(("changes", "words"), [({"deposit_vnd": 10}, "1.000"), ({"compensation_times": 99}, "10 ")])
def test_terms_out_of_bounds_are_refused_with_the_bounds(clock, db, changes, words):
    with pytest.raises(MoneyTermsFaulty, match=words):
        money(clock, **changes)
    assert not MoneyRule.objects.exists()


# Taking and giving back ---------------------------------------------------------------------------------------


def test_a_deposit_is_taken_once_numbered_and_given_back_whole(lan, an, clock):
    money(clock)
    op = new_id()
    assert deposit(lan, clock, an, op=op) == deposit(lan, clock, an, op=op)
    taken = payment(op)
    assert (taken.sort, taken.amount, taken.slip, taken.reader) == ("DEPOSIT", 50_000, "PT 0001", an)
    assert deposits_sum(builders.COBA) == 50_000
    with builders.refused("deposit_held"):
        deposit(lan, clock, an)
    press = new_id()
    assert back(lan, clock, op, op_id=press) == back(lan, clock, op, op_id=press)
    with builders.refused("given_back_already"):
        back(lan, clock, op)
    assert deposits_sum(builders.COBA) == 0
    assert deposit(lan, clock, an).slip == "PT 0002"
    assert list(differences()) == []


@pytest.mark.parametrize("amount", [0, 999, 50_001, -5])
def test_an_amount_out_of_bounds_is_refused_and_uses_no_number(lan, an, clock, amount):
    money(clock)
    with builders.refused("amount_unusable"):
        deposit(lan, clock, an, amount)
    assert deposit(lan, clock, an).number == 1


def test_numbers_run_on_at_each_place_and_one_taken_back_is_not_given_again(lan, an, clock):
    money(clock)
    first = deposit(lan, clock, an)
    actions.void(op_id=new_id(), by=lan.source, target=first.op, reason="", clock=clock)
    assert payment(first.op) is None
    assert deposit(lan, clock, an).number == 2
    binh = builders.binh(lan, clock)
    assert deposit(builders.minh(), clock, binh, place=builders.DAMTHUY).number == 1


def test_a_lost_copy_is_made_good_in_kind_or_in_money_up_to_its_price(lan, an, clock):
    money(clock)
    builders.copy("CB000002", price_vnd=30_000)
    for barcode in (COPY, "CB000002"):
        with builders.refused("nothing_to_make_good"):
            made_good(lan, clock, an, barcode=barcode)
        lose(lan, clock, an, barcode)
    assert to_make_good(COPY).reader == an
    in_kind = made_good(lan, clock, an, Way.KIND, 12)
    assert (in_kind.way, in_kind.amount, in_kind.cause, in_kind.title) == ("KIND", 0, "LOST", "Dế Mèn phiêu lưu ký")
    with builders.refused("made_good_already"):
        made_good(lan, clock, an)
    with builders.refused("amount_unusable"):
        made_good(lan, clock, an, amount=60_001, barcode="CB000002")
    assert made_good(lan, clock, an, amount=60_000, barcode="CB000002").amount == 60_000
    assert list(differences()) == []


def test_a_damaged_copy_is_made_good_and_mending_gives_nothing_back(lan, an, clock):
    money(clock)
    here = {"by": lan.source, "place": builders.COBA, "barcode": COPY, "clock": clock}
    actions.damage(op_id=new_id(), **here)
    made_good(lan, clock, an)
    actions.mend(op_id=new_id(), **here)
    assert open_cases() == []


def test_who_or_what_nobody_knows_is_refused(lan, an, clock):
    money(clock)
    with builders.refused("reader_unknown"):
        deposit(lan, clock, new_id())
    with builders.refused("barcode_unusable"):
        made_good(lan, clock, an, barcode="A:B")
    with builders.refused("payment_unknown"):
        back(lan, clock, new_id())


# Found again (row 16) -------------------------------------------------------------------------------------------


def test_a_found_copy_proposes_to_give_the_compensation_back_and_giving_it_back_settles_that(lan, an, clock):
    money(clock)
    lose(lan, clock, an)
    taken = made_good(lan, clock, an)
    assert open_cases() == []
    sight(lan, clock)
    assert "compensation_to_give_back" in open_cases()
    assert [one.op for one in payments_at(builders.COBA, "RETURN", limit=9)] == [taken.op]
    back(lan, clock, taken.op)
    assert "compensation_to_give_back" not in open_cases()
    assert payments_at(builders.COBA, "RETURN", limit=9) == []
    assert list(differences()) == []


def test_lost_again_after_it_was_found_is_another_loss(lan, an, clock):
    money(clock)
    lose(lan, clock, an)
    first = made_good(lan, clock, an)
    sight(lan, clock)
    lose(lan, clock, an)
    second = made_good(lan, clock, an)
    assert payment(first.op).is_to_go_back
    assert not payment(second.op).is_to_go_back


LOST = str(op_id("L"))


def compensate(name="C", at_h=30.0, **body):
    said = {"copy": COPY, "trouble": LOST, "cause": "LOST", "amount": 80_000, **body}
    return act(name, "take_compensation", at_h=at_h, reader=AN, **said)


STORIES = {
    "found": told(
        act("L", "lose", at_h=20, copy=COPY), compensate(), bring("R", 60),
        outcomes={"L": "LOST", "C": "TAKEN", "R": "FOUND"},
        cases={("found_after_lost", "L R"), ("compensation_to_give_back", "C")},
    ),
    "still lost": told(
        act("L", "lose", at_h=20, copy=COPY), compensate(),
        outcomes={"L": "LOST", "C": "TAKEN"},
    ),
    "the loss was a slip of the hand": told(
        act("L", "lose", at_h=20, copy=COPY), compensate(), take_away("V", "L", 31),
        outcomes={"L": "VOIDED", "V": "APPLIED", "C": "TAKEN"},
        cases={("compensation_to_give_back", "C")},
    ),
    "given back twice": told(
        act("L", "lose", at_h=20, copy=COPY), compensate(), bring("R", 60),
        act("G", "give_back", at_h=70, dev=1, payment=str(op_id("C")), amount=80_000),
        act("H", "give_back", at_h=72, dev=2, payment=str(op_id("C")), amount=80_000),
        outcomes={"L": "LOST", "C": "TAKEN", "R": "FOUND", "G": "GIVEN_BACK", "H": "NO_EFFECT"},
        cases={("found_after_lost", "L R"), ("given_back_twice", "G H")},
    ),
    "another amount, and what nobody took": told(
        act("D", "take_deposit", at_h=5, reader=AN, amount=50_000),
        act("G", "give_back", at_h=70, payment=str(op_id("D")), amount=20_000),
        act("H", "give_back", at_h=71, payment=str(op_id("X")), amount=20_000),
        outcomes={"D": "TAKEN", "G": "GIVEN_BACK", "H": "NO_EFFECT"},
        cases={("given_back_otherwise", "D G"), ("given_back_unknown", "H")},
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_the_same_comes_of_it_whatever_arrives_first(story, world_of_rows):
    for order in sampled_orders(story):
        try:
            with transaction.atomic():
                arrive(order)
                names = {op_id(name): code for name, code in story.outcomes.items()}
                stored = Operation.objects.filter(op__in=names).values_list("op", "outcome__code")
                assert dict(stored) == names
                cases = Case.objects.exclude(status=CaseStatus.GONE).exclude(kind="reader_unknown")
                assert {(c.kind, frozenset(UUID(op) for op in c.operations)) for c in cases} == {
                    (kind, frozenset(op_id(name) for name in ops)) for kind, ops in story.cases
                }
                assert list(differences()) == []
                raise Rollback
        except Rollback:
            pass


@pytest.fixture
def world_of_rows(db):
    builders.province()
    builders.lan(), builders.minh(), builders.hoa()
    builders.copy(COPY)


def test_every_order_of_one_payment_folds_alike():
    story = STORIES["given back twice"]
    mine = [entry_of(operation) for operation in story.operations if operation["kind"].endswith(("compensation", "k"))]
    for order in permutations(mine):
        known = history(order, [])
        for lost_by, is_found in ((op_id("L"), False), (None, True)):
            state = fold_payment(known.entries, lost_by)
            assert state.is_found is is_found
            assert state.outcomes == {op_id("C"): "TAKEN", op_id("G"): "GIVEN_BACK", op_id("H"): "NO_EFFECT"}
            assert [case.kind for case in state.cases] == ["given_back_twice"]


@pytest.mark.parametrize("body", [{"amount": 0}, {"amount": 10**9}, {"cause": "LATE"}, {"way": "X"}, {"copy": "A:B"}])
def test_a_fact_that_cannot_be_is_kept_and_waits(world_of_rows, body):
    arrive(told(compensate(**body), outcomes={}).operations)
    assert Operation.objects.get(kind="take_compensation").outcome.code == "PENDING"
    assert not Payment.objects.exists()


# Whose it is, and for how long that is known --------------------------------------------------------------------


def test_the_reader_is_told_and_a_deposit_keeps_them_from_being_erased(lan, an, clock):
    money(clock)
    taken = deposit(lan, clock, an)
    [told_] = next(room for room in all_belongings() if room.name == "payments").told([an])
    assert (told_["payment"], told_["amount_vnd"], told_["slip"]) == ("DEPOSIT", 50_000, "PT 0001")
    hoa = builders.hoa()
    with builders.refused("reader_has_things"):
        reader_actions.erase(op_id=new_id(), by=hoa.source, reader=an, basis="REQUEST", clock=clock)
    back(lan, clock, taken.op)
    reader_actions.erase(op_id=new_id(), by=hoa.source, reader=an, basis="REQUEST", clock=clock)
    assert payments_of([an]) == []
    assert not PrivatePart.objects.filter(reader=an, operation__subject=f"payment:{taken.op}").exists()
    assert list(differences()) == []


def test_who_paid_is_forgotten_after_it_was_given_back_and_else_after_five_years(lan, an, clock):
    money(clock)
    held = deposit(lan, clock, an)
    lose(lan, clock, an)
    kept = made_good(lan, clock, an)
    builders.copy("CB000002")
    lose(lan, clock, an, "CB000002")
    gone = made_good(lan, clock, an, barcode="CB000002")
    back(lan, clock, gone.op)
    clock.forward(days=75)
    before = log_digest()
    assert forget_payments(clock() - timedelta(days=30), clock) == 2
    assert log_digest() == before
    actions.forget_loans(clock=clock)
    names = dict(Payment.objects.values_list("pk", "reader"))
    assert (names[held.op], names[kept.op]) == (an, an)
    assert names[gone.op] != an
    clock.at += KEPT_FOR + timedelta(days=5)
    actions.forget_loans(clock=clock)
    names = dict(Payment.objects.values_list("pk", "reader"))
    assert names[held.op] == an  # the reader's money is never forgotten
    assert names[kept.op] != an
    assert list(differences()) == []
