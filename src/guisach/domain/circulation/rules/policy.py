"""The loan rules of a province: a rulebook in force from a day, and in it the most specific rule that says something.

A rule names whom and what it is for (place or kind of place, reader group, kind of material; what it leaves open
is for all) and any of the terms; a term that it leaves out is taken from the next more general rule. Rulebooks
that were published never change, so a loan keeps the terms it was given under (SYNC row 25).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a rule says; None: nothing, ask a more general rule. Free of charge (Law on Libraries, art. 42)."""

    is_lendable: bool | None = None
    loan_days: int | None = None
    until_next_visit: bool | None = None
    """Due on the next visit of the van, where one is planned; else after `loan_days`."""
    on_fair_days: bool | None = None
    """Due dates move on to the next fair of the commune, when people come down anyway."""
    loans_max: int | None = None
    """Open at a time, for one reader."""
    renewal_days: int | None = None
    renewals_max: int | None = None
    holds_max: int | None = None


TERMS = tuple(field.name for field in fields(Terms))

BOUNDS: dict[str, tuple[int, int]] = {
    "loan_days": (1, 400),
    "loans_max": (0, 1000),
    "renewal_days": (1, 400),
    "renewals_max": (0, 50),
    "holds_max": (0, 100),
}
"""Least and most of the terms that are numbers; beyond them it is a slip of the finger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Terms for some; an empty text is for all."""

    place: str = ""
    place_kind: str = ""
    group: str = ""
    material: str = ""
    terms: Terms

    @property
    def scope(self) -> tuple[str, str, str, str]:
        """For whom and what."""
        return self.place, self.place_kind, self.group, self.material

    @property
    def rank(self) -> tuple[bool, ...]:
        """The greater the more specific: a place before its kind, that before the reader, that before the book."""
        return tuple(bool(part) for part in self.scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where, to whom and what is lent; what is not known is empty and met by general rules only."""

    place: str = ""
    place_kind: str = ""
    group: str = ""
    material: str = ""

    def meets(self, rule: Rule) -> bool:
        """Tell whether the rule is for this."""
        own = (self.place, self.place_kind, self.group, self.material)
        return all(not wanted or wanted == is_ for wanted, is_ in zip(rule.scope, own, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanPolicy:
    """The terms in one situation, complete."""

    version: int
    is_lendable: bool
    loan_days: int
    until_next_visit: bool
    on_fair_days: bool
    loans_max: int
    renewal_days: int
    renewals_max: int
    holds_max: int


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules in force from a day until the next rulebook. `general` is the rule for all, which is complete."""

    version: int
    valid_from: date
    rules: tuple[Rule, ...]

    def policy(self, situation: Situation) -> LoanPolicy:
        """Return the terms in a situation."""
        found: dict[str, Any] = {}
        for term in TERMS:
            found[term] = getattr(self.deciding(situation, term).terms, term)
        return LoanPolicy(version=self.version, **found)

    def deciding(self, situation: Situation, term: str) -> Rule:
        """Return the rule that settles this term: the most specific one for the situation that says something."""
        saying = [rule for rule in self.rules if situation.meets(rule) and getattr(rule.terms, term) is not None]
        return max(saying, key=lambda rule: rule.rank)

    def most_loans(self, *, place: str, group: str) -> int:
        """Return the most generous limit that this reader could be under there, whatever the kind of the place.

        For judging afterwards: kinds of places are no part of the log, and doubt counts for the reader.
        """
        limits = [
            rule.terms.loans_max
            for rule in self.rules
            if rule.terms.loans_max is not None and rule.place in {"", place} and rule.group in {"", group}
        ]
        return max(limits)


class Fault(StrEnum):
    """Why a set of rules is not a rulebook."""

    NO_GENERAL_RULE = "no_general_rule"
    GENERAL_RULE_INCOMPLETE = "general_rule_incomplete"
    TWO_RULES_FOR_ONE = "two_rules_for_one"
    OUT_OF_BOUNDS = "out_of_bounds"
    SAYS_NOTHING = "says_nothing"
    PLACE_AND_KIND = "place_and_kind"


def faults(rules: Sequence[Rule]) -> list[tuple[Fault, Rule | None]]:
    """Return what keeps the rules from being published, with the rule it is about."""
    found: list[tuple[Fault, Rule | None]] = []
    general = next((rule for rule in rules if not any(rule.scope)), None)
    if general is None:
        found.append((Fault.NO_GENERAL_RULE, None))
    elif any(getattr(general.terms, term) is None for term in TERMS):
        found.append((Fault.GENERAL_RULE_INCOMPLETE, general))
    seen: set[tuple[str, str, str, str]] = set()
    for rule in rules:
        if rule.scope in seen:
            found.append((Fault.TWO_RULES_FOR_ONE, rule))
        seen.add(rule.scope)
        if rule.place and rule.place_kind:
            found.append((Fault.PLACE_AND_KIND, rule))
        values = {term: getattr(rule.terms, term) for term in TERMS}
        if all(value is None for value in values.values()):
            found.append((Fault.SAYS_NOTHING, rule))
        if any(
            values[term] is not None and not least <= values[term] <= most for term, (least, most) in BOUNDS.items()
        ):
            found.append((Fault.OUT_OF_BOUNDS, rule))
    return found


GRASSROOTS = Terms(
    is_lendable=True,
    loan_days=14,
    until_next_visit=False,
    on_fair_days=False,
    loans_max=3,
    renewal_days=7,
    renewals_max=2,
    holds_max=3,
)
"""The terms that a province begins with: three titles for two weeks, twice a week longer, no deposit, no fee."""

COLLECTIVE = frozenset({"CLASS", "BODY"})
"""Kinds of card behind which no single person stands: to the rules they are groups of their own."""

CLASS_SET = Terms(loans_max=60, loan_days=90, renewal_days=30)
BODY_CRATE = Terms(loans_max=200, loan_days=90, renewal_days=30)

FIRST = Rulebook(
    1,
    date(2020, 7, 1),
    (Rule(terms=GRASSROOTS), Rule(group="CLASS", terms=CLASS_SET), Rule(group="BODY", terms=BODY_CRATE)),
)
"""What a province lends by until it publishes rules of its own."""


def lending_group(kind: str, group: str) -> str:
    """Return the group under which a card borrows: a class or a border post is none of its people."""
    return kind if kind in COLLECTIVE else group


@dataclass(frozen=True, slots=True)
class Policies:
    """Every rulebook that was ever published; the first of all is the product's own."""

    books: tuple[Rulebook, ...] = (FIRST,)

    def on(self, day: date) -> Rulebook:
        """Return the rulebook in force on a day: of those begun the last; the first where none has begun."""
        begun = [book for book in self.books if book.valid_from <= day]
        return max(begun, key=lambda book: (book.valid_from, book.version)) if begun else self.books[0]

    def of(self, version: int | None, day: date) -> Rulebook:
        """Return the rulebook with this number; where there is none, the one in force on the day."""
        return next((book for book in self.books if book.version == version), None) or self.on(day)
