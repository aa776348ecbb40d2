"""What a province lets its places take: a deposit, and compensation for what is lost or damaged. At first nothing.

Borrowing is free (Law on Libraries 46/2019/QH14, art. 42), so every amount is a most, never a price; nothing is ever
owed for being late. What readers answer for is the book itself (art. 43): the same title, or money.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

AMOUNT_LEAST, AMOUNT_MOST = 1_000, 50_000_000  # đồng: less is no money, more is no book
DEPOSIT_MOST = 5_000_000
TIMES_MOST = 10  # of a copy's price
_AHEAD = timedelta(days=730)


class Way(StrEnum):
    """How a lost or damaged copy is made good."""

    MONEY = "MONEY"
    KIND = "KIND"
    """The same title, given in its place."""


class Fault(StrEnum):
    """Why terms cannot be kept as they were filled in."""

    DAY = "DAY"
    REASON = "REASON"
    DECISION = "DECISION"
    DEPOSIT = "DEPOSIT"
    COMPENSATION = "COMPENSATION"


@dataclass(frozen=True, slots=True)
class MoneyTerms:
    """What holds from a day on. All amounts in whole đồng, as the most that may be taken."""

    valid_from: date
    deposit_vnd: int | None = None
    """Of one reader; None: no deposits."""
    compensation_vnd: int | None = None
    """For one copy, whatever it cost; None: no compensation."""
    compensation_times: int = 1
    """Of the copy's price, where that is known."""
    decision: str = ""
    reason: str = ""
    set_at: datetime | None = None

    @property
    def takes_anything(self) -> bool:
        """Whether a desk has anything to offer."""
        return self.deposit_vnd is not None or self.compensation_vnd is not None

    def most_for(self, price_vnd: int | None) -> int:
        """Return the most that may be taken for a copy; 0 where nothing may."""
        if self.compensation_vnd is None:
            return 0
        return min(self.compensation_vnd, price_vnd * self.compensation_times) if price_vnd else self.compensation_vnd


NOTHING = MoneyTerms(date.min)
"""Until a province says otherwise."""


def in_force(known: Iterable[MoneyTerms], on: date) -> MoneyTerms:
    """Return what holds on a day: of those that began by then the latest; `known` in the order in which it was said."""
    begun = sorted((terms for terms in known if terms.valid_from <= on), key=lambda terms: terms.valid_from)
    return begun[-1] if begun else NOTHING


def faults(terms: MoneyTerms, *, today: date) -> list[Fault]:
    """Say what is wrong with new terms. To take anything needs a deciding document; to stop needs only a reason."""
    deposit, most = terms.deposit_vnd, terms.compensation_vnd
    found = {
        Fault.DAY: not today <= terms.valid_from <= today + _AHEAD,
        Fault.REASON: len(terms.reason) < 3,
        Fault.DECISION: terms.takes_anything and len(terms.decision) < 3,
        Fault.DEPOSIT: deposit is not None and not AMOUNT_LEAST <= deposit <= DEPOSIT_MOST,
        Fault.COMPENSATION: (most is not None and not AMOUNT_LEAST <= most <= AMOUNT_MOST)
        or not 1 <= terms.compensation_times <= TIMES_MOST,
    }
    return [fault for fault, applies in found.items() if applies]
