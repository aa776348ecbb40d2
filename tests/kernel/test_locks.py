"""Turns of those who write: one after another where the database lets only one write, and never for ever."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from django.db import connection

from guisach.kernel import locks
from guisach.kernel.locks import write_turn

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def somebody_writes():
    """Another thread holds its turn until the end."""
    is_inside, may_end = threading.Event(), threading.Event()

    def write():
        with write_turn():
            is_inside.set()
            may_end.wait(30)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert is_inside.wait(10)
    try:
        yield may_end
    finally:
        may_end.set()
        thread.join(10)


def test_the_next_writes_when_the_one_before_has_ended():
    with somebody_writes() as may_end:
        threading.Timer(0.05, may_end.set).start()
        with write_turn():
            assert may_end.is_set() or connection.vendor == "postgresql"


def test_nobody_waits_for_ever(monkeypatch):
    monkeypatch.setattr(locks, "PATIENCE_S", 0.01)
    with somebody_writes() as may_end, write_turn():
        assert not may_end.is_set()


def test_a_fault_gives_the_turn_back(monkeypatch):
    monkeypatch.setattr(locks, "PATIENCE_S", 0.01)
    with pytest.raises(ZeroDivisionError), write_turn():
        raise ZeroDivisionError
    entered = []
    thread = threading.Thread(target=lambda: entered.append(locks._turn.acquire(timeout=5)) or locks._turn.release())
    thread.start()
    thread.join(10)
    assert entered == [True]
