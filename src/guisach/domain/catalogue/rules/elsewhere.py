"""Copy cataloguing: what other catalogues are asked, what they answer, and their answers put together.

The asking is an adapter's; it is given to the room in `kinds`. A catalogue that is slow, down, or answers nonsense is
named in one line, and the others' answers show.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from guisach.domain.catalogue.rules.imports.matching import Described, Verdict, compare
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Description
from guisach.domain.catalogue.rules.standard_numbers import isbn13, issn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guisach.domain.catalogue.rules.marc.incoming import Incoming

WAIT_S = 8.0
"""How long a catalogue has for its answer."""
HITS_MAX = 10
"""How many records each catalogue is asked for."""


class Trouble(StrEnum):
    """Why a catalogue gave nothing. The values are stable: pages have words for them."""

    ADDRESS = "address"  # not an address that may be asked
    SLOW = "slow"  # no answer in time
    DOWN = "down"  # cannot be reached
    REFUSED = "refused"  # an HTTP status other than 200
    NONSENSE = "nonsense"  # not the XML of SRU
    TOO_LARGE = "too_large"  # more than is read
    DIAGNOSTIC = "diagnostic"  # it says itself why not


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for; at least one of them is not empty."""

    isbn: str = ""
    title: str = ""
    author: str = ""

    def __bool__(self) -> bool:
        return bool(self.isbn or self.title or self.author)


@dataclass(frozen=True, slots=True)
class Target:
    """A catalogue to ask."""

    name: str
    url: str
    version: str = "1.2"
    schema: str = "marcxml"
    """As the catalogue calls it."""
    is_unimarc: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What one catalogue said; `trouble` is None where it answered, even with nothing."""

    target: str
    total: int = 0
    records: tuple[Incoming, ...] = ()
    trouble: Trouble | None = None
    detail: str = ""
    """What the catalogue or the network said, in its own words."""
    took_s: float = 0.0


class Elsewhere(Protocol):
    """Asks other catalogues. Implemented by `guisach.adapters.sru.SruClient`."""

    def ask(self, targets: Sequence[Target], question: Question, *, wait_s: float = WAIT_S) -> list[Answer]:
        """Ask all at once and return an answer for each, in their order, after `wait_s` at the latest."""
        ...


@dataclass(frozen=True, slots=True)
class Offer:
    """A record that may be taken over, with the names of all catalogues that have it."""

    marc: Incoming
    description: Description
    targets: tuple[str, ...]


def question_of(text: str, title: str = "", author: str = "") -> Question:
    """Read what somebody typed into one box: a number where it is one, else words of the title."""
    number = isbn13(text) or issn(text)
    return Question(isbn=number, title=title or ("" if number else text.strip()), author=author.strip())


def offers(answers: Iterable[Answer]) -> list[Offer]:
    """Put the answers together: what describes the same book stands once, in its fullest form, others behind."""
    found: list[Offer] = []
    compared: list[Described] = []
    for answer in answers:
        for marc in answer.records:
            description = describe(marc)
            if not isinstance(description, Description):
                continue
            one = comparable(description)
            at = next((i for i, other in enumerate(compared) if compare(one, other).verdict is Verdict.SAME), None)
            if at is None:
                found.append(Offer(marc, description, (answer.target,)))
                compared.append(one)
                continue
            known = found[at]
            targets = tuple(dict.fromkeys((*known.targets, answer.target)))
            fuller = len(marc.fields) > len(known.marc.fields)
            found[at] = Offer(marc if fuller else known.marc, description if fuller else known.description, targets)
    return found


def comparable(description: Description) -> Described:
    """Return as much of a description as is compared. Numbers of control are the other house's own."""
    return Described(
        title=". ".join(filter(None, (description.title, description.part))),
        subtitle=description.subtitle,
        authors=tuple(author.name for author in description.authors),
        publisher=description.publisher,
        year=description.year,
        edition=description.edition,
        language=next(iter(description.languages), ""),
        kind=description.kind,
        series=next(iter(description.series), ""),
        extent=description.extent,
        numbers=frozenset((*description.isbn13s, *description.issns)),
    )
