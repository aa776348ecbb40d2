"""The feed at the API's door: who is sent what, in which language, and who is sent nothing any more."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from guisach.domain.journal.models import Device
from guisach.domain.sync.models import Desk
from guisach.domain.sync.queries.credentials import credential
from guisach.domain.sync.rules.feed import digest_of, fingerprint
from guisach.kernel.clock import system_clock
from tests import builders
from tests.desks import connect, enrolled
from tests.web.api.scripts import is_problem


@pytest.fixture
def desk(world):
    return enrolled(connect(), builders.COBA, builders.hoa().staff, "lan", builders.PASSWORD)


def fetch(desk, cursor="", **headers):
    rows, pages = {}, 0
    while True:
        told = desk.ask("GET", "/feed?" + urlencode({"cursor": cursor, "limit": 100}), **headers)
        assert told.status == 200, told.body
        pages += 1
        rows |= {(one["type"], one["id"]): one["row"] for one in told.body["rows"]}
        cursor = told.body["cursor"]
        if told.body["control"] != "more":
            return rows, told.body, pages


def test_a_desk_gets_its_place_page_by_page_and_agrees_on_the_fingerprint(desk):
    desk.make("lend", copy="CB000001", due="2027-01-10", private={"reader": "0198a000-0000-7000-8000-00000000000a"})
    desk.sync()
    rows, last, pages = fetch(desk)
    assert last["control"] == "up_to_date"
    assert pages > 1
    assert last["fingerprint"] == fingerprint((type_, id_, digest_of(row)) for (type_, id_), row in rows.items())
    assert rows["loan", "CB000001"]["due"] == "2027-01-10"
    assert rows["place", "here"]["groups"]["PUPIL"] == "học sinh"
    assert rows["place", "here"]["groups"]["CLASS"]
    again = desk.ask("GET", "/feed?" + urlencode({"cursor": last["cursor"]}))
    assert again.body["rows"] == []
    assert again.body["seen"] >= 1


def test_a_case_comes_with_words_in_the_language_of_the_request(desk):
    desk.make("lend", copy="LA-1", due="2027-01-10", private={"reader": "0198a000-0000-7000-8000-00000000000a"})
    desk.sync()
    vietnamese = next(row for (type_, _), row in fetch(desk)[0].items() if type_ == "case")
    rows, _, _ = fetch(desk, **{"Accept-Language": "en"})
    english = next(row for (type_, _), row in rows.items() if type_ == "case" and row["kind"] == vietnamese["kind"])
    assert english["title"] != vietnamese["title"]
    assert 2 <= len(english["what"]) <= 3
    assert english["decisions"][0].keys() == {"decision", "words"}
    assert english["operations"]


def test_a_revoked_and_an_expired_desk_are_sent_nothing(desk):
    good = desk.credential
    desk.credential = credential(Desk.objects.get().pk, system_clock() - timedelta(seconds=1))
    told = desk.ask("GET", "/feed")
    assert (told.status, told.body["control"], told.body["rows"]) == (200, "revoked", [])
    desk.credential = good
    assert desk.ask("GET", "/feed").body["rows"]
    Device.objects.filter(pk=desk.device).update(revoked_at=system_clock())
    told = desk.ask("GET", "/feed")
    assert (told.body["control"], told.body["rows"], told.body["seen"]) == ("revoked", [], 0)


def test_who_has_no_signature_is_sent_nothing(desk):
    assert is_problem(desk.ask("GET", "/feed", path_signed="/api/v1/sync/hello"), 401, "signature_wrong")
    desk.credential = ""
    assert is_problem(desk.ask("GET", "/feed"), 401, "device_unknown")


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=-5", "cursor=" + "9" * 65])
def test_what_is_out_of_bounds_is_refused(desk, query):
    assert desk.ask("GET", f"/feed?{query}").status == 422


def test_an_invented_cursor_begins_anew(desk):
    assert desk.ask("GET", "/feed?cursor=abc").body["control"] == "must_refetch"


def test_too_old_a_desk_is_told_to_renew_itself(desk):
    Desk.objects.update(version=0)
    assert is_problem(desk.ask("GET", "/feed"), 426, "upgrade_needed")


# Snapshots --------------------------------------------------------------------------------------------------


def test_the_titles_of_the_place_are_fetched_piece_by_piece(desk):
    found = desk.ask("GET", "/snapshots/here").body
    assert found["titles"] >= 1
    name, size = found["chunks"][0]["sha256"], found["chunks"][0]["bytes"]
    whole = desk.ask("GET", f"/snapshots/chunks/{name}")
    assert (whole.status, len(whole.body)) == (200, size)
    assert hashlib.sha256(whole.body).hexdigest() == name
    assert "immutable" in whole.headers["Cache-Control"]
    rest = desk.ask("GET", f"/snapshots/chunks/{name}", Range="bytes=10-")
    assert (rest.status, rest.body) == (206, whole.body[10:])
    assert rest.headers["Content-Range"] == f"bytes 10-{size - 1}/{size}"
    for odd in ("bytes=0-", f"bytes={size}-", "bytes=-5", "bytes=1-2,4-5", "x"):
        told = desk.ask("GET", f"/snapshots/chunks/{name}", Range=odd)
        assert (told.status, told.body) == (200, whole.body), odd
    told = desk.ask("GET", f"/snapshots/chunks/{name}", **{"If-None-Match": whole.headers["ETag"]})
    assert (told.status, told.body) == (304, b"")
    rows, _, _ = fetch(desk, found["cursor"])
    assert not any(type_ == "title" for type_, _ in rows)


def test_a_chunk_that_is_not_of_this_place_is_unknown_and_a_revoked_desk_gets_none(desk):
    found = desk.ask("GET", "/snapshots/here").body
    assert desk.ask("GET", "/snapshots/chunks/" + "0" * 64).status == 404
    assert desk.ask("GET", "/snapshots/chunks/x").status == 404
    Device.objects.filter(pk=desk.device).update(revoked_at=system_clock())
    assert desk.ask("GET", "/snapshots/here").body == {"control": "revoked"}
    assert desk.ask("GET", f"/snapshots/chunks/{found['chunks'][0]['sha256']}").status == 404
