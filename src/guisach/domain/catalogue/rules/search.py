"""What the catalogue asks of a search index, and what it hands over to be indexed.

The index is a disposable projection of records: it is rebuilt from the database whenever it is missing, older
or damaged, it tails the change feed, and it decides nothing (whether a copy can be lent is asked of the database).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager

# A title of 200 characters is longer than 99 % of titles; what comes after finds nothing that it does not.
MAX_TEXT: Final = 200
# Each syllable costs the engine a list of postings; few titles are longer, and 24 words single one out.
MAX_SYLLABLES: Final = 24
# One page of results; exports go through the database.
MAX_LIMIT: Final = 100
# Nobody pages further: whoever has seen fifty pages needs a narrower question.
MAX_OFFSET: Final = 1000


class Sort(StrEnum):
    """In which order results are wanted."""

    RELEVANCE = "relevance"
    NEWEST = "newest"  # last catalogued first
    YEAR = "year"  # last published first
    TITLE = "title"  # dictionary order
    POPULAR = "popular"  # most loans first
    NEAR = "near"  # in at the nearest of `Query.near` first, then by relevance


class SuggestionKind(StrEnum):
    """What a suggestion names."""

    TITLE = "TITLE"
    AUTHOR = "AUTHOR"
    SUBJECT = "SUBJECT"


class IndexState(StrEnum):
    """Whether an index can be searched and, if not, why; in all cases but READY the caller rebuilds."""

    READY = "READY"
    MISSING = "MISSING"  # never built, or its folder was removed
    OUTDATED = "OUTDATED"  # built by another version of the schema
    CORRUPT = "CORRUPT"  # files damaged or lost


class IndexBusy(Exception):
    """Another process of this machine is writing the index; one writer at a time."""


class IndexUnavailable(Exception):
    """The index cannot be searched now; `state` says why."""

    def __init__(self, state: IndexState) -> None:
        super().__init__(f"the search index is {state.value.lower()}: it must be rebuilt")
        self.state = state


@dataclass(frozen=True, slots=True)
class Document:
    """What the index knows of one record. Texts are as in the record; the index folds them itself."""

    id: int
    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    series: str = ""
    publisher: str = ""
    year: int | None = None
    language: str = ""
    kind: str = ""
    ddc: str = ""
    isbns: tuple[str, ...] = ()
    issns: tuple[str, ...] = ()
    other_titles: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()  # other forms of its headings, by the authorities: see-from
    audience: str = ""
    collections: tuple[str, ...] = ()  # codes of the collections that its copies belong to
    places: tuple[str, ...] = ()  # codes of the places where its copies stand
    here: tuple[str, ...] = ()  # those of the places where one is in now
    loans: int = 0  # popularity: loans so far


@dataclass(frozen=True, slots=True)
class Query:
    """A question to the index. Empty `text` browses everything that the filters leave, newest first.

    Values beyond the bounds above are cut to them, never refused: a reader's question always has an answer.
    `text` may name fields and phrases (`rules.search_syntax`). `near` are codes of places in rings around the
    reader, the nearest ring first: a mild factor by relevance, the first one by Sort.NEAR.
    """

    text: str = ""
    kind: str | None = None
    language: str | None = None
    subject: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    place: str | None = None
    audience: str | None = None
    collection: str | None = None
    ddc: str | None = None  # a main class of the Dewey classification: "000", "100" … "900"
    is_in: bool = False  # only what is in now: at `place`, or anywhere
    near: tuple[tuple[str, ...], ...] = ()
    limit: int = 20
    offset: int = 0
    sort: str = Sort.RELEVANCE
    facets: bool = True  # a suggestion list needs none


@dataclass(frozen=True, slots=True)
class Hit:
    """One result; scores are comparable within one answer only."""

    id: int
    score: float


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of all results have this value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits, and what holds for the whole result.

    `facets` has the keys kind, language, subject, place, audience, collection, ddc ("800"), in (one value, "1":
    how many are in now, at the place of the question or anywhere), year and decade ("1990" for 1990 to 1999).
    `meant` is the question as the catalogue would write it, where it seems to be misspelt; else empty.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[Facet, ...]] = field(default_factory=lambda: MappingProxyType({}))
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How a question that somebody has begun to type may go on; `id` is of the record that a title names.

    `text` of a title is empty: the database has it, with its marks and capitals. `count`: how many records.
    """

    kind: SuggestionKind
    text: str = ""
    id: int = 0
    count: int = 1


class SearchIndex(Protocol):
    """The reading side; safe to share between threads, and sees each commit of the writer at once."""

    def search(self, query: Query) -> Results:
        """Answer a question; raises IndexUnavailable when there is no index to ask."""

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Say how a question may go on, the likeliest first; raises IndexUnavailable."""

    def similar(self, document: Document, limit: int = 6) -> tuple[Hit, ...]:
        """Find what is like a document: subjects, authors, class; itself left out. Raises IndexUnavailable."""

    def ready(self) -> bool:
        """Tell whether `search` can answer."""

    def state(self) -> IndexState:
        """Tell whether `search` can answer and, if not, why."""

    def position(self) -> int:
        """Return the last position of the change feed that the index contains; 0 when there is no index."""

    def moves(self) -> int:
        """Return the last position in the log of what happened to copies that the index contains; 0 at first."""


class IndexWriter(Protocol):
    """The writing side, as `IndexKeeper` hands it out.

    Nothing is seen by readers, or survives, before `commit`. Putting a document that is there already replaces
    it, removing one that is not there does nothing: applying the same change twice is harmless.
    """

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents or replace those with the same id."""

    def remove(self, ids: Iterable[int]) -> None:
        """Take documents out."""

    def commit(self, position: int, moves: int | None = None) -> None:
        """Make what was put and removed visible and durable, together with the positions in the change feed and
        in the log of what happened to copies (None: as before)."""

    def position(self) -> int:
        """Return the position of the last commit; 0 before the first."""

    def is_merging(self) -> bool:
        """Tell, right after a commit, whether the engine still tidies up: closing the writer would wait for it."""


class IndexKeeper(SearchIndex, Protocol):
    """An index with its writers. Both context managers raise IndexBusy while another process holds one."""

    def writer(self) -> AbstractContextManager[IndexWriter]:
        """Write to the index as it is; raises IndexUnavailable when there is none that can be written to."""

    def rebuild(self) -> AbstractContextManager[IndexWriter]:
        """Write a new index beside the old one, which answers until the block ends without an exception.

        Then, and only if something was committed, the new one takes its place at once.
        """
