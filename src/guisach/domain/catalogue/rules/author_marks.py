"""Author marks: what stands behind the class number on a spine, by the scheme that a province uses.

A scheme is a function from the words of a title to a mark. Nothing is invented here: the table that the National
Library uses was not published in a form that could be checked, so a province that uses one brings it as a file of its
own (two columns, the beginning of a word and its code), and everybody else may type what they like.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from enum import StrEnum

from guisach.kernel.text import fold

Scheme = Callable[[str, str], str]
"""From the author (as said, may be empty) and the title to a mark; empty where the scheme knows none."""

_LETTERS = 3
_LENGTH_MAX = 12


class MarkScheme(StrEnum):
    """Schemes that need no table. The values are stable: settings keep them."""

    NONE = "NONE"
    """No suggestion: whatever is typed stands."""
    AUTHOR_LETTERS = "AUTHOR_LETTERS"
    """The first three letters of the author's name as said: Nguyễn Nhật Ánh gives NGU."""
    GIVEN_LETTERS = "GIVEN_LETTERS"
    """The first three letters of the author's given name, which in Vietnamese comes last: Tô Hoài gives HOA."""
    TITLE_LETTERS = "TITLE_LETTERS"
    """The first three letters of the title: Dế Mèn phiêu lưu ký gives DEM."""


class MarkTableError(ValueError):
    """A table of marks that cannot be read; says which line."""


def _letters(text: str) -> str:
    return "".join(sign for sign in fold(text) if sign.isalnum())[:_LETTERS].upper()


def _by_author(author: str, title: str) -> str:
    return _letters(author or title)


def _by_given_name(author: str, title: str) -> str:
    return _letters(author.split()[-1] if author.split() else title)


SCHEMES: dict[str, Scheme] = {
    MarkScheme.NONE: lambda _author, _title: "",
    MarkScheme.AUTHOR_LETTERS: _by_author,
    MarkScheme.GIVEN_LETTERS: _by_given_name,
    MarkScheme.TITLE_LETTERS: lambda _author, title: _letters(title),
}
"""Every scheme by its name; a province's own table is added with `register`."""

_TABLE = "TABLE"
_chosen: list[str] = [MarkScheme.NONE]


def register(name: str, scheme: Scheme) -> None:
    """Add a scheme, or put another in the place of one with that name."""
    SCHEMES[name] = scheme


def table_scheme(text: str) -> Scheme:
    """Make a scheme of a CSV table: the beginning of the author's (else the title's) name, and its mark.

    The longest beginning wins; where an author gave the mark, the first letter of the title follows.
    Raises MarkTableError.
    """
    marks: dict[str, str] = {}
    for number, row in enumerate(csv.reader(io.StringIO(text)), 1):
        if not row or row[0].startswith("#"):
            continue
        if len(row) < 2 or not fold(row[0]) or not row[1].strip():
            raise MarkTableError(f"line {number} of the table of marks needs a beginning and a mark")
        marks[fold(row[0])] = row[1].strip()[:_LENGTH_MAX]
    return _table(marks)


def _table(marks: Mapping[str, str]) -> Scheme:
    def scheme(author: str, title: str) -> str:
        name = fold(author or title)
        for length in range(len(name), 0, -1):
            if name[:length] in marks:
                letter = next((sign for sign in fold(title) if sign.isalnum()), "") if author else ""
                return marks[name[:length]] + letter.upper()
        return ""

    return scheme


def read_choice(text: str) -> None:
    """Take what a province says in its file: `scheme,GIVEN_LETTERS`, or a table, and use it from now on.

    Raises MarkTableError.
    """
    first = text.lstrip("\ufeff").strip().splitlines()[:1]
    name = first[0].partition(",")[2].strip() if first and first[0].startswith("scheme,") else ""
    if name:
        if name not in SCHEMES:
            raise MarkTableError(f"there is no scheme of author marks called {name!r}: {', '.join(sorted(SCHEMES))}")
    else:
        name = _TABLE
        register(name, table_scheme(text.lstrip("\ufeff")))
    _chosen[:] = [name]


def house_mark(author: str, title: str) -> str:
    """Return the mark of a title by the scheme that the province chose; empty where it chose none."""
    return suggest_mark(_chosen[0], author, title)


def suggest_mark(scheme: str, author: str, title: str) -> str:
    """Return the mark of a title by the scheme with this name; empty where it is unknown or knows none."""
    made = SCHEMES.get(scheme)
    return made(author, title) if made else ""


def call_number(ddc: str, mark: str) -> str:
    """Put class number and mark together as they stand on a spine."""
    return " ".join(filter(None, (ddc, mark)))
