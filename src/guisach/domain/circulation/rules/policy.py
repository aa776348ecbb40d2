"""How long and how many: the loan rules by version. A loan keeps the version that it was given under."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoanPolicy:
    """Terms of lending; free of charge and without deposit (Law on Libraries 46/2019/QH14, art. 42)."""

    version: int
    loan_days: int
    loans_max: int  # open at a time, for one reader
    renewal_days: int
    renewals_max: int


GRASSROOTS = LoanPolicy(version=1, loan_days=14, loans_max=3, renewal_days=7, renewals_max=2)
_BY_VERSION = {policy.version: policy for policy in (GRASSROOTS,)}


def policy_of(version: int | None) -> LoanPolicy:
    """Return the policy of this version; an unknown one counts as today's."""
    return _BY_VERSION.get(version or GRASSROOTS.version, GRASSROOTS)
