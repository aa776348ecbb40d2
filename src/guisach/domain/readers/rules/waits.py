"""How long signing in rests after wrong tries: first not at all, then longer each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Patience:
    """So many wrong tries are forgiven; each one after them waits longer, the last for good.

    `forgets_after` so long without a try, all are forgotten.
    """

    free: int
    waits: tuple[timedelta, ...]
    forgets_after: timedelta

    def wait_after(self, failures: int) -> timedelta:
        """Return how long to rest after this many wrong tries in all."""
        beyond = failures - self.free
        return self.waits[min(beyond, len(self.waits)) - 1] if beyond > 0 else timedelta()


_MINUTES = (1, 5, 15, 60, 4 * 60, 24 * 60)

# A million PINs, one try a day in the end: a thief needs centuries, and a child who forgot it a word at the desk.
OF_CARD: Final = Patience(4, tuple(timedelta(minutes=n) for n in _MINUTES), timedelta(days=7))

# At a desk hardly anybody comes with the card of another place and borrows nothing; cards run on one after another.
OF_STRANGE_CARDS: Final = Patience(40, (timedelta(minutes=10), timedelta(hours=1)), timedelta(hours=4))

# Codes cost money and ring somebody's telephone.
OF_CODES: Final = Patience(3, (timedelta(minutes=20), timedelta(hours=1), timedelta(hours=4)), timedelta(hours=4))
OF_CODES_FROM_ADDRESS: Final = Patience(20, (timedelta(minutes=10), timedelta(hours=1)), timedelta(hours=4))

# A whole class signs in from the school's one address; a machine that tries card after card soon rests.
OF_ADDRESS: Final = Patience(24, tuple(timedelta(minutes=n) for n in _MINUTES[:4]), timedelta(hours=4))

# A school registers a class from its one address; a machine that fills the list soon rests.
OF_REGISTRATIONS: Final = Patience(40, (timedelta(minutes=30), timedelta(hours=4)), timedelta(hours=4))
