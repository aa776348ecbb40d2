"""Pages of bags: wished at the desk or from home, chosen with reasons, another one instead, set aside, lent at once."""

from __future__ import annotations

import re

import pytest

from guisach.domain.circulation.actions.bags import wish_bag
from guisach.domain.circulation.models import Loan, Request
from guisach.domain.circulation.rules.bags import Bag
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from tests import builders
from tests.web.work.test_queries import QUERIES_MAX, cost

FORM = {"age": "CHILD", "books": "3", "language": ""}


@pytest.fixture
def shelf(world):
    for n in range(1, 7):
        title = builders.record(f"Truyện {n}", f"Tác giả {n}", audience="CHILD", ddc="895.9", language="vie")
        builders.copy(f"TN00000{n}", of=title, shelf="Thiếu nhi")


@pytest.fixture
def binh(world):
    return builders.binh(world.lan, system_clock)


def card(reader):
    return readers.reader(reader).card_no


def codes(page):
    return re.findall(r'name="copy" value="(TN\d+)" checked', page)


@pytest.mark.slow
def test_from_the_wish_at_the_desk_to_the_books_in_hand(lan, world, shelf, binh):
    there = lan.act("/work/requests/bags/", card=card(binh), **FORM)["Location"]
    page = lan.text(there)
    assert "Vàng A Bình" in page
    chosen = codes(page)
    assert len(chosen) == 3
    assert codes(lan.text(there)) == chosen  # loaded again, it is the same bag
    again = lan.text(there, without=chosen[0])
    assert chosen[0] not in codes(again)
    assert len(codes(again)) == 3
    sent = lan.act(there, copy=chosen)
    assert sent["Location"] == "/work/requests/?part=shelf"
    assert lan.text("/work/requests/", part="shelf").count("waits to be fetched") == 3
    assert "This bag is packed" in lan.text(there)
    things = lan.text(f"/work/readers/{binh}/things/")
    assert "Lend all 3 books that wait here" in things
    assert lan.act(f"/work/readers/{binh}/lend-waiting/").status_code == 302
    assert set(Loan.objects.filter(reader=binh).values_list("barcode", flat=True)) == set(chosen)
    assert "Lend all" not in lan.text(f"/work/readers/{binh}/things/")


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(lan, world, shelf, binh):
    unknown = lan.act("/work/requests/bags/", card="KHONG-CO", **FORM)
    assert unknown.status_code == 422
    assert 'value="KHONG-CO"' in unknown.content.decode()
    assert lan.act("/work/requests/bags/", card=card(binh), **{**FORM, "books": "99"}).status_code == 422
    there = lan.act("/work/requests/bags/", card=card(binh), **FORM)["Location"]
    twice = lan.act("/work/requests/bags/", card=card(binh), **FORM)
    assert twice.status_code == 409
    assert "being packed for this reader already" in twice.content.decode()
    empty = lan.act(there)
    assert empty.status_code == 422
    assert "tick at least one book" in empty.content.decode()
    assert lan.act(there, extra="TN000006", copy=["TN000001"]).status_code == 302
    assert Request.objects.filter(state="READY").count() == 2


def test_a_wish_shows_among_what_waits_and_can_be_cancelled(lan, minh, world, shelf, binh):
    there = lan.act("/work/requests/bags/", card=card(binh), **FORM)["Location"]
    assert there in lan.text("/work/requests/", part="waiting")
    assert there in lan.text("/work/requests/bags/")
    assert minh.get(there).status_code == 404
    assert there not in minh.text("/work/requests/bags/")
    assert minh.act(f"/work/readers/{binh}/lend-waiting/").status_code == 404
    op = there.rstrip("/").rpartition("/")[2]
    lan.act("/work/requests/act/", do="cancel", request=op, next="/work/requests/bags/")
    assert "Nobody waits for a bag" in lan.text("/work/requests/bags/")


def test_the_pages_cost_the_same_with_little_and_with_much(lan, world, shelf, binh):
    there = lan.act("/work/requests/bags/", card=card(binh), **FORM)["Location"]
    little = [len(cost(lan, there)), len(cost(lan, "/work/requests/bags/"))]
    for n in range(10, 40):
        builders.copy(f"TN0000{n}", of=builders.record(f"Truyện {n}", f"Tác giả {n}", audience="CHILD"))
    for name in ("Mỷ", "Dí", "Pham"):
        who = builders.reader(world.lan, system_clock, builders.applicant(f"Vàng Thị {name}"))
        wish_bag(
            op_id=new_id(), by=world.lan.source, place=builders.COBA, reader=who, pickup=builders.COBA,
            wish=Bag("ADULT", 4), clock=system_clock,
        )  # fmt: skip
    assert [len(cost(lan, there)), len(cost(lan, "/work/requests/bags/"))] == little
    assert max(little) <= QUERIES_MAX
