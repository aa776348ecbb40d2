"""The bodies of what readers ask for, as they stand in the log for ever. Each is about the operation that made it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from guisach.domain.circulation.rules.bags import Bag, is_sound
from guisach.domain.circulation.rules.kinds import PLACE_LENGTH

RECORD_MAX = 2**63 - 1
GROUP_LENGTH, BARCODE_LENGTH = 12, 32


class RequestBody(msgspec.Struct, frozen=True):
    """A reader asks for a title at a place; without `record` for one that no place has, named in the private part.

    `awaits` and `due` are what the reader was told of: the copy that will be back first, and when.
    """

    op: UUID
    pickup: str
    record: int | None = None
    group: str = ""
    until: date | None = None  # after this day it is of no use any more
    awaits: str = ""
    due: date | None = None


class RequestPrivate(msgspec.Struct, frozen=True):
    """Who asks, and in whose words."""

    reader: UUID
    wanted: str = ""
    note: str = ""


class SuggestionBody(msgspec.Struct, frozen=True):
    """Somebody says what should be bought."""

    op: UUID
    pickup: str = ""


class SuggestionPrivate(msgspec.Struct, frozen=True):
    """What, why, and who says so; nobody where a keeper does."""

    reader: UUID | None = None
    wanted: str = ""
    author: str = ""
    why: str = ""


class BagBody(msgspec.Struct, frozen=True):
    """A reader asks to be surprised: for which age, of which classes ("8": 800 to 899), how many books."""

    op: UUID
    pickup: str
    age: str
    books: int
    interests: tuple[str, ...] = ()
    language: str = ""
    group: str = ""


class PackBody(msgspec.Struct, frozen=True):
    """A bag was packed; which books are in it is in no operation that leads here."""

    request: UUID
    books: int


class AboutRequestBody(msgspec.Struct, frozen=True):
    """Something about a request."""

    request: UUID


class CloseBody(msgspec.Struct, frozen=True):
    """The hub ends a request; `why` is a short code."""

    request: UUID
    why: str = ""


class AnswerBody(msgspec.Struct, frozen=True):
    """What becomes of a title that no place has; `record` once it is in the catalogue."""

    request: UUID
    decision: str
    record: int | None = None


class SaidBody(msgspec.Struct, frozen=True):
    """Who is meant, and free words."""

    reader: UUID | None = None
    words: str = ""


DECISIONS = frozenset({"ORDERED", "BOUGHT", "DECLINED"})


def request_subject(body: RequestBody, _private: Any, _place: str, _eff_at: datetime) -> str:
    """Return the operation's own id; raises ValueError for what no table could hold."""
    if not body.pickup:
        raise ValueError(body.pickup)
    for text, length in ((body.pickup, PLACE_LENGTH), (body.group, GROUP_LENGTH), (body.awaits, BARCODE_LENGTH)):
        _check_text(text, length)
    _check_record(body.record)
    return str(body.op)


def suggestion_subject(body: SuggestionBody, _private: Any, _place: str, _eff_at: datetime) -> str:
    """Return the operation's own id; raises ValueError for what no table could hold."""
    _check_text(body.pickup, PLACE_LENGTH)
    return str(body.op)


def bag_subject(body: BagBody, _private: Any, _place: str, _eff_at: datetime) -> str:
    """Return the operation's own id; raises ValueError for a wish that nobody could pack."""
    if not body.pickup or not is_sound(Bag(body.age, body.books, body.interests, body.language)):
        raise ValueError(body)
    _check_text(body.pickup, PLACE_LENGTH)
    _check_text(body.group, GROUP_LENGTH)
    return str(body.op)


def about_request(body: AboutRequestBody | CloseBody | PackBody, _private: Any, _place: str, _eff_at: datetime) -> str:
    """Return the id of the request."""
    return str(body.request)


def answer_subject(body: AnswerBody, _private: Any, _place: str, _eff_at: datetime) -> str:
    """Return the id of the request; raises ValueError for an answer that nobody knows."""
    if body.decision not in DECISIONS:
        raise ValueError(body.decision)
    _check_record(body.record)
    return str(body.request)


def _check_text(text: str, length: int) -> None:
    if len(text) > length or not text.isprintable():
        raise ValueError(text)


def _check_record(record: int | None) -> None:
    if record is not None and not 0 < record <= RECORD_MAX:
        raise ValueError(record)
