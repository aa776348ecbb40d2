"""Reads what other systems export of readers: which column is what, and a row as a person, or why it is none.

Ids are made of the source and the old system's own number, so that the same sheet a second time says nothing new and
a newer one mends what changed.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from guisach.domain.readers.rules.cards import normalise_card
from guisach.domain.readers.rules.joining import GROUPS, NAME_LENGTH_MAX, tidy_name
from guisach.kernel.text import fold, nfc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FAMILY = UUID("5f0c7d52-7a2b-5c1f-9c6e-2f6a4f1b7e10")  # of all ids made of older systems' numbers
_CELL = 300  # characters of a cell that are read
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_YEAR = re.compile(r"(19|20)\d\d")


class BadMapping(ValueError):
    """A mapping that cannot be used; the text says what is wrong with it."""


class Unusable(ValueError):
    """A row that cannot become anything; `code` says why, `column` where."""

    def __init__(self, code: str, column: str) -> None:
        super().__init__(code)
        self.code, self.column = code, column


@dataclass(frozen=True, slots=True)
class Columns:
    """What headers, folded, stand for; and what words stand for groups."""

    reader: Mapping[str, str]
    loan: Mapping[str, str]
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """A reader of the older system, tidied. Empty and None where the sheet says nothing."""

    reader: UUID
    name: str
    card: str
    group: str
    birth_on: date | None
    phone: str
    address: str
    guardian: str
    guardian_phone: str
    place: str
    expires_on: date | None


@cache
def known_columns() -> Columns:
    """Return what comes with the product."""
    return _columns(tomllib.loads(files("guisach.domain.readers").joinpath("data/old_systems.toml").read_text("utf-8")))


def columns_of(text: str) -> Columns:
    """Return the product's columns with those of a mapping before them. Raises BadMapping."""
    try:
        own = _columns(tomllib.loads(text))
    except (ValueError, RecursionError) as error:  # also a number or brackets without end
        raise BadMapping(str(error)) from error
    known = known_columns()
    return Columns({**known.reader, **own.reader}, {**known.loan, **own.loan}, {**known.groups, **own.groups})


def _columns(data: dict[str, Any]) -> Columns:
    if unknown := set(data) - {"reader", "loan", "groups"}:
        raise BadMapping(f"[{min(unknown)}]")
    named = data.get("groups", {})
    if not isinstance(named, dict):
        raise BadMapping('[groups] "word" = "GROUP"')
    groups = {_key(str(word)): str(group) for word, group in named.items()}
    if wrong := set(groups.values()) - GROUPS:
        raise BadMapping(f"[groups] {min(wrong)}")
    return Columns(_headers(data.get("reader", {})), _headers(data.get("loan", {})), groups)


def _headers(fields: Any) -> dict[str, str]:
    if not isinstance(fields, dict) or not all(isinstance(names, list) for names in fields.values()):
        raise BadMapping('field = ["header", …]')
    return {_key(str(name)): field for field, names in fields.items() for name in names}


def _key(text: str) -> str:
    return " ".join(re.sub(r"[^0-9a-z]+", " ", fold(text)).split())


def fields_of(header: Sequence[str], known: Mapping[str, str]) -> list[str]:
    """Return what each column is; empty for one that nobody knows. A field is taken from its first column only."""
    found: list[str] = []
    for name in header:
        field = known.get(_key(name), "")
        found.append("" if field in found else field)
    return found


def read_person(cells: Mapping[str, str], *, source: str, groups: Mapping[str, str], place: str) -> Person:
    """Read a row of named cells.

    Raises Unusable with name_needed, card_unusable, number_needed or day_unreadable.
    """
    said = {field: nfc(text)[:_CELL].strip() for field, text in cells.items()}
    name = tidy_name(said.get("name") or f"{said.get('surname', '')} {said.get('given_name', '')}")
    if not 2 <= len(name) <= NAME_LENGTH_MAX:
        raise Unusable("name_needed", "name")
    card = said.get("card", "")
    try:
        card = normalise_card(card) if card else ""
    except ValueError:
        raise Unusable("card_unusable", "card") from None
    if not card and not said.get("id"):
        raise Unusable("number_needed", "card")  # nothing would tell a second import that it is the same person
    group = said.get("group", "")
    return Person(
        reader=reader_id(source, said.get("id", ""), card),
        name=name,
        card=card,
        group=group.upper() if group.upper() in GROUPS else groups.get(_key(group), "OTHER"),
        birth_on=read_day(said.get("birth", ""), "birth", whole_year=True),
        phone=said.get("phone", ""),
        address=said.get("address", ""),
        guardian=tidy_name(said.get("guardian", "")),
        guardian_phone=said.get("guardian_phone", ""),
        place=said.get("place", "") or place,
        expires_on=read_day(said.get("expires", ""), "expires"),
    )


def reader_id(source: str, number: str, card: str) -> UUID:
    """Return the id of an older system's reader: by its own number, or else by the card."""
    return uuid5(_FAMILY, f"{source}|id|{number}" if number else f"{source}|card|{card}")


def operation_id(source: str, kind: str, content: str) -> UUID:
    """Return the id of what a row says: the same words have the same id. Whoever guesses the words can prove it."""
    return uuid5(_FAMILY, f"{source}|{kind}|{content}")


def read_day(text: str, column: str, *, whole_year: bool = False) -> date | None:
    """Read 31/12/2026, 31-12-2026 or 2026-12-31, a time after it left aside; a year alone where `whole_year`.

    Raises Unusable with day_unreadable.
    """
    text = text.strip()
    if not text or set(text) <= set("0/-: "):
        return None
    try:
        if match := _DAY.match(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := _ISO.match(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise Unusable("day_unreadable", column) from None
    if whole_year and _YEAR.fullmatch(text):
        return None  # a year says too little to be kept as a birth date
    raise Unusable("day_unreadable", column)
