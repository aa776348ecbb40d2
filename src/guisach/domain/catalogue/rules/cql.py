"""CQL, the query language of SRU, as far as the catalogue can answer it.

    dc.title = "dế mèn" and dc.creator = "tô hoài" not dc.date < 1990

Whatever is not supported is said with the number of its diagnostic (info:srw/diagnostic/1/…), never guessed. Texts,
clauses and nesting are bounded, so that reading a query costs next to nothing whatever it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

LENGTH_MAX: Final = 1000
CLAUSES_MAX: Final = 16
DEPTH_MAX: Final = 12


class CqlProblem(ValueError):
    """A query that cannot be answered: the number of the diagnostic, and what it is about."""

    def __init__(self, number: int, details: str = "") -> None:
        super().__init__(details)
        self.number = number
        self.details = details


class Index(StrEnum):
    """What can be searched."""

    ANY = "cql.serverChoice"
    ALL = "cql.allRecords"
    TITLE = "dc.title"
    CREATOR = "dc.creator"
    SUBJECT = "dc.subject"
    ISBN = "bath.isbn"
    DATE = "dc.date"
    ID = "rec.id"


_NAMES: Final = {
    "cql.serverchoice": Index.ANY,
    "serverchoice": Index.ANY,
    "cql.anywhere": Index.ANY,
    "anywhere": Index.ANY,
    "cql.anyindexes": Index.ANY,
    "cql.allrecords": Index.ALL,
    "allrecords": Index.ALL,
    "dc.title": Index.TITLE,
    "title": Index.TITLE,
    "dc.creator": Index.CREATOR,
    "creator": Index.CREATOR,
    "dc.subject": Index.SUBJECT,
    "subject": Index.SUBJECT,
    "bath.isbn": Index.ISBN,
    "isbn": Index.ISBN,
    "dc.date": Index.DATE,
    "date": Index.DATE,
    "rec.id": Index.ID,
    "rec.identifier": Index.ID,
    "id": Index.ID,
}
_SETS: Final = frozenset(name.partition(".")[0] for name in _NAMES if "." in name)


class Relation(StrEnum):
    """How a term stands to what is in the index."""

    ALL = "all"  # every word; what = and scr mean for text
    ANY = "any"
    ADJ = "adj"  # one after the other
    EXACT = "exact"  # the whole
    BELOW = "<"
    UP_TO = "<="
    ABOVE = ">"
    FROM = ">="
    WITHIN = "within"


_RELATIONS: Final = {relation.value: relation for relation in Relation} | {"==": Relation.EXACT}
_DEFAULTS: Final = {Index.ISBN: Relation.EXACT, Index.DATE: Relation.EXACT, Index.ID: Relation.EXACT}
_WORDY: Final = frozenset({Relation.ALL, Relation.ANY, Relation.ADJ, Relation.EXACT})
_ALLOWED: Final = {
    Index.ANY: _WORDY,
    Index.ALL: frozenset({Relation.ALL, Relation.EXACT}),
    Index.TITLE: _WORDY,
    Index.CREATOR: _WORDY,
    Index.SUBJECT: _WORDY,
    Index.ISBN: frozenset({Relation.EXACT}),
    Index.DATE: frozenset(set(Relation) - {Relation.ALL, Relation.ANY, Relation.ADJ}),
    Index.ID: frozenset({Relation.EXACT}),
}
_YEAR = re.compile(r"\d{1,4}", re.ASCII)


class Operator(StrEnum):
    """How two parts are joined."""

    AND = "and"
    OR = "or"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Clause:
    """One index, one relation, one term, which suit each other."""

    index: Index
    relation: Relation
    term: str

    def years(self) -> tuple[int | None, int | None]:
        """Return the first and the last year of a clause on dates, both included; None is open."""
        numbers = [int(word) for word in self.term.split()]
        first, last = numbers[0], numbers[-1]
        return {
            Relation.BELOW: (None, first - 1),
            Relation.UP_TO: (None, first),
            Relation.ABOVE: (first + 1, None),
            Relation.FROM: (first, None),
        }.get(self.relation, (first, last))


@dataclass(frozen=True, slots=True)
class Joined:
    """Two parts with an operator between them."""

    operator: Operator
    left: Query
    right: Query


Query = Clause | Joined


class _Token(NamedTuple):
    kind: str  # "(" ")" "/" or a relation's sign, "word", "text" (which was in quotes)
    value: str
    is_masked: bool = False


_TOKEN = re.compile(
    r'\s*(?:(?P<sign>==|<=|>=|<>|[()=<>/])|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<word>[^\s()=<>/"]+))', re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MASKS = re.compile(r"(?<!\\)(?:\\\\)*[*?^]")
_SIGNS: Final = frozenset({"=", "==", "<", ">", "<=", ">=", "<>"})


def parse(text: str) -> Query:
    """Read a query. Raises CqlProblem, and nothing else, for whatever it cannot be."""
    if len(text) > LENGTH_MAX:
        raise CqlProblem(10, f"longer than {LENGTH_MAX} characters")
    return _Parser(_tokens(text)).read()


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise CqlProblem(10, f"a quotation mark is not closed, at character {at + 1}")
        at = match.end()
        sign, quoted, word = match.group("sign", "text", "word")
        if sign:
            found.append(_Token(sign, sign))
        else:
            raw = word if quoted is None else quoted
            kind = "word" if quoted is None else "text"
            found.append(_Token(kind, _ESCAPED.sub(r"\1", raw), bool(_MASKS.search(raw))))
    return found


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._clauses = 0

    def read(self) -> Query:
        if not self._tokens:
            raise CqlProblem(27)
        query = self._joined(0)
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            raise CqlProblem(80 if _is(token, "sortby") else 10, f"at “{token.value}”")
        return query

    def _peek(self, ahead: int = 0) -> _Token:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else _Token("end", "")

    def _take(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token

    def _joined(self, depth: int) -> Query:
        """Read clauses and what joins them; all operators bind alike, from the left."""
        left = self._part(depth)
        while (token := self._peek()).kind == "word":
            word = token.value.lower()
            if word == "prox":
                raise CqlProblem(39)
            if word not in set(Operator):
                break
            self._take()
            if self._peek().kind == "/":
                raise CqlProblem(46, word)
            left = Joined(Operator(word), left, self._part(depth))
        return left

    def _part(self, depth: int) -> Query:
        token = self._take()
        if token.kind == "(":
            if depth >= DEPTH_MAX:
                raise CqlProblem(13, f"deeper than {DEPTH_MAX}")
            inner = self._joined(depth + 1)
            if self._take().kind != ")":
                raise CqlProblem(13, "a bracket is not closed")
            return inner
        if token.kind == ">":
            raise CqlProblem(15, "prefixes cannot be assigned")
        if token.kind not in {"word", "text"}:
            raise CqlProblem(10, f"at “{token.value}”" if token.value else "a term is missing at the end")
        self._clauses += 1
        if self._clauses > CLAUSES_MAX:
            raise CqlProblem(38, str(CLAUSES_MAX - 1))
        following = self._peek()
        is_named = following.kind in _SIGNS or (
            following.kind == "word"
            and following.value.lower() in {"all", "any", "adj", "exact", "within", "scr", "encloses"}
            and self._peek(1).kind in {"word", "text", "/"}
        )
        if not is_named:
            return _clause(Index.ANY, "=", token)
        return self._named(token)

    def _named(self, name: _Token) -> Query:
        index = _index(name.value)
        relation = self._take().value.lower()
        if self._peek().kind == "/":
            raise CqlProblem(20, self._peek(1).value)
        term = self._take()
        if term.kind not in {"word", "text"}:
            raise CqlProblem(10, f"a term is missing after “{name.value} {relation}”")
        return _clause(index, relation, term)


def _is(token: _Token, word: str) -> bool:
    return token.kind == "word" and token.value.lower() == word


def _index(name: str) -> Index:
    found = _NAMES.get(name.lower())
    if found is None:
        prefix, dot, _ = name.lower().partition(".")
        raise CqlProblem(15 if dot and prefix not in _SETS else 16, prefix if dot and prefix not in _SETS else name)
    return found


def _clause(index: Index, sign: str, token: _Token) -> Clause:
    default = _DEFAULTS.get(index, Relation.ALL)
    relation = default if sign in {"=", "scr"} else _RELATIONS.get(sign)
    if relation is None or relation not in _ALLOWED[index]:
        raise CqlProblem(19 if relation is None else 22, f"{index} {sign}")
    term = " ".join(token.value.split())
    if not term:
        raise CqlProblem(27, index)
    if token.is_masked and index is not Index.ALL:
        raise CqlProblem(28 if any(mark in token.value for mark in "*?") else 31, term)
    if index is Index.DATE:
        words = term.split()
        wanted = 2 if relation is Relation.WITHIN else 1
        if len(words) != wanted or not all(map(_YEAR.fullmatch, words)):
            raise CqlProblem(36, f"{index} takes {'two years' if wanted == 2 else 'a year'}, not “{term}”")
    return Clause(index, relation, term)
