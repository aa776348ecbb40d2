"""Asking for a book from home: what comes of it is told, and only to who asked."""

from __future__ import annotations

import re

import pytest

from guisach.domain.circulation.models import Request
from guisach.domain.journal.models import Operation, PrivatePart
from guisach.domain.readers import queries
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, DAMTHUY
from tests.web.portal.test_own_pages import World, lend, main_of, sign_in, tablet, world  # noqa: F401

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def title():
    record = builders.record()
    builders.copy("CB000001", of=record, place=DAMTHUY)
    return record


@pytest.fixture
def an(tablet, world):  # noqa: F811
    sign_in(tablet, world)
    return tablet


def ask(client, title, **changes):
    return client.post(f"/my/ask/{title.pk}/", {"op": str(new_id()), "pickup": COBA, **changes})


def test_who_is_not_signed_in_signs_in_first_and_comes_back(tablet, title):  # noqa: F811
    page = tablet.get(f"/records/{title.pk}/").content.decode()
    assert f'href="/my/ask/{title.pk}/"' in page
    answer = tablet.get(f"/my/ask/{title.pk}/")
    assert answer["Location"] == f"/my/sign-in/?next=%2Fmy%2Fask%2F{title.pk}%2F"


def test_a_book_is_asked_for_and_what_comes_of_it_is_said(an, title):
    form = main_of(an.get(f"/my/ask/{title.pk}/"))
    assert re.search(rf'value="{COBA}" selected', form)
    assert ask(an, title)["Location"] == "/my/requests/"
    page = main_of(an.get("/my/requests/"))
    assert title.title in page
    assert "is asked to send its copy" in page
    assert "First in line." in page
    assert Request.objects.get().pickup == COBA


def test_the_log_names_the_reader_in_the_private_part_alone(an, title, world):  # noqa: F811
    ask(an, title)
    operation = Operation.objects.get(kind="request")
    assert (operation.actor, operation.place) == ("", "")
    assert str(world.an) not in operation.body
    assert PrivatePart.objects.get(pk=operation.op).reader == world.an


def test_the_same_form_twice_is_one_request(an, title):
    op = str(new_id())
    assert ask(an, title, op=op).status_code == ask(an, title, op=op).status_code == 302
    assert Request.objects.count() == 1


@pytest.mark.parametrize("pickup", ["", "NOWHERE", "TOO-LONG" * 20])
def test_a_place_that_is_none_is_refused_in_words_for_the_reader(an, title, pickup):
    answer = ask(an, title, pickup=pickup or "NOWHERE")
    assert answer.status_code >= 400
    assert "Please choose another one" in main_of(answer)
    assert not Request.objects.exists()


def test_asked_twice_or_at_home_already_is_said(an, title, world):  # noqa: F811
    ask(an, title)
    assert "asked for this book already" in main_of(ask(an, title))
    loan = lend(world, "CB000002", title="Đất rừng phương Nam")
    assert "at home" in main_of(ask(an, builders.Record.objects.get(pk=loan.record_id)))


def test_a_request_is_taken_back(an, title):
    ask(an, title)
    an.post("/my/requests/cancel/", {"op": str(new_id()), "request": str(Request.objects.get().pk)})
    assert Request.objects.get().closed_at is not None
    assert "Nothing asked for" in main_of(an.get("/my/requests/"))


@pytest.mark.parametrize("sent", ["", "x", "00000000-0000-7000-8000-000000000000"])
def test_what_is_no_request_harms_nothing(an, title, sent):
    ask(an, title)
    assert an.post("/my/requests/cancel/", {"request": sent})["Location"] == "/my/requests/"
    assert Request.objects.get().closed_at is None


def test_another_readers_request_is_neither_seen_nor_taken_back(an, title, world):  # noqa: F811
    from guisach.domain.circulation import actions

    binh = builders.binh(world.lan, system_clock)
    asked = actions.ask_for(
        op_id=new_id(), by=world.lan.source, place=COBA, reader=binh, record=title.pk, pickup=COBA, clock=system_clock
    )
    assert title.title not in main_of(an.get("/my/requests/"))
    an.post("/my/requests/cancel/", {"op": str(new_id()), "request": str(asked.request.op)})
    assert Request.objects.get().closed_at is None
    assert queries.reader(binh) is not None


def test_an_unknown_title_is_not_found(an):
    assert an.get("/my/ask/999999/").status_code == 404


def test_the_page_asks_as_much_with_many_requests_as_with_one(an, django_assert_max_num_queries):
    for n in range(3):
        record = builders.record(f"Sách {n}")
        builders.copy(f"CB10000{n}", of=record, place=DAMTHUY)
        ask(an, record)
    with django_assert_max_num_queries(12):
        an.get("/my/requests/")


def test_a_bag_of_surprises_is_wished_from_home_and_stands_among_the_requests(an, title):
    form = an.get("/my/bag/").content.decode()
    assert 'name="age"' in form
    said = {"op": str(new_id()), "age": "ADULT", "books": "2", "language": "", "pickup": COBA}
    assert an.post("/my/bag/", {**said, "books": "0"}).status_code == 422
    wrong = an.post("/my/bag/", {**said, "pickup": "X"})
    assert wrong.status_code == 422
    assert "cannot be fetched at that place" in wrong.content.decode()
    for _ in range(2):
        assert an.post("/my/bag/", said)["Location"] == "/my/requests/"
    assert an.post("/my/bag/", {**said, "op": str(new_id())}).status_code == 409
    page = an.get("/my/requests/").content.decode()
    assert "A bag of surprises" in page
    assert "A keeper packs it." in page
    [one] = Request.objects.filter(sort="BAG")
    an.post("/my/requests/cancel/", {"op": str(new_id()), "request": one.pk})
    assert "A bag of surprises" not in an.get("/my/requests/").content.decode()
