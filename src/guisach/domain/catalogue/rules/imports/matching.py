"""Whether two descriptions are of the same book: certainly, perhaps, or not, and what speaks for it.

Joining two different books is worse than having one twice, so that everything that contradicts weighs more than what
agrees: another volume, another year, another edition, another publisher. All of it is compared folded, without
the punctuation of ISBD, "Nxb" and the like, so that every catalogue's habits look alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from guisach.domain.catalogue.rules.drafts import HOUSE_KINDS
from guisach.domain.catalogue.rules.imports.words import (
    author_words,
    edition_number,
    names,
    pages,
    publisher_words,
    title_words,
    volumes,
)
from guisach.kernel.text import exact_syllables, fold

MATCH_KEY_LENGTH = 120
_SHORT = 2  # syllables: such titles are looked for together with who wrote them
_ALIKE = 0.6  # share of syllables that two titles with one ISBN have in common at least
_PAGES_APART, _PAGES_FEW = 0.02, 4  # leaves before and behind that one counts and another does not
_PAGES_APART_WITH_NUMBER = 0.1


class Verdict(StrEnum):
    """How sure it is that two descriptions are of the same book."""

    SAME = "same"
    MAYBE = "maybe"
    NONE = "none"


class Why(StrEnum):
    """What agrees, and (after `NOT_`) what speaks against it; the values are stable."""

    NUMBER = "number"
    ISBN = "isbn"
    TITLE = "title"
    AUTHOR = "author"
    YEAR = "year"
    PUBLISHER = "publisher"
    TITLE_ALIKE = "title_alike"
    NOT_YEAR = "not_year"
    NOT_EDITION = "not_edition"
    NOT_VOLUME = "not_volume"
    NOT_PAGES = "not_pages"
    NOT_MARKS = "not_marks"
    NOT_SUBTITLE = "not_subtitle"
    NOT_LANGUAGE = "not_language"


class Judgement(NamedTuple):
    """What came of comparing two descriptions."""

    verdict: Verdict
    why: tuple[Why, ...] = ()


_DIFFERENT = Judgement(Verdict.NONE)


@dataclass(frozen=True)
class Described:
    """As much of a description as is compared; texts as the catalogue keeps them."""

    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    year: int | None = None
    edition: str = ""
    language: str = ""
    kind: str = "BOOK"
    series: str = ""
    extent: str = ""
    numbers: frozenset[str] = frozenset()
    """ISBNs of 13 digits, ISSNs."""
    control_source: str = ""
    control_no: str = ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The syllables of the title, folded."""
        return title_words(self.title)

    @cached_property
    def all_words(self) -> tuple[str, ...]:
        """The syllables of title and subtitle."""
        return (*self.words, *title_words(self.subtitle))

    @cached_property
    def volumes(self) -> frozenset[str]:
        """What says which volume it is: "#2" of the title, of the subtitle, or of the series."""
        series = volumes(title_words(self.series.rpartition(" ; ")[2])) if " ; " in self.series else frozenset()
        return volumes(self.all_words) | frozenset(f"series {one}" for one in series)

    @cached_property
    def figures(self) -> frozenset[str]:
        """Other numbers in title and subtitle: grades, years, quantities."""
        return frozenset(word for word in self.all_words if word.isdigit())

    @cached_property
    def people(self) -> frozenset[tuple[str, ...]]:
        """Whoever made it, each name in an order of its own."""
        return frozenset(filter(None, (author_words(name) for author in self.authors for name in names(author))))

    @cached_property
    def house(self) -> frozenset[str]:
        """The words of the publisher that tell it from others."""
        return publisher_words(self.publisher)

    @cached_property
    def edition_number(self) -> int:
        """Which edition it says it is; 0 where it says nothing."""
        return edition_number(self.edition)

    @cached_property
    def pages(self) -> int:
        """How many pages it has; 0 where that is not known."""
        return pages(self.extent)

    @cached_property
    def material(self) -> str:
        """The kind of material as MARC tells it."""
        return "BOOK" if self.kind in HOUSE_KINDS else self.kind

    @cached_property
    def everything(self) -> tuple[object, ...]:
        """All that is compared, to see whether two say the same word for word."""
        return (
            self.all_words, self.people, self.year, self.house, fold(self.edition), fold(self.series), self.pages,
            self.numbers, self.material, self.language,
        )  # fmt: skip


def match_key(title: str, author: str, year: int | None) -> str:
    """Return what is the same in all descriptions of a book that come into question, to look for them.

    >>> match_key("Đất rừng phương Nam. T.2", "", None), match_key("Số đỏ", "Vũ Trọng Phụng", 1936)
    ('dat rung phuong nam #2', 'so do|phung trong vu')
    """
    words = title_words(title)
    key = " ".join(words)
    if len(words) <= _SHORT:
        key = f"{key}|{' '.join(author_words(names(author)[0])) or year or ''}"
    return key[:MATCH_KEY_LENGTH]


def compare(one: Described, other: Described, *, years_matter: bool = True, is_same_file: bool = False) -> Judgement:
    """Say whether two descriptions are of the same book; the same whichever comes first.

    Within a file only what is certain counts: whoever wrote it has kept the others apart.
    """
    if _kept_apart(one, other, is_same_file=is_same_file) or one.material != other.material:
        return _DIFFERENT
    if _numbered_alike(one, other) and one.volumes == other.volumes and _titles_agree(one, other):
        return Judgement(Verdict.SAME, (Why.NUMBER, *_agreements(one, other)))
    if one.numbers & other.numbers:
        found = _with_number(one, other, years_matter=years_matter)
    elif one.numbers and other.numbers:
        return _DIFFERENT
    else:
        found = _by_words(one, other, years_matter=years_matter, is_same_file=is_same_file)
    return _DIFFERENT if is_same_file and found.verdict is Verdict.MAYBE else found


def _kept_apart(one: Described, other: Described, *, is_same_file: bool) -> bool:
    """Tell whether somebody who numbered both has given them different numbers."""
    if not one.control_no or not other.control_no or one.control_no == other.control_no:
        return False
    return one.control_source == other.control_source and bool(one.control_source or is_same_file)


def _numbered_alike(one: Described, other: Described) -> bool:
    """Tell whether the same source has given both the same number."""
    if not one.control_no or not one.control_source:
        return False
    return (one.control_source, one.control_no) == (other.control_source, other.control_no)


def _with_number(one: Described, other: Described, *, years_matter: bool) -> Judgement:
    """Compare two with a standard number in common: sets, reprints and slips of the pen share them too."""
    if one.volumes and other.volumes and one.volumes != other.volumes:
        return _DIFFERENT
    if not _titles_agree(one, other):
        alike = _titles_alike(one, other)
        return Judgement(Verdict.MAYBE, (Why.ISBN, Why.TITLE_ALIKE)) if alike else _DIFFERENT
    against = _against(one, other, _PAGES_APART_WITH_NUMBER, years_matter=years_matter)
    if one.volumes != other.volumes or one.figures != other.figures:
        against.append(Why.NOT_VOLUME)
    why = (Why.ISBN, *_agreements(one, other))
    serious = [reason for reason in against if reason is not Why.NOT_SUBTITLE]
    return Judgement(Verdict.MAYBE if serious else Verdict.SAME, (*why, *against))


def _by_words(one: Described, other: Described, *, years_matter: bool, is_same_file: bool) -> Judgement:
    """Compare two without a standard number in common, of which one at least has none."""
    if one.volumes != other.volumes or not _titles_agree(one, other) or _contradict(one, other):
        return _DIFFERENT
    if one.year and other.year and one.year != other.year and years_matter:
        return _DIFFERENT
    why = _agreements(one, other)
    against = _against(one, other, _PAGES_APART, years_matter=years_matter)
    if Why.NOT_EDITION in against or Why.NOT_LANGUAGE in against:
        return _DIFFERENT
    if is_same_file and len(why) > 1 and one.everything == other.everything:
        return Judgement(Verdict.SAME, why)
    if {Why.AUTHOR, Why.YEAR, Why.PUBLISHER} <= {*why}:
        is_certain = not against and one.figures == other.figures
        return Judgement(Verdict.SAME if is_certain else Verdict.MAYBE, (*why, *against))
    is_likely = Why.AUTHOR in why or {Why.YEAR, Why.PUBLISHER} <= {*why}
    return Judgement(Verdict.MAYBE, (*why, *against)) if is_likely else _DIFFERENT


def _contradict(one: Described, other: Described) -> bool:
    """Tell whether names, publishers or figures exclude each other."""
    if one.people and other.people and not one.people & other.people:
        return True
    if one.house and other.house and not (one.house <= other.house or other.house <= one.house):
        return True
    return bool(one.figures and other.figures and one.figures != other.figures)


def _agreements(one: Described, other: Described) -> tuple[Why, ...]:
    agreeing = [Why.TITLE]
    if one.people & other.people:
        agreeing.append(Why.AUTHOR)
    if one.year and one.year == other.year:
        agreeing.append(Why.YEAR)
    if one.house and other.house and (one.house <= other.house or other.house <= one.house):
        agreeing.append(Why.PUBLISHER)
    return tuple(agreeing)


def _against(one: Described, other: Described, pages_apart: float, *, years_matter: bool) -> list[Why]:
    against = []
    if years_matter and one.year and other.year and one.year != other.year:
        against.append(Why.NOT_YEAR)
    if one.edition_number and other.edition_number and one.edition_number != other.edition_number:
        against.append(Why.NOT_EDITION)
    allowed = max(_PAGES_FEW, pages_apart * max(one.pages, other.pages))
    if one.pages and other.pages and abs(one.pages - other.pages) > allowed:
        against.append(Why.NOT_PAGES)
    if one.language and other.language and one.language != other.language:
        against.append(Why.NOT_LANGUAGE)
    if one.words == other.words and _marks_differ(one.title, other.title):
        against.append(Why.NOT_MARKS)
    if one.subtitle and other.subtitle and one.words == other.words and one.all_words != other.all_words:
        against.append(Why.NOT_SUBTITLE)
    return against


def _titles_agree(one: Described, other: Described) -> bool:
    """Tell whether the titles are the same, be the subtitle of one written behind the title of the other."""
    if not one.words or not other.words:
        return False
    return (
        one.words == other.words
        or one.all_words == other.all_words
        or one.words == other.all_words
        or one.all_words == other.words
    )


def _titles_alike(one: Described, other: Described) -> bool:
    few, many = sorted((frozenset(one.all_words), frozenset(other.all_words)), key=len)
    if not few:
        return False
    shorter, longer = sorted((one.words, other.words), key=len)
    begins = len(shorter) > _SHORT and longer[: len(shorter)] == shorter
    return begins or len(few & many) >= _ALIKE * len(few | many)


def _marks_differ(one: str, other: str) -> bool:
    """Tell whether two titles that fold to the same are written with different marks, both with some."""
    first, second = exact_syllables(one), exact_syllables(other)
    if first == second or not (_has_marks(one) and _has_marks(other)):
        return False
    return [_plain_i(word) for word in first] != [_plain_i(word) for word in second]


def _has_marks(text: str) -> bool:
    return any(char > "\x7f" for char in text)


def _plain_i(word: str) -> str:
    """Let y be i, which spell the same sound: kỹ, kĩ."""
    return word.translate(_Y_AS_I)


_Y_AS_I = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")
