"""Bags of surprises: wished once, packed from what stands free, lent as one act; nothing ties the books together."""

from __future__ import annotations

import re
from itertools import permutations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from guisach.domain.circulation import actions
from guisach.domain.circulation.actions.bags import lend_waiting, pack_bag, wish_bag
from guisach.domain.circulation.actions.sets import SetStopped
from guisach.domain.circulation.models import Loan, Request, SetAside
from guisach.domain.circulation.queries.bags import bag, bags_at, interests, pick_list
from guisach.domain.circulation.rules.bags import Bag
from guisach.domain.circulation.rules.request_fold import CopyFacts, fold_request
from guisach.domain.journal.models import Case, CaseStatus, Operation, PrivatePart
from guisach.domain.journal.queries.checking import differences
from guisach.domain.journal.rules.history import history
from guisach.domain.messages.models import Message
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, DAMTHUY, refused
from tests.stories import AN, Rollback, act, arrive, entry_of, op_id, sampled_orders, take_away, told

pytestmark = pytest.mark.django_db

WISH = Bag("CHILD", 3)


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan(db):
    builders.province()
    for n in range(1, 7):
        title = builders.record(f"Truyện {n}", f"Tác giả {n}", audience="CHILD", ddc="895.9", language="vie")
        builders.copy(f"TN00000{n}", of=title)
    return builders.lan()


@pytest.fixture
def binh(lan, clock):
    return builders.binh(lan, clock)


def wish(lan, clock, reader, *, op=None, pickup=COBA, said=WISH):
    return wish_bag(
        op_id=op or new_id(), by=lan.source, place=COBA, reader=reader, pickup=pickup, wish=said, clock=clock
    )


def pack(lan, clock, made, barcodes, *, op=None):
    return pack_bag(op_id=op or new_id(), by=lan.source, place=COBA, bag_id=made, barcodes=barcodes, clock=clock)


def chosen(made, reader, clock, **more):
    return [pick.copy.barcode for pick in pick_list(bag(made), [reader], clock(), **more)]


def test_a_bag_is_wished_once_and_one_at_a_time(lan, binh, clock):
    op = new_id()
    assert wish(lan, clock, binh, op=op) == wish(lan, clock, binh, op=op) == op
    with refused("bag_waits"):
        wish(lan, clock, binh)
    [one] = bags_at(COBA)
    assert (one.op, one.wish, one.reader) == (op, WISH, binh)
    assert bags_at(DAMTHUY) == []
    actions.cancel_request(op_id=new_id(), by=lan.source, place=COBA, request_id=op, clock=clock)
    assert bags_at(COBA) == []
    wish(lan, clock, binh)
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [({"said": Bag("CHILD", 99)}, "bag_unusable"), ({"pickup": "X"}, "pickup_unusable")],
)
def test_what_cannot_be_packed_is_refused(lan, binh, clock, more, code):
    with refused(code):
        wish(lan, clock, binh, **more)
    with refused("reader_unknown"):
        wish(lan, clock, new_id())
    clock.forward(days=4000)
    with refused("card_expired"):
        wish(lan, clock, binh)


def test_only_what_stands_free_and_nobody_waits_for_is_chosen(lan, binh, clock):
    an = builders.an(lan, clock)
    here = {"by": lan.source, "place": COBA, "clock": clock}
    actions.lend(op_id=new_id(), barcode="TN000001", reader=an, **here)
    actions.damage(op_id=new_id(), barcode="TN000002", **here)
    actions.ask_for(op_id=new_id(), reader=an, record=_record("TN000003"), pickup=COBA, **here)
    builders.copy("TN000007", of=builders.record("Của người lớn", audience="ADULT"))
    builders.copy("TN000008", of=builders.record("Nơi khác", audience="CHILD"), place=DAMTHUY)
    builders.copy("TN000009", of=builders.record("Luật", audience="CHILD", kind="LAW"))
    builders.copy("TN000010", of=builders.record("Tra cứu", audience="CHILD"), condition="REFERENCE")
    made = wish(lan, clock, binh, said=Bag("CHILD", 8))
    assert sorted(chosen(made, binh, clock)) == ["TN000004", "TN000005", "TN000006"]
    actions.lend(op_id=new_id(), barcode="TN000004", reader=binh, **here)
    builders.copy("TN000011", of=_copy("TN000004").record)
    assert sorted(chosen(made, binh, clock)) == ["TN000005", "TN000006"]  # not a second copy of what they have
    assert chosen(made, binh, clock, without=["TN000005"]) == ["TN000006"]


def _copy(barcode):
    from guisach.domain.catalogue.models import Copy

    return Copy.objects.get(barcode=barcode)


def _record(barcode):
    return _copy(barcode).record_id


def test_packed_it_stands_on_the_hold_shelf_and_is_lent_as_one_act(lan, binh, clock):
    made = wish(lan, clock, binh)
    books = chosen(made, binh, clock)
    op = new_id()
    for _ in range(2):
        assert pack(lan, clock, made, books, op=op) == 3
    assert Request.objects.get(pk=made).state == "PACKED"
    ready = Request.objects.filter(state="READY")
    assert sorted(ready.values_list("barcode", flat=True)) == sorted(books)
    assert Message.objects.filter(kind="request_ready").count() == 1  # the three are one message
    with refused("request_over"):
        pack(lan, clock, made, books)
    lent = new_id()
    for _ in range(2):
        loans = lend_waiting(op_id=lent, by=lan.source, place=COBA, reader=binh, clock=clock)
        assert sorted(loan.barcode for loan in loans) == sorted(books)
    assert Loan.objects.filter(closed_at=None, reader=binh).count() == 3
    assert not Request.objects.filter(closed_at=None).exists()
    with refused("nothing_waits"):
        lend_waiting(op_id=new_id(), by=lan.source, place=COBA, reader=binh, clock=clock)
    assert not Case.objects.exclude(status=CaseStatus.GONE).exists()
    assert list(differences()) == []


def test_all_or_none_when_packing_and_when_lending(lan, binh, clock):
    made = wish(lan, clock, binh)
    an = builders.an(lan, clock)
    actions.lend(op_id=new_id(), by=lan.source, place=COBA, barcode="TN000002", reader=an, clock=clock)
    for barcodes, code in (
        (["TN000001", "TN000002"], "copy_not_free"), (["TN000001", "KHONG-CO"], "copy_unknown"), ([], "bag_empty"),
        ([f"X{n}" for n in range(9)], "bag_empty"), (["A:B"], "barcode_unusable"),
    ):  # fmt: skip
        with refused(code):
            pack(lan, clock, made, barcodes)
    assert not SetAside.objects.exists()
    with refused("request_unknown"):
        pack(lan, clock, new_id(), ["TN000001"])
    pack(lan, clock, made, ["TN000001", "TN000003"])
    for n in range(4, 7):
        actions.lend(op_id=new_id(), by=lan.source, place=COBA, barcode=f"TN00000{n}", reader=binh, clock=clock)
    with pytest.raises(SetStopped) as stopped:
        lend_waiting(op_id=new_id(), by=lan.source, place=COBA, reader=binh, clock=clock)
    assert {one.refusal.code for one in stopped.value.stopped} == {"over_limit"}
    assert Loan.objects.filter(reader=binh, closed_at=None).count() == 3


def test_nothing_in_the_log_ties_the_books_of_a_bag_together(lan, binh, clock):
    """One of them stays out for months: who had the others, and that it was a bag, is not to be read from it."""
    op = new_id()
    made = wish(lan, clock, binh)
    pack(lan, clock, made, ["TN000001", "TN000002"], op=op)
    lend_waiting(op_id=new_id(), by=lan.source, place=COBA, reader=binh, clock=clock)
    actions.take_back(op_id=new_id(), by=lan.source, place=COBA, barcode="TN000001", clock=clock)
    clock.forward(days=80)
    actions.forget_loans(clock=clock)
    written = {
        barcode: Operation.objects.filter(body__contains=f'"{barcode}"').values_list("op", "body")
        for barcode in ("TN000001", "TN000002")
    }
    ids = {code: {word for one, body in rows for word in (str(one), *_uuids(body))} for code, rows in written.items()}
    shared = ids["TN000001"] & ids["TN000002"]
    assert not shared & {str(row) for row in Operation.objects.values_list("op", flat=True)}
    assert str(op) not in ids["TN000001"] | ids["TN000002"]
    named = PrivatePart.objects.filter(operation__subject="copy:TN000001")
    assert binh not in named.values_list("reader", flat=True)
    assert list(differences()) == []


def _uuids(text):
    return re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", text)


def wished(name="B", at_h=1.0, **body):
    return act(name, "bag", at_h=at_h, reader=AN, **{"pickup": COBA, "age": "CHILD", "books": 3, **body})


def about(name, kind, at_h, dev=2, **body):
    return act(name, kind, at_h=at_h, dev=dev, request=str(op_id("B")), **body)


STORIES = {
    "packed, then cancelled": told(
        wished(), about("P", "pack_bag", 30, books=2), about("C", "cancel_request", 40),
        outcomes={"B": "REQUESTED", "P": "PACKED", "C": "NO_EFFECT"},
    ),
    "cancelled, then packed": told(
        wished(), about("C", "cancel_request", 30, dev=1), about("P", "pack_bag", 40, books=2),
        outcomes={"B": "REQUESTED", "P": "NO_EFFECT", "C": "CANCELLED"},
    ),
    "wished by a slip of the hand": told(
        wished(), take_away("V", "B", 2), about("P", "pack_bag", 40, books=2),
        outcomes={"B": "VOIDED", "V": "APPLIED", "P": "NO_EFFECT"},
    ),
    "nobody buys a bag": told(
        wished(), about("A", "answer_request", 30, decision="ORDERED"),
        outcomes={"B": "REQUESTED", "A": "NO_EFFECT"},
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_the_same_comes_of_a_bag_whatever_arrives_first(story):
    entries = [entry_of(operation) for operation in story.operations]
    for order in permutations(entries):
        known = history([e for e in order if e.target is None], [e for e in order if e.target is not None])
        outcomes = {**fold_request(known.entries, CopyFacts()).outcomes, **known.result.outcomes}
        assert outcomes == {op_id(name): code for name, code in story.outcomes.items()}
    builders.province()
    builders.lan(), builders.minh(), builders.hoa()
    for order in sampled_orders(story):
        try:
            with transaction.atomic():
                arrive(order)
                names = {op_id(name): code for name, code in story.outcomes.items()}
                assert dict(Operation.objects.filter(op__in=names).values_list("op", "outcome__code")) == names
                assert list(differences()) == []
                raise Rollback
        except Rollback:
            pass


@pytest.mark.parametrize("body", [{"age": "OLD"}, {"books": 0}, {"interests": ["89"]}, {"pickup": ""}])
def test_a_wish_that_cannot_be_is_kept_and_waits(db, body):
    builders.province()
    builders.lan(), builders.hoa()
    arrive(told(wished(**body), outcomes={}).operations)
    assert Operation.objects.get(kind="bag").outcome.code == "PENDING"


def test_choosing_costs_the_same_however_large_the_shelf_is(lan, binh, clock):
    made = wish(lan, clock, binh)
    found = bag(made)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            pick_list(found, [binh], clock())
        return len(seen)

    few = cost()
    for n in range(20, 60):
        builders.copy(f"TN0000{n}", of=builders.record(f"Truyện {n}", f"Tác giả {n}", audience="CHILD"))
    assert cost() == few <= 6


def test_interests_are_those_of_which_there_are_titles(lan):
    from guisach.domain.catalogue.actions.following import follow_headings

    assert interests() == []
    follow_headings()
    assert all(len(one) == 1 for one in interests())
