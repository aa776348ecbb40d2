"""What has to be done daily whether or not anybody thinks of it: forgetting, reminding, requests."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING, Final

from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, close_old_connections, connection

from guisach.domain.circulation import actions as circulation
from guisach.domain.journal import actions as journal
from guisach.domain.messages import actions as messages
from guisach.domain.readers import actions as readers
from guisach.domain.sync import actions as sync
from guisach.domain.sync.actions.feeding import drop_unasked
from guisach.kernel.clock import system_clock
from guisach.site import erased

if TYPE_CHECKING:
    from collections.abc import Callable

    from guisach.kernel.clock import Clock

EVERY_S: Final = 6 * 3600
FIRST_AFTER_S: Final = 60  # let people in first
logger = logging.getLogger(__name__)


def keep_up(stop: threading.Event) -> None:
    """Do what is due, some times a day, until told to stop; several processes at once do no harm."""
    wait_s = FIRST_AFTER_S
    while not stop.wait(wait_s):
        close_old_connections()
        try:
            keep_up_once(system_clock)
        except (DatabaseError, OSError, RuntimeError, ValueError):
            logger.exception("the daily upkeep failed; trying again")
        wait_s = EVERY_S
        connection.close()


def keep_up_once(clock: Clock) -> None:
    """Do all that is due now."""
    forget(clock=clock)
    erased.keep_list()
    circulation.judge_wishes(clock=clock)
    circulation.keep_requests(clock=clock)
    circulation.plan_notices(clock=clock)
    sync.forget_left_out(clock=clock)
    journal.forget_notes(clock=clock)
    messages.tidy(clock=clock)
    readers.forget_registrations(clock=clock)
    readers.forget_corrections(clock=clock)
    drop_unasked(clock=clock)


def forget(*, clock: Clock, progress: Callable[[int], object] = lambda _done: None) -> circulation.Forgotten:
    """Forget who borrowed what of loans that are long over, and what else would tell it; returns how much it was.

    What else: to whom messages went, whose card somebody of the staff looked at in which minute, and (in sessions that
    have ended) which readers stood at a desk and what was last done there.
    """
    done = circulation.forget_loans(clock=clock, progress=progress)
    messages.forget_recipients(clock=clock)
    readers.blur_accesses(clock=clock)
    readers.end_sessions(clock=clock)
    SessionStore.clear_expired()
    return done


def keep_up_in_background(stop: threading.Event) -> None:
    """Keep up in a daemon thread until the event is set."""
    threading.Thread(target=keep_up, args=(stop,), name="upkeep", daemon=True).start()


def keep_up_if_asked() -> None:
    """Start where `guisach serve` asked for it; for the WSGI module."""
    if os.environ.get("GUISACH_FOLLOW") == "1":
        keep_up_in_background(threading.Event())
