"""What a librarian may write into the search box beside words: fields, phrases, what must not be there.

    tác giả:"tô hoài" năm:1990-1999 -kịch      author:hardy title:tess      ddc:636* "vườn ao chuồng"

Names of fields are Vietnamese, with marks or without, or English. Nothing is ever refused: what cannot be read
as a field (`năm:xưa`) or has no end (`"dế mèn`) is words like any others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from guisach.kernel.text import fold, nfc, syllables

# One question's worth; further ones are read as words.
MOST_CLAUSES: Final = 12


class Field(StrEnum):
    """Where a librarian can look."""

    ANY = "any"
    TITLE = "title"
    AUTHOR = "author"
    SUBJECT = "subject"
    PUBLISHER = "publisher"
    SERIES = "series"
    NUMBER = "number"  # ISBN or ISSN
    DDC = "ddc"
    YEAR = "year"
    LANGUAGE = "language"
    COLLECTION = "collection"


FIELD_NAMES: Final[dict[Field, tuple[str, ...]]] = {
    Field.TITLE: ("nhan đề", "tên sách", "title"),
    Field.AUTHOR: ("tác giả", "author"),
    Field.SUBJECT: ("chủ đề", "subject"),
    Field.PUBLISHER: ("nhà xuất bản", "nxb", "publisher"),
    Field.SERIES: ("tùng thư", "series"),
    Field.NUMBER: ("isbn", "issn"),
    Field.DDC: ("phân loại", "ddc"),
    Field.YEAR: ("năm", "year"),
    Field.LANGUAGE: ("ngôn ngữ", "language"),
    Field.COLLECTION: ("bộ sưu tập", "collection"),
}
_FIELD_OF: Final = {fold(name): field for field, names in FIELD_NAMES.items() for name in names}


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing asked of a result: words side by side in a field (`text`), or years from `first` to `last`.

    `begins`: the last word may go on (``636*``). `wanted` False: it must not be there.
    """

    field: Field
    text: str = ""
    begins: bool = False
    wanted: bool = True
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A text as it was read: free words, and clauses. `is_plain`: there are no clauses."""

    words: str
    clauses: tuple[Clause, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether the text is only words."""
        return not self.clauses

    @property
    def has_fields(self) -> bool:
        """Whether any field was named: then the words of a title cannot have been meant."""
        return any(clause.field is not Field.ANY for clause in self.clauses)


def _either(name: str) -> str:
    """Match a name with its marks or without."""
    spaced = {re.escape(form).replace(r"\ ", r"\s+") for form in (name, fold(name))}
    return "|".join(sorted(spaced, key=len, reverse=True))


_NAMES = "|".join(_either(name) for names in FIELD_NAMES.values() for name in names)
_QUOTED = r'"([^"]*)"|“([^”]*)”'
_CLAUSE: Final = re.compile(
    rf"(?:(?<=\s)|^)(?P<not>-?)(?:(?P<name>{_NAMES})\s*:\s*)?(?:{_QUOTED}|(?P<word>[^\s\"“”]+))(?=\s|$)", re.IGNORECASE
)
_YEARS: Final = re.compile(r"(\d{1,4})?(?:(-)(\d{1,4})?)?")
_DDC: Final = re.compile(r"\d{1,3}(?:\.\d*)?")


def read_question(text: str) -> Question:
    """Read what somebody typed."""
    text = nfc(text)
    if ":" not in text and '"' not in text and "“" not in text and " -" not in text:
        return Question(text)
    clauses: list[Clause] = []
    words: list[str] = []
    at = 0
    for match in _CLAUSE.finditer(text):
        words.append(text[at : match.start()])
        clause = _clause(match) if len(clauses) < MOST_CLAUSES else None
        if clause is None:
            words.append(match[0])
        else:
            clauses.append(clause)
        at = match.end()
    words.append(text[at:])
    if not any(clause.wanted for clause in clauses) and not syllables(" ".join(words)):
        return Question(text)  # only what is not wanted: nobody means all the rest of a library
    return Question(" ".join(" ".join(words).split()), tuple(clauses))


def _clause(match: re.Match[str]) -> Clause | None:
    """Read one piece; None where it is a word like any other."""
    quoted = match[3] if match[3] is not None else match[4]
    raw = match["word"] if quoted is None else quoted
    wanted = not match["not"]
    name = match["name"]
    if name is None:
        if quoted is None and (wanted or not raw[:1].isalpha()):
            return None  # "5 -7 tuổi" takes nothing away
        field = Field.ANY
    else:
        field = _FIELD_OF[" ".join(fold(name).split())]
    if field is Field.YEAR:
        return _years(raw, wanted=wanted)
    begins = raw.endswith("*")
    value = raw.rstrip("*")
    if field is Field.DDC:
        return Clause(field, value, begins, wanted) if _DDC.fullmatch(value) else None
    return Clause(field, value, begins, wanted) if syllables(value) else None


def _years(raw: str, *, wanted: bool) -> Clause | None:
    match = _YEARS.fullmatch(raw.strip())
    if match is None or not (match[1] or match[3]):
        return None
    first = int(match[1]) if match[1] else None
    last = int(match[3]) if match[3] else None if match[2] else first
    return Clause(Field.YEAR, wanted=wanted, first=first, last=last)
