"""Laws, newspapers and lists of the demonstration: they fit its books, and the same seed gives the same."""

from __future__ import annotations

import random

import pytest

from guisach.domain.catalogue import actions as catalogue
from guisach.domain.catalogue.models import BookList, Issue, LegalDocument, Record, Subscription
from guisach.domain.catalogue.queries import digest_rows
from guisach.domain.catalogue.queries.laws import law_page
from guisach.domain.catalogue.rules.drafts import NewTitle
from guisach.domain.catalogue.rules.validity import State
from guisach.domain.network.queries import places
from guisach.site.demo import particulars
from guisach.site.demo.stock import PROVINCIAL
from guisach.site.demo.stock import titles as drafts
from guisach.site.demo.year import END
from tests import builders

pytestmark = pytest.mark.django_db


def built(seed: int) -> list[str]:
    """Fill the catalogue with the titles that are named (without copies) and give its digest lines."""
    for model in (BookList, Issue, Subscription, LegalDocument):
        model.objects.all().delete()
    Record.objects.filter(copies=None).delete()
    clock = builders.Clock()
    named = {row["title"] for name in ("laws", "lists") for row in particulars._rows(name)}
    titles = [
        NewTitle(draft=draft, copies=()) for draft, _is_filler in drafts(random.Random(1)) if draft.title in named
    ]
    titles = [*(NewTitle(draft=one.draft, copies=()) for one in particulars.titles()), *titles]
    ids = catalogue.add_many(titles=titles, clock=clock)
    particulars.fill(random.Random(seed), titles, ids, places(on=END))
    return list(digest_rows())


@pytest.fixture
def _network():
    builders.province()
    builders.hoa()
    builders.place(PROVINCIAL, "PROVINCIAL_LIBRARY", "01273")


@pytest.mark.slow
@pytest.mark.usefixtures("_network")
def test_the_same_seed_gives_the_same_and_another_another():
    first = built(1)
    assert built(1) == first
    assert built(2) != first


@pytest.mark.slow
@pytest.mark.usefixtures("_network")
def test_every_law_is_among_the_books_and_stands_somewhere():
    built(1)
    found = law_page(END)
    assert found.states[State.IN_FORCE] >= 20
    assert found.states[State.ENDED] == 5
    assert BookList.objects.filter(is_public=True).count() == 2
    assert Issue.objects.filter(received_on=END).exists()
