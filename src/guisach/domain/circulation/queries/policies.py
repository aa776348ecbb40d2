"""The loan rules in force, which of them applies where, and the drafts of new ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.circulation.models import PolicyRule, Rulebook
from guisach.domain.circulation.rules import policy as rules
from guisach.domain.circulation.rules.policy import TERMS, Policies, Rule, Situation, Terms
from guisach.domain.network import queries as network
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from guisach.domain.circulation.queries.loans import LoanView
    from guisach.domain.circulation.rules.policy import LoanPolicy

_SCOPE = ("place", "place_kind", "group", "material")


def policies() -> Policies:
    """Return every published rulebook; one query."""
    rows = PolicyRule.objects.filter(rulebook__published_at__isnull=False).order_by("rulebook", "pk")
    by_version: dict[int, tuple[date, list[Rule]]] = {}
    for version, valid_from, *values in rows.values_list("rulebook", "rulebook__valid_from", *_SCOPE, *TERMS):
        by_version.setdefault(version, (valid_from, []))[1].append(_rule(values))
    own = (rules.Rulebook(version, since, tuple(found)) for version, (since, found) in by_version.items())
    return Policies((rules.FIRST, *own))


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The rules as a desk asks them: for a new loan those of the day, for an old one those it was given under."""

    policies: Policies
    place_kinds: Mapping[str, str]
    """Of the places that are asked about, by code."""

    def for_new(self, *, place: str, group: str, material: str = "", on: date) -> LoanPolicy:
        """Return the terms of a loan that is made now."""
        return self.policies.on(on).policy(self._situation(place, group, material))

    def for_loan(self, loan: LoanView) -> LoanPolicy:
        """Return the terms that a loan was given under."""
        book = self.policies.of(loan.policy, local_date(loan.lent_at))
        return book.policy(self._situation(loan.place, loan.group, loan.material))

    def _situation(self, place: str, group: str, material: str) -> Situation:
        return Situation(place=place, place_kind=self.place_kinds.get(place, ""), group=group, material=material)


def rules_in_force(places: Collection[str]) -> RulesInForce:
    """Return the rules for these places; two queries, one where none are named."""
    return RulesInForce(policies(), network.place_kinds(places) if places else {})


@dataclass(frozen=True, slots=True)
class Ruling:
    """One term in a situation, and the rule that settles it."""

    term: str
    value: int | bool
    rule: Rule


@dataclass(frozen=True, slots=True)
class Explained:
    """Which rule applies, and why: the terms, each with the rule behind it, and the rules that were looked at."""

    version: int
    policy: LoanPolicy
    rulings: tuple[Ruling, ...]
    considered: tuple[Rule, ...]
    """All rules for the situation, the most specific first."""


def explain(situation: Situation, on: date) -> Explained:
    """Answer "which rule applies here, and why" for a day; one query."""
    book = policies().on(on)
    policy = book.policy(situation)
    rulings = tuple(Ruling(term, getattr(policy, term), book.deciding(situation, term)) for term in TERMS)
    considered = sorted(
        (rule for rule in book.rules if situation.meets(rule)), key=lambda rule: rule.rank, reverse=True
    )
    return Explained(book.version, policy, rulings, tuple(considered))


@dataclass(frozen=True, slots=True)
class RulebookView:
    """A rulebook with its rules; `valid_from` and `published_at` are empty for a draft."""

    version: int
    valid_from: date | None
    decision: str
    published_at: datetime | None
    rules: tuple[tuple[int, Rule], ...]
    """Each with its id, 0 for the product's own."""

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.published_at is None and self.version != rules.FIRST.version


def rulebooks() -> list[RulebookView]:
    """Return all rulebooks, the newest first; the last is the product's own. Two queries."""
    found: dict[int, list[tuple[int, Rule]]] = {}
    for version, pk, *values in PolicyRule.objects.order_by("pk").values_list("rulebook", "pk", *_SCOPE, *TERMS):
        found.setdefault(version, []).append((pk, _rule(values)))
    rows = Rulebook.objects.order_by("-version").values_list("version", "valid_from", "decision", "published_at")
    own = [RulebookView(*row, tuple(_ordered(found.get(row[0], [])))) for row in rows]
    first = rules.FIRST
    return [*own, RulebookView(first.version, first.valid_from, "", None, tuple((0, rule) for rule in first.rules))]


def rulebook(version: int) -> RulebookView | None:
    """Return one rulebook, or None."""
    return next((book for book in rulebooks() if book.version == version), None)


def _ordered(found: list[tuple[int, Rule]]) -> list[tuple[int, Rule]]:
    return sorted(found, key=lambda pair: (pair[1].rank, pair[1].scope))


def _rule(values: list[object]) -> Rule:
    scope = dict(zip(_SCOPE, map(str, values[: len(_SCOPE)]), strict=True))
    terms = dict(zip(TERMS, values[len(_SCOPE) :], strict=True))
    return Rule(**scope, terms=Terms(**terms))  # type: ignore[arg-type]  # columns have the types of the terms
