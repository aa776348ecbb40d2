"""What a reader is told when the library answered what they suggested to buy.

The title stands in letters and on slips only: others may see a text message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from guisach.domain.circulation.queries.suggestions import suggestions_named
from guisach.domain.messages.kinds import Words
from guisach.domain.messages.queries import contacts
from guisach.domain.messages.rules.states import Channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.circulation.queries.suggestions import SuggestionView
    from guisach.domain.messages.kinds import Told

_PREFIX = "request:"


def words_about_answers(tolds: Sequence[Told]) -> list[Words | None]:
    """Compose the messages; None where nobody answered after all, or it is forgotten who asked."""
    ops = {UUID(subject.removeprefix(_PREFIX)) for told in tolds for subject in told.subjects}
    known = {view.op: view for view in suggestions_named(ops) if view.state in _SAID}
    who = contacts({told.reader for told in tolds}, tolds[0].at)
    found: list[Words | None] = []
    for told in tolds:
        named = dict.fromkeys(UUID(subject.removeprefix(_PREFIX)) for subject in told.subjects)
        answered = [known[op] for op in named if op in known]
        contact = who.get(told.reader)
        found.append(_words(told, answered, contact.name) if answered and contact else None)
    return found


def _words(told: Told, answered: list[SuggestionView], name: str) -> Words:
    subject = _("The library answered what you suggested")
    first = _("%(name)s: the library answered what you suggested to buy.") % {"name": name}
    lines = "\n".join(_line(view) for view in answered)
    if told.channel == Channel.ALOUD:
        return Words(subject, f"{name}: {lines}", (first,))
    thanks = _("Thank you for thinking along.")
    said = " ".join(_said(view.state) for view in answered[:1]) if len(answered) == 1 else ""
    return Words(subject, "\n\n".join((first, lines, thanks)), (f"{first} {said}".strip(), first))


def _line(view: SuggestionView) -> str:
    return " ".join(filter(None, (f"“{view.wanted}”:" if view.wanted else "", _said(view.state), view.answer)))


_SAID = frozenset({"ORDERED", "BOUGHT", "DECLINED"})


def _said(state: str) -> str:
    return {
        "ORDERED": _("It will be bought."),
        "BOUGHT": _("It is in the library now."),
        "DECLINED": _("It will not be bought."),
    }[state]
