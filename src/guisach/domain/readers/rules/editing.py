"""What can happen to a reader after joining, as it stands in the log for ever, and what each field may be."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from guisach.domain.readers.rules.cards import normalise_card
from guisach.domain.readers.rules.joining import (
    CHANNELS,
    EMAIL_LENGTH_MAX,
    GROUPS,
    KINDS,
    LANGUAGES,
    PAPERS,
    UNSAID,
    Unsaid,
    tidy_name,
    tidy_phone,
)
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ADDRESS_LENGTH_MAX = 200
PLACE_LENGTH_MAX = 24


class PersonFields(msgspec.Struct, frozen=True, omit_defaults=True):
    """Fields of a reader, by the names that they have in the log; what an edit does not touch is unsaid."""

    name: str | Unsaid = UNSAID
    card: str | Unsaid = UNSAID
    birth: date | Unsaid | None = UNSAID
    phone: str | Unsaid = UNSAID
    address: str | Unsaid = UNSAID
    guardian: str | Unsaid = UNSAID
    guardian_phone: str | Unsaid = UNSAID
    consent: bool | Unsaid = UNSAID
    assent: bool | Unsaid = UNSAID
    email: str | Unsaid = UNSAID
    language: str | Unsaid = UNSAID
    channel: str | Unsaid = UNSAID
    papers: str | Unsaid = UNSAID
    household: UUID | Unsaid | None = UNSAID


class EditBody(msgspec.Struct, frozen=True):
    """What statistics need of an edit; empty: not touched. `home` is the place that looks after the reader now."""

    group: str = ""
    type: str = ""
    expires: date | None = None
    home: str = ""
    replaces: str = ""
    """What became of the former card: LOST, WORN, or WRONG where the number was never this reader's."""


class EditPrivate(msgspec.Struct, frozen=True):
    """Which fields of whom became what, and what they were for whoever edited them."""

    reader: UUID
    set: PersonFields = PersonFields()
    was: PersonFields = PersonFields()


class NothingPublic(msgspec.Struct, frozen=True):
    """All of it is in the private part."""


class MergePrivate(msgspec.Struct, frozen=True):
    """`reader` is the same person as `into`: from now on, what concerns the one concerns the other (SYNC row 11)."""

    reader: UUID
    into: UUID


class EraseBody(msgspec.Struct, frozen=True):
    """Why a reader is erased, by a code: words would say more than is to be kept."""

    basis: str = "REQUEST"


class ErasePrivate(msgspec.Struct, frozen=True):
    """Whose data go."""

    reader: UUID


_TIDY: dict[str, Callable[[Any], Any]] = {
    "name": tidy_name,
    "card": lambda text: normalise_card(text) if text else "",
    "phone": tidy_phone,
    "address": lambda text: nfc(text)[:ADDRESS_LENGTH_MAX],
    "guardian": tidy_name,
    "guardian_phone": tidy_phone,
    "email": lambda text: nfc(text).replace(" ", "")[:EMAIL_LENGTH_MAX],
    "language": lambda code: code if code in LANGUAGES else LANGUAGES[0],
    "channel": lambda code: code if code in CHANNELS else "",
    "papers": lambda code: code if code in PAPERS else "",
}
FIELDS = PersonFields.__struct_fields__
EMPTY: dict[str, Any] = {
    **dict.fromkeys(FIELDS, ""),
    "birth": None, "household": None, "consent": False, "assent": False, "language": LANGUAGES[0],
}  # fmt: skip
"""What a field is of which nobody said anything."""


def said(fields: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and tidied value of each field that a joining or an edit speaks of."""
    for name in FIELDS:
        value = getattr(fields, name)
        if value is not UNSAID:
            yield name, _TIDY[name](value) if name in _TIDY else value


def subject_of_edit(body: EditBody, private: EditPrivate) -> str:
    """Return the reader's id; raises ValueError for an edit that cannot be understood."""
    if (body.group and body.group not in GROUPS) or (body.type and body.type not in KINDS):
        raise ValueError(private.reader)
    if len(body.home) > PLACE_LENGTH_MAX or not body.home.isprintable():
        raise ValueError(private.reader)
    for _field in (*said(private.set), *said(private.was)):
        pass  # a number that cannot be a card's raises
    if private.set.name is not UNSAID and not tidy_name(private.set.name):
        raise ValueError(private.reader)
    return str(private.reader)


def subject_of_merge(private: MergePrivate) -> str:
    """Return the id that is given up; raises ValueError where both are one already."""
    if private.reader == private.into:
        raise ValueError(private.reader)
    return str(private.reader)
