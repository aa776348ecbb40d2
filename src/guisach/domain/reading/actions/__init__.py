"""The room's doors for writing, all of them for the reader alone."""

from guisach.domain.reading.actions.diary import (
    drop_challenge,
    drop_entry,
    set_challenge,
    write_entry,
)
from guisach.domain.reading.actions.wishes import stop_keeping, wish_for

__all__ = [
    "drop_challenge",
    "drop_entry",
    "set_challenge",
    "stop_keeping",
    "wish_for",
    "write_entry",
]
