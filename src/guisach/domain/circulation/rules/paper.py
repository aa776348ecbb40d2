"""Sheets of paper on which a keeper writes when there is no machine: their codes, their lines, their days.

A sheet typed in twice must count once, whoever types it. So each line gets an operation id made of the place, the
code of the sheet and the number of the line; what was taken back may be typed again under the next attempt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

SHEET_LINES = 25
ATTEMPTS = 3  # a line, taken back and typed again, and once more
DAYS_BACK_MAX = 730  # an older day on a sheet is asked about; the log itself would take it
VISITS, USES = "visits", "uses"  # the counts at the foot

# Signs that no hand mixes up; 31 is a prime, so the check sign finds one wrong sign and two that changed places.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXY"
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_CODE_SIGNS = 7
_IDS = UUID("6f6b1d0e-3f5a-5c57-9d0b-2f6e6a1c9b11")
_SHORT_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}|\d{2}))?", re.ASCII)


class DayWrong(ValueError):
    """What was written is no day; `code` says why: day_unreadable, day_to_come, day_too_old."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sheet_code(random: int) -> str:
    """Make the code of a sheet out of a random number (35 bits of it count), such as K4M7-QX2T."""
    signs = ""
    for _ in range(_CODE_SIGNS):
        random, rest = divmod(random, len(_SIGNS))
        signs += _SIGNS[rest]
    signs += _check_sign(signs)
    return f"{signs[:4]}-{signs[4:]}"


def read_code(text: str) -> str:
    """Return the code as it is kept, however it was typed. Raises ValueError where it is none or mistyped."""
    signs = "".join(text.upper().split()).replace("-", "").translate(_MEANT)
    is_code = len(signs) == _CODE_SIGNS + 1 and set(signs) <= set(_SIGNS)
    if not is_code or _check_sign(signs[:-1]) != signs[-1]:
        raise ValueError(text[:20])
    return f"{signs[:4]}-{signs[4:]}"


def _check_sign(signs: str) -> str:
    return _SIGNS[sum(weight * _SIGNS.index(sign) for weight, sign in enumerate(signs, 2)) % len(_SIGNS)]


def line_op(place: str, code: str, line: int | str, attempt: int = 0) -> UUID:
    """Return the operation id of a line of a sheet; `line` is its number, or VISITS or USES for those at the foot."""
    return uuid5(_IDS, f"{place}/{code}/{line}/{attempt}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line as it was typed. `way`: out, in, or empty where the borrower's name says it.

    `copy` and `reader` are what a person chose among several, or what an earlier look understood.
    """

    line: int
    day: str = ""
    book: str = ""
    who: str = ""
    way: str = ""
    copy: str = ""
    reader: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened in this line."""
        return not (self.book or self.who)

    @property
    def is_out(self) -> bool:
        """Whether a book went out: who does not say, and names somebody, means that."""
        return self.way == "out" or (self.way != "in" and bool(self.who))


def read_day(text: str, *, today: date) -> date:
    """Read 5/11, 05.11.26 or 2026-11-05; without a year it is the last such day. Raises DayWrong."""
    day = _day(text.strip(), today)
    if day is None:
        raise DayWrong("day_unreadable")
    if day > today:
        raise DayWrong("day_to_come")
    if day < today - timedelta(days=DAYS_BACK_MAX):
        raise DayWrong("day_too_old")
    return day


def _day(text: str, today: date) -> date | None:
    try:
        if short := _SHORT_DAY.fullmatch(text):
            day, month, year = int(short[1]), int(short[2]), short[3]
            if year:
                return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
            this_year = date(today.year, month, day)
            return this_year if this_year <= today else date(today.year - 1, month, day)
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_number_like(text: str) -> bool:
    """Tell a barcode, or the figures at its end that people write for short, from words of a title."""
    compact = text.strip()
    return any(sign.isdecimal() for sign in compact) and len(compact.split()) == 1


def figures(text: str) -> str:
    """Return the figures at the end of a short number, without leading zeros: 123 of "123", "CB-0123"; else empty."""
    match = re.search(r"(\d{1,15})$", text.strip(), re.ASCII)
    return match[1].lstrip("0") if match else ""


def has_words(name: str, wanted: str) -> bool:
    """Tell whether the (folded) words stand in the (folded) name as whole words, one after another."""
    return f" {wanted} " in f" {name} "
