"""Asking for a title through the API: refused with a code, listed without names, cancelled by who serves the place."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue.models import Copy
from guisach.domain.circulation.models import Request
from guisach.domain.journal.queries.checking import differences
from guisach.kernel.ids import new_id
from tests import builders
from tests.web.api.scripts import is_problem


@pytest.fixture
def record(world):
    return Copy.objects.get().record_id


def test_a_title_is_asked_for_listed_and_cancelled(lan, an, record):
    op = str(new_id())
    first, again = (lan.post("/requests", {"op": op, "card": an, "record": record}) for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert (first.body["op"], first.body["step"], first.body["copy"]) == (op, "PULL", "CB000001")
    assert (first.body["pickup"], first.body["position"]) == (builders.COBA, 1)
    listed = lan.get(f"/requests?place={builders.COBA}")
    assert [one["op"] for one in listed.body["requests"]] == [op]
    assert lan.ask("DELETE", f"/requests/{op}").status == 200
    assert Request.objects.get().state == "CANCELLED"
    is_problem(lan.ask("DELETE", f"/requests/{op}"), 409, "request_over")
    assert list(differences()) == []


def test_no_answer_names_the_reader(lan, an, record):
    asked = lan.post("/requests", {"card": an, "record": record})
    listed = lan.get(f"/requests?place={builders.COBA}")
    for answer in (asked, listed):
        assert str(Request.objects.get().reader) not in str(answer.body)
        assert an not in str(answer.body)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"record": 10**12}, 404, "title_unknown"),
        ({"card": "BD99999999"}, 404, "reader_unknown"),
        ({"pickup": "KHONG"}, 422, "pickup_unusable"),
    ],
)
def test_a_refusal_says_why(lan, an, record, change, status, code):
    is_problem(lan.post("/requests", {"card": an, "record": record, **change}), status, code)


@pytest.mark.parametrize("record_id", [0, -1, 2**63, "x"])
def test_what_is_no_title_is_refused_before_it_reaches_the_database(lan, an, record_id):
    assert lan.post("/requests", {"card": an, "record": record_id}).status == 422


def test_another_place_neither_sees_nor_cancels(lan, minh, an, record):
    asked = lan.post("/requests", {"card": an, "record": record}).body["op"]
    assert minh.get(f"/requests?place={builders.COBA}").status == 403
    stranger = minh.ask("DELETE", f"/requests/{asked}")
    unknown = minh.ask("DELETE", f"/requests/{new_id()}")
    assert (stranger.status, stranger.body) == (404, unknown.body)


def test_a_wish_that_arrives_is_judged_at_once(lan, an, record):
    from guisach.domain.readers.models import Reader

    wish = {
        "op": str(new_id()), "v": 1, "kind": "wish", "place": builders.COBA, "record": record, "pickup": builders.COBA,
        "private": {"reader": str(Reader.objects.get(card_no=an).pk)},
    }  # fmt: skip
    lan.post("/operations", {"operations": [wish]})
    assert Request.objects.get().state == "WAITING"
