"""Sends what waits in the outbox, one message after the other.

A lock on a file of the data folder lets one process of a machine do it, whichever takes it; several machines do no
harm either, for a message is claimed in the database before it is sent.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, close_old_connections, connection

from guisach.domain.messages import actions
from guisach.domain.messages.kinds import NotSent, Unclear, senders
from guisach.kernel.clock import system_clock
from guisach.site.machine_lock import machine_lock

if TYPE_CHECKING:
    from datetime import datetime

    from guisach.kernel.clock import Clock

logger = logging.getLogger(__name__)

POLL_S: Final = 2.0  # a code for signing in is waited for
TROUBLE_S: Final = 15.0
FINISH_S: Final = 60.0  # longer no sender takes
LAST_S: Final = 4.0  # a serving process that is told to end has not much more
REST: Final = timedelta(minutes=10)  # of a channel that is broken


class Postman:
    """Works the outbox."""

    def __init__(self, stop: threading.Event | None = None, clock: Clock = system_clock) -> None:
        self._stop = stop or threading.Event()
        self._clock = clock
        self._resting: dict[str, datetime] = {}  # channels that are broken, and until when they are left alone

    def step(self) -> bool:
        """Send one message, or find that it cannot be sent; returns whether there was one."""
        now = self._clock()
        channels = [channel for channel in senders() if self._resting.get(channel, now) <= now]
        claimed = actions.claim_next(clock=self._clock, channels=channels) if channels else None
        if claimed is None:
            return False
        try:
            senders()[claimed.channel].send(claimed.letter)
        except NotSent as failure:
            actions.mark_failed(
                claimed,
                error=failure.code,
                clock=self._clock,
                is_final=failure.is_final,
                is_ours=failure.is_ours,
                after=failure.after,
            )
            if failure.is_ours:
                logger.error("messages cannot be sent over %s: %s", claimed.channel, failure.code)
                self._resting[claimed.channel] = now + REST
        except Unclear as failure:
            actions.mark_unclear(claimed, error=failure.code, clock=self._clock)
        else:
            actions.mark_sent(claimed, clock=self._clock)
        return True

    def work(self) -> int:
        """Send all that may go now; returns how many were tried."""
        actions.give_up_dead_claims(clock=self._clock)
        tried = 0
        while not self._stop.is_set() and self.step():
            tried += 1
        return tried

    def run(self) -> None:
        """Work until told to stop; survives whatever happens to the database in between."""
        wait_s = POLL_S
        while not self._stop.wait(wait_s):
            close_old_connections()
            try:
                with machine_lock("messages") as is_ours:
                    if is_ours:
                        self.work()
                wait_s = POLL_S
            except (DatabaseError, OSError, RuntimeError, ValueError):
                logger.exception("messages could not be sent; trying again")
                wait_s = TROUBLE_S
        connection.close()


def post_in_background(stop: threading.Event) -> threading.Thread:
    """Work the outbox in a thread until the event is set. Wait for it before ending: it finishes what it has begun."""
    thread = threading.Thread(target=Postman(stop).run, name="messages", daemon=True)
    thread.start()
    return thread


def post_if_asked() -> None:
    """Start where `guisach serve` asked for it; for the WSGI module."""
    if os.environ.get("GUISACH_FOLLOW") == "1":
        stop = threading.Event()
        thread = post_in_background(stop)

        def finish() -> None:
            stop.set()
            thread.join(LAST_S)

        atexit.register(finish)
