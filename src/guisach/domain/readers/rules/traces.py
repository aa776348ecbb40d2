"""How long it is known to the minute who looked at a reader's data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from guisach.kernel.clock import LOCAL

if TYPE_CHECKING:
    from datetime import datetime

EXACT_DAYS: Final = 30
"""As long as a loan can be disputed: then nothing may tell any more who borrowed at that minute (SYNC 2.8)."""


def is_of_month(at: datetime) -> bool:
    """Tell a trace of which only the month is known: it stands at the first instant of that month, in Vietnam."""
    local = at.astimezone(LOCAL)
    return (local.day, local.hour, local.minute, local.second, local.microsecond) == (1, 0, 0, 0, 0)
