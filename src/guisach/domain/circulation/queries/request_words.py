"""What a reader is told when the book that they asked for is there.

No title goes into a text message, which others may see on the telephone; a letter and a slip of paper name the book.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guisach.domain.circulation.queries.requests import requests_named
from guisach.domain.circulation.rules.request_fold import State
from guisach.domain.messages.kinds import Words
from guisach.domain.messages.queries import contacts
from guisach.domain.messages.rules.states import Channel
from guisach.domain.network.queries import places_by_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.circulation.queries.requests import RequestView
    from guisach.domain.messages.kinds import Told

_PREFIX = "request:"


def words_about_ready(tolds: Sequence[Told]) -> list[Words | None]:
    """Compose the messages; None where the book was fetched or the request is over."""
    ops = {UUID(subject.removeprefix(_PREFIX)) for told in tolds for subject in told.subjects}
    asked = {view.op: view for view in requests_named(ops) if view.state == State.READY}
    who = contacts({told.reader for told in tolds}, tolds[0].at)
    where = places_by_code({told.place for told in tolds})
    found: list[Words | None] = []
    for told in tolds:
        named = [UUID(subject.removeprefix(_PREFIX)) for subject in told.subjects]
        ready = [asked[op] for op in dict.fromkeys(named) if op in asked]
        contact, place = who.get(told.reader), where.get(told.place)
        if not ready or contact is None or place is None:
            found.append(None)
            continue
        found.append(_words(told, ready, contact.name, place.name))
    return found


def _words(told: Told, ready: list[RequestView], name: str, place: str) -> Words:
    subject = _("The book you asked for is there")
    n = len(ready)
    values = {"n": n, "place": place, "name": name, "number": ", ".join(view.number for view in ready)}
    first = (
        ngettext(
            "%(name)s: the book you asked for waits at %(place)s.",
            "%(name)s: %(n)s books you asked for wait at %(place)s.",
            n,
        )
        % values
    )
    ask = _("Please fetch it within seven open days; pick-up number %(number)s.") % values
    titles = "; ".join(view.title for view in ready if view.title)
    if told.channel == Channel.ALOUD:
        return Words(subject, f"{name}: {titles}", (first,))
    return Words(subject, "\n\n".join((first, titles, ask)), (f"{first} {ask}", first))
