"""Browsing: lists in the order of a Vietnamese dictionary, classes, what is new, what is much read."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(reader):
    """A few titles; gives the module of short ways."""
    from guisach.domain.catalogue import actions
    from tests import builders_headings as made

    for name in ("Đặng Thai Mai", "Dương Thu Hương", "Nguyễn Nhật Ánh", "Tô Hoài"):
        made.title(
            f"Sách của {name}",
            made.by(name),
            ("082", "04", ("a", "895.922")),
            ("650", " 4", ("a", "Truyện"), ("z", "Việt Nam")),
            ("490", "0 ", ("a", "Tủ sách vàng"), ("v", "3")),
        )
    made.authority("Tô Hoài", "Nguyễn Sen")
    actions.follow_headings()
    return made


def test_lists_are_in_vietnamese_order_with_numbers_of_titles(text, shelf):
    page = text("/browse/authors/")
    names = ["Dương Thu Hương", "Đặng Thai Mai", "Nguyễn Nhật Ánh", "Tô Hoài"]
    assert sorted(names, key=page.index) == names
    assert "Truyện -- Việt Nam" in text("/browse/subjects/")
    assert "Tủ sách vàng" in text("/browse/series/")


def test_typed_letters_lead_to_their_place_and_other_forms_to_the_heading(text, shelf):
    page = text("/browse/authors/", **{"from": "nguyen"})
    assert "Đặng Thai Mai" not in page
    assert "Nguyễn Sen: see" in page
    assert "The list ends before these letters" in text("/browse/authors/", **{"from": "y"})


def test_a_heading_shows_its_titles_and_what_it_is_also_known_as(text, reader, shelf):
    page = text("/browse/authors/titles/", **{"is": "Tô Hoài"})
    assert "Sách của Tô Hoài" in page
    assert "Also known as: Nguyễn Sen" in page
    led = reader.get("/browse/authors/titles/", {"is": "Nguyễn Sen"})
    assert led.headers["Location"] == "/browse/authors/titles/?is=T%C3%B4+Ho%C3%A0i"
    unknown = reader.get("/browse/authors/titles/", {"is": "Nguyễn Tuân"})
    assert unknown.headers["Location"].startswith("/search/?q=")
    assert reader.get("/browse/authors/titles/").status_code == 404
    assert reader.get("/browse/colours/").status_code == 404


def test_classes_lead_from_the_general_to_the_particular(text, reader, shelf):
    assert 'href="/browse/ddc/8/"' in text("/browse/ddc/")
    assert 'href="/browse/ddc/89/"' in text("/browse/ddc/8/")
    assert 'href="/browse/ddc/895/"' in text("/browse/ddc/89/")
    assert "Sách của Tô Hoài" in text("/browse/ddc/895/")
    assert reader.get("/browse/ddc/123/").status_code == 404
    assert reader.get("/browse/ddc/x/").status_code == 404
    assert reader.get("/browse/ddc/8955/").status_code == 404


def test_new_titles_come_by_week(text, shelf):
    from datetime import timedelta

    from guisach.domain.catalogue.models import Record

    old = Record.objects.get(title="Sách của Tô Hoài")
    Record.objects.filter(pk=old.pk).update(created_at=old.created_at - timedelta(weeks=2))
    page = text("/browse/new/")
    assert "Sách của Đặng Thai Mai" in page
    assert "Sách của Tô Hoài" not in page
    week = page.rpartition("?week=")[2][:10]
    assert "Sách của Tô Hoài" in text("/browse/new/", week=week)
    assert "Sách của Đặng Thai Mai" in text("/browse/new/", week="nonsense")


def test_what_is_much_read_shows_no_small_numbers(text, shelf):
    assert "Nothing has been borrowed yet" in text("/browse/loved/") or "being put in order" in text("/browse/loved/")
    assert 'aria-current="true">Children' in text("/browse/loved/", **{"for": "CHILD"})


def test_the_page_of_a_book_leads_to_its_author_and_series(text, shelf):
    from guisach.domain.catalogue.models import Record

    page = text(f"/records/{Record.objects.get(title='Sách của Tô Hoài').pk}/")
    assert "/browse/authors/titles/?is=T%C3%B4+Ho%C3%A0i" in page
    assert "/browse/series/titles/?is=T%E1%BB%A7+s%C3%A1ch+v%C3%A0ng" in page


def test_browsing_begins_on_the_first_page(text, shelf):
    assert 'href="/browse/"' in text("/")
    page = text("/browse/")
    for path in ("/browse/new/", "/browse/loved/", "/browse/authors/", "/browse/subjects/", "/browse/series/"):
        assert f'href="{path}"' in page


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/browse/", "/browse/authors/", "/browse/authors/titles/?is=Tô Hoài", "/browse/ddc/895/", "/browse/new/"]
)
def test_a_page_asks_the_database_little_however_long_the_list_is(reader, shelf, path):
    from guisach.domain.catalogue import actions

    for number in range(30):
        shelf.title(f"Truyện {number}", shelf.by("Tô Hoài"), ("082", "04", ("a", "895")))
    actions.follow_headings()
    with CaptureQueriesContext(connection) as seen:
        assert reader.get(path).status_code == 200
    assert len(seen.captured_queries) <= 12, [query["sql"][:90] for query in seen.captured_queries]


def test_a_place_in_a_list_that_makes_no_sense_begins_it(text, shelf):
    for place in ("x", "~", "9~", "-1~a", "9" * 30 + "~a", "\x00~\x00"):
        assert "Tô Hoài" in text("/browse/authors/", before="", after=place) or place.startswith("9~")
