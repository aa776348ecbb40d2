"""The desk of an open shelf: the day's counts, what the shelves ask for, looking them over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from guisach.domain.catalogue.models import Copy
from guisach.domain.circulation import queries as circulation
from guisach.domain.circulation.rules.shelves import Hint
from guisach.domain.network.models import Place
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.ids import new_id
from guisach.web.work.views.shelves import said_of
from tests import builders
from tests.web.work.test_queries import QUERIES_MAX, cost

COBA = builders.COBA


@pytest.fixture
def shelf(world):
    """Cô Ba has an open shelf."""
    Place.objects.update(service_mode="OPEN_SHELF")
    Copy.objects.update(shelf="Tủ 1")


@pytest.fixture
def today():
    return local_date(system_clock())


def test_the_desk_of_an_open_shelf_counts_and_tells_what_to_do(lan, shelf):
    page = lan.text("/work/")
    assert "Today on the open shelf" in page
    assert "Nothing has been counted here yet." in page
    assert "Shelf Tủ 1: nobody has looked it over yet (6 books)." in page
    assert 'href="/work/shelves/look/?on_shelf=T' in page
    said = {"visits-CHILD": "4", "next": "/work/", "op_visits": str(new_id()), "op_uses": str(new_id())}
    assert lan.post("/work/count/", said)["Location"] == "/work/"
    assert "Nothing has been counted" not in lan.text("/work/")
    assert 'action="/work/desk/scan/"' in lan.text("/work/", desk="full")


def test_a_book_left_on_a_table_is_scanned_once_and_can_be_taken_back(lan, world, today):
    page = lan.act("/work/count/use/", htmx=True, code="cb000001").content.decode()
    assert "Read on the spot" in page
    assert circulation.uses_noted(COBA, today) == 1
    assert lan.act("/work/count/use/", code="CB000002")["Location"] == "/work/count/"
    page = lan.text("/work/count/")
    assert "Noted book by book, besides: 2." in page
    assert page.count('name="target"') == 2
    refused = lan.act("/work/count/use/", htmx=True, code="CB999999")
    assert refused.status_code == 409
    assert circulation.uses_noted(COBA, today) == 2


def test_what_was_ticked_or_scanned_stands_here(lan, shelf, today):
    assert lan.text("/work/shelves/look/").count('name="seen"') == 6
    day = today - timedelta(days=2)
    said = {"seen": ["CB000001"], "codes": "CB000002\nCB000003", "on": f"{day:%d/%m/%Y}"}
    assert lan.act("/work/shelves/look/", **said)["Location"] == "/work/shelves/look/"
    assert {local_date(circulation.last_seen(f"CB00000{n}")[1]) for n in (1, 2, 3)} == {day}
    assert "seen 2 days ago" in lan.text("/work/shelves/look/", on_shelf="Tủ 1")
    assert 'name="seen"' not in lan.text("/work/shelves/look/", on_shelf="Tủ 9")


def test_numbers_that_nobody_knows_stay_in_the_box(lan, shelf):
    page = lan.act("/work/shelves/look/", codes="CB000001\nZZ99").content.decode()
    assert "No copy has these numbers; the others are noted: ZZ99" in page
    assert ">ZZ99</textarea>" in page
    assert circulation.last_seen("CB000001") is not None


def test_a_wrong_day_writes_nothing_and_keeps_what_was_ticked(lan, shelf):
    for day in ("31/2", "1/1/2020"):
        answer = lan.act("/work/shelves/look/", seen=["CB000002"], codes="CB000003", on=day)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert 'value="CB000002" checked' in page
        assert ">CB000003</textarea>" in page
    assert circulation.last_seen("CB000002") is None


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (Hint("look_again", "A", days=95, n=4), "Shelf A: nobody has looked it over for 3 months."),
        (Hint("look_rest", "", n=4), "Books without a shelf: 4 books were not seen for three months."),
        (Hint("used_much", "A", n=40), "Shelf A: used much, 40 times in three months."),
        (Hint("count_again", days=16), "Nothing has been counted for 16 days."),
    ],
)
def test_a_hint_is_said_in_words(hint, text):
    with translation.override("en"):
        assert str(said_of(hint)).startswith(text)


@pytest.mark.parametrize("path", ["/work/", "/work/shelves/look/"])
def test_the_pages_cost_the_same_with_little_and_with_much(lan, shelf, path):
    lan.act("/work/count/use/", code="CB000001")
    little = cost(lan, path)
    for number in range(10, 40):
        builders.copy(f"CB0000{number}", of=builders.record(f"Sách {number}"), shelf=f"Kệ {number}")
    lan.act("/work/shelves/look/", codes="\n".join(f"CB0000{number}" for number in range(10, 30)))
    lan.act("/work/count/use/", code="CB000002")
    much = cost(lan, path)
    assert len(little) == len(much) <= QUERIES_MAX, "\n".join(much)
