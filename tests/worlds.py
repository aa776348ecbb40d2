"""Worlds that stand for all tests of a module: made once, and each test begins with them untouched."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.transaction import Atomic
    from pytest_django.plugin import DjangoDbBlocker

T = TypeVar("T")


@contextmanager
def standing(blocker: DjangoDbBlocker, make: Callable[[], T]) -> Iterator[T]:
    """Make a world in a transaction that is rolled back in the end; for fixtures of a module.

    What a test does then happens in a savepoint of the fixture `db`. A test that needs transactions of its own
    (threads, what happens on commit) cannot lie in the same module.
    """
    with blocker.unblock():
        around = _atomic()
        around.__enter__()
        made = make()
    try:
        yield made
    finally:
        with blocker.unblock():
            _undo(around)


@contextmanager
def as_before() -> Iterator[None]:
    """Take back whatever is written within, so that several acts of one test find the same world."""
    around = _atomic()
    around.__enter__()
    try:
        yield
    finally:
        _undo(around)


def _atomic() -> Atomic:
    from django.db import transaction

    around = transaction.atomic()
    around._from_testcase = True  # as those of django.test.TestCase: durable transactions may stand within it
    return around


def _undo(around: Atomic) -> None:
    from django.db import transaction

    transaction.set_rollback(True)
    around.__exit__(None, None, None)
