"""Whoever stands here with a card, of this place or of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.circulation.actions.refusals import ReaderUnknown
from guisach.domain.network.queries import Permission
from guisach.domain.readers import actions
from guisach.domain.readers.actions import holder_of

if TYPE_CHECKING:
    from guisach.domain.readers.queries import ReaderView
    from guisach.web.ui.access import Duty


def reader_with(card: str, duty: Duty) -> ReaderView:
    """Give who holds a card. Raises ReaderUnknown, and TooManyStrangeCards where many of nobody here were tried."""
    found = holder_of(
        card=card,
        username=duty.person.username,
        sees=lambda place: duty.may(Permission.SEE_READERS, place),
        clock=duty.clock,
    )
    if found is None:
        raise ReaderUnknown(card=card[:32] or "–")
    return found


def count_unless_ours(reader: ReaderView | None, duty: Duty) -> None:
    """Count a card of another place, or of nobody. Raises TooManyStrangeCards."""
    if reader is None or not duty.may(Permission.SEE_READERS, reader.place):
        actions.count_strange_card(username=duty.person.username, clock=duty.clock)


def forgive_unless_ours(reader: ReaderView | None, duty: Duty) -> None:
    """Forget that the card was counted: its reader did borrow."""
    if reader is not None and not duty.may(Permission.SEE_READERS, reader.place):
        actions.forgive_strange_card(username=duty.person.username)
