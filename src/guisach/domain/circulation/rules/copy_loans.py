"""How lending, taking back and renewing change the state of a copy (SYNC section 3, rows 1-8, 15 and 25)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.rules.copy_state import CopyState, LoanState, case
from guisach.domain.circulation.rules.policy import Policies, Situation
from guisach.domain.journal.rules.history import order_is_certain
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from guisach.domain.circulation.rules.kinds import LendBody, RenewBody
    from guisach.domain.journal.rules.history import Entry

_VERSION_MAX, _GROUP_LENGTH = 2**31 - 1, 12  # what the table of loans holds
SAME_SCAN = timedelta(hours=12)  # two desks writing down one loan of one day


def lend(state: CopyState, entry: Entry, policies: Policies) -> None:
    """Somebody took it: who had it before cannot have it any more."""
    body: LendBody = entry.body
    loan = state.open_loan
    reader: UUID = entry.reader  # type: ignore[assignment]  # a lending without a reader is never understood
    due_on = body.due or _due_by_rule(entry, body, policies)
    if loan is not None and loan.reader == reader:
        state.episodes[entry.op] = loan.entry.op
        if entry.eff_at - loan.entry.eff_at <= SAME_SCAN:  # row 3: one loan written down twice
            state.outcomes[entry.op] = "DUPLICATE_SCAN"
            return
        _prolong(state, loan, entry, due_on)
        state.outcomes[entry.op] = "RENEWED"
        state.cases.append(case("lent_again_to_same_reader", loan.entry, entry))
        return
    if loan is not None:  # rows 1 and 2: it must have come back in between, so nobody owes anything
        state.end_loan(entry, "IMPLIED")
        is_certain = order_is_certain(loan.entry, entry)
        kind = "lent_twice" if is_certain else "lent_twice_order_unknown"
        state.cases.append(case(kind, loan.entry, entry, is_urgent=not is_certain))
    if state.withdrawn is not None:  # row 15
        state.cases.append(case("lent_after_withdrawal", state.withdrawn, entry))
    state.loans.append(
        LoanState(entry, reader, due_on, body.override, _version(body), _short(body.group), *_kept(entry))
    )
    state.outcomes[entry.op] = "LENT"
    state.episodes[entry.op] = entry.op  # also where it found the copy, and so ended the loan before


def take_back(state: CopyState, entry: Entry) -> None:
    """It came back; if nobody had it, it was seen here, no more (rows 5 and 6)."""
    if state.open_loan is None:
        state.outcomes.setdefault(entry.op, "SEEN")
        return
    state.end_loan(entry, "RETURNED")
    state.outcomes[entry.op] = "RETURNED"


def renew(state: CopyState, entry: Entry) -> None:
    """The loan goes on, if it is still this reader's (row 7)."""
    loan = state.open_loan
    if loan is None or (entry.reader is not None and entry.reader != loan.reader):
        state.outcomes[entry.op] = "NO_EFFECT"
        before = [loan.entry] if loan else [state.loans[-1].entry] if state.loans else []
        state.cases.append(case("renewed_without_loan", *before, entry))
        return
    state.episodes[entry.op] = loan.entry.op
    body: RenewBody = entry.body
    _prolong(state, loan, entry, body.due)
    state.outcomes[entry.op] = "RENEWED"


def _due_by_rule(entry: Entry, body: LendBody, policies: Policies) -> date:
    """Row 25: a desk that did not say the day meant that of the rules it knew."""
    day = local_date(entry.eff_at)
    policy = policies.of(body.policy, day).policy(Situation(place=entry.place, group=body.group))
    return day + timedelta(days=policy.loan_days)


def _kept(entry: Entry) -> tuple[tuple[str, ...] | None, int]:
    kept = entry.kept or {}
    judged = kept.get("judged")
    return (None if judged is None else tuple(judged)), kept.get("others", 0)


def _version(body: LendBody) -> int | None:
    return body.policy if body.policy is not None and 0 < body.policy <= _VERSION_MAX else None


def _short(text: str) -> str:
    return text if len(text) <= _GROUP_LENGTH and text.isprintable() else ""


def _prolong(state: CopyState, loan: LoanState, entry: Entry, due_on: date) -> None:
    """Row 8: the later date holds, and one renewal is counted for a day."""
    day = local_date(entry.eff_at)
    state.loans[-1] = replace(
        loan,
        due_on=max(loan.due_on, due_on),
        renewals=loan.renewals + (loan.renewed_on != day),
        renewed_op=entry.op,
        renewed_on=day,
    )
