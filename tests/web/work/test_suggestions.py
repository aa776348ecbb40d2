"""Suggestions to buy: in people's words, answered to them, and nobody is named to who answers."""

from __future__ import annotations

import re

import pytest

from guisach.domain.circulation import actions, queries
from guisach.domain.circulation.models import Request
from guisach.domain.journal.models import PrivatePart
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA
from tests.web.work.conftest import worker

BOOK = {"wanted": "Sổ tay nuôi ong", "author": "Ngô Đắc Thắng", "why": "nhiều nhà ở Nà Nòng nuôi ong"}


@pytest.fixture
def thao(world):
    return worker(builders.thao())


def suggest(world, **changes):
    said = {"reader": world.an, "place": "", **BOOK, **changes}
    return actions.suggest(op_id=new_id(), by=world.lan.source, clock=system_clock, **said)


def test_a_keeper_notes_what_people_say(lan):
    lan.act("/work/suggestions/", **BOOK)
    page = lan.text("/work/suggestions/")
    assert "Sổ tay nuôi ong" in page
    assert "Will" not in page
    [found] = queries.open_suggestions()
    assert (found.wanted, found.author, found.place) == (BOOK["wanted"], BOOK["author"], COBA)


def test_who_builds_the_stock_sees_all_of_them_without_names_and_answers(world, thao):
    receipt = suggest(world)
    page = thao.text("/work/suggestions/")
    assert "Sổ tay nuôi ong" in page
    assert "Vàng Thị An" not in page
    assert page.count('name="decision"') == 3  # a cataloguer stands at no desk, and answers all the same
    record = builders.record("Sổ tay nuôi ong")
    thao.act(
        "/work/suggestions/answer/", request=receipt.op, decision="BOUGHT", words="Có ở tỉnh rồi", record=str(record.pk)
    )
    assert "Sổ tay nuôi ong" not in thao.text("/work/suggestions/")
    [mine] = queries.suggestions_of([world.an])
    assert (mine.state, mine.answer, mine.record) == ("BOUGHT", "Có ở tỉnh rồi", record.pk)


def test_ordered_it_still_waits(world, thao):
    receipt = suggest(world)
    thao.act("/work/suggestions/answer/", request=receipt.op, decision="ORDERED", words="tháng sau")
    [found] = queries.open_suggestions()
    assert (found.state, found.answer) == ("ORDERED", "tháng sau")


@pytest.mark.parametrize(
    "sent",
    [
        {"decision": "BOUGHT"},
        {"request": "x", "decision": "BOUGHT"},
        {"request": str(new_id()), "decision": "BOUGHT"},
        {"decision": "BURNED"},
        {"decision": "BOUGHT", "record": "999999"},
    ],
)
def test_an_answer_that_is_none_changes_nothing(world, thao, sent):
    receipt = suggest(world)
    answer = thao.act("/work/suggestions/answer/", **{"request": receipt.op if "record" in sent else "", **sent})
    assert answer.status_code == 302
    assert Request.objects.get().state == "WAITING"


def test_a_keeper_elsewhere_sees_only_those_of_their_own_place(world, lan, minh):
    lan.act("/work/suggestions/", **BOOK)
    assert "Sổ tay nuôi ong" not in minh.text("/work/suggestions/")


def test_without_a_title_it_is_asked_for_and_the_rest_stays(lan):
    answer = lan.act("/work/suggestions/", wanted="", why="cho các cháu")
    assert answer.status_code == 422
    assert "cho các cháu" in answer.content.decode()


def test_one_reader_suggests_ten_at_a_time(world):
    for n in range(10):
        suggest(world, wanted=f"Sách {n}")
    with builders.refused("suggestion_limit"):
        suggest(world)


def test_the_same_act_twice_is_one_suggestion(world):
    op = new_id()
    for _ in range(2):
        actions.suggest(op_id=op, by=world.lan.source, place=COBA, clock=system_clock, **BOOK)
    assert Request.objects.count() == 1


def test_what_was_said_is_forgotten_with_who_said_it(world, thao):
    receipt = suggest(world)
    thao.act("/work/suggestions/answer/", request=receipt.op, decision="DECLINED", words="đã hết bản in")
    later = builders.Clock(system_clock())
    later.forward(days=70)
    actions.forget_loans(clock=later)
    assert not PrivatePart.objects.filter(reader=world.an, operation__kind="suggestion").exists()
    assert not re.search("nuôi ong", " ".join(PrivatePart.objects.values_list("data", flat=True)))


def test_the_page_asks_as_much_with_many_as_with_one(world, thao, django_assert_max_num_queries):
    for n in range(8):
        suggest(world, wanted=f"Sách {n}")
    with django_assert_max_num_queries(12):
        thao.text("/work/suggestions/")
