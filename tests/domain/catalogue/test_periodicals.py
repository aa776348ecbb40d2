"""Periodicals at a place: subscribing, ticking off, giving up, what is late, what readers see."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from guisach.domain.catalogue.actions.periodicals import (
    Came,
    Terms,
    change_subscription,
    give_up_issues,
    receive_issues,
    subscribe,
    take_back_issue,
)
from guisach.domain.catalogue.models import Issue
from guisach.domain.catalogue.queries import periodicals as queries
from guisach.kernel.clock import LOCAL
from tests import builders

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)  # a Friday


def at(day: date = TODAY) -> builders.Clock:
    return builders.Clock(datetime.combine(day, time(8), tzinfo=LOCAL))


@pytest.fixture
def paper() -> int:
    builders.province()
    return builders.record("Nhân Dân", author="", kind="SERIAL").pk


def subscribed(paper: int, frequency: str = "DAILY", place: str = builders.COBA, **more: object) -> int:
    fields = {"active_from": TODAY - timedelta(days=10), **more}
    return subscribe(record=paper, place=place, terms=Terms(frequency, **fields))  # type: ignore[arg-type]


def days(found: list[queries.Due]) -> list[date]:
    return [one.expected.on for one in found]


def test_todays_issue_is_expected_first_then_those_on_their_way_and_the_late_ones_apart(paper):
    subscribed(paper)
    desk = queries.desk_of_periodicals(builders.COBA, TODAY)
    assert days(desk.due) == [TODAY - timedelta(days=n) for n in range(4)]
    assert days(desk.late) == [TODAY - timedelta(days=n) for n in range(10, 3, -1)]


def test_what_came_is_ticked_off_once_and_counts_the_next_number(paper):
    sub = subscribed(paper, copies=2)
    came = Came(sub, TODAY - timedelta(days=1), "25430")
    assert receive_issues(issues=[came], clock=at()) == receive_issues(issues=[came], clock=at())
    assert Issue.objects.get().copies == 2
    desk = queries.desk_of_periodicals(builders.COBA, TODAY)
    assert desk.due[0].expected.number == "25431"
    assert [one.issue.number for one in desk.arrived] == ["25430"]
    assert TODAY - timedelta(days=1) not in days(desk.due)


def test_a_number_that_is_learnt_later_is_written_to_the_same_issue(paper):
    sub = subscribed(paper)
    receive_issues(issues=[Came(sub, TODAY)], clock=at())
    receive_issues(issues=[Came(sub, TODAY, "25431")], clock=at())
    assert [issue.number for issue in queries.issues_of(sub)] == ["25431"]


def test_two_issues_of_one_day_are_two(paper):
    sub = subscribed(paper)
    receive_issues(issues=[Came(sub, TODAY, "1"), Came(sub, TODAY, "2")], clock=at())
    assert len(queries.issues_of(sub)) == 2


def test_an_issue_given_up_is_not_asked_for_again_and_may_come_after_all(paper):
    sub = subscribed(paper)
    late = TODAY - timedelta(days=8)
    give_up_issues(issues=[Came(sub, late, note="Đã gọi bưu điện")], clock=at())
    desk = queries.desk_of_periodicals(builders.COBA, TODAY)
    assert late not in days(desk.late)
    assert [one.issue.note for one in desk.given_up] == ["Đã gọi bưu điện"]
    receive_issues(issues=[Came(sub, late, "25423")], clock=at())
    assert Issue.objects.get().received_on == TODAY
    assert not queries.desk_of_periodicals(builders.COBA, TODAY).given_up


def test_a_tick_by_mistake_is_taken_back(paper):
    sub = subscribed(paper)
    [issue] = receive_issues(issues=[Came(sub, TODAY)], clock=at())
    take_back_issue(issue=issue)
    assert TODAY in days(queries.desk_of_periodicals(builders.COBA, TODAY).due)
    with builders.refused("issue_unknown"):
        take_back_issue(issue=issue)


def test_a_weekly_dated_a_day_late_is_the_one_that_was_expected(paper):
    sub = subscribed(paper, "WEEKLY", weekdays=frozenset({3}))
    receive_issues(issues=[Came(sub, date(2026, 11, 19), "46/2026")], clock=at())
    desk = queries.desk_of_periodicals(builders.COBA, TODAY)
    assert date(2026, 11, 18) not in days(desk.due)


def test_an_ended_subscription_owes_its_last_issues_for_a_while(paper):
    sub = subscribed(paper)
    terms = Terms("DAILY", TODAY - timedelta(days=10), TODAY - timedelta(days=1))
    change_subscription(subscription=sub, terms=terms)
    assert days(queries.desk_of_periodicals(builders.COBA, TODAY).due)[0] == TODAY - timedelta(days=2)
    assert not queries.desk_of_periodicals(builders.COBA, TODAY + timedelta(days=90)).subscriptions


def test_another_place_sees_nothing_of_it(paper):
    subscribed(paper)
    assert not queries.desk_of_periodicals(builders.DAMTHUY, TODAY).subscriptions


def test_refusals(paper):
    sub = subscribed(paper)
    with builders.refused("record_unknown"):
        subscribed(99_999)
    with builders.refused("place_unknown"):
        subscribed(paper, place="XX")
    with builders.refused("subscription_disordered"):
        subscribed(paper, active_to=TODAY - timedelta(days=10))
    with builders.refused("subscription_unknown"):
        change_subscription(subscription=99_999, terms=Terms("DAILY", TODAY))
    with builders.refused("issue_day_wrong"):
        receive_issues(issues=[Came(sub, TODAY), Came(sub, TODAY + timedelta(days=60))], clock=at())
    assert not Issue.objects.exists()  # all or none
    with builders.refused("subscription_unknown"):
        give_up_issues(issues=[Came(99_999, TODAY)], clock=at())


def test_readers_see_the_latest_issue_of_each_periodical_of_a_place(paper):
    other = builders.record("Thiếu niên Tiền phong", author="", kind="SERIAL").pk
    daily, weekly = subscribed(paper), subscribed(other, "WEEKLY")
    far = subscribed(paper, place=builders.DAMTHUY)
    came = [Came(daily, TODAY - timedelta(days=n), str(100 - n)) for n in range(3)]
    receive_issues(issues=[*came, Came(weekly, TODAY - timedelta(days=5), "46"), Came(far, TODAY)], clock=at())
    give_up_issues(issues=[Came(daily, TODAY, "101")], clock=at())
    here = queries.latest_issues(TODAY, place=builders.COBA)
    assert [(one.subscription.title, one.issue.number) for one in here] == [
        ("Nhân Dân", "100"),
        ("Thiếu niên Tiền phong", "46"),
    ]
    assert {one.subscription.place for one in queries.latest_issues(TODAY, record=paper)} == {
        builders.COBA,
        builders.DAMTHUY,
    }
    assert queries.latest_issues(TODAY + timedelta(days=200), place=builders.COBA) == []


@pytest.mark.parametrize("papers", [1, 12])
def test_the_desk_asks_two_questions_whatever_comes(paper, papers, django_assert_num_queries):
    for number in range(papers):
        sub = subscribed(builders.record(f"Báo {number}", kind="SERIAL").pk)
        receive_issues(issues=[Came(sub, TODAY - timedelta(days=n)) for n in range(5)], clock=at())
    with django_assert_num_queries(2):
        queries.desk_of_periodicals(builders.COBA, TODAY)
