"""The state of a copy as a pure function of what happened to it: who has it, until when, where it was seen.

What a librarian told a person face to face stands; doubt never costs the reader money (SYNC section 3).
The rows named below are those of the table there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.rules.kinds import LendBody, RenewBody
from guisach.domain.circulation.rules.policy import Policies, Situation
from guisach.domain.journal.rules.history import CaseDraft, Entry, order_is_certain
from guisach.kernel.clock import local_date

if TYPE_CHECKING:
    from collections.abc import Iterable

PRODUCTS_OWN = Policies()
_VERSION_MAX, _GROUP_LENGTH = 2**31 - 1, 12  # what the table of loans holds
SAME_SCAN = timedelta(hours=12)  # two desks writing down one loan of one day


@dataclass(frozen=True, slots=True)
class LoanState:
    """One loan of the copy; `entry` is the operation that made it."""

    entry: Entry
    reader: UUID
    due_on: date
    override: str
    policy: int | None = None
    group: str = ""
    judged: tuple[str, ...] | None = None
    """Set when the reader was forgotten: the cases that the loan was by then (see `borrowing_fold`)."""
    others: int = 0
    """Forgotten loans of the same reader that were open when this one was made."""
    renewals: int = 0
    renewed_op: UUID | None = None
    renewed_on: date | None = None
    closed_at: datetime | None = None
    closed_by: UUID | None = None
    ended: str = ""


@dataclass(slots=True)
class CopyState:
    """Everything that the log says of one copy."""

    loans: list[LoanState] = field(default_factory=list)  # in order; only the last can be open
    place: str = ""
    seen_at: datetime | None = None
    outcomes: dict[UUID, str] = field(default_factory=dict)
    cases: list[CaseDraft] = field(default_factory=list)
    episodes: dict[UUID, UUID] = field(default_factory=dict)
    """To which loan (by the operation that made it) each operation belongs; its own id where to none."""

    @property
    def open_loan(self) -> LoanState | None:
        """The loan that has not ended, if any."""
        return self.loans[-1] if self.loans and self.loans[-1].closed_at is None else None


def fold_copy(entries: Iterable[Entry], policies: Policies = PRODUCTS_OWN) -> CopyState:
    """Go through a copy's history in order. Total: whatever the history, there is a state and an outcome for each."""
    state = CopyState()
    seen_on_loan: Entry | None = None
    for entry in entries:
        state.episodes[entry.op] = entry.op
        if entry.kind == "lend":
            _lend(state, entry, policies)
            seen_on_loan = None
        elif entry.kind == "return":
            _take_back(state, entry)
            seen_on_loan = None
        elif entry.kind == "renew":
            _renew(state, entry)
        else:
            state.outcomes[entry.op] = "SEEN"
            seen_on_loan = entry if state.open_loan else None
        if entry.place and entry.kind != "renew":
            state.place, state.seen_at = entry.place, entry.eff_at
    loan = state.open_loan
    if seen_on_loan is not None and loan is not None:
        state.cases.append(_case("seen_while_on_loan", loan.entry, seen_on_loan))
    return state


def _lend(state: CopyState, entry: Entry, policies: Policies) -> None:
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
        state.cases.append(_case("lent_again_to_same_reader", loan.entry, entry))
        return
    if loan is not None:  # rows 1 and 2: it must have come back in between, so nobody owes anything
        state.loans[-1] = replace(loan, closed_at=entry.eff_at, closed_by=entry.op, ended="IMPLIED")
        is_certain = order_is_certain(loan.entry, entry)
        kind = "lent_twice" if is_certain else "lent_twice_order_unknown"
        state.cases.append(_case(kind, loan.entry, entry, is_urgent=not is_certain))
    state.loans.append(
        LoanState(entry, reader, due_on, body.override, _version(body), _short(body.group), *_kept(entry))
    )
    state.outcomes[entry.op] = "LENT"


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


def _take_back(state: CopyState, entry: Entry) -> None:
    loan = state.open_loan
    if loan is None:  # rows 5 and 6: then it was seen here, no more
        state.outcomes[entry.op] = "SEEN"
        return
    state.episodes[entry.op] = loan.entry.op
    state.loans[-1] = replace(loan, closed_at=entry.eff_at, closed_by=entry.op, ended="RETURNED")
    state.outcomes[entry.op] = "RETURNED"


def _renew(state: CopyState, entry: Entry) -> None:
    loan = state.open_loan
    if loan is None or (entry.reader is not None and entry.reader != loan.reader):  # row 7
        state.outcomes[entry.op] = "NO_EFFECT"
        before = [loan.entry] if loan else [state.loans[-1].entry] if state.loans else []
        state.cases.append(_case("renewed_without_loan", *before, entry))
        return
    state.episodes[entry.op] = loan.entry.op
    body: RenewBody = entry.body
    _prolong(state, loan, entry, body.due)
    state.outcomes[entry.op] = "RENEWED"


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


def _case(kind: str, *entries: Entry, is_urgent: bool = False) -> CaseDraft:
    latest = entries[-1]
    place = latest.place or entries[0].place
    return CaseDraft(kind, tuple(entry.op for entry in entries), place, latest.eff_at, is_urgent)
