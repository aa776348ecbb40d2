"""Cards of other places: whoever brings one borrows; nobody learns by trying who reads elsewhere."""

from __future__ import annotations

import pytest

from guisach.domain.readers import queries as readers
from guisach.domain.readers.rules.cards import card_number
from guisach.domain.readers.rules.waits import OF_STRANGE_CARDS
from guisach.kernel.clock import system_clock
from tests import builders
from tests.web.api.scripts import is_problem, script

RESTS = "cards of other places rest until"


@pytest.fixture
def own(world):
    """A reader of Minh's own place."""
    reader = builders.reader(world.minh, system_clock, builders.applicant("Lý Thị Dín"), place=builders.DAMTHUY)
    return readers.reader(reader).card_no


def strange():
    return [card_number(900_000 + n) for n in range(OF_STRANGE_CARDS.free + 1)]


@pytest.mark.slow
def test_a_reader_of_another_place_borrows_and_that_counts_for_nothing(minh, world):
    builders.copy("DT000001", place=builders.DAMTHUY)
    for _ in range(OF_STRANGE_CARDS.free + 2):
        assert "Vàng Thị An" in minh.scan(world.an_card)
        assert "due" in minh.scan("DT000001")
        minh.act("/work/loans/take-back/", code="DT000001")


@pytest.mark.slow
def test_cards_that_nobody_here_has_rest_after_many_and_ones_own_do_not(minh, world, own):
    for card in strange():
        page = minh.scan(card)
    assert RESTS not in page
    assert RESTS in minh.scan(card_number(950_000))
    refused = minh.scan(world.an_card)  # one that there is, elsewhere: answered as one that there is not
    assert RESTS in refused
    assert "Vàng Thị An" not in refused
    assert "Lý Thị Dín" in minh.scan(own)


@pytest.mark.slow
def test_what_is_there_is_counted_like_what_is_not(minh, world):
    for _ in range(OF_STRANGE_CARDS.free + 1):
        minh.scan(world.an_card, desk="d1")
    assert RESTS in minh.scan(world.an_card)
    assert RESTS in minh.scan(card_number(950_000))


@pytest.mark.slow
def test_requests_and_bags_and_the_api_count_along(minh, world):
    record = builders.record("Then Tày").pk
    cards = iter(strange())
    for card in list(cards)[:-2]:
        minh.scan(card)
    assert "No reader has card" in minh.act(f"/work/requests/new/{record}/", card=card_number(950_001)).content.decode()
    assert "No reader has card" in minh.act("/work/requests/bags/", card=card_number(950_002)).content.decode()
    for path in (f"/work/requests/new/{record}/", "/work/requests/bags/"):
        assert RESTS in minh.act(path, card=world.an_card).content.decode()
    by = script(world.minh)
    for said in ({"copy": "NO-SUCH", "card": world.an_card}, {"copy": "NO-SUCH", "card": card_number(1)}):
        assert is_problem(by.post("/loans", said), 429, "too_many_strange_cards")


def test_a_book_that_nobody_catalogued_is_no_card(minh, world):
    for n in range(OF_STRANGE_CARDS.free + 2):
        assert RESTS not in minh.scan(f"CU{n:06}")
