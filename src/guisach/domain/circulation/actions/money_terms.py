"""Saying what may be taken from readers from a day on. What was said stays; the latest that has begun holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.circulation.models import MoneyRule
from guisach.domain.circulation.rules.money import AMOUNT_LEAST, AMOUNT_MOST, DEPOSIT_MOST, TIMES_MOST, Fault, faults
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from guisach.domain.circulation.rules.money import MoneyTerms
    from guisach.kernel.clock import Clock

_FAULTS = {
    Fault.DAY: _("Please choose a day from today on, within two years."),
    Fault.REASON: _("Please write why, in a few words."),
    Fault.DECISION: _("To take anything from readers needs a decision: please give its number and date."),
    Fault.DEPOSIT: _("A deposit is from %(least)s to %(deposit)s đồng."),
    Fault.COMPENSATION: _("Compensation is from %(least)s to %(most)s đồng, and at most %(times)s times the price."),
}
_BOUNDS = {"least": AMOUNT_LEAST, "deposit": DEPOSIT_MOST, "most": AMOUNT_MOST}


class MoneyTermsFaulty(DomainError):
    """What was filled in cannot hold; `reason` says what to do."""

    code = "money_terms_faulty"
    status = 422
    text = _("This cannot be kept: %(reason)s")

    def __init__(self, fault: Fault) -> None:
        bounds = {name: f"{value:,}".replace(",", ".") for name, value in _BOUNDS.items()}
        super().__init__(reason=_FAULTS[fault] % {**bounds, "times": TIMES_MOST})
        self.fault = fault


@in_one_transaction
def say_money_terms(*, terms: MoneyTerms, by: int | None, clock: Clock) -> None:
    """Let these terms hold from their day on. Raises MoneyTermsFaulty."""
    said = replace(terms, decision=" ".join(terms.decision.split())[:120], reason=" ".join(terms.reason.split())[:300])
    now = clock()
    if found := faults(said, today=local_date(now)):
        raise MoneyTermsFaulty(found[0])
    MoneyRule.objects.create(
        valid_from=said.valid_from,
        deposit_vnd=said.deposit_vnd,
        compensation_vnd=said.compensation_vnd,
        compensation_times=said.compensation_times,
        decision=said.decision,
        reason=said.reason,
        set_at=now,
        by_id=by,
    )
