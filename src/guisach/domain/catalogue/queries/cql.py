"""Answers CQL: the search index finds candidates, and each is held against the query as it is in the database.

A single clause on everything is a reader's search, with all its tolerance for typing. Everything else is exact but
for marks and case: a title that was asked for by dc.title has the words in its title.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from guisach.domain.catalogue.queries.records import RecordView, records
from guisach.domain.catalogue.queries.searching import search
from guisach.domain.catalogue.rules.cql import Clause, CqlProblem, Index, Joined, Operator, Relation
from guisach.domain.catalogue.rules.harvest import LARGEST_ID
from guisach.domain.catalogue.rules.search import MAX_LIMIT, MAX_OFFSET
from guisach.domain.catalogue.rules.search import Query as IndexQuery
from guisach.domain.catalogue.rules.standard_numbers import isbn13
from guisach.kernel.text import folded_syllables

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.cql import Query

CANDIDATES: Final = 1000  # looked at for one query, at most
_BRANCHES: Final = 8  # of a query with its alternatives spelled out
REACH: Final = MAX_OFFSET + MAX_LIMIT
"""How many records of one result can be fetched."""


@dataclass(frozen=True, slots=True)
class CqlAnswer:
    """A stretch of a result. `total` is a lower bound where not `is_exact`."""

    total: int
    records: list[RecordView]
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class _Branch:
    """What the index is asked for one alternative of a query."""

    texts: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    ids: tuple[int, ...] | None = None

    def __and__(self, other: _Branch) -> _Branch:
        ids = self.ids if other.ids is None else other.ids
        return _Branch(
            (*self.texts, *other.texts),
            max((y for y in (self.year_from, other.year_from) if y is not None), default=None),
            min((y for y in (self.year_to, other.year_to) if y is not None), default=None),
            tuple(set(self.ids) & set(other.ids)) if self.ids is not None and other.ids is not None else ids,
        )


def answer_cql(query: Query, *, offset: int, limit: int) -> CqlAnswer:
    """Return records of the result from `offset` (from 0) on. Raises CqlProblem for what would cost too much."""
    if isinstance(query, Clause) and query.index in {Index.ANY, Index.ALL} and query.relation is Relation.ALL:
        text = query.term if query.index is Index.ANY else ""
        if offset > MAX_OFFSET:
            return CqlAnswer(search(IndexQuery(text=text, limit=1, facets=False)).total, [])
        page = search(IndexQuery(text=text, limit=min(limit, MAX_LIMIT), offset=offset, facets=False))
        return CqlAnswer(page.total, page.records)
    branches = _branches(query)
    found: dict[int, RecordView] = {}
    is_exact = True
    for branch in branches:
        budget = CANDIDATES // len(branches)
        for view, total in _candidates(branch, budget):
            is_exact &= total <= budget
            if view.id not in found and _holds(query, view):
                found[view.id] = view
    every = list(found.values())
    return CqlAnswer(len(every), every[offset : offset + limit], is_exact)


def _branches(query: Query) -> list[_Branch]:
    """Spell out the alternatives of a query as questions to the index; a superset of what it asks for."""
    if isinstance(query, Clause):
        return _clause_branches(query)
    left = _branches(query.left)
    if query.operator is Operator.NOT:
        return left
    right = _branches(query.right)
    found = left + right if query.operator is Operator.OR else [one & other for one in left for other in right]
    if len(found) > _BRANCHES:
        raise CqlProblem(38, f"{_BRANCHES} alternatives")
    return found


def _clause_branches(clause: Clause) -> list[_Branch]:
    match clause.index:
        case Index.ID:
            id_ = int(clause.term) if clause.term.isascii() and clause.term.isdigit() else 0
            return [_Branch(ids=(id_,) if 0 < id_ <= LARGEST_ID else ())]
        case Index.DATE:
            return [_Branch((), *clause.years())]
        case Index.ISBN:
            return [_Branch((isbn13(clause.term) or clause.term,))]
        case Index.ALL:
            return [_Branch()]
    if clause.relation is Relation.ANY:
        words = clause.term.split()
        if len(words) > _BRANCHES:
            raise CqlProblem(38, f"{_BRANCHES} words after “any”")
        return [_Branch((word,)) for word in words]
    return [_Branch((clause.term,))]


def _candidates(branch: _Branch, budget: int) -> Iterator[tuple[RecordView, int]]:
    """Yield records and how many there are in all."""
    if branch.ids is not None:
        yield from ((view, 1) for view in records(branch.ids))
        return
    for offset in range(0, budget, MAX_LIMIT):
        page = search(
            IndexQuery(
                text=" ".join(branch.texts),
                year_from=branch.year_from,
                year_to=branch.year_to,
                limit=min(MAX_LIMIT, budget - offset),
                offset=offset,
                facets=False,
            )
        )
        for view in page.records:
            yield view, page.total
        if offset + MAX_LIMIT >= page.total:
            return


def _holds(query: Query, view: RecordView) -> bool:
    if isinstance(query, Joined):
        left = _holds(query.left, view)
        match query.operator:
            case Operator.AND:
                return left and _holds(query.right, view)
            case Operator.OR:
                return left or _holds(query.right, view)
        return left and not _holds(query.right, view)
    match query.index:
        case Index.ALL:
            return True
        case Index.ID:
            return query.term.lstrip("0") == str(view.id)
        case Index.ISBN:
            wanted = isbn13(query.term) or query.term
            return wanted in {isbn13(isbn) or isbn for isbn in view.isbns}
        case Index.DATE:
            first, last = query.years()
            return view.year is not None and (first or 0) <= view.year <= (9999 if last is None else last)
    return any(_says(field, query) for field in _FIELDS[query.index](view))


def _says(field: str, clause: Clause) -> bool:
    wanted, there = folded_syllables(clause.term), folded_syllables(field)
    match clause.relation:
        case Relation.EXACT:
            return wanted == there
        case Relation.ADJ:
            return f" {' '.join(wanted)} " in f" {' '.join(there)} "
        case Relation.ANY:
            return any(word in there for word in wanted)
    return bool(wanted) and all(word in there for word in wanted)


def _titles(view: RecordView) -> list[str]:
    whole = f"{view.title} {view.subtitle}".strip()
    return [whole, view.title, view.series] if view.subtitle else [view.title, view.series]


def _creators(view: RecordView) -> list[str]:
    return [view.author, *view.authors]


def _subjects(view: RecordView) -> list[str]:
    return view.subjects


def _everything(view: RecordView) -> list[str]:
    parts = [*_titles(view), *_creators(view), *view.subjects, view.publisher, *view.isbns, str(view.year or "")]
    return [" ".join(parts)]


_FIELDS: Final[dict[Index, Callable[[RecordView], list[str]]]] = {
    Index.TITLE: _titles,
    Index.CREATOR: _creators,
    Index.SUBJECT: _subjects,
    Index.ANY: _everything,
}
