"""What fits into a diary and a challenge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from guisach.kernel.text import nfc

TITLE_LENGTH_MAX: Final = 200
SENTENCE_LENGTH_MAX: Final = 280
STARS_MAX: Final = 5
ENTRIES_MAX: Final = 500  # of one reader: a book every day of more than a year
BOOKS_MAX: Final = 60
"""As many spines as a row on a telephone can show."""
DAYS_MAX: Final = 366


@dataclass(frozen=True, slots=True)
class Entry:
    """A book that somebody read, as they write it down; `record` where they picked it from the catalogue."""

    title: str
    record: int | None
    stars: int
    sentence: str
    read_on: date


def tidy(text: str, limit: int) -> str:
    """Return what somebody wrote, composed, on one line, without what cannot be seen, cut to length."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in nfc(text[: 4 * limit])).split())[:limit]


def refusal_of_entry(entry: Entry, *, on: date) -> str | None:
    """Say why an entry cannot be kept, by the code of the refusal."""
    if not tidy(entry.title, TITLE_LENGTH_MAX):
        return "diary_title_needed"
    if not 0 <= entry.stars <= STARS_MAX or not date(1950, 1, 1) <= entry.read_on <= on:
        return "diary_unusable"
    return None


def refusal_of_challenge(books: int, until: date, *, on: date) -> str | None:
    """Say why a challenge cannot be set, by the code of the refusal."""
    if not 1 <= books <= BOOKS_MAX or not on <= until <= on + timedelta(days=DAYS_MAX):
        return "challenge_unusable"
    return None
