"""A reader's own list: on their device alone, signed, bounded, sent on as an address."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from guisach.web.portal.saved import MOST, ids_in, text_of
from tests import builders


@pytest.fixture
def titles(reader):
    return [builders.record(f"Cuốn {n}").pk for n in range(3)]


def save(reader: Client, **data: object) -> str:
    response = reader.post("/my-list/save/", {key: str(value) for key, value in data.items()})
    assert response.status_code == 302
    return response["Location"]


def test_a_title_is_saved_shown_and_taken_off(reader, text, titles):
    assert "Nothing saved yet" in text("/my-list/")
    save(reader, record=titles[0])
    save(reader, record=titles[1])
    page = text("/my-list/")
    assert page.index("Cuốn 1") < page.index("Cuốn 0")
    assert f"shared/?t={titles[1]}.{titles[0]}" in page
    save(reader, drop=titles[0])
    assert "Cuốn 0" not in text("/my-list/")
    save(reader, clear=1)
    assert "Nothing saved yet" in text("/my-list/")
    assert not reader.cookies["my-list"].value


def test_the_cookie_is_signed_closed_to_scripts_and_holds_ids_only(reader, titles):
    save(reader, record=titles[0])
    cookie = reader.cookies["my-list"]
    assert cookie.value.startswith(f"{titles[0]}:")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_cookie_that_was_tampered_with_is_no_list(reader, text, titles):
    reader.cookies["my-list"] = f"{titles[0]}:abc:def"
    assert "Nothing saved yet" in text("/my-list/")


def test_a_list_holds_sixty_titles_the_last_saved_first(reader, titles):
    for number in range(1, MOST + 11):
        save(reader, record=number)
    ids = ids_in(reader.cookies["my-list"].value.partition(":")[0])
    assert ids == tuple(range(MOST + 10, 10, -1))
    assert len(reader.cookies["my-list"].value) < 2000


def test_the_way_back_leads_to_the_card_and_never_elsewhere(reader, titles):
    assert save(reader, record=titles[0], next="/search/?q=a") == f"/search/?q=a#t{titles[0]}"
    assert save(reader, record=titles[0], next="https://elsewhere.example/") == f"/my-list/#t{titles[0]}"
    assert save(reader, clear=1, next="//elsewhere.example/") == "/my-list/"


@pytest.mark.parametrize("record", ["", "x", "-1", "1e9", "9" * 40, "<script>"])
def test_what_is_no_title_is_not_saved(reader, record):
    save(reader, record=record)
    assert not reader.cookies["my-list"].value


def test_a_shared_list_is_shown_without_a_cookie_and_may_be_taken_over(reader, text, titles):
    ids = text_of(titles)
    page = text("/my-list/shared/", t=ids)
    assert "A list that somebody sent you" in page
    assert "my-list" not in reader.cookies
    save(reader, all=ids)
    assert ids_in(reader.cookies["my-list"].value.partition(":")[0]) == tuple(titles)


@pytest.mark.parametrize("given_", ["", "x.y", "0", "999999", "1" * 5000])
def test_a_shared_list_of_nothing_says_so(text, titles, given_):
    assert "This list is empty" in text("/my-list/shared/", t=given_)


def test_the_button_on_a_card_tells_whether_it_is_saved(reader, text, titles):
    page = text("/my-list/shared/", t=titles[0])
    assert re.search(rf'name="record" value="{titles[0]}"', page)
    save(reader, record=titles[0])
    page = text("/my-list/shared/", t=titles[0])
    assert re.search(rf'name="drop" value="{titles[0]}"', page)
    assert 'href="/my-list/"' in reader.get("/").content.decode().partition("<main")[0]


def test_a_form_from_elsewhere_is_refused(titles):
    assert Client(enforce_csrf_checks=True).post("/my-list/save/", {"record": titles[0]}).status_code == 403


@given(st.text(max_size=400))
def test_any_text_gives_ids_that_are_written_the_same(text):
    ids = ids_in(text)
    assert len(ids) <= MOST
    assert ids_in(text_of(ids)) == ids


@pytest.mark.parametrize("count", [1, MOST])
def test_queries_do_not_grow_with_the_list(reader, count, django_assert_max_num_queries):
    ids = [builders.record(f"Cuốn {n}", kind="LAW").pk for n in range(count)]
    with django_assert_max_num_queries(12):
        reader.get("/my-list/shared/", {"t": text_of(ids), "near": "01324"})
