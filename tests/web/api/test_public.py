"""What anybody may ask, and the one shape of every error under the API's root."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue.rules.search import IndexUnavailable
from guisach.site.indexing import rebuild
from tests import builders
from tests.web.api.scripts import Script, is_problem


@pytest.fixture
def anybody(world) -> Script:
    return Script()


def test_a_record_says_where_its_copies_are_and_whether_they_are_in(anybody, lan, an):
    from guisach.domain.catalogue.models import Record

    id_ = Record.objects.get().pk
    copies = anybody.get(f"/records/{id_}").body["copies"]
    assert [(c["copy"], c["place"], c["is_in"]) for c in copies] == [("CB000001", builders.COBA, True)]
    lan.post("/loans", {"copy": "CB000001", "card": an})
    lent = anybody.get(f"/records/{id_}").body["copies"][0]
    assert not lent["is_in"]
    assert lent["due_on"]


@pytest.mark.parametrize("id_", ["0", "-1", "999999", "9" * 30])
def test_a_record_that_is_not_there_is_a_404_problem(anybody, id_):
    assert is_problem(anybody.get(f"/records/{id_}"), 404, "not_found")


def test_a_record_that_is_no_number_is_invalid(anybody):
    assert is_problem(anybody.get("/records/x"), 422, "invalid")


def test_places_are_listed_and_shown(anybody):
    assert {place["code"] for place in anybody.get("/places").body} == {builders.COBA, builders.DAMTHUY, builders.TINH}
    found = anybody.get(f"/places/{builders.COBA}").body
    assert (found["name"], len(found["opening_hours"])) == ("Thư viện xã Cô Ba", 5)


@pytest.mark.parametrize("code", ["NO-SUCH", "x" * 500, "%00", "%F0%9F%90%9B"])
def test_a_place_that_is_not_there_is_a_404_problem(anybody, code):
    assert is_problem(anybody.get(f"/places/{code}"), 404, "not_found")


def test_the_coverage_says_that_it_is_provisional(anybody):
    found = anybody.get("/coverage").body
    assert found["is_provisional"] is True
    assert found["communes"] == 3


@pytest.mark.parametrize(
    "asked", ["limit=0", "limit=101", "limit=-1", "limit=x", "offset=1001", "offset=-1", "q=" + "x" * 10_001]
)
def test_a_search_keeps_to_its_limits(anybody, asked):
    assert is_problem(anybody.get(f"/search?{asked}"), 422, "invalid")


@pytest.mark.parametrize("q", ["", "x" * 5000, "%F0%9F%90%9B", "AND OR NOT (", '"', "title:*", "\\"])
def test_whatever_is_searched_for_is_answered(anybody, q):
    answer = anybody.get(f"/search?q={q}&limit=1")
    assert answer.status in {200, 503}, answer.body
    if answer.status == 503:
        assert is_problem(answer, 503, IndexUnavailable.code)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/loans", "POST"),
        ("DELETE", "/loans", "POST"),
        ("POST", "/search", "GET"),
        ("PUT", "/places", "GET"),
        ("PATCH", "/operations", "POST"),
    ],
)
def test_another_method_is_a_405_problem(lan, method, path, allowed):
    answer = lan.ask(method, path)
    assert is_problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize("path", ["/nothing", "/loans/", "/loans/7", "/", "/openapi.yaml", "/%00", "/search?q=a%00"])
def test_an_address_without_a_route_is_a_404_problem(anybody, path):
    assert is_problem(anybody.get(path), 404, "not_found")


def test_our_own_fault_is_a_problem_that_tells_nothing_of_the_inside(lan, monkeypatch):
    from guisach.web.api.routes import desk

    def broken(**_act):
        raise ZeroDivisionError("secret of the inside")

    monkeypatch.setattr(desk.actions, "sight", broken)
    answer = lan.post("/sightings", {"copy": "CB000001"})
    assert is_problem(answer, 500, "our_fault")
    assert "secret" not in str(answer.body)


def test_problems_speak_the_language_that_was_asked_for(anybody):
    vietnamese = anybody.get("/nothing").body["title"]
    english = anybody.get("/nothing", **{"Accept-Language": "en"}).body["title"]
    assert english == "There is nothing here."
    assert vietnamese != english


def test_nothing_is_throttled_and_no_cookie_is_set(anybody):
    for _ in range(30):
        answer = anybody.get("/places")
        assert answer.status == 200
    assert not anybody._client.cookies


def test_a_search_can_be_narrowed_ordered_and_counted(anybody):
    book = builders.record("Búp sen xanh", year=1941)
    builders.copy("CB77", of=book)
    builders.record("Búp sen hồng", year=2020)
    rebuild()
    found = anybody.get("/search?q=bup+sen&available=true&place=CB-COBA&facets=true").body
    assert [hit["id"] for hit in found["hits"]] == [book.pk]
    assert found["facets"]["in"] == [{"value": "1", "count": 1}]
    assert [hit["year"] for hit in anybody.get("/search?q=bup+sen&sort=year").body["hits"]] == [2020, 1941]
    assert anybody.get("/search?q=bup+sen").body["facets"] is None
    assert anybody.get("/search?q=bup+sem+xanh").body["meant"] == "Búp sen xanh"
    assert is_problem(anybody.get("/search?sort=no"), 422, "invalid")


def test_suggestions_say_what_they_are(anybody):
    book = builders.record("Quê nội", "Võ Quảng")
    rebuild()
    (title,) = anybody.get("/suggest?q=que+n").body["suggestions"]
    assert title == {
        "kind": "TITLE", "text": "Quê nội", "note": "Võ Quảng", "record": book.pk, "count": 1,
    }  # fmt: skip
    (author,) = anybody.get("/suggest?q=vo+qu").body["suggestions"][:1]
    assert (author["kind"], author["text"], author["record"]) == ("AUTHOR", "Võ Quảng", None)
    assert anybody.get("/suggest?q=").body == {"suggestions": []}
