"""Corrections that readers ask for: one at a time, applied or left with a reason, told, deleted."""

from __future__ import annotations

from datetime import date

import pytest

from guisach.domain.journal.models import Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.messages.models import Matter, Message
from guisach.domain.messages.queries.composing import words_of
from guisach.domain.readers import actions, queries
from guisach.domain.readers.actions.corrections import apply_correction, ask_for_correction, refuse_correction
from guisach.domain.readers.models import Correction
from guisach.domain.readers.queries.corrections import correction_of, corrections, count_corrections
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, DAMTHUY, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan(db):
    builders.province()
    return builders.lan()


@pytest.fixture
def an(lan, clock):
    return builders.an(lan, clock)


def ask(an, clock, note="", **wanted):
    ask_for_correction(reader=an, wanted=wanted, note=note, clock=clock)


def apply(lan, an, clock, op=None):
    apply_correction(op_id=op or new_id(), by=lan.source, reader=an, place=COBA, clock=clock)


def test_what_differs_is_noted_for_the_place_of_the_card_and_nothing_is_in_the_log(lan, an, clock):
    ask(an, clock, name="Vàng Thị An", address="Khuổi Tuông", birth_on=date(1991, 5, 2))
    [one] = corrections([COBA])
    assert dict(one.wanted) == {"address": "Khuổi Tuông", "birth_on": date(1991, 5, 2)}
    assert (corrections([DAMTHUY]), count_corrections([COBA])) == ([], 1)
    assert not Operation.objects.filter(kind="edit_reader").exists()
    assert queries.reader(an).address == ""


def test_asked_again_it_takes_the_place_of_the_former(an, clock):
    ask(an, clock, address="Khuổi Tuông")
    ask(an, clock, phone="0912345678")
    [one] = corrections([COBA])
    assert dict(one.wanted) == {"phone": "0912345678"}


def test_nothing_wrong_is_no_correction_and_a_stranger_has_none(an, clock):
    with refused("correction_empty"):
        ask(an, clock, name="Vàng Thị An")
    with refused("reader_gone"):
        ask(new_id(), clock, name="X")
    ask(an, clock, note="Ảnh trên thẻ không phải tôi")
    assert corrections([COBA])[0].note == "Ảnh trên thẻ không phải tôi"


def test_applied_it_is_an_ordinary_edit_and_the_reader_is_told_once(lan, an, clock):
    ask(an, clock, address="Khuổi Tuông", birth_on=None)
    op = new_id()
    apply(lan, an, clock, op)
    assert (queries.reader(an).address, queries.reader(an).birth_on) == ("Khuổi Tuông", None)
    assert Operation.objects.filter(kind="edit_reader").count() == 1
    row = Correction.objects.get()
    assert (row.said, row.note, row.is_applied) == ({}, "", True)
    with refused("correction_gone"):
        apply(lan, an, clock, op)
    message = Message.objects.get(kind="correction_settled")
    assert (message.reader, message.place) == (an, COBA)
    words = words_of([message], clock())[message.pk]
    assert "Khuổi Tuông" not in words.text + "".join(words.short)
    assert list(differences()) == []


def test_left_as_it_is_it_takes_a_reason_which_the_reader_is_told(an, clock):
    ask(an, clock, name="Nguyễn Văn Khác")
    with refused("correction_reason_needed"):
        refuse_correction(reader=an, reason=" ", clock=clock)
    refuse_correction(reader=an, reason="Giấy tờ ghi khác", clock=clock)
    assert queries.reader(an).full_name == "Vàng Thị An"
    told = correction_of(an)
    assert (dict(told.wanted), told.is_applied, told.reason) == ({}, False, "Giấy tờ ghi khác")
    message = Message.objects.get(kind="correction_settled")
    words = words_of([message], clock())[message.pk]
    assert "Giấy tờ ghi khác" in words.text
    assert all("Giấy tờ" not in short for short in words.short)
    assert Matter.objects.get(message=message).data == {"applied": False, "reason": "Giấy tờ ghi khác"}


def test_what_the_rules_of_joining_do_not_take_stays_open(lan, an, clock):
    ask(an, clock, birth_on=date(2030, 1, 1))
    with refused("birth_date_wrong"):
        apply(lan, an, clock)
    assert count_corrections([COBA]) == 1


def test_it_goes_with_time_and_with_the_reader(lan, an, clock):
    binh = builders.binh(lan, clock)
    ask(an, clock, phone="0912345678")
    ask(binh, clock, phone="0912345679")
    apply(lan, an, clock)
    clock.forward(days=29)
    assert actions.forget_corrections(clock=clock) == 0
    clock.forward(days=2)
    assert actions.forget_corrections(clock=clock) == 1
    assert correction_of(binh).wanted == {"phone": "0912345679"}
    assert queries.all_about(binh)["corrections"][0]["phone"] == "0912345679"
    hoa = builders.hoa()
    actions.erase(op_id=new_id(), by=hoa.source, reader=binh, basis="REQUEST", clock=clock)
    assert not Correction.objects.exists()
