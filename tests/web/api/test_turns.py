"""Taking turns: a crowd of desks is told when to come again, and whoever has begun goes first."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest

from guisach.domain.journal.models import Operation
from guisach.domain.sync.actions import HubBusy
from guisach.web.api.routes import sync
from guisach.web.api.turns import AFTER_MAX_S, BEGUN_S, NEW_MAX, Turns
from tests import builders
from tests.desks import connect, enrolled
from tests.web.api.scripts import is_problem

FIRST, SECOND, THIRD, FOURTH = (UUID(int=n) for n in range(1, 5))


class Watch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def doors(watch):
    return Turns(writers=lambda: 9, clock=watch)  # nobody waits inside: what is tried is who is let in


def after(doors, device):
    with pytest.raises(HubBusy) as refused, doors.of(device):
        pass
    return refused.value.data["after"]


def test_so_many_are_let_in_and_the_rest_is_told_when_to_come(doors):
    with doors.of(FIRST), doors.of(SECOND):
        assert 1 <= after(doors, THIRD) <= AFTER_MAX_S
    with doors.of(THIRD):
        pass


def test_who_has_begun_is_let_in_before_who_has_not(doors, watch):
    with doors.of(FIRST):
        pass
    with doors.of(SECOND), doors.of(THIRD):
        after(doors, FOURTH)
        with doors.of(FIRST):
            after(doors, SECOND)  # but not without an end
        watch.now += BEGUN_S
        after(doors, FIRST)  # whoever has not come since begins anew


def test_the_more_were_sent_away_the_later_they_are_to_come(doors, watch):
    for _ in range(30):
        with doors.of(FIRST):
            watch.now += 0.2
    with doors.of(SECOND), doors.of(THIRD):
        told = [after(doors, UUID(int=n)) for n in range(100, 400)]
        assert after(doors, UUID(int=100)) == AFTER_MAX_S  # not counted twice
    assert told == sorted(told)
    assert (told[0], told[49], told[-1]) == (1, 10, AFTER_MAX_S)
    watch.now += 3 * AFTER_MAX_S
    with doors.of(SECOND), doors.of(THIRD):
        assert after(doors, FIRST) == 1  # they have gone


def test_a_fault_inside_gives_the_place_free_again(doors):
    for _ in range(2 * NEW_MAX):
        with pytest.raises(ZeroDivisionError), doors.of(FIRST):
            raise ZeroDivisionError
    with doors.of(SECOND), doors.of(THIRD):
        pass


def test_only_so_many_work_at_once_as_the_database_can_write():
    doors, working, most = Turns(writers=lambda: 1), [], []
    is_inside, may_end = threading.Event(), threading.Event()

    def first():
        with doors.of(FIRST):
            working.append(1)
            is_inside.set()
            may_end.wait(10)
            working.pop()

    def second():
        with doors.of(SECOND):
            most.append(len(working))

    threads = [threading.Thread(target=work) for work in (first, second)]
    threads[0].start()
    assert is_inside.wait(10)
    threads[1].start()
    threads[1].join(0.2)
    assert threads[1].is_alive()
    may_end.set()
    for thread in threads:
        thread.join(10)
    assert most == [0]


def test_a_desk_is_sent_away_with_everything_kept_and_comes_again(world, doors, monkeypatch):
    monkeypatch.setattr(sync, "turns", doors)
    desk = enrolled(connect(), builders.COBA, builders.hoa().staff, "lan", builders.PASSWORD)
    desk.make("return", copy="CB000001")
    with doors.of(FIRST), doors.of(SECOND):
        told = desk.sync()[-1]
        assert is_problem(told, 503, "hub_busy")
        assert int(told.headers["Retry-After"]) == told.body["data"]["after"] >= 1
        assert not Operation.objects.filter(dev=desk.device).exists()
        assert desk.hello().status == 200
    assert [one.status for one in desk.sync()] == [200, 200]
    assert Operation.objects.filter(dev=desk.device).count() == 1
