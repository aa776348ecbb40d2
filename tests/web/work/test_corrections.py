"""The page on which a keeper settles what readers ask to be put right; and the reader's own side of it."""

from __future__ import annotations

import pytest

from guisach.domain.readers import queries
from guisach.domain.readers.actions.corrections import ask_for_correction
from guisach.domain.readers.models import Correction
from guisach.kernel.clock import system_clock
from tests import builders
from tests.web.work.test_queries import QUERIES_MAX, cost

PAGE = "/work/readers/corrections/"


@pytest.fixture
def asked(world):
    ask_for_correction(reader=world.an, wanted={"address": "Khuổi Tuông"}, note="Nhà chuyển", clock=system_clock)


def test_what_was_and_what_is_wanted_stand_side_by_side_and_one_press_applies_it(lan, world, asked):
    assert "Corrections asked for: 1" in lan.text("/work/readers/")
    page = lan.text(PAGE)
    assert "Khuổi Tuông" in page
    assert "Nhà chuyển" in page
    assert lan.act(PAGE, reader=world.an)["Location"] == PAGE
    assert queries.reader(world.an).address == "Khuổi Tuông"
    assert "Nobody asks for anything" in lan.text(PAGE)
    again = lan.act(PAGE, reader=world.an)
    assert again.status_code == 409


def test_left_as_it_is_needs_a_reason_and_what_was_typed_stays(lan, world, asked):
    short = lan.act(PAGE, reader=world.an, refuse="1", reason="k")
    assert short.status_code == 422
    page = short.content.decode()
    assert "the reader is told" in page
    assert 'value="k"' in page
    assert lan.act(PAGE, reader=world.an, refuse="1", reason="Không đúng giấy tờ").status_code == 302
    assert Correction.objects.get().reason == "Không đúng giấy tờ"


def test_another_place_neither_sees_nor_settles_it(minh, world, asked):
    assert "Khuổi Tuông" not in minh.text(PAGE)
    assert minh.act(PAGE, reader=world.an).status_code == 404
    assert minh.act(PAGE, reader="x").status_code == 404
    assert Correction.objects.get().settled_at is None


def test_the_page_costs_the_same_with_one_and_with_many(lan, world, asked):
    little = len(cost(lan, PAGE))
    for name in ("Mỷ", "Dí", "Pham"):
        who = builders.reader(world.lan, system_clock, builders.applicant(f"Vàng Thị {name}"))
        ask_for_correction(reader=who, wanted={"phone": "0912345678"}, note="", clock=system_clock)
    assert len(cost(lan, PAGE)) == little <= QUERIES_MAX
    assert len(cost(lan, "/work/readers/")) <= QUERIES_MAX
