"""At the desk: a start code for a reader's own pages, opening it again, ending it. No keeper ever sees a PIN."""

from __future__ import annotations

import re

import pytest

from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from tests.web.work.conftest import worker


@pytest.fixture
def lan(world):
    return worker(world.lan)


def enter(world, secret):
    from guisach.domain.readers import actions

    try:
        return actions.sign_in(card=world.an_card, secret=secret, address="192.0.2.1", clock=system_clock)
    except DomainError as refusal:
        return refusal.code


def code_on(page):
    return re.search(r'class="pin-code">([0-9]{4} [0-9]{4})<', page)[1]


def test_the_slip_shows_a_code_once_that_lets_the_reader_in(world, lan):
    page = f"/work/readers/{world.an}/pin/"
    assert "cannot sign in" in lan.text(page)
    answer = lan.post(page, {"do": "give"})
    assert answer["Cache-Control"] == "no-store, private"
    code = code_on(answer.content.decode())
    assert enter(world, code).must_choose_pin
    again = lan.text(page)
    assert "A start code waits" in again
    assert code not in again
    assert "handed over a start code" in lan.text(f"/work/readers/{world.an}/")


def test_a_new_code_ends_the_old_one(world, lan):
    page = f"/work/readers/{world.an}/pin/"
    old = code_on(lan.post(page, {"do": "give"}).content.decode())
    lan.post(page, {"do": "give"})
    assert enter(world, old) == "card_or_pin_wrong"


def test_a_child_needs_the_guardians_wish(world, lan):
    from tests import builders

    binh = builders.binh(world.lan, system_clock)
    page = f"/work/readers/{binh}/pin/"
    assert "The parent or guardian is here" in lan.text(page)
    refused = lan.post(page, {"do": "give"})
    assert refused.status_code == 422
    assert "only when the guardian wishes it" in refused.content.decode()
    assert code_on(lan.post(page, {"do": "give", "guardian": "1"}).content.decode())
    assert "The guardian wished it" in lan.text(page)


def test_after_wrong_tries_the_keeper_sees_it_and_opens_it_again(world, lan):
    page = f"/work/readers/{world.an}/pin/"
    code = code_on(lan.post(page, {"do": "give"}).content.decode())
    for _ in range(5):
        enter(world, "739104")
    assert enter(world, code) == "too_many_tries"
    assert "signing in rests until" in lan.text(page)
    lan.post(page, {"do": "open"})
    assert "signing in rests until" not in lan.text(page)
    assert enter(world, code).must_choose_pin


def test_signing_in_can_be_ended(world, lan):
    page = f"/work/readers/{world.an}/pin/"
    code = code_on(lan.post(page, {"do": "give"}).content.decode())
    lan.post(page, {"do": "away"})
    assert enter(world, code) == "card_or_pin_wrong"
    assert "cannot sign in" in lan.text(page)


@pytest.mark.parametrize("do", ["give", "open", "away"])
def test_a_keeper_elsewhere_can_do_nothing_and_does_not_learn_that_the_reader_exists(world, do):
    minh = worker(world.minh)
    assert minh.get(f"/work/readers/{world.an}/pin/").status_code == 404
    assert minh.post(f"/work/readers/{world.an}/pin/", {"do": do}).status_code == 404
    assert minh.post("/work/readers/00000000-0000-7000-8000-000000000000/pin/", {"do": do}).status_code == 404


def test_what_no_button_sends_changes_nothing(world, lan):
    from guisach.domain.readers.models import ReaderPin

    assert lan.post(f"/work/readers/{world.an}/pin/", {"do": "x"}).status_code == 200
    assert not ReaderPin.objects.exists()


def test_a_readers_own_renewal_is_told_as_theirs(world, lan):
    from guisach.domain.circulation import actions
    from guisach.domain.journal.actions import portal_source
    from guisach.kernel.ids import new_id
    from tests import builders

    builders.copy("CB000099")
    actions.lend(op_id=new_id(), by=world.lan.source, place=builders.COBA, barcode="CB000099", reader=world.an,
                 clock=system_clock)  # fmt: skip
    actions.renew(
        op_id=new_id(), by=portal_source(at=system_clock()), place="", barcode="CB000099", clock=system_clock,
        own=world.an,
    )  # fmt: skip
    assert "The reader renewed the loan" in lan.text("/work/copies/CB000099/")
