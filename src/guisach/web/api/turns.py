"""Taking turns: all desks of a province may come back in one hour, and keepers at their pages must not wait for it.

What a desk brings is worked on by one thread at a time where the database writes one transaction at a time, by two
elsewhere. A few more may wait; everybody else is told at once when to come again, so that most threads of the
server stay free. Whoever has begun goes before whoever has not: devices end one after another instead of all at last.
"""

from __future__ import annotations

import math
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from guisach.domain.sync.actions import HubBusy
from guisach.kernel.locks import writers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

NEW_MAX = 2  # inside, at work or waiting, when another device is let in
BEGUN_MAX = 3  # the same for one that was let in a moment ago; `guisach serve` has four threads
BEGUN_S = 15.0  # how long a device counts as having begun: a batch of 200 takes five seconds on a bad line
AFTER_MAX_S = 30
_SHARE = 0.2  # of the newest batch in what a batch is thought to take


class Turns:
    """Who is inside, who has begun, and who was sent away; for one serving process."""

    def __init__(self, writers: Callable[[], int] = writers, clock: Callable[[], float] = time.monotonic) -> None:
        self._writers, self._clock = writers, clock
        self._guard = threading.Lock()
        self._at_work = threading.Condition(self._guard)
        self._inside = self._working = 0
        self._begun: dict[UUID, float] = {}
        self._away: dict[UUID, float] = {}
        self._takes_s = 0.05

    @contextmanager
    def of(self, device: UUID) -> Iterator[None]:
        """Wait for the turn of a device that brings operations. Raises HubBusy where that would take long."""
        with self._at_work:
            self._enter(device)
            try:
                self._at_work.wait_for(lambda: self._working < self._writers())
            except BaseException:
                self._inside -= 1
                raise
            self._working += 1
        begin = self._clock()
        try:
            yield
        finally:
            with self._at_work:
                now = self._clock()
                self._takes_s += _SHARE * (now - begin - self._takes_s)
                self._begun[device] = now
                self._working -= 1
                self._inside -= 1
                self._at_work.notify()

    def _enter(self, device: UUID) -> None:
        now = self._clock()
        self._begun = {one: at for one, at in self._begun.items() if now - at < BEGUN_S}
        self._away = {one: at for one, at in self._away.items() if now - at < 2 * AFTER_MAX_S}
        if self._inside >= (BEGUN_MAX if device in self._begun else NEW_MAX):
            self._away[device] = now
            # As long as all who were sent away would take with a batch each: then they come one after another.
            raise HubBusy(after=max(1, min(AFTER_MAX_S, math.ceil(len(self._away) * self._takes_s))))
        self._away.pop(device, None)
        self._begun[device] = now
        self._inside += 1


turns = Turns()
