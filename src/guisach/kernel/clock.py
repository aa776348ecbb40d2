"""Time as the product means it. The domain never reads a clock: one is handed to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC."""

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
"""The library's day is a day in Vietnam."""


def system_clock() -> datetime:
    """Read the machine's clock; for the interface layer only."""
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """Return the day in Vietnam on which the instant falls."""
    return instant.astimezone(LOCAL).date()
