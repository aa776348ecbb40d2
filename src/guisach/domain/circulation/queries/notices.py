"""What readers are told about books that are due or late: short, kind, and never more than needed.

No title goes into a text message, which others may see on the telephone; a letter and a slip of paper name the books.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guisach.domain.circulation.queries.overdue import Closed, open_among
from guisach.domain.circulation.rules.notices import SOON, STAGES
from guisach.domain.messages.kinds import Words
from guisach.domain.messages.queries import contacts
from guisach.domain.messages.rules.states import Channel
from guisach.domain.network.queries import places_by_code
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.circulation.queries.overdue import DueLoan
    from guisach.domain.messages.kinds import Told
    from guisach.domain.messages.queries import Contact
    from guisach.domain.network.models import Place

TITLES_MAX = 12  # in one letter
TITLES_ON_SLIP_MAX = 4
_PREFIX = "loan:"


def words_about_late(tolds: Sequence[Told]) -> list[Words | None]:
    """Compose the messages about books that are late; None where they have come back or were renewed."""
    return _compose(tolds, is_late=True)


def words_about_due(tolds: Sequence[Told]) -> list[Words | None]:
    """Compose the messages about books that are due soon; None where they have come back or were renewed."""
    return _compose(tolds, is_late=False)


def _compose(tolds: Sequence[Told], *, is_late: bool) -> list[Words | None]:
    at = tolds[0].at
    on = local_date(at)
    who = contacts({told.reader for told in tolds}, at)
    where = places_by_code({told.place for told in tolds})
    closed = Closed(on, {code: place.commune_id for code, place in where.items()})
    loans = open_among({_loan(subject) for told in tolds for subject in told.subjects}, on, closed)
    composed: list[Words | None] = []
    for told in tolds:
        chosen = {loans[id_].op: loans[id_] for id_ in map(_loan, told.subjects) if id_ in loans}
        wanted = [loan for loan in chosen.values() if (loan.late > 0 if is_late else SOON.from_day <= loan.late <= 0)]
        contact = who.get(told.reader)
        if not wanted or contact is None:
            composed.append(None)
            continue
        wanted.sort(key=lambda loan: (loan.due_on, loan.barcode))
        composed.append(_words(told, wanted, contact, where.get(told.place), is_late=is_late))
    return composed


def _loan(subject: str) -> UUID:
    return UUID(subject.removeprefix(_PREFIX))


def _words(told: Told, loans: list[DueLoan], contact: Contact, place: Place | None, *, is_late: bool) -> Words:
    n = len(loans)
    values = {
        "n": n,
        "place": place.name if place else _("The library"),
        "name": contact.name,
        "due": f"{loans[0].due_on:%d/%m/%Y}",
        "phone": place.phone if place else "",
    }
    subject = _("Your books from the library")
    said = _late(n, contact) if is_late else _soon(n, contact)
    asked = (
        _("Please bring them back or have them renewed when it suits you. Thank you!")
        if is_late
        else _("If you need them longer, please have them renewed. Thank you!")
    )
    first = said % values
    if told.channel == Channel.ALOUD:
        return Words(subject, f"{contact.name}: {_titles(loans)}".replace("\n", "; "), (first,))
    call = _("Telephone: %(phone)s") % values if values["phone"] else ""
    short = (f"{values['place']}: {first} {asked} {call}".rstrip(), f"{values['place']}: {first} {asked}", first)
    titles = _titles(loans, TITLES_ON_SLIP_MAX if told.channel == Channel.SLIP else TITLES_MAX)
    parts = [_("Dear %(name)s,") % values, first[:1].upper() + first[1:], titles, asked]
    if is_late and loans[0].late >= STAGES[-1].from_day:
        parts.append(_("If a book was lost or damaged, just tell the library: we will find a way together."))
    parts.append("\n".join(filter(None, (str(values["place"]), call))))
    return Words(subject, "\n\n".join(parts), short)


def _late(n: int, contact: Contact) -> str:
    if contact.is_guardians:
        return ngettext(
            "%(name)s has %(n)s book that was due on %(due)s.",
            "%(name)s has %(n)s books, the first was due on %(due)s.",
            n,
        )
    return ngettext(
        "you have %(n)s book that was due on %(due)s.", "you have %(n)s books, the first was due on %(due)s.", n
    )


def _soon(n: int, contact: Contact) -> str:
    if contact.is_guardians:
        return ngettext(
            "%(name)s has %(n)s book that is due on %(due)s.",
            "%(name)s has %(n)s books, the first is due on %(due)s.",
            n,
        )
    return ngettext(
        "you have %(n)s book that is due on %(due)s.", "you have %(n)s books, the first is due on %(due)s.", n
    )


def _titles(loans: list[DueLoan], at_most: int = TITLES_MAX) -> str:
    by_title: dict[str, int] = defaultdict(int)
    for loan in loans:
        by_title[loan.title or loan.barcode] += 1
    lines = [f"{title} ({n})" if n > 1 else title for title, n in by_title.items()]
    more = len(lines) - at_most
    if more > 0:
        lines = [*lines[:at_most], ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}]
    return "\n".join(lines)
