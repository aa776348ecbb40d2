"""Cards of other places at a desk: whoever brings one is served, and nobody can go through them all.

Cards run on one after another, and a desk has to say whether there is a reader; so it says it only so many times.
A card whose reader then borrows is not counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.readers import queries
from guisach.domain.readers.actions.refusals import TooManyTries
from guisach.domain.readers.actions.tries import count_try, forgive, number_of
from guisach.domain.readers.models import SignInTries
from guisach.domain.readers.rules.waits import OF_STRANGE_CARDS
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from guisach.domain.readers.queries import ReaderView
    from guisach.domain.readers.rules.waits import Patience
    from guisach.kernel.clock import Clock


class TooManyStrangeCards(DomainError):
    """One person tried many cards that nobody of their places has, and lent nothing on them."""

    code = "too_many_strange_cards"
    status = 429
    text = _(
        "Many cards of other places were tried here; cards of other places rest until %(until)s. Your own readers are "
        "served as usual. If somebody waits, please call the provincial library."
    )


def holder_of(*, card: str, username: str, sees: Callable[[str], bool], clock: Clock) -> ReaderView | None:
    """Return who holds a card, for somebody who `sees` the readers of some places; None where nobody does.

    Whoever is not theirs to see, and whoever there is not, is counted alike. Raises TooManyStrangeCards.
    """
    number = number_of(card)
    found = queries.reader_by_card(number) if number else None
    if found is None or not sees(found.place):
        count_strange_card(username=username, clock=clock)
    return found


def count_strange_card(*, username: str, clock: Clock) -> None:
    """Count a card that is not of one's places, or of nobody. Raises TooManyStrangeCards while they rest."""
    try:
        count_try(_keys(username), clock)
    except TooManyTries as rest:
        raise TooManyStrangeCards(**rest.data) from rest


@in_one_transaction
def forgive_strange_card(*, username: str) -> None:
    """Take one back: the reader of another place did borrow."""
    forgive(_keys(username))


def _keys(username: str) -> dict[str, Patience]:
    return {SignInTries.key_of("strange cards", username): OF_STRANGE_CARDS}
