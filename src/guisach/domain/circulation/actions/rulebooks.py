"""New loan rules: drafted from those in force, published with a date and a deciding document, then unchangeable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.circulation.models import PolicyRule, Rulebook
from guisach.domain.circulation.queries.policies import policies, rulebook
from guisach.domain.circulation.rules.policy import FIRST, TERMS, Fault, Rule, faults
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from guisach.domain.circulation.queries.policies import RulebookView
    from guisach.kernel.clock import Clock

RULES_MAX = 500
_LOCK = "circulation:rulebooks"
_FAULTS = {
    Fault.NO_GENERAL_RULE: _("One rule must be for everybody, with nothing chosen under “for whom”."),
    Fault.GENERAL_RULE_INCOMPLETE: _("The rule for everybody must settle every term."),
    Fault.TWO_RULES_FOR_ONE: _("Two rules are for the same place, group and material: please put them together."),
    Fault.OUT_OF_BOUNDS: _("A number is far too large or too small; please look at it again."),
    Fault.SAYS_NOTHING: _("A rule settles nothing: please fill in a term or take the rule out."),
    Fault.PLACE_AND_KIND: _("A rule is either for one place or for a kind of place, not for both."),
}


class RulebookUnknown(DomainError):
    """There are no such rules."""

    code = "rulebook_unknown"
    status = 404
    text = _("There are no loan rules with number %(version)s.")


class RulebookPublished(DomainError):
    """They are in force or were, and loans were made under them."""

    code = "rulebook_published"
    text = _("These rules were published and stay as they are. Please draft new ones from them.")


class RulebookFaulty(DomainError):
    """What was filled in makes no set of rules; `reason` says what to do."""

    code = "rulebook_faulty"
    status = 422
    text = _("The rules cannot be kept like this: %(reason)s")


class RulebookTooEarly(DomainError):
    """Rules apply from a day to come, so that no loan changes afterwards."""

    code = "rulebook_too_early"
    status = 422
    text = _("New rules can apply from tomorrow at the earliest, and not before rules that were published earlier.")


@in_one_transaction
def draft_rulebook(*, by: int | None, on: date) -> int:
    """Draft new rules from those in force on a day and return their number; a draft that is there is given back."""
    lock([_LOCK])
    open_draft = Rulebook.objects.filter(published_at__isnull=True).order_by("-version").first()
    if open_draft is not None:
        return open_draft.version
    newest = Rulebook.objects.order_by("-version").values_list("version", flat=True).first() or FIRST.version
    row = Rulebook.objects.create(version=newest + 1, by_id=by)
    _store_rules(row, policies().on(on).rules)
    return row.version


@in_one_transaction
def change_rules(*, version: int, rules: Sequence[Rule]) -> RulebookView:
    """Put these rules in the place of a draft's. Raises RulebookUnknown, RulebookPublished, RulebookFaulty."""
    lock([_LOCK])
    row = _draft(version)
    _refuse_faulty(rules, unfinished=True)
    PolicyRule.objects.filter(rulebook=row).delete()
    _store_rules(row, rules)
    return _seen(version)


@in_one_transaction
def publish_rulebook(*, version: int, valid_from: date, decision: str, clock: Clock) -> RulebookView:
    """Let a draft apply from a day to come. Raises those of `change_rules`, and RulebookTooEarly."""
    lock([_LOCK])
    row = _draft(version)
    _refuse_faulty([rule for _id, rule in _seen(version).rules], unfinished=False)
    now = clock()
    latest = max(book.valid_from for book in policies().books)
    if valid_from <= local_date(now) or valid_from <= latest:
        raise RulebookTooEarly
    row.valid_from, row.decision, row.published_at = valid_from, " ".join(decision.split())[:120], now
    row.save()
    return _seen(version)


@in_one_transaction
def drop_rulebook(*, version: int) -> None:
    """Throw a draft away. Raises RulebookUnknown, RulebookPublished."""
    lock([_LOCK])
    _draft(version).delete()


def _draft(version: int) -> Rulebook:
    if version == FIRST.version:
        raise RulebookPublished
    row = Rulebook.objects.filter(pk=version).first()
    if row is None:
        raise RulebookUnknown(version=version)
    if row.published_at is not None:
        raise RulebookPublished
    return row


def _refuse_faulty(rules: Sequence[Rule], *, unfinished: bool) -> None:
    found = [fault for fault, _rule in faults(rules)]
    if unfinished:  # a draft may still lack its general rule
        found = [fault for fault in found if fault not in {Fault.NO_GENERAL_RULE, Fault.GENERAL_RULE_INCOMPLETE}]
    if found or len(rules) > RULES_MAX:
        raise RulebookFaulty(reason=_FAULTS[found[0] if found else Fault.OUT_OF_BOUNDS])


def _store_rules(row: Rulebook, rules: Sequence[Rule]) -> None:
    PolicyRule.objects.bulk_create(
        PolicyRule(
            rulebook=row,
            place=rule.place,
            place_kind=rule.place_kind,
            group=rule.group,
            material=rule.material,
            **{term: getattr(rule.terms, term) for term in TERMS},
        )
        for rule in rules
    )


def _seen(version: int) -> RulebookView:
    found = rulebook(version)
    if found is None:
        raise RulebookUnknown(version=version)
    return found
