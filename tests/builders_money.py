"""A province that takes deposits and compensation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guisach.domain.circulation.actions.money_terms import say_money_terms
from guisach.domain.circulation.rules.money import MoneyTerms
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from guisach.kernel.clock import Clock


def money(clock: Clock, **changes: Any) -> None:
    """Let deposits of 50,000 and compensation of 200,000 đồng at most be taken from today on."""
    said = {"deposit_vnd": 50_000, "compensation_vnd": 200_000, "compensation_times": 2, **changes}
    terms = MoneyTerms(local_date(clock()), decision="15/QĐ-UBND", reason="Nghị quyết của tỉnh", **said)
    say_money_terms(terms=terms, by=None, clock=clock)


def no_money(clock: Clock) -> None:
    """Let nothing be taken any more."""
    say_money_terms(terms=MoneyTerms(local_date(clock()), reason="thôi thu"), by=None, clock=clock)
