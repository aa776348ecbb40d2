"""Readers sign in to their own pages with a PIN that they alone chose; nobody learns who is a reader."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from guisach.domain.readers import actions, queries
from guisach.domain.readers.models import ReaderAccess, ReaderCode, ReaderPin, ReaderSession, SignInTries
from guisach.domain.readers.rules.waits import OF_ADDRESS, OF_CARD
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

PIN = "482913"
HOME, SCHOOL = "192.0.2.7", "198.51.100.1"


class Counting(MD5PasswordHasher):
    """Counts how often a secret is hashed: that, and not a clock, tells what an answer costs."""

    hashed = 0

    def encode(self, password, salt):
        type(self).hashed += 1
        return super().encode(password, salt)


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


@pytest.fixture
def an(lan, clock):
    return builders.an(lan, clock)


def card_of(reader):
    return queries.reader(reader).card_no


def met(lan, reader):
    return actions.FaceToFace(reader, lan.staff.pk, builders.COBA)


def code_for(lan, reader, clock, *, guardian_wishes=False):
    return actions.give_start_code(met=met(lan, reader), guardian_wishes=guardian_wishes, clock=clock)


def enter(card, secret, clock, address=HOME):
    return actions.sign_in(card=card, secret=secret, address=address, clock=clock)


def with_pin(lan, reader, clock, pin=PIN, **more):
    """Take a reader all the way from the desk to a PIN; gives the session in which it was chosen."""
    signed_in = enter(card_of(reader), code_for(lan, reader, clock, **more), clock)
    session = actions.session_of(signed_in.token, at=clock())
    actions.choose_pin(session=session, pin=pin, clock=clock)
    return signed_in


def answer(card, secret, clock, address=HOME):
    """Give what somebody who tries is told, without the time until which to wait."""
    try:
        enter(card, secret, clock, address)
    except DomainError as refusal:
        return refusal.code, re.sub(r"[0-9:/]+", "", str(refusal))
    return "in", ""


class TestFromTheDeskToThePin:
    def test_the_start_code_lets_in_once_and_the_pin_from_then_on(self, lan, an, clock):
        code = code_for(lan, an, clock)
        first = enter(card_of(an), f"{code[:4]} {code[4:]}", clock)
        assert first.must_choose_pin
        actions.choose_pin(session=actions.session_of(first.token, at=clock()), pin=PIN, clock=clock)
        assert actions.session_of(first.token, at=clock()) == actions.OwnSession(
            ReaderSession.objects.get().digest, an, must_choose_pin=False
        )
        with builders.refused("card_or_pin_wrong"):
            enter(card_of(an), code, clock)
        assert not enter(card_of(an), PIN, clock).must_choose_pin

    def test_nobody_has_a_pin_by_default(self, an, clock):
        assert queries.pin_of(an, at=clock()) is None
        for secret in ("", "000000", card_of(an), "02051990"):
            with builders.refused("card_or_pin_wrong"):
                enter(card_of(an), secret, clock)
            clock.forward(days=8)

    def test_neither_pin_nor_code_is_stored(self, lan, an, clock):
        code = code_for(lan, an, clock)
        assert code not in str(list(ReaderPin.objects.values_list()))
        with_pin(lan, an, clock)
        assert PIN not in str(list(ReaderPin.objects.values_list()))

    def test_a_start_code_ends_after_a_week(self, lan, an, clock):
        code = code_for(lan, an, clock)
        clock.forward(days=7, seconds=1)
        assert queries.pin_of(an, at=clock()) is None
        with builders.refused("card_or_pin_wrong"):
            enter(card_of(an), code, clock)

    def test_a_child_gets_one_only_when_the_guardian_wishes_it(self, lan, clock):
        binh = builders.binh(lan, clock)
        with builders.refused("guardian_wish_needed"):
            code_for(lan, binh, clock)
        assert queries.pin_of(binh, at=clock()) is None
        with_pin(lan, binh, clock, guardian_wishes=True)
        assert queries.pin_of(binh, at=clock()).has_guardian_wish

    def test_a_child_without_a_birth_date_is_a_child(self, lan, clock):
        who = builders.applicant("Vàng A Của", group="CHILD", birth_on=None, guardian="Vàng Thị An", has_assent=True)
        child = builders.reader(lan, clock, who)
        with builders.refused("guardian_wish_needed"):
            code_for(lan, child, clock)

    @pytest.mark.parametrize(
        ("pin", "code"), [("123456", "pin_easy"), ("02051990", "pin_easy"), ("4829", "pin_not_digits")]
    )
    def test_an_easy_pin_is_refused_and_the_start_code_is_still_good(self, lan, an, clock, pin, code):
        signed_in = enter(card_of(an), code_for(lan, an, clock), clock)
        session = actions.session_of(signed_in.token, at=clock())
        with builders.refused(code):
            actions.choose_pin(session=session, pin=pin, clock=clock)
        assert actions.session_of(signed_in.token, at=clock()).must_choose_pin
        actions.choose_pin(session=session, pin=PIN, clock=clock)

    def test_a_new_code_at_the_desk_ends_the_pin_and_every_session_and_leaves_a_trace(self, lan, an, clock):
        signed_in = with_pin(lan, an, clock)
        code_for(lan, an, clock)
        assert actions.session_of(signed_in.token, at=clock()) is None
        with builders.refused("card_or_pin_wrong"):
            enter(card_of(an), PIN, clock)
        assert [act for _, act, *_at in queries.accesses_of(an)] == ["START_CODE", "START_CODE"]

    def test_taking_the_pin_away_ends_signing_in(self, lan, an, clock):
        signed_in = with_pin(lan, an, clock)
        actions.take_pin_away(met=met(lan, an), clock=clock)
        assert actions.session_of(signed_in.token, at=clock()) is None
        assert queries.pin_of(an, at=clock()) is None
        with builders.refused("card_or_pin_wrong"):
            enter(card_of(an), PIN, clock)
        assert ReaderAccess.objects.filter(act="NO_PIN", reader=an).exists()

    def test_nobody_gives_a_code_to_somebody_who_is_gone(self, lan, clock):
        with builders.refused("reader_gone"):
            code_for(lan, new_id(), clock)


class TestChangingThePin:
    def test_the_present_one_is_said_first_and_other_devices_are_signed_out(self, lan, an, clock):
        here = with_pin(lan, an, clock)
        there = enter(card_of(an), PIN, clock)
        session = actions.session_of(here.token, at=clock())
        with builders.refused("card_or_pin_wrong"):
            actions.choose_pin(session=session, pin="739104", present="111111", clock=clock)
        actions.choose_pin(session=session, pin="739104", present=PIN, clock=clock)
        assert actions.session_of(there.token, at=clock()) is None
        assert actions.session_of(here.token, at=clock()) is not None
        enter(card_of(an), "739104", clock)

    def test_guessing_the_present_one_is_throttled_as_signing_in_is(self, lan, an, clock):
        session = actions.session_of(with_pin(lan, an, clock).token, at=clock())
        for _ in range(OF_CARD.free + 1):
            with builders.refused("card_or_pin_wrong"):
                actions.choose_pin(session=session, pin="739104", present="111111", clock=clock)
        with builders.refused("too_many_tries"):
            actions.choose_pin(session=session, pin="739104", present=PIN, clock=clock)


class TestThrottle:
    def test_after_five_wrong_pins_the_right_one_waits_too_and_ever_longer(self, lan, an, clock):
        with_pin(lan, an, clock)
        for n, wait in enumerate((1, 5, 15, 60, 240, 1440, 1440)):
            for _ in range(5 if n == 0 else 1):
                with builders.refused("card_or_pin_wrong"):
                    enter(card_of(an), "739104", clock)
            with builders.refused("too_many_tries"):
                enter(card_of(an), PIN, clock)
            clock.forward(minutes=wait, seconds=-5)
            with builders.refused("too_many_tries"):
                enter(card_of(an), PIN, clock)
            clock.forward(seconds=6)
        enter(card_of(an), PIN, clock)
        assert not SignInTries.objects.filter(key=SignInTries.key_of("card", card_of(an))).exists()

    def test_tries_from_many_addresses_count_together_against_a_card(self, lan, an, clock):
        with_pin(lan, an, clock)
        for n in range(OF_CARD.free + 1):
            with builders.refused("card_or_pin_wrong"):
                enter(card_of(an), "739104", clock, address=f"203.0.113.{n}")
        with builders.refused("too_many_tries"):
            enter(card_of(an), PIN, clock, address="203.0.113.99")

    def test_however_the_number_is_typed_it_is_one_card(self, lan, an, clock):
        with_pin(lan, an, clock)
        card = card_of(an)
        for typed in (card.lower(), f" {card} ", f"{card[:4]} {card[4:]}", card, card.lower()):
            with builders.refused("card_or_pin_wrong"):
                enter(typed, "739104", clock)
        with builders.refused("too_many_tries"):
            enter(card, PIN, clock)

    @pytest.mark.parametrize("last", ["2001:db8:7:7::%x", "198.51.100.1", "::ffff:198.51.100.1"])
    def test_one_address_rests_after_many_cards_and_others_go_on(self, lan, an, clock, last):
        with_pin(lan, an, clock)
        at = (lambda n: last % n) if "%" in last else (lambda n: last)
        for n in range(OF_ADDRESS.free + 1):
            assert answer(f"KHONG{n}", "739104", clock, at(n))[0] == "card_or_pin_wrong"
        assert answer(card_of(an), PIN, clock, at(999))[0] == "too_many_tries"
        enter(card_of(an), PIN, clock, HOME)

    def test_signing_in_rightly_does_not_wash_an_address_clean(self, lan, an, clock):
        with_pin(lan, an, clock)
        for n in range(OF_ADDRESS.free):
            assert answer(f"KHONG{n}", "739104", clock, SCHOOL)[0] == "card_or_pin_wrong"
            enter(card_of(an), PIN, clock, SCHOOL)
        assert answer("KHONG", "739104", clock, SCHOOL)[0] == "card_or_pin_wrong"
        assert answer(card_of(an), PIN, clock, SCHOOL)[0] == "too_many_tries"

    def test_the_desk_opens_it_again_and_the_pin_stays(self, lan, an, clock):
        with_pin(lan, an, clock)
        for _ in range(OF_CARD.free + 1):
            answer(card_of(an), "739104", clock)
        assert queries.sign_in_rests_until(card_of(an), at=clock()) > clock()
        actions.let_try_again(met=met(lan, an), clock=clock)
        assert queries.sign_in_rests_until(card_of(an), at=clock()) is None
        enter(card_of(an), PIN, clock)
        assert ReaderAccess.objects.filter(act="UNLOCK", reader=an).exists()

    def test_old_tries_are_forgotten_and_name_nobody(self, lan, an, clock):
        answer(card_of(an), "739104", clock)
        answer("KHONG-CO", "739104", clock)
        stored = str(list(SignInTries.objects.values_list()))
        assert card_of(an) not in stored
        assert "KHONG" not in stored
        assert HOME not in stored
        clock.forward(days=7, seconds=1)
        answer("KHAC", "739104", clock, SCHOOL)
        assert SignInTries.objects.count() == 2

    def test_a_dozen_tries_at_once_are_no_more_than_the_card_has(self, lan, an, clock):
        """Each is counted before its PIN is compared, so none slips through while another is being hashed."""
        with_pin(lan, an, clock)
        card, told = card_of(an), []

        def attempt():
            told.append(answer(card, "739104", clock)[0])
            connection.close()

        threads = [threading.Thread(target=attempt) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == ["card_or_pin_wrong"] * (OF_CARD.free + 1) + ["too_many_tries"] * (11 - OF_CARD.free)


class TestNobodyLearnsWhoIsAReader:
    @pytest.fixture
    def cards(self, lan, an, clock):
        """A reader with a PIN, one with a start code, one whose code has ended, one with nothing, and nobody."""
        ended = builders.reader(lan, clock, builders.applicant("Lục Văn Ba"))
        code_for(lan, ended, clock)
        clock.forward(days=8)
        waiting = builders.reader(lan, clock, builders.applicant("Lục Văn Tư"))
        code_for(lan, waiting, clock)
        nothing = builders.reader(lan, clock, builders.applicant("Lục Văn Năm"))
        with_pin(lan, an, clock)
        return [card_of(an), card_of(waiting), card_of(ended), card_of(nothing), "BD99999990", "x" * 60, "%s"]

    def test_one_answer_for_all_and_one_secret_hashed(self, cards, clock):
        told, cost = set(), set()
        for n, card in enumerate(cards):
            Counting.hashed = 0
            with override_settings(PASSWORD_HASHERS=[f"{__name__}.Counting"]):
                told.add(answer(card, "739104", clock, f"203.0.113.{n}"))
            cost.add(Counting.hashed)
        assert len(told) == 1
        assert cost == {1}

    def test_as_many_questions_to_the_database(self, cards, clock):
        asked = []
        for n, card in enumerate(cards):
            with CaptureQueriesContext(connection) as found:
                answer(card, "739104", clock, f"203.0.113.{n}")
            asked.append([re.sub(r"'[^']*'|[0-9]+", "?", query["sql"]) for query in found])
        assert all(one == asked[0] for one in asked), [len(one) for one in asked]

    def test_an_unknown_card_rests_like_a_known_one(self, cards, clock):
        for n, card in enumerate(cards):
            address = f"203.0.113.{n}"
            told = [answer(card, "739104", clock, address)[0] for _ in range(OF_CARD.free + 2)]
            assert told == ["card_or_pin_wrong"] * (OF_CARD.free + 1) + ["too_many_tries"]


class TestSessions:
    def test_a_session_ends_after_twenty_idle_minutes_and_lives_on_while_used(self, lan, an, clock):
        token = with_pin(lan, an, clock).token
        for _ in range(3):
            clock.forward(minutes=19)
            assert actions.session_of(token, at=clock()).reader == an
        clock.forward(minutes=21)
        assert actions.session_of(token, at=clock()) is None

    def test_a_session_ends_after_two_hours_whatever_happens(self, lan, an, clock):
        token = with_pin(lan, an, clock).token
        for _ in range(7):
            clock.forward(minutes=17)
            assert actions.session_of(token, at=clock()) is not None
        clock.forward(minutes=5)
        assert actions.session_of(token, at=clock()) is None

    def test_signing_out_ends_it_at_once_and_twice_does_no_harm(self, lan, an, clock):
        token = with_pin(lan, an, clock).token
        actions.sign_out(token=token)
        actions.sign_out(token=token)
        assert actions.session_of(token, at=clock()) is None

    @pytest.mark.parametrize("token", ["", "x", "x" * 5000, "\x00", "é" * 40])
    def test_what_is_no_token_is_nobodys(self, token, clock):
        assert actions.session_of(token, at=clock()) is None

    def test_the_token_is_not_stored_and_old_sessions_are_swept(self, lan, an, clock):
        token = with_pin(lan, an, clock).token
        assert token not in str(list(ReaderSession.objects.values_list()))
        clock.forward(minutes=30)
        enter(card_of(an), PIN, clock)
        assert ReaderSession.objects.count() == 1

    def test_looking_at_pages_does_not_write_each_time(self, lan, an, clock, django_assert_num_queries):
        token = with_pin(lan, an, clock).token
        clock.forward(seconds=30)
        with django_assert_num_queries(1):
            actions.session_of(token, at=clock() + timedelta())


class TestCodes:
    def ask(self, card, clock, address=HOME):
        return actions.ask_for_code(card=card, address=address, clock=clock)

    def test_a_code_lets_in_once_without_a_pin(self, an, clock):
        reader, code = self.ask(card_of(an), clock)
        assert (reader, len(code)) == (an, 6)
        assert code not in str(list(ReaderCode.objects.values_list()))
        assert not enter(card_of(an), code, clock).must_choose_pin
        with builders.refused("card_or_pin_wrong"):
            enter(card_of(an), code, clock)

    def test_a_code_and_a_pin_stand_beside_each_other(self, lan, an, clock):
        with_pin(lan, an, clock)
        _, code = self.ask(card_of(an), clock)
        enter(card_of(an), PIN, clock)
        enter(card_of(an), code, clock)

    def test_a_code_ends_after_ten_minutes_after_five_tries_and_with_a_new_one(self, an, clock):
        _, code = self.ask(card_of(an), clock)
        clock.forward(minutes=10, seconds=1)
        with builders.refused("card_or_pin_wrong"):
            enter(card_of(an), code, clock)
        _, first = self.ask(card_of(an), clock)
        _, second = self.ask(card_of(an), clock)
        if first != second:
            with builders.refused("card_or_pin_wrong"):
                enter(card_of(an), first, clock)
        ReaderCode.objects.update(tries=5)
        with builders.refused("card_or_pin_wrong"):
            enter(card_of(an), second, clock)

    def test_wrong_tries_count_against_the_code(self, an, clock):
        self.ask(card_of(an), clock)
        with builders.refused("card_or_pin_wrong"):
            enter(card_of(an), "0", clock)
        assert ReaderCode.objects.get().tries == 1

    def test_codes_are_few_for_a_card_and_for_an_address_known_or_not(self, an, clock):
        for card in (card_of(an), "BD99999990"):
            for n in range(4):
                self.ask(card, clock, f"203.0.113.{n}")
            with builders.refused("too_many_tries"):
                self.ask(card, clock, "203.0.113.77")
        for n in range(21):
            self.ask(f"KHONG{n}", clock, SCHOOL)
        with builders.refused("too_many_tries"):
            self.ask(card_of(an), clock, SCHOOL)

    def test_the_code_of_nobody_lets_nobody_in(self, clock):
        reader, code = self.ask("BD99999990", clock)
        assert queries.reader(reader) is None
        for card in ("BD99999990", "BD88888880", ""):
            with builders.refused("card_or_pin_wrong"):
                enter(card, code, clock)

    def test_the_desk_taking_the_pin_away_ends_a_code_too(self, lan, an, clock):
        _, code = self.ask(card_of(an), clock)
        actions.take_pin_away(met=met(lan, an), clock=clock)
        with builders.refused("card_or_pin_wrong"):
            enter(card_of(an), code, clock)
