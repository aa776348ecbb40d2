"""A reader's own pages: signing in, my books, renewing; apart from the staff, and gone from the device afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.ids import new_id

if TYPE_CHECKING:
    from uuid import UUID

    from tests.builders import Person

PIN = "482913"


@dataclass
class World:
    lan: Person
    an: UUID
    card: str


@pytest.fixture
def world(transactional_db) -> World:
    from guisach.domain.readers import queries
    from tests import builders

    builders.province()
    lan = builders.lan()
    an = builders.an(lan, system_clock)
    return World(lan, an, queries.reader(an).card_no)


@pytest.fixture
def tablet(world) -> Client:
    """A browser that nobody is signed in to."""
    return Client(headers={"accept-language": "en"})


def start_code(world, reader=None):
    from guisach.domain.readers import actions
    from tests import builders

    met = actions.FaceToFace(reader or world.an, world.lan.staff.pk, builders.COBA)
    return actions.give_start_code(met=met, guardian_wishes=False, clock=system_clock)


def sign_in(client, world):
    """Sign An in with a PIN of hers."""
    client.post("/my/sign-in/", {"card": world.card, "pin": start_code(world)})
    client.post("/my/pin/", {"pin": PIN, "again": PIN})
    assert client.get("/my/").status_code == 200


def lend(world, barcode="CB000001", reader=None, **changes):
    from guisach.domain.circulation import actions
    from tests import builders

    builders.copy(barcode, of=builders.record(**changes))
    return actions.lend(
        op_id=new_id(),
        by=world.lan.source,
        place=builders.COBA,
        barcode=barcode,
        reader=reader or world.an,
        clock=system_clock,
    ).loan


def main_of(response):
    return response.content.decode().partition("<main")[2]


def lines_of(page):
    return re.findall(r'name="line" value="([^"]+)"', page)


class TestSigningIn:
    def test_from_the_slip_to_the_books(self, world, tablet):
        code = start_code(world)
        entered = tablet.post("/my/sign-in/", {"card": world.card.lower(), "pin": f"{code[:4]} {code[4:]}"})
        assert entered["Location"] == "/my/pin/"
        assert tablet.get("/my/")["Location"] == "/my/pin/", "first a PIN, then the books"
        chosen = tablet.post("/my/pin/", {"pin": PIN, "again": PIN})
        assert chosen["Location"] == "/my/"
        assert "No book at home" in main_of(tablet.get("/my/"))
        assert tablet.get("/my/sign-in/")["Location"] == "/my/"

    def test_one_comes_back_to_the_page_that_was_asked_for_and_nowhere_else(self, world, tablet):
        sign_in(tablet, world)
        tablet.post("/my/sign-out/")
        asked = tablet.get("/my/pin/")
        assert asked["Location"] == "/my/sign-in/?next=%2Fmy%2Fpin%2F"
        said = {"card": world.card, "pin": PIN}
        assert tablet.post("/my/sign-in/", {**said, "next": "/my/pin/"})["Location"] == "/my/pin/"
        tablet.post("/my/sign-out/")
        assert tablet.post("/my/sign-in/", {**said, "next": "//evil.example"})["Location"] == "/my/"

    @pytest.mark.parametrize("card", ["known", "BD99999990", "x" * 64])
    def test_unknown_card_no_pin_and_wrong_pin_look_the_same(self, world, tablet, card):
        response = tablet.post("/my/sign-in/", {"card": world.card if card == "known" else card, "pin": "000111"})
        assert response.status_code == 422
        page = main_of(response)
        assert "Card number and PIN do not fit together" in page
        assert "000111" not in page

    def test_after_five_wrong_tries_it_rests_and_says_until_when(self, world, tablet):
        sign_in(tablet, world)
        other = Client(headers={"accept-language": "en"})
        for _ in range(5):
            assert other.post("/my/sign-in/", {"card": world.card, "pin": "739104"}).status_code == 422
        resting = other.post("/my/sign-in/", {"card": world.card, "pin": PIN})
        assert resting.status_code == 429
        assert "Too many wrong tries" in main_of(resting)
        assert tablet.get("/my/").status_code == 200, "who is in stays in"

    @pytest.mark.parametrize("said", [{}, {"card": "BD1"}, {"pin": PIN}, {"card": "x" * 500, "pin": "9" * 500}])
    def test_what_is_missing_or_too_long_is_asked_for_again(self, tablet, said):
        assert tablet.post("/my/sign-in/", said).status_code == 422

    def test_a_pin_that_others_guess_or_that_differs_is_asked_for_again(self, world, tablet):
        tablet.post("/my/sign-in/", {"card": world.card, "pin": start_code(world)})
        for pin, again, text in (
            ("123456", "123456", "Others would guess"),
            ("48291", "48291", "6 to 12 digits"),
            (PIN, "482914", "The two PINs differ"),
        ):
            response = tablet.post("/my/pin/", {"pin": pin, "again": again})
            assert response.status_code == 422
            assert text in main_of(response)

    def test_changing_the_pin_asks_for_the_present_one(self, world, tablet):
        sign_in(tablet, world)
        new = {"pin": "739104", "again": "739104"}
        assert "This is not your present PIN" in main_of(tablet.post("/my/pin/", {"present": "111111", **new}))
        assert tablet.post("/my/pin/", {"present": PIN, **new})["Location"] == "/my/"

    def test_the_address_behind_the_proxy_is_the_one_the_proxy_saw(self, rf, settings):
        from guisach.site.addresses import client_address

        request = rf.get("/", headers={"x-forwarded-for": "1.2.3.4, 192.0.2.9"}, REMOTE_ADDR="10.0.0.1")
        assert client_address(request) == "10.0.0.1"
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        assert client_address(request) == "192.0.2.9"
        assert client_address(rf.get("/", headers={"x-forwarded-for": "<b>"}, REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"


class TestMyBooks:
    def test_title_day_in_words_and_place(self, world, tablet):
        loan = lend(world)
        sign_in(tablet, world)
        page = main_of(tablet.get("/my/"))
        assert "Dế Mèn phiêu lưu ký" in page
        left = (loan.due_on - local_date(system_clock())).days
        assert f"{left} days left" in page
        assert "Thư viện xã Cô Ba" in page

    def test_one_book_is_renewed_and_then_says_why_not_again_today(self, world, tablet):
        from guisach.domain.circulation.models import Loan

        loan = lend(world)
        sign_in(tablet, world)
        [line] = lines_of(main_of(tablet.get("/my/")))
        tablet.post("/my/renew/", {"renew": line})
        page = main_of(tablet.get("/my/"))
        assert "1 book renewed" in page
        assert "Renewed today" in page
        assert lines_of(page) == []
        after = Loan.objects.get(pk=loan.op)
        assert (after.renewals, after.due_on > loan.due_on) == (1, True)

    def test_the_operation_names_nobody_outside_its_private_part_and_opens_no_case(self, world, tablet):
        from guisach.domain.journal.models import Case, Device, Operation

        lend(world)
        sign_in(tablet, world)
        [line] = lines_of(main_of(tablet.get("/my/")))
        tablet.post("/my/renew/", {"renew": line})
        done = Operation.objects.get(kind="renew")
        assert str(world.an) not in done.body
        assert (done.actor, done.place) == ("", "")
        assert Device.objects.get(pk=done.dev).kind == "PORTAL"
        assert done.private_part.reader == world.an
        assert not Case.objects.exists()

    def test_all_at_once(self, world, tablet):
        from guisach.domain.circulation.models import Loan

        for n in range(3):
            lend(world, f"CB00000{n}")
        sign_in(tablet, world)
        page = main_of(tablet.get("/my/"))
        assert "Keep all 3 longer" in page
        tablet.post("/my/renew/", {"all": "1", "line": lines_of(page)})
        assert "3 books renewed" in main_of(tablet.get("/my/"))
        assert set(Loan.objects.values_list("renewals", flat=True)) == {1}

    def test_sent_twice_is_renewed_once(self, world, tablet):
        from guisach.domain.circulation.models import Loan

        loan = lend(world)
        sign_in(tablet, world)
        [line] = lines_of(main_of(tablet.get("/my/")))
        for _ in range(2):
            tablet.post("/my/renew/", {"renew": line})
            assert "1 book renewed" in main_of(tablet.get("/my/"))
        once = Loan.objects.get(pk=loan.op).due_on
        tablet.post("/my/renew/", {"renew": f"{new_id()} CB000001"})
        assert "Renewed today" in main_of(tablet.get("/my/"))
        assert Loan.objects.get(pk=loan.op).due_on == once

    def test_as_often_as_the_rules_allow_and_then_it_says_why_not(self, world, tablet):
        from guisach.domain.circulation import queries
        from guisach.domain.circulation.models import Loan

        loan = lend(world)
        limit = queries.rules_in_force([loan.place]).for_loan(loan).renewals_max
        Loan.objects.update(renewals=limit)
        sign_in(tablet, world)
        assert "as often as the rules allow" in main_of(tablet.get("/my/"))
        tablet.post("/my/renew/", {"renew": f"{new_id()} CB000001"})
        assert "as often as the rules allow" in main_of(tablet.get("/my/"))
        assert Loan.objects.get().due_on == loan.due_on

    def test_another_readers_book_is_neither_seen_nor_renewed(self, world, tablet):
        from guisach.domain.circulation.models import Loan
        from tests import builders

        other = builders.reader(world.lan, system_clock, builders.applicant("Lục Văn Ba"))
        loan = lend(world, reader=other, title="Sách của người khác")
        sign_in(tablet, world)
        assert "Sách của người khác" not in main_of(tablet.get("/my/"))
        for barcode in (loan.barcode, "KHONG-CO"):
            tablet.post("/my/renew/", {"renew": f"{new_id()} {barcode}"})
            assert "not on your card any more" in main_of(tablet.get("/my/")), "both sound the same"
        assert Loan.objects.get(pk=loan.op).renewals == 0

    def test_a_late_book_says_so_kindly_and_nothing_is_to_pay(self, world, tablet):
        from guisach.domain.circulation.models import Loan

        loan = lend(world)
        sign_in(tablet, world)
        Loan.objects.filter(pk=loan.op).update(due_on=local_date(system_clock()) - timedelta(days=3))
        page = main_of(tablet.get("/my/"))
        assert "3 days late" in page
        assert "Nothing has to be paid" in page

    @pytest.mark.parametrize(
        "sent", [{}, {"renew": "x"}, {"renew": f"{'-' * 36} CB1"}, {"all": "1", "line": ["a b"] * 400}]
    )
    def test_what_no_form_of_ours_sends_does_no_harm(self, world, tablet, sent):
        sign_in(tablet, world)
        assert tablet.post("/my/renew/", sent)["Location"] == "/my/"
        assert "Nothing was renewed" in main_of(tablet.get("/my/"))

    def test_no_more_questions_with_many_books(self, world, tablet, django_assert_max_num_queries):
        from guisach.domain.readers.models import ReaderSession

        sign_in(tablet, world)
        tablet.cookies["near"] = "01324"
        for n in range(3):
            lend(world, f"CB00001{n}")
        [line, *_rest] = lines_of(main_of(tablet.get("/my/")))
        tablet.post("/my/renew/", {"renew": line})
        ReaderSession.objects.update(seen_at=system_clock() - timedelta(minutes=5))  # so that it is noted again
        with django_assert_max_num_queries(12):
            tablet.get("/my/")


class TestNothingStays:
    def test_no_own_page_is_stored_and_none_names_the_reader_in_title_or_address(self, world, tablet):
        lend(world)
        sign_in(tablet, world)
        for name in ("my_books", "my_pin", "my_sign_in"):
            response = tablet.get(reverse(f"portal:{name}"))
            assert response["Cache-Control"] == "no-store, private"
            title = response.content.decode().partition("</title>")[0].rpartition("<title>")[2]
            assert "An" not in title.split()
            assert world.card not in title

    def test_signing_out_has_the_browser_forget_everything(self, world, tablet):
        from guisach.domain.readers.models import ReaderSession

        record = lend(world).record_id
        tablet.post("/my-list/save/", {"record": record})
        sign_in(tablet, world)
        assert 'action="/my/sign-out/"' in tablet.get("/").content.decode(), "the way out stands on every page"
        token = tablet.cookies["reader"].value
        left = tablet.post("/my/sign-out/")
        assert left["Location"] == "/my/sign-in/?left=1"
        assert left["Cache-Control"] == "no-store, private"
        assert left["Clear-Site-Data"] == '"cache", "storage"'
        assert {name for name, one in left.cookies.items() if not one.value} >= {"reader", "my-list", "messages"}
        assert not ReaderSession.objects.exists()
        assert "has forgotten" in main_of(tablet.get(left["Location"]))
        assert 'action="/my/sign-out/"' not in tablet.get("/").content.decode()
        tablet.cookies["reader"] = token
        assert tablet.get("/my/").status_code == 302, "somebody who kept the cookie finds nothing either"

    def test_the_cookie_ends_with_the_browser_and_no_script_reads_it(self, world, tablet):
        entered = tablet.post("/my/sign-in/", {"card": world.card, "pin": start_code(world)})
        cookie = entered.cookies["reader"]
        assert (cookie["max-age"], cookie["expires"], cookie["httponly"], cookie["samesite"]) == ("", "", True, "Lax")

    def test_no_field_is_one_that_browsers_offer_to_remember(self, world, tablet):
        for page in (tablet.get("/my/sign-in/"), tablet.post("/my/sign-in/", {"card": world.card, "pin": "1"})):
            assert 'type="password"' not in page.content.decode()
            assert 'value="1"' not in main_of(page)


class TestApartFromTheStaff:
    def test_staff_who_are_signed_in_are_no_readers(self, world):
        from tests.web.work.conftest import worker

        lan = worker(world.lan)
        assert lan.get("/my/").status_code == 302
        assert lan.get("/work/").status_code == 200

    def test_the_staffs_session_is_not_ended_by_a_reader_signing_out(self, world):
        from tests.web.work.conftest import worker

        lan = worker(world.lan)
        sign_in(lan, world)
        lan.post("/my/sign-out/")
        assert lan.get("/work/").status_code == 200


class TestCodes:
    @pytest.fixture
    def post(self):
        from guisach.domain.messages import kinds
        from tests import builders_messages

        office, before = builders_messages.Post(), kinds.senders()
        kinds.send_with({"SMS": office.sms})
        yield office
        kinds.send_with(before)

    def test_without_a_sender_no_code_is_offered(self, world, tablet):
        assert "Send me a code" not in main_of(tablet.get("/my/sign-in/"))
        assert tablet.post("/my/code/", {"card": world.card}).status_code == 422

    def test_one_answer_whether_or_not_the_card_exists_and_one_message(self, world, tablet, post):
        from guisach.domain.messages.models import Matter, Message
        from tests import builders

        who = builders.reader(world.lan, system_clock, builders.applicant("Lục Văn Ba", phone="0912345678"))
        from guisach.domain.readers import queries

        card = queries.reader(who).card_no
        assert "Send me a code" in main_of(tablet.get("/my/sign-in/"))
        pages = set()
        for one in (card, world.card, "BD99999990"):
            response = tablet.post("/my/code/", {"card": one})
            assert response.status_code == 200
            page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", main_of(response))
            pages.add(page.replace(one, ""))
        assert len(pages) == 1
        assert "is on its way" in pages.pop()
        assert list(Message.objects.values_list("reader", flat=True)) == [who]
        code = Matter.objects.get().data["code"]
        assert tablet.post("/my/sign-in/", {"card": card, "pin": code})["Location"] == "/my/"
        assert "You have no PIN" in main_of(tablet.get("/my/pin/"))
        assert tablet.post("/my/pin/", {"pin": PIN, "again": PIN}).status_code == 422

    def test_after_too_many_messages_the_answer_is_the_same(self, world, tablet, post):
        from guisach.domain.readers import queries
        from guisach.domain.readers.models import SignInTries
        from tests import builders

        who = builders.reader(world.lan, system_clock, builders.applicant("Lục Văn Ba", phone="0912345678"))
        for _ in range(7):
            SignInTries.objects.all().delete()
            response = tablet.post("/my/code/", {"card": queries.reader(who).card_no})
            assert "is on its way" in main_of(response)

    @pytest.mark.parametrize("card", ["", "x" * 500])
    def test_without_a_card_nothing_is_sent(self, world, tablet, post, card):
        assert tablet.post("/my/code/", {"card": card}).status_code == 422


class TestMyHistory:
    def test_it_is_off_until_switched_on_and_off_again_deletes(self, world, tablet):
        from guisach.domain.circulation import actions
        from guisach.domain.reading.models import Wish
        from tests import builders

        sign_in(tablet, world)
        assert "Nothing is kept" in main_of(tablet.get("/my/history/"))
        tablet.post("/my/history/", {"on": "1"})
        assert "Nothing yet" in main_of(tablet.get("/my/history/"))
        loan = lend(world)
        actions.take_back(
            op_id=new_id(), by=world.lan.source, place=builders.COBA, barcode=loan.barcode, clock=system_clock
        )
        assert "Dế Mèn phiêu lưu ký" in main_of(tablet.get("/my/history/"))
        tablet.post("/my/history/", {"off": "1"})
        page = main_of(tablet.get("/my/history/"))
        assert "Dế Mèn" not in page
        assert "everything that was kept is deleted" in page
        assert not Wish.objects.exists()

    def test_no_keeper_sees_it(self, world, tablet):
        from tests.web.work.conftest import worker

        sign_in(tablet, world)
        tablet.post("/my/history/", {"on": "1"})
        page = worker(world.lan).get(f"/work/readers/{world.an}/").content.decode()
        assert "history" not in page.partition("<main")[2].lower()

    def test_a_child_asks_the_guardian(self, world, tablet):
        from guisach.domain.readers import actions, queries
        from tests import builders

        binh = builders.binh(world.lan, system_clock)
        met = actions.FaceToFace(binh, world.lan.staff.pk, builders.COBA)
        code = actions.give_start_code(met=met, guardian_wishes=True, clock=system_clock)
        tablet.post("/my/sign-in/", {"card": queries.reader(binh).card_no, "pin": code})
        tablet.post("/my/pin/", {"pin": PIN, "again": PIN})
        refused = tablet.post("/my/history/", {"on": "1"})
        assert refused.status_code == 422
        assert "parent or guardian agrees first" in main_of(refused)
        tablet.post("/my/history/", {"on": "1", "guardian": "1"})
        assert "Nothing yet" in main_of(tablet.get("/my/history/"))


class TestMyCard:
    def test_what_is_kept_and_who_looked(self, world, tablet):
        sign_in(tablet, world)
        page = main_of(tablet.get("/my/card/"))
        for text in (
            "Vàng Thị An",
            world.card,
            "Thư viện xã Cô Ba",
            "You agreed on",
            "Hoàng Thị Lan",
            "gave you a start",
        ):
            assert text in page

    def test_how_the_library_speaks_to_me(self, world, tablet):
        from guisach.domain.journal.models import Case, Operation
        from guisach.domain.readers import queries

        sign_in(tablet, world)
        tablet.post("/my/card/contact/", {"op": str(new_id()), "channel": "ALOUD", "language": "tyz"})
        known = queries.reader(world.an)
        assert (known.channel, known.language, known.full_name) == ("ALOUD", "tyz", "Vàng Thị An")
        edit = Operation.objects.get(kind="edit_reader")
        assert (edit.actor, edit.place) == ("", "")
        assert str(world.an) not in edit.body
        assert not Case.objects.exists()

    @pytest.mark.slow
    @pytest.mark.parametrize("sent", [{}, {"op": "x"}, {"channel": "PIGEON", "language": "vi"}, {"language": "xx"}])
    def test_what_is_on_no_list_changes_nothing(self, world, tablet, sent):
        from guisach.domain.journal.models import Operation

        sign_in(tablet, world)
        tablet.post("/my/card/contact/", {"op": str(new_id()), **sent})
        assert "choose from the lists" in main_of(tablet.get("/my/card/"))
        assert not Operation.objects.filter(kind="edit_reader").exists()

    def test_all_of_it_can_be_taken_away_as_a_file(self, world, tablet):
        lend(world)
        sign_in(tablet, world)
        tablet.post("/my/history/", {"on": "1"})
        response = tablet.get("/my/card/data/")
        assert response["Content-Disposition"] == 'attachment; filename="thu-vien.json"'
        assert response["Cache-Control"] == "no-store, private"
        told = response.json()
        assert told["card"]["full_name"] == "Vàng Thị An"
        assert told["books_at_home"][0]["title"] == "Dế Mèn phiêu lưu ký"
        assert told["reading"][0]["what"] == "HISTORY"
        assert told["who_looked"][0]["name"] == "Hoàng Thị Lan"

    def test_the_wish_to_be_erased_becomes_a_case_and_erases_nothing_yet(self, world, tablet):
        from guisach.domain.journal.models import Case
        from guisach.domain.readers import queries

        sign_in(tablet, world)
        tablet.post("/my/card/erase/", {"op": str(new_id())})
        assert "tick the box" in main_of(tablet.get("/my/card/"))
        assert not Case.objects.exists()
        op = str(new_id())
        for _ in range(2):
            tablet.post("/my/card/erase/", {"op": op, "sure": "1"})
        assert "Your wish is noted" in main_of(tablet.get("/my/card/"))
        assert [case.kind for case in Case.objects.all()] == ["erasure_asked"]
        assert queries.reader(world.an).erased_at is None

    def test_few_questions(self, world, tablet, django_assert_max_num_queries):
        sign_in(tablet, world)
        tablet.cookies["near"] = "01324"
        tablet.post("/my/history/", {"on": "1"})
        for path in ("/my/card/", "/my/history/"):
            with django_assert_max_num_queries(12):
                tablet.get(path)


class TestMyDiary:
    def open_diary(self, world, tablet):
        sign_in(tablet, world)
        tablet.post("/my/diary/", {"on": "1"})

    def test_off_until_begun(self, world, tablet):
        sign_in(tablet, world)
        assert "A diary of your own" in main_of(tablet.get("/my/diary/"))
        refused = tablet.post("/my/diary/", {"do": "write", "title": "Dế Mèn"})
        assert refused.status_code == 409
        assert "switched off" in main_of(refused)

    def test_a_book_in_ones_own_words_with_stars_and_a_sentence(self, world, tablet):
        self.open_diary(world, tablet)
        said = {"do": "write", "op": str(new_id()), "title": "Sách <b> ở nhà", "stars": "4", "sentence": "Rất hay"}
        for _ in range(2):
            tablet.post("/my/diary/", said)
        page = main_of(tablet.get("/my/diary/"))
        assert page.count("Rất hay") == 1
        assert "★★★★☆" in page
        assert "Sách &lt;b&gt; ở nhà" in page
        [entry] = re.findall(r'name="entry" value="([0-9]+)"', page)
        tablet.post("/my/diary/", {"do": "drop", "entry": entry})
        assert "Rất hay" not in main_of(tablet.get("/my/diary/"))

    def test_a_book_that_is_not_named_is_asked_for_and_nothing_typed_is_lost(self, world, tablet):
        self.open_diary(world, tablet)
        refused = tablet.post("/my/diary/", {"do": "write", "title": " ", "sentence": "Câu đã viết", "stars": "2"})
        assert refused.status_code == 422
        page = main_of(refused)
        assert "write the title" in page
        assert 'value="Câu đã viết"' in page
        assert 'value="2" checked' in page

    def test_a_title_is_looked_up_without_anything_in_the_address(self, world, tablet):
        self.open_diary(world, tablet)
        looked = tablet.post("/my/diary/", {"do": "look", "title": "không có cuốn này", "sentence": "riêng tôi"})
        assert looked.status_code == 200
        page = main_of(looked)
        assert "kept as you write it" in page
        assert 'value="riêng tôi"' in page

    def test_a_picked_record_brings_its_title(self, world, tablet):
        from tests import builders

        record = builders.record("Góc sân và khoảng trời").pk
        self.open_diary(world, tablet)
        assert "Góc sân và khoảng trời" in main_of(tablet.get("/my/diary/", {"record": record}))
        tablet.post("/my/diary/", {"do": "write", "record": record, "stars": "x"})
        assert f'/records/{record}/"' in main_of(tablet.get("/my/diary/"))

    def test_a_challenge_is_drawn_as_spines(self, world, tablet):
        self.open_diary(world, tablet)
        until = (local_date(system_clock()) + timedelta(days=30)).isoformat()
        tablet.post("/my/diary/", {"do": "challenge", "books": "20", "until": until})
        tablet.post("/my/diary/", {"do": "write", "title": "Dế Mèn"})
        page = main_of(tablet.get("/my/diary/"))
        assert "1 of 20 books" in page
        assert page.count('class="spine spine--open"') == 19
        assert page.count('class="board"') == 2
        tablet.post("/my/diary/", {"do": "end"})
        assert "1 of 20 books" not in main_of(tablet.get("/my/diary/"))

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "sent",
        [
            {"do": "challenge", "books": "-1", "until": "x"},
            {"do": "challenge", "books": "9" * 30, "until": "2026-99-99"},
            {"do": "drop", "entry": "9" * 30},
            {"do": "write", "title": "x", "record": "9" * 30, "op": "x", "read_on": "0000-00-00"},
            {"do": "?"},
        ],
    )
    def test_what_no_form_of_ours_sends_is_no_error(self, world, tablet, sent):
        self.open_diary(world, tablet)
        assert tablet.post("/my/diary/", sent).status_code in {302, 422}

    def test_few_questions_with_many_books(self, world, tablet, django_assert_max_num_queries):
        from guisach.domain.reading.models import DiaryEntry

        self.open_diary(world, tablet)
        tablet.cookies["near"] = "01324"
        today = local_date(system_clock())
        DiaryEntry.objects.bulk_create(
            DiaryEntry(reader=world.an, op=new_id(), title=f"Sách {n}", stars=3, read_on=today) for n in range(40)
        )
        with django_assert_max_num_queries(12):
            tablet.get("/my/diary/")
