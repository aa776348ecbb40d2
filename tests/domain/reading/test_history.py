"""A reading history is kept when a reader wishes it, from then on, and is gone when they wish it no more."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.db import transaction

from guisach.domain.circulation import actions as circulation
from guisach.domain.circulation.rules.forgetting import DISPUTE_DAYS
from guisach.domain.journal.queries.checking import differences
from guisach.domain.readers.kinds import all_belongings
from guisach.domain.reading import actions, queries
from guisach.domain.reading.models import PastLoan, Wish
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


@pytest.fixture
def an(lan, clock):
    return builders.an(lan, clock)


def read(lan, reader, clock, barcode, title):
    """Have a reader borrow a book and bring it back three days later."""
    builders.copy(barcode, of=builders.record(title))
    at = {"by": lan.source, "place": builders.COBA, "barcode": barcode, "clock": clock}
    circulation.lend(op_id=new_id(), reader=reader, **at)
    clock.forward(days=3)
    circulation.take_back(op_id=new_id(), **at)
    clock.forward(days=1)


def forget(clock):
    clock.forward(days=DISPUTE_DAYS + 35)
    return circulation.forget_loans(clock=clock)


def wish(reader, clock, what=queries.HISTORY, *, agrees=False):
    actions.wish_for(reader=reader, what=what, guardian_agrees=agrees, clock=clock)


def history(reader):
    wished = queries.wishes([reader]).get(queries.HISTORY)
    return queries.history([reader], wished) if wished else []


def titles(reader):
    return [one.title for one in history(reader)]


def linking(reader, *words):
    """Return the stored lines of all tables that name the reader beside one of the words."""
    lines = [
        json.dumps([model._meta.label, *row], default=str, ensure_ascii=False)
        for model in apps.get_models()
        for row in model.objects.values_list()
    ]
    return [line for line in lines if str(reader) in line and any(str(word) in line for word in words)]


def test_by_default_nothing_is_kept_and_nothing_links_reader_and_book(lan, an, clock):
    read(lan, an, clock, "CB000001", "Dế Mèn")
    assert titles(an) == []
    assert forget(clock).loans == 1
    assert titles(an) == []
    assert linking(an, "CB000001", "Dế Mèn") == []
    assert not PastLoan.objects.exists()


def test_switched_on_it_shows_what_came_back_since_before_and_after_the_library_forgot(lan, an, clock):
    read(lan, an, clock, "CB000001", "Trước khi bật")
    wish(an, clock)
    read(lan, an, clock, "CB000002", "Dế Mèn")
    read(lan, an, clock, "CB000003", "Góc sân")
    before = history(an)
    assert titles(an) == ["Góc sân", "Dế Mèn"]
    forget(clock)
    assert history(an) == before
    assert list(differences()) == []


def test_the_library_itself_forgets_all_the_same(lan, an, clock):
    """The only line that is left is the reader's own copy, and it does not lead back into the log."""
    wish(an, clock)
    read(lan, an, clock, "CB000002", "Dế Mèn")
    forget(clock)
    [line] = linking(an, "CB000002", "Dế Mèn")
    assert json.loads(line)[0] == "reading.PastLoan"
    assert "CB000002" not in line


def test_a_book_at_home_when_it_is_switched_on_counts_when_it_comes_back(lan, an, clock):
    builders.copy("CB000001", of=builders.record("Đang ở nhà"))
    at = {"by": lan.source, "place": builders.COBA, "barcode": "CB000001", "clock": clock}
    circulation.lend(op_id=new_id(), reader=an, **at)
    clock.forward(days=1)
    wish(an, clock)
    assert titles(an) == [], "not before it has come back"
    clock.forward(days=1)
    circulation.take_back(op_id=new_id(), **at)
    assert titles(an) == ["Đang ở nhà"]


def test_switched_off_everything_is_gone_at_once(lan, an, clock):
    wish(an, clock)
    read(lan, an, clock, "CB000002", "Dế Mèn")
    forget(clock)
    actions.stop_keeping(reader=an, what=queries.HISTORY)
    assert linking(an, "CB000002", "Dế Mèn") == []
    assert not Wish.objects.exists()
    wish(an, clock)
    assert titles(an) == [], "switching it on again brings nothing back"


def test_what_is_switched_off_before_the_forgetting_is_not_kept(lan, an, clock):
    wish(an, clock)
    read(lan, an, clock, "CB000002", "Dế Mèn")
    actions.stop_keeping(reader=an, what=queries.HISTORY)
    assert titles(an) == []
    forget(clock)
    assert not PastLoan.objects.exists()


def test_one_readers_wish_keeps_nothing_of_another(lan, an, clock):
    other = builders.reader(lan, clock, builders.applicant("Lục Văn Ba"))
    wish(an, clock)
    read(lan, other, clock, "CB000002", "Dế Mèn")
    forget(clock)
    assert (titles(an), titles(other)) == ([], [])
    assert not PastLoan.objects.exists()


def test_a_childs_is_kept_when_the_guardian_agrees(lan, clock):
    binh = builders.binh(lan, clock)
    for what in (queries.HISTORY, queries.DIARY):
        with builders.refused("guardian_consent_needed"):
            wish(binh, clock, what)
        wish(binh, clock, what, agrees=True)
        assert queries.wishes([binh])[what].has_guardian_consent


def test_wishing_twice_goes_on_as_it_was(an, clock):
    wish(an, clock)
    first = queries.wishes([an])
    clock.forward(days=3)
    wish(an, clock)
    assert queries.wishes([an]) == first
    with builders.refused("reader_gone"):
        wish(an, clock, "EVERYTHING")


def test_who_is_erased_is_forgotten_here_too_and_who_asks_is_told_all(lan, an, clock):
    wish(an, clock)
    read(lan, an, clock, "CB000002", "Dế Mèn")
    forget(clock)
    [room] = [room for room in all_belongings() if room.name == "reading"]
    assert [one["title"] for one in room.told([an]) if one["of"] == "pastloan"] == ["Dế Mèn"]
    assert room.obstacles([an]) == []
    with transaction.atomic():
        room.forget([an], clock)
    assert room.told([an]) == []
