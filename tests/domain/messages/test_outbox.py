"""The outbox: whatever happens on the way, nothing arrives twice and nothing is lost."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guisach.domain.messages import actions, kinds, queries
from guisach.domain.messages.actions.handling import KEPT_DAYS
from guisach.domain.messages.kinds import NotSent, Unclear
from guisach.domain.messages.models import Matter, Message
from guisach.domain.messages.rules.timing import LEASE, Manners
from guisach.domain.messages.steps import drop_reader, forget, queue, withdraw
from guisach.domain.network.actions import close
from guisach.domain.readers.models import Reader
from guisach.kernel.errors import InvariantBroken
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders_messages import TIDINGS, FarEnd, chooses

pytestmark = pytest.mark.django_db(transaction=True)


def state_of(key, reader):
    return Message.objects.get(matters__key=f"tidings:{reader}:{key}").state


class TestQueueing:
    def test_the_same_key_is_told_once(self, an, post, clock):
        [first] = post.tell(an, "a", at=clock())
        assert first is not None
        assert post.tell(an, "a", at=clock()) == [None]
        post.work(clock)
        assert post.tell(an, "a", at=clock()) == [None]
        assert [letter.text for letter in post.sent] == ["a"]

    def test_what_waits_for_one_reader_and_place_becomes_one_message(self, an, post, clock):
        post.tell(an, "a", "b", at=clock(), place=builders.COBA)
        post.tell(an, "c", at=clock(), place=builders.COBA)
        post.tell(an, "d", at=clock(), place=builders.DAMTHUY)
        post.work(clock)
        assert sorted(letter.text for letter in post.sent) == ["a, b, c", "d"]

    def test_what_comes_after_it_was_claimed_is_a_message_of_its_own(self, an, post, clock):
        post.tell(an, "a", at=clock())
        claimed = actions.claim_next(clock=clock, channels=["SMS"])
        post.tell(an, "b", at=clock())
        actions.mark_sent(claimed, clock=clock)
        post.work(clock)
        assert [letter.text for letter in post.sent] == ["b"]

    def test_a_transaction_that_fails_queues_nothing(self, an, post, clock):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            queue(key="k", kind=TIDINGS, reader=an, at=clock())
            raise ZeroDivisionError
        assert not Message.objects.exists()

    def test_outside_a_transaction_and_for_an_unknown_kind_it_is_our_mistake(self, an, post, clock):
        with pytest.raises(InvariantBroken):
            queue(key="k", kind=TIDINGS, reader=an, at=clock())
        with pytest.raises(InvariantBroken), transaction.atomic():
            queue(key="k", kind="nobody's", reader=an, at=clock())

    def test_a_stranger_is_told_nothing(self, lan, post, clock):
        assert post.tell(new_id(), "a", at=clock()) == [None]


class TestManners:
    def test_the_night_is_waited_out(self, an, post, clock):
        clock.at = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)  # five past nine in the evening
        post.tell(an, "a", at=clock())
        assert post.work(clock) == 0
        clock.forward(hours=9, minutes=54)
        assert post.work(clock) == 0
        clock.forward(minutes=2)
        assert post.work(clock) == 1

    def test_a_third_message_of_a_day_waits_for_the_next_morning(self, an, post, clock):
        for news in "abc":
            post.tell(an, news, at=clock())
            post.work(clock)
        assert [letter.text for letter in post.sent] == ["a", "b"]
        waiting = Message.objects.get(state="QUEUED")
        assert waiting.not_before == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)  # seven in the morning
        clock.at = waiting.not_before
        post.work(clock)
        assert [letter.text for letter in post.sent] == ["a", "b", "c"]

    def test_while_a_place_is_closed_it_is_silent(self, an, post, clock):
        close(first_on=date(2026, 11, 20), last_on=date(2026, 11, 29), reason="Dịch", commune="01324")
        post.tell(an, "a", at=clock(), place=builders.COBA)
        post.tell(an, "b", at=clock(), place=builders.DAMTHUY)
        post.work(clock)
        assert [letter.text for letter in post.sent] == ["b"]
        assert Message.objects.get(state="QUEUED").not_before == datetime(2026, 11, 30, tzinfo=UTC)

    def test_a_province_may_have_other_manners(self, an, post, clock):
        kinds.send_with(kinds.senders(), Manners(a_day_max=1))
        for news in "ab":
            post.tell(an, news, at=clock())
            post.work(clock)
        assert [letter.text for letter in post.sent] == ["a"]


class TestTheFarEnd:
    def test_what_could_not_go_is_tried_again_and_then_a_persons_turn(self, an, post, clock):
        post.tell(an, "a", at=clock())
        post.sms.failures.extend(NotSent("busy") for _ in range(20))
        tries = 0
        for _ in range(200):
            tries += post.work(clock)
            clock.forward(hours=1)
        assert tries == 8
        assert state_of("a", an) == "FAILED"
        [view] = queries.messages(places=None, group="person")
        assert view.error == "busy"

    def test_a_wrong_address_is_not_tried_again(self, an, post, clock):
        post.tell(an, "a", at=clock())
        post.sms.failures.append(NotSent("address", is_final=True))
        post.work(clock)
        assert state_of("a", an) == "FAILED"

    def test_a_broken_channel_costs_no_attempt_and_rests(self, an, post, clock):
        post.tell(an, "a", at=clock())
        post.sms.failures.extend([NotSent("login", is_ours=True)] * 30)
        for _ in range(30):
            assert post.work(clock) == 1
            clock.forward(minutes=1)
        assert state_of("a", an) == "QUEUED"
        post.work(clock)
        assert [letter.text for letter in post.sent] == ["a"]

    def test_what_nobody_knows_is_left_to_a_person_who_may_send_it_again(self, an, lan, post, clock):
        [id_] = post.tell(an, "a", at=clock())
        post.sms.failures.append(Unclear("no_answer"))
        post.work(clock)
        assert state_of("a", an) == "UNCERTAIN"
        clock.forward(days=9)
        assert post.work(clock) == 0
        assert actions.send_again([id_], places=[builders.DAMTHUY], by=lan.staff.pk, clock=clock) == 0
        assert actions.send_again([id_], places=None, by=lan.staff.pk, clock=clock) == 1
        post.work(clock)
        assert [letter.reference for letter in post.sent] == [str(id_)]

    def test_a_far_end_that_knows_a_reference_again_is_asked_again(self, an, post, clock):
        post.sms.is_repeatable = True
        [id_] = post.tell(an, "a", at=clock())
        post.sms.failures.append(Unclear("no_answer"))
        post.sms.arrives_all_the_same = True
        post.work(clock)
        clock.forward(minutes=2)
        post.work(clock)
        assert [letter.reference for letter in post.sent] == [str(id_)] * 2
        assert state_of("a", an) == "SENT"


class TestDying:
    def test_who_died_with_a_message_in_hand_leaves_it_to_a_person(self, an, post, clock):
        post.tell(an, "a", at=clock())
        assert actions.claim_next(clock=clock, channels=["SMS"])
        assert post.work(clock) == 0
        clock.forward(seconds=LEASE.total_seconds() + 1)
        assert post.work(clock) == 0
        assert state_of("a", an) == "UNCERTAIN"
        assert [view.error for view in queries.messages(places=None, group="person")] == ["interrupted"]

    def test_who_was_only_slow_may_still_say_what_came_of_it(self, an, post, clock):
        post.tell(an, "a", at=clock())
        claimed = actions.claim_next(clock=clock, channels=["SMS"])
        clock.forward(hours=1)
        actions.give_up_dead_claims(clock=clock)
        assert actions.mark_sent(claimed, clock=clock)
        assert state_of("a", an) == "SENT"

    def test_after_a_person_took_it_the_slow_one_has_no_say(self, an, lan, post, clock):
        [id_] = post.tell(an, "a", at=clock())
        claimed = actions.claim_next(clock=clock, channels=["SMS"])
        clock.forward(hours=1)
        actions.give_up_dead_claims(clock=clock)
        actions.send_again([id_], places=None, by=lan.staff.pk, clock=clock)
        assert not actions.mark_failed(claimed, error="busy", clock=clock)
        assert state_of("a", an) == "QUEUED"


class TestLettingGo:
    def test_what_was_withdrawn_is_not_told_and_the_rest_is(self, an, post, clock):
        post.tell(an, "a", "b", at=clock())
        with transaction.atomic():
            withdraw(["news:a"])
        post.work(clock)
        assert [letter.text for letter in post.sent] == ["b"]

    def test_a_message_about_nothing_more_is_cancelled(self, an, post, clock):
        post.tell(an, "a", at=clock())
        with transaction.atomic():
            withdraw(["news:a"])
        assert post.work(clock) == 0
        assert Message.objects.get().state == "CANCELLED"

    def test_where_there_is_nothing_to_say_any_more_nothing_is_said(self, an, post, clock):
        post.tell(an, "nothing", at=clock())
        assert post.work(clock) == 0
        assert Message.objects.get().state == "CANCELLED"

    def test_forgetting_leaves_that_a_message_went_and_not_about_what(self, an, post, clock):
        post.tell(an, "a", at=clock())
        post.work(clock)
        with transaction.atomic():
            forget(["news:a"])
        assert Message.objects.get().reader == an
        assert not Matter.objects.exists()

    def test_a_reader_who_is_erased_takes_the_messages_along(self, an, post, clock):
        post.tell(an, "a", at=clock())
        with transaction.atomic():
            drop_reader(an)
        assert not Matter.objects.exists()
        assert not Message.objects.exists()

    def test_a_reader_who_is_gone_is_told_nothing(self, an, post, clock):
        post.tell(an, "a", at=clock())
        Reader.objects.filter(pk=an).delete()
        assert post.work(clock) == 0
        assert Message.objects.get().error == "reader_gone"

    def test_a_fault_in_one_message_does_not_hold_up_the_others(self, an, lan, post, clock):
        post.tell(an, "a", at=clock())
        Message.objects.update(kind="of another version")
        other = builders.reader(lan, clock, builders.applicant("Nông Văn Sinh", phone="0900000001"))
        chooses(other, "SMS")
        post.tell(other, "b", at=clock())
        post.work(clock)
        assert [letter.text for letter in post.sent] == ["b"]

    def test_what_was_over_long_ago_is_deleted_and_what_waits_for_a_person_is_not(self, an, post, clock):
        post.tell(an, "a", at=clock())
        post.work(clock)
        post.tell(an, "b", at=clock())
        post.sms.failures.append(Unclear("no_answer"))
        post.work(clock)
        clock.forward(days=KEPT_DAYS + 1)
        assert actions.tidy(clock=clock)
        assert [message.state for message in Message.objects.all()] == ["UNCERTAIN"]

    def test_after_a_restore_what_waited_then_is_a_persons_turn(self, an, post, clock):
        post.tell(an, "a", at=clock())
        actions.send_code(reader=an, code="493817", clock=clock)
        actions.hold_after_restore()
        assert post.work(clock) == 0
        assert Counter(Message.objects.values_list("state", flat=True)) == {"UNCERTAIN": 1, "CANCELLED": 1}
        assert "493817" not in str(list(Matter.objects.values_list("data")))


class TestByHand:
    def test_without_a_gateway_a_reader_gets_a_slip_which_is_printed_once(self, an, lan, clock, post):
        kinds.send_with({})
        post.tell(an, "a", at=clock(), place=builders.COBA)
        [slip] = queries.handed(place=builders.COBA, channel="SLIP", at=clock())
        assert slip.words.text == "a"
        assert actions.mark_handed([slip.id], places=None, by=lan.staff.pk, clock=clock) == 1
        assert actions.mark_handed([slip.id], places=None, by=lan.staff.pk, clock=clock) == 0
        assert queries.handed(place=builders.COBA, channel="SLIP", at=clock()) == []
        assert state_of("a", an) == "PRINTED"

    def test_a_talk_settles_what_waited_and_the_same_talk_twice_is_one(self, an, lan, clock, post):
        kinds.send_with({})
        post.tell(an, "a", at=clock(), place=builders.COBA)
        talk = {
            "reader": an, "kind": TIDINGS, "place": builders.COBA, "subjects": {"news:a": "talk:1"},
            "by": lan.staff.pk, "clock": clock,
        }  # fmt: skip
        assert actions.note_talk(**talk)
        assert actions.note_talk(**talk) is None
        assert queries.handed(place=builders.COBA, channel="SLIP", at=clock()) == []
        assert queries.last_told(["news:a"])["news:a"].state == "TALKED"
        assert post.tell(an, "a", at=clock()) == [None]

    def test_what_failed_can_be_printed_instead(self, an, lan, clock, post):
        [id_] = post.tell(an, "a", at=clock(), place=builders.COBA)
        post.sms.failures.append(NotSent("address", is_final=True))
        post.work(clock)
        assert actions.print_instead([id_], places=None, by=lan.staff.pk, clock=clock) == 1
        assert len(queries.handed(place=builders.COBA, channel="SLIP", at=clock())) == 1


def test_several_workers_at_once_send_each_message_once(an, lan, post, clock):
    people = [
        builders.reader(lan, clock, builders.applicant(f"Bạn đọc {n}", phone=f"09{n:08d}", channel="SMS"))
        for n in range(6)
    ]
    for who in people:
        post.tell(who, "a", at=clock())
    at, start = clock(), threading.Barrier(4)
    claims, faults = [], []

    def work():
        try:
            start.wait()
            while (claimed := actions.claim_next(clock=lambda: at, channels=["SMS"])) is not None:
                claims.append(claimed.message)
        except Exception as fault:  # noqa: BLE001  (a thread's failure is the test's)
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert sorted(claims) == sorted(Message.objects.filter(state="SENDING").values_list("pk", flat=True))
    assert len(claims) == len(set(claims)) == len(people)


# Crashes at every point ------------------------------------------------------------------------------------

HAPPENINGS = st.sampled_from(
    ["tell", "tell", "sent", "sent", "dies before sending", "dies after sending", "busy", "address", "login",
     "unclear and arrived", "unclear and lost", "a minute", "an hour", "looks after the dead", "withdrawn"]
)  # fmt: skip


class World:
    """A worker who may die at any point, a far end, and what has been queued so far."""

    def __init__(self, post, reader, clock):
        self.post, self.reader, self.clock = post, reader, clock
        self.told, self.withdrawn = 0, set()

    def happens(self, what):
        if what == "tell":
            self.told += 1
            self.post.tell(self.reader, str(self.told), at=self.clock())
        elif what in {"a minute", "an hour"}:
            self.clock.forward(minutes=1 if what == "a minute" else 60)
        elif what == "looks after the dead":
            actions.give_up_dead_claims(clock=self.clock)
        elif what == "withdrawn" and self.told:
            with transaction.atomic():
                withdraw([f"news:{self.told}"])
            self.withdrawn.add(str(self.told))
        elif (claimed := actions.claim_next(clock=self.clock, channels=["SMS"])) is not None:
            self.goes(claimed, what)

    def goes(self, claimed, what):
        if what in {"sent", "dies after sending", "unclear and arrived"}:
            self.post.sms.send(claimed.letter)
        if what == "sent":
            actions.mark_sent(claimed, clock=self.clock)
        elif what == "login":
            actions.mark_failed(claimed, error=what, clock=self.clock, is_ours=True)
        elif what in {"busy", "address"}:
            actions.mark_failed(claimed, error=what, clock=self.clock, is_final=what == "address")
        elif what.startswith("unclear"):
            actions.mark_unclear(claimed, error="no_answer", clock=self.clock)

    def arrivals(self):
        return Counter(news for letter in self.post.sent for news in letter.text.split(", "))


@pytest.mark.slow
@given(what=st.lists(HAPPENINGS, min_size=8, max_size=30))
@settings(
    max_examples=settings.default.max_examples // 2,
    suppress_health_check=[*settings.default.suppress_health_check, HealthCheck.function_scoped_fixture],
)
def test_wherever_a_worker_dies_nothing_comes_twice_and_nothing_is_lost(what, post, an):
    Message.objects.all().delete()
    post.sms.arrived.clear()
    kinds.send_with(kinds.senders(), Manners(a_day_max=1000))
    world = World(post, an, builders.Clock())
    for one in what:
        world.happens(one)
        assert all(times == 1 for times in world.arrivals().values())
    # Then everything works again, for as long as anything might still be tried.
    for _ in range(60):
        world.clock.forward(hours=1)
        post.work(world.clock)
    arrived = world.arrivals()
    assert all(times == 1 for times in arrived.values())
    shown = {
        key.rpartition(":")[2]
        for key in Matter.objects.filter(message__state__in=("UNCERTAIN", "FAILED")).values_list("key", flat=True)
    }
    assert not Message.objects.filter(state__in=("QUEUED", "SENDING")).exists()
    assert {str(n + 1) for n in range(world.told)} <= arrived.keys() | shown | world.withdrawn


def test_the_far_end_of_these_tests_notices_a_letter_that_comes_twice():
    far = FarEnd()
    letter = kinds.Letter("r", "t", "", "a", ("a",), "vi")
    far.send(letter)
    far.send(letter)
    assert len(far.arrived) == 2
    assert timedelta() < LEASE
