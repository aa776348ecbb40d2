"""Locks by name, for the length of a transaction, without deadlocks."""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection

from guisach.kernel.errors import InvariantBroken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PATIENCE_S = 20  # less than the database waits, so that a long write ends in its words

_turn = threading.RLock()


def lock(*groups: Iterable[str]) -> None:
    """Hold the named locks until the surrounding transaction ends, those of the first group first.

    On PostgreSQL these are advisory locks taken in one order by everybody, so two transactions that want
    the same names never wait for each other in a ring. On SQLite the write transaction (IMMEDIATE) is
    itself the lock. Raises InvariantBroken outside a transaction, where the lock would hold nothing.
    """
    if not connection.in_atomic_block:
        raise InvariantBroken("a lock was asked for outside a transaction")
    if connection.vendor != "postgresql":
        return
    keys = [key for names in groups for key in sorted({_key(name) for name in names})]
    if not keys:
        return
    with connection.cursor() as cursor:
        # ORDER BY inside the sub-select fixes the order in which the locks are taken.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(k) FROM (SELECT k FROM unnest(%s::bigint[]) WITH ORDINALITY AS given(k, n) "
            "ORDER BY n) AS keys",
            [keys],
        )


def writers() -> int:
    """Say how many transactions can usefully write at once: on SQLite the second one only waits for the first."""
    return 1 if connection.vendor == "sqlite" else 2


@contextmanager
def write_turn() -> Iterator[None]:
    """Let the transactions of this process that write come one after another where the database lets only one write.

    SQLite lets whoever finds it busy sleep and try again, up to a tenth of a second at a time: with four who lend at
    once one in a hundred waited a second while others went past. After PATIENCE_S the database decides.
    """
    is_mine = connection.vendor == "sqlite" and _turn.acquire(timeout=PATIENCE_S)
    try:
        yield
    finally:
        if is_mine:
            _turn.release()


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
