"""The first page, the reader's commune, the fairs, and the page of rights."""

from __future__ import annotations

from datetime import date

import pytest

from guisach.domain.network.models import Commune, Fair, Place
from guisach.domain.network.queries import commune, fairs
from guisach.site.indexing import rebuild
from guisach.web.portal import markets
from tests import builders
from tests.web.portal.conftest import always_open, fair


class TestHome:
    def test_a_stranger_is_asked_where_they_are(self, text):
        page = text("/")
        assert "Where are you?" in page
        assert "Cô Ba commune" in page
        assert "/places/" in page

    def test_from_a_commune_the_own_place_comes_first(self, text):
        always_open(Place.objects.get(pk=builders.COBA))
        page = text("/", near="01324")
        assert "Books for Cô Ba commune" in page
        assert "Open now" in page
        assert page.index("CB-COBA") < page.index("CB-TINH")

    def test_a_commune_without_a_place_is_shown_the_nearest(self, text):
        Commune.objects.create(
            code="01330", province_id="04", name="Khánh Xuân", kind="COMMUNE", lat=22.98, lon=105.9,
            valid_from=date(2025, 7, 1),
        )  # fmt: skip
        page = text("/", near="01330")
        assert "No place in your commune yet" in page
        assert "CB-COBA" in page

    def test_new_books_and_kinds_lead_on(self, text):
        found = builders.record("Truyện Kiều")
        builders.record("Doraemon", kind="COMIC")
        rebuild()
        page = text("/")
        assert f"/records/{found.pk}/" in page
        assert "/search/?kind=COMIC" in page

    def test_an_empty_network_still_has_a_first_page(self, client, db):
        assert client.get("/").status_code == 200

    @pytest.mark.parametrize("more", [0, 20])
    def test_queries_do_not_grow_with_what_there_is(self, reader, more, django_assert_max_num_queries):
        for number in range(more):
            fair(f"fair-{number}")
            builders.record(f"Sách {number}")
        rebuild()
        with django_assert_max_num_queries(12):
            reader.get("/?near=01324")


class TestNear:
    def test_a_commune_is_remembered_on_the_device_only(self, reader):
        response = reader.post("/near/", {"near": "01324", "next": "/places/"})
        assert response["Location"] == "/places/"
        cookie = response.cookies["near"]
        assert (cookie.value, cookie["samesite"], bool(cookie["httponly"])) == ("01324", "Lax", True)
        assert "Books for Cô Ba" in reader.get("/").content.decode()

    @pytest.mark.parametrize("code", ["", "99999", "\0", "x" * 5000])
    def test_what_is_no_commune_forgets_it(self, reader, code):
        reader.post("/near/", {"near": "01324"})
        reader.post("/near/", {"near": code})
        assert "Where are you?" in reader.get("/").content.decode()

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x", ""])
    def test_nobody_is_sent_elsewhere(self, reader, target):
        assert reader.post("/near/", {"near": "01324", "next": target})["Location"] == "/"

    def test_a_form_from_elsewhere_is_refused(self, reader):
        reader.handler.enforce_csrf_checks = True
        assert reader.post("/near/", {"near": "01324"}).status_code == 403

    def test_looking_at_the_address_changes_nothing(self, reader):
        assert reader.get("/near/").status_code == 405

    def test_a_spoilt_cookie_is_as_good_as_none(self, reader):
        reader.cookies["near"] = "x" * 4000
        assert reader.get("/").status_code == 200


class TestFairs:
    def test_thirty_days_with_lunar_dates(self, text):
        fair()
        page = text("/fairs/")
        assert page.count('class="day') >= 30
        assert "Today" in page
        assert "Tomorrow" in page
        assert "5:00–12:00" in page
        assert "lunar" in page

    def test_what_is_not_established_is_said(self, text):
        fair("pac-miau", name="Pác Miầu", schedule_kind="UNKNOWN", days=[])
        page = text("/fairs/")
        assert "No fair is known to meet" in page
        assert "Pác Miầu" in page.partition("Days not established yet")[2]

    def test_a_doubtful_fair_asks_to_ask(self, text):
        fair(confidence="LOW")
        assert "sources disagree" in text("/fairs/")

    def test_a_fair_of_no_known_commune_is_shown(self, text):
        fair(commune_id=None)
        assert "commune not known" in text("/fairs/")

    def test_the_own_commune_comes_first_on_each_day(self, reader):
        fair("a", name="A xa", commune_id="01273")
        fair("b", name="B gần")
        fair("c", name="C đâu đó", commune_id=None)
        days = markets.calendar(fairs(), date(2026, 11, 22), 2, commune("01324"))
        assert [market.name for market in days[0].markets] == ["B gần", "A xa", "C đâu đó"]
        assert [market.is_own for market in days[0].markets] == [True, False, False]

    def test_fairs_go_by_the_lunar_day(self, reader):
        fair(schedule_kind="LUNAR_DAY_SET", days=[5, 10, 15, 20, 25, 30])
        days = markets.calendar(fairs(), date(2026, 11, 22), 8, None)
        assert [day.on for day in days] == [date(2026, 11, 23), date(2026, 11, 28)]

    def test_a_fair_moved_from_a_missing_day_says_so(self, reader):
        fair(schedule_kind="LUNAR_DAY_SET", days=[30], missing_day_rule="LAST_DAY")
        moved = [
            market.is_moved for day in markets.calendar(fairs(), date(2026, 1, 1), 365, None) for market in day.markets
        ]
        assert {True, False} == set(moved)

    @pytest.mark.parametrize("more", [1, 30])
    def test_queries_do_not_grow_with_the_fairs(self, reader, more, django_assert_max_num_queries):
        for number in range(more):
            fair(f"fair-{number}")
        with django_assert_max_num_queries(4):
            reader.get("/fairs/?near=01324")
        assert Fair.objects.count() == more


def test_the_page_of_rights_names_the_laws_and_the_licence(text):
    page = text("/about/")
    for words in ("46/2019", "article 42", "91/2025", "Affero"):
        assert words in page


def test_the_portal_sets_no_session_and_runs_one_small_script(reader):
    for path in ("/", "/search/?q=a", "/places/", "/places/CB-COBA/", "/fairs/", "/about/"):
        response = reader.get(path)
        assert "sessionid" not in response.cookies
        assert response.content.count(b"<script") == 1
        assert b'<script type="module" src="/static/portal/suggest' in response.content


@pytest.mark.parametrize("path", ["/", "/search/", "/places/", "/fairs/", "/about/"])
def test_pages_are_only_for_looking(reader, path):
    assert reader.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/", "/search/?q=x", "/places/", "/places/CB-COBA/", "/fairs/", "/about/"])
def test_pages_speak_vietnamese_unless_asked(reader, path):
    assert '<html lang="vi">' in reader.get(path, headers={"accept-language": ""}).content.decode()
    assert '<html lang="en">' in reader.get(path).content.decode()
