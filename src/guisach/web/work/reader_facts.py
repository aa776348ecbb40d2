"""What the page of a reader says of them, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from guisach.domain.network.queries import Permission, staff_names
from guisach.domain.readers import queries
from guisach.web.ui import formats
from guisach.web.work import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from guisach.domain.readers.queries import ReaderView
    from guisach.web.ui.access import Duty


def facts_of(reader: ReaderView) -> list[tuple[str, str]]:
    """Give label and value of what is known beyond name, card and telephone; one query for who was told."""
    return [(label, value) for label, value in _facts(reader) if value]


def _facts(reader: ReaderView) -> Iterator[tuple[str, str]]:
    yield _("E-mail"), reader.email
    yield _("Wants to hear from the library by"), _named(reader.channel, queries.channels())
    if reader.language != queries.languages()[0][0]:
        yield _("Language of messages"), _named(reader.language, queries.languages())
    names = staff_names({reader.consent_to, reader.assent_to} - {""})
    if reader.guardian_name and not reader.is_shared:
        yield _("The guardian agreed"), _told(reader.consent_at, reader.consent_to, names)
    else:
        yield _("Agreed"), _told(reader.consent_at, reader.consent_to, names)
    yield _("The child agreed"), _told(reader.assent_at, reader.assent_to, names) if reader.has_assent else ""
    yield _("Papers shown"), _named(reader.papers, queries.papers())


def _told(at: datetime | None, to: str, names: dict[str, str]) -> str:
    if at is None:
        return ""
    return _("%(date)s, told to %(name)s") % {"date": formats.day(at), "name": names.get(to, to)}


def _named(code: str, choices: Sequence[tuple[str, object]]) -> str:
    return words.capital(dict(choices).get(code, code)) if code else ""


def kin_of(reader: ReaderView, duty: Duty) -> list[ReaderView]:
    """Give the members of a shared card, or the card that a person belongs to; only whom this person may see."""
    if reader.is_shared:
        found = queries.members_of(reader.id)
    else:
        belongs_to = queries.reader(reader.household) if reader.household else None
        found = [belongs_to] if belongs_to else []
    return [one for one in found if duty.may(Permission.SEE_READERS, one.place)]
