"""Signing in and out, one's own password, the place where one works, and who may open what."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.web.work.conftest import worker


@pytest.fixture
def stranger(world) -> Client:
    from axes.models import AccessAttempt

    AccessAttempt.objects.all().delete()
    cache.clear()
    return Client(headers={"accept-language": "en"})


def enter(client: Client, password: str, username: str = "lan", **more: str):
    return client.post("/work/sign-in/", {"username": username, "password": password, **more})


class TestSigningIn:
    def test_a_keeper_comes_to_the_desk_whatever_the_letters_of_the_name(self, stranger):
        from tests import builders

        assert "Sign in" in stranger.get("/work/sign-in/").content.decode()
        assert enter(stranger, builders.PASSWORD, " Lan ")["Location"] == "/work/"
        assert "Hoàng Thị Lan" in stranger.get("/work/").content.decode()
        assert stranger.get("/work/sign-in/")["Location"] == "/work/"

    def test_one_comes_back_to_the_page_that_was_asked_for_and_nowhere_else(self, stranger):
        from tests import builders

        asked = stranger.get("/work/readers/?q=an")
        assert asked["Location"] == "/work/sign-in/?next=%2Fwork%2Freaders%2F%3Fq%3Dan"
        assert "Please sign in to go on" in stranger.get(asked["Location"]).content.decode()
        wanted = {"next": "/work/readers/?q=an"}
        assert enter(stranger, builders.PASSWORD, **wanted)["Location"] == wanted["next"]
        stranger.post("/work/sign-out/")
        assert enter(stranger, builders.PASSWORD, next="//evil.example")["Location"] == "/work/"

    @pytest.mark.parametrize("username", ["lan", "khongai"])
    def test_a_wrong_name_and_a_wrong_password_look_the_same(self, stranger, username):
        response = enter(stranger, "sai mật khẩu", username)
        assert response.status_code == 422
        page = response.content.decode()
        assert "Name and password do not fit together" in page
        assert "Vietnamese keyboard" in page

    def test_after_five_wrong_passwords_it_rests(self, stranger):
        from tests import builders

        for _ in range(4):
            assert enter(stranger, "sai").status_code == 422
        locked = enter(stranger, "sai")
        assert locked.status_code == 429
        assert "quarter of an hour" in locked.content.decode()
        assert enter(stranger, builders.PASSWORD).status_code == 429

    def test_signing_out_ends_the_session(self, lan):
        assert lan.post("/work/sign-out/")["Location"] == "/work/sign-in/"
        assert lan.get("/work/")["Location"].startswith("/work/sign-in/")
        assert lan.get("/work/sign-out/").status_code == 405

    def test_a_scan_after_the_session_ended_leads_to_the_sign_in_page_and_back(self, stranger):
        headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/work/?desk=d1"}
        response = stranger.post("/work/desk/scan/", {"code": "X"}, headers=headers)
        assert response.status_code == 401
        assert response["HX-Redirect"] == "/work/sign-in/?next=http%3A%2F%2Ftestserver%2Fwork%2F%3Fdesk%3Dd1"


class TestPassword:
    def test_is_changed_by_its_owner_who_stays_signed_in_while_other_sessions_end(self, lan, world):
        from tests import builders

        other = worker(world.lan)
        assert "Change my password" in lan.text("/work/password/")
        said = {"old": builders.PASSWORD, "new": "suoi-mo-doi-che-7", "again": "suoi-mo-doi-che-7"}
        assert lan.post("/work/password/", said)["Location"] == "/work/"
        assert "Your password is changed" in lan.text("/work/")
        assert other.get("/work/").status_code == 302
        assert enter(Client(), "suoi-mo-doi-che-7")["Location"] == "/work/"

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"old": "sai"}, "not your present password"),
            ({"again": "khac"}, "differ"),
            ({"new": "abc", "again": "abc"}, "too easy to guess"),
            ({"old": ""}, "required"),
        ],
    )
    def test_is_not_changed_when_something_is_wrong(self, lan, changes, words):
        from tests import builders

        said = {"old": builders.PASSWORD, "new": "suoi-mo-doi-che-7", "again": "suoi-mo-doi-che-7", **changes}
        response = lan.post("/work/password/", said)
        assert response.status_code == 422
        assert words in response.content.decode()
        assert enter(Client(), builders.PASSWORD)["Location"] == "/work/"


class TestPlace:
    def test_a_librarian_of_the_province_starts_at_its_library_and_chooses_another(self, hoa):
        assert "Thư viện tỉnh Cao Bằng" in hoa.get("/work/").content.decode()
        choices = hoa.text("/work/place/")
        assert all(name in choices for name in ("Thư viện xã Cô Ba", "Thư viện xã Đàm Thủy"))
        assert hoa.post("/work/place/", {"place": "CB-COBA"})["Location"] == "/work/"
        assert "You work at Thư viện xã Cô Ba now" in hoa.text("/work/")

    def test_among_many_places_one_is_found_without_marks(self, hoa, world):
        from guisach.domain.network.models import Place

        assert 'id="q"' not in hoa.text("/work/place/")
        for number in range(12):
            fields = {"kind": "COMMUNITY_BOOKCASE", "service_mode": "KEPT", "commune_id": "01501"}
            Place.objects.create(code=f"TU-{number}", name=f"Tủ sách xóm {number}", **fields)
        found = hoa.text("/work/place/", q="co ba")
        assert found.count('name="place"') == 1
        assert "Thư viện xã Cô Ba" in found
        assert "No place found" in hoa.text("/work/place/", q="khong co")

    def test_a_keeper_cannot_choose_a_place_of_somebody_else(self, lan):
        assert lan.post("/work/place/", {"place": "CB-DAMTHUY"})["Location"] == "/work/place/"
        assert "not open to your account" in lan.text("/work/place/")
        assert "Thư viện xã Cô Ba" in lan.get("/work/").content.decode()

    def test_a_place_in_the_session_that_is_no_longer_ones_own_counts_for_nothing(self, lan):
        session = lan.session
        session["place"] = "CB-DAMTHUY"
        session.save()
        assert "Thư viện xã Cô Ba" in lan.get("/work/").content.decode()

    def test_an_appointment_that_ended_closes_the_desk_at_once(self, lan, world):
        from guisach.domain.network import actions
        from guisach.domain.network.queries import appointments_of
        from guisach.kernel.clock import local_date, system_clock

        today = local_date(system_clock())
        assert lan.get("/work/").status_code == 200
        actions.end_appointment(appointment=appointments_of(world.lan.staff, today)[0].pk, on=today)
        assert "not appointed to any place" in lan.text("/work/", 403)
        assert lan.act("/work/desk/scan/", code="CB000001").status_code == 403

    def test_somebody_switched_off_is_out_at_once(self, lan):
        from guisach.domain.network import actions

        actions.set_active(username="lan", is_active=False)
        assert lan.get("/work/")["Location"].startswith("/work/sign-in/")


class TestWhoMayOpenWhat:
    PAGES = ("home", "returns", "readers", "join", "count", "books", "cases")

    @pytest.mark.parametrize(
        ("person", "open_to_them"),
        [("lan", set(PAGES)), ("hoa", set(PAGES)), ("kien", set(PAGES)), ("thao", {"books"}), ("van", set())],
    )
    def test_by_duty(self, world, person, open_to_them):
        from tests import builders

        client = worker(getattr(builders, person)())
        found = {page for page in self.PAGES if client.get(reverse(f"work:{page}")).status_code == 200}
        assert found == open_to_them

    def test_a_cataloguer_begins_with_the_books_and_an_officer_with_the_province(self, world):
        from tests import builders

        assert worker(builders.thao()).get("/work/")["Location"] == "/work/books/"
        assert worker(builders.dung()).get("/work/")["Location"] == "/hq/"

    def test_a_page_that_is_not_open_says_why_and_whom_to_ask(self, world):
        from tests import builders

        response = worker(builders.van()).get("/work/readers/")
        assert response.status_code == 403
        page = response.content.decode()
        assert "Your duties do not include this page." in page
        assert "ask the provincial library" in page
        assert 'href="/work/"' in page


class TestFaults:
    def test_an_unknown_address_has_a_page_with_a_way_on(self, lan):
        response = lan.get("/work/nowhere/")
        assert response.status_code == 404
        assert "This page is not here" in response.content.decode()

    def test_a_form_from_elsewhere_is_not_taken(self, world):
        client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
        response = client.post("/work/sign-in/", {"username": "lan", "password": "x"})
        assert response.status_code == 403
        assert "stayed open too long" in response.content.decode()

    def test_a_fault_of_ours_is_told_without_asking_the_database(self, rf):
        """No fixture opens the database here, so a question to it would fail."""
        from guisach.web.ui import errors

        response = errors.server_error(rf.get("/work/"))
        assert response.status_code == 500
        assert "<h1>" in response.content.decode()

    def test_what_cannot_be_understood_has_a_page(self, lan):
        response = lan.post("/work/undo/", {"op": "x"})
        assert response.status_code == 400
        assert "did not understand" in response.content.decode()
