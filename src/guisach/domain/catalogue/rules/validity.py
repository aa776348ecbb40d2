"""Whether a legal document is in force on a day, from the dates that somebody entered and from nothing else.

Terms follow the Law on promulgation of legal documents: a document takes effect on a day, and ceases to on the
day from which another replaces or repeals it. What nobody has entered is not known, and is said so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class State(StrEnum):
    """Where a document stands on a day."""

    IN_FORCE = "IN_FORCE"
    NOT_YET = "NOT_YET"
    ENDED = "ENDED"
    REPLACED = "REPLACED"  # another replaces it, but nobody has entered since when
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Validity:
    """The dates of a document; `valid_to` and `replaced_from` are the first day on which it no longer holds."""

    valid_from: date | None = None
    valid_to: date | None = None
    is_replaced: bool = False
    replaced_from: date | None = None  # the day on which what replaces it takes effect

    @property
    def ends_on(self) -> date | None:
        """The first day on which it is no longer in force, as far as it is known."""
        return self.valid_to or (self.replaced_from if self.is_replaced else None)

    def state(self, on: date) -> State:
        """Tell where the document stands on a day."""
        ends_on = self.ends_on
        if ends_on is not None and ends_on <= on:
            return State.ENDED
        if self.is_replaced and ends_on is None:
            return State.REPLACED
        if self.valid_from is None:
            return State.UNKNOWN
        return State.IN_FORCE if self.valid_from <= on else State.NOT_YET


FIELDS: tuple[str, ...] = ("342", "343", "344", "345", "346", "347", "341", "340", "349", "348")
"""Classes of the DDC that laws stand under, in the order in which people ask for them; the rest is other."""
