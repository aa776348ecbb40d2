"""One durable transaction per act, tried again when two of them got into each other's way."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, transaction

from guisach.kernel.locks import write_turn

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 4


def in_one_transaction(act: Callable[P, R]) -> Callable[P, R]:
    """Run an action in its own durable transaction.

    A deadlock, a serialization failure, or a unique key that another process took a moment before means
    that nothing was written; the act is run again from the start and then finds what the other one did.
    """

    @functools.wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for tries_left in reversed(range(TRIES)):
            try:
                with write_turn(), transaction.atomic(durable=True):
                    return act(*args, **kwargs)
            except (IntegrityError, OperationalError):
                if not tries_left:
                    raise
        raise AssertionError("unreachable")

    return run
