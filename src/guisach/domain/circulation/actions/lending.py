"""Lending, taking back, renewing, seeing: ask the rules, then record the one operation that says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from guisach.domain.catalogue.queries import CopyView, copy_by_barcode
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation import queries
from guisach.domain.circulation.actions.due_dates import due_date, situation_at
from guisach.domain.circulation.actions.refusals import (
    BarcodeUnusable,
    CopyUnknown,
    NotOnLoan,
    OverrideNotAllowed,
    ReaderUnknown,
    ReasonNeeded,
    refusal_of,
)
from guisach.domain.circulation.rules.lending import CopyFacts, ReaderFacts, Verdict, may_lend, may_renew, renewed_from
from guisach.domain.circulation.rules.policy import lending_group
from guisach.domain.journal.queries import latest_at
from guisach.domain.journal.steps import IdTaken, Receipt, act, hold, in_one_transaction, repeated
from guisach.domain.network.queries import service_of
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import local_date
from guisach.kernel.errors import InvariantBroken

if TYPE_CHECKING:
    from collections.abc import Collection

    from guisach.domain.circulation.queries.loans import OpenLoan
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Override:
    """A person who goes past the refusal `code`, and why. Whether they may is the door's to check."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Lent:
    """A loan made, or found again when the act was repeated."""

    loan: queries.LoanView
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Returned:
    """A copy taken back; `loan` is None where it was not on loan and so was only noted as seen here."""

    barcode: str
    copy: CopyView | None
    loan: queries.LoanView | None
    receipt: Receipt
    wanted: queries.Wanted | None = None
    """For whom it is to be set aside or sent now."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """A loan that goes on."""

    loan: queries.LoanView
    receipt: Receipt


@in_one_transaction
def lend(
    *,
    op_id: UUID,
    by: Source,
    place: str,
    barcode: str,
    reader: UUID,
    clock: Clock,
    override: Override | None = None,
) -> Lent:
    """Lend one copy to a reader. The same `op_id` twice is one loan and the same answer.

    Raises the refusals of `refusals` unless `override` names the very refusal and it may be gone past.
    """
    return lend_one(op_id=op_id, by=by, place=place, barcode=barcode, reader=reader, clock=clock, override=override)


def lend_one(
    *,
    op_id: UUID,
    by: Source,
    place: str,
    barcode: str,
    reader: UUID,
    clock: Clock,
    override: Override | None = None,
    batch: UUID | None = None,
    due: date | None = None,
) -> Lent:
    """Lend as `lend` does, inside a transaction of the caller's; `batch` and `due` are those of a whole set."""
    barcode = _barcode(barcode)
    family = readers.ids_of(reader)
    held = hold(by, op_id, [f"copy:{barcode}", *(f"borrowing:{id_}" for id_ in family)])
    if (repeat := repeated(op_id, "lend", f"copy:{barcode}")) is not None:
        return Lent(_loan_made_by(op_id, barcode), repeat)
    who = readers.reader(family[0])
    if who is None or who.erased_at is not None:
        raise ReaderUnknown(card="?")
    copy = copy_by_barcode(barcode)
    open_loan, loans_open = queries.open_loans_about(barcode, family)
    today = local_date(clock())
    here = service_of(place)
    group = lending_group(who.kind, who.group)
    policy = queries.policies().on(today).policy(situation_at(place, here, group, copy.kind if copy else ""))
    asked = queries.asked_about(barcode, copy.record_id if copy else None, family)
    verdict = may_lend(
        reader=ReaderFacts(who.id, who.expires_on, who.is_card_pending, loans_open),
        copy=CopyFacts(
            barcode,
            copy.condition if copy else "",
            _holder(open_loan, who.id, family),
            is_damaged=queries.copy_now(barcode).trouble == "DAMAGED",
            is_for_another=asked.is_for_another,
        ),
        policy=policy,
        on=today,
    )
    if verdict is not None:
        _pass_or_refuse(
            verdict,
            override,
            barcode=barcode,
            card=who.card_no,
            expired=f"{who.expires_on:%d/%m/%Y}",
            open=loans_open,
            max=policy.loans_max,
            due=f"{open_loan.due_on:%d/%m/%Y}" if open_loan else "",
        )
    due = due or due_date(policy, here, start=today)
    terms = {"due": due.isoformat(), "policy": policy.version, "group": group}
    whole = {"batch": str(batch)} if batch else {}
    operation = _operation(op_id, "lend", place, copy=barcode, **terms, **asked.named, **whole)
    operation["private"] = {"reader": str(who.id)}
    _note_override(operation, verdict, override)
    receipt = _act(operation, by, clock, barcode, held)
    return Lent(_loan_made_by(op_id, barcode, copy), receipt)


@in_one_transaction
def take_back(
    *, op_id: UUID, by: Source, place: str, barcode: str, clock: Clock, override: Override | None = None
) -> Returned:
    """Take a copy back. One that was not on loan is noted as seen here: bringing a book is never wrong.

    Raises BarcodeUnusable; CopyUnknown for a barcode of which nobody knows anything, unless overridden.
    """
    barcode = _barcode(barcode)
    held = hold(by, op_id, [f"copy:{barcode}"])
    copy = copy_by_barcode(barcode)
    if (repeat := repeated(op_id, "return", f"copy:{barcode}")) is not None:
        return Returned(barcode, copy, queries.loan_closed_by(op_id, barcode), repeat)
    loan = queries.open_loan_of_copy(barcode, copy=copy)
    verdict = None
    if copy is None and loan is None:
        verdict = Verdict("copy_unknown", is_overridable=True)
        _pass_or_refuse(verdict, override, barcode=barcode)
    operation = _operation(op_id, "return", place, copy=barcode)
    if loan is not None:
        operation["private"] = {"reader": str(loan.reader)}
    receipt = _act(operation, by, clock, barcode, held)
    ended = queries.loan_of_op(loan.op, copy=copy) if loan else None
    wanted = queries.wanted_for(barcode, copy.record_id, local_date(clock())) if copy else None
    return Returned(barcode, copy, ended, receipt, wanted)


@in_one_transaction
def renew(
    *,
    op_id: UUID,
    by: Source,
    place: str,
    barcode: str,
    clock: Clock,
    override: Override | None = None,
    own: UUID | None = None,
) -> Renewed:
    """Let the open loan of a copy go on. Raises NotOnLoan, RenewalsUsedUp or WantedByOthers unless overridden.

    `own` is the reader who asks from their own pages, which stand nowhere (`place` is empty): another's loan is
    NotOnLoan to them, and a second time on one day is RenewedToday.
    """
    barcode = _barcode(barcode)
    held = hold(by, op_id, [f"copy:{barcode}"])
    loan = queries.open_loan_of_copy(barcode)
    repeat = repeated(op_id, "renew", f"copy:{barcode}")
    if loan is None or own not in {None, loan.reader}:
        raise NotOnLoan(barcode=barcode)
    if repeat is not None:
        return Renewed(loan, repeat)
    # A loan goes on by the rules it was given under (SYNC row 25).
    rules = queries.rules_in_force([loan.place])
    policy = rules.for_loan(loan)
    today = local_date(clock())
    if own is None:
        titles = {loan.barcode: loan.record_id} if loan.record_id is not None else {}
        is_wanted = bool(queries.awaited_copies(titles, [loan.reader], today))
        verdict = may_renew(renewals=loan.renewals, policy=policy, is_wanted=is_wanted)
    else:
        verdict = queries.own_verdicts([loan], rules, on=today)[loan.op]
    if verdict is not None:
        _pass_or_refuse(verdict, override, renewals=loan.renewals)
    start = renewed_from(today=today, due=loan.due_on)
    due = due_date(policy, service_of(place or loan.place), start=start, is_renewal=True)
    operation = _operation(op_id, "renew", place, copy=barcode, due=due.isoformat())
    operation["private"] = {"reader": str(loan.reader)}
    _note_override(operation, verdict, override)
    receipt = _act(operation, by, clock, barcode, held)
    renewed = queries.loan_of_op(loan.op)
    if renewed is None:
        raise InvariantBroken(f"loan {loan.op} is gone after its renewal")
    return Renewed(renewed, receipt)


@in_one_transaction
def sight(*, op_id: UUID, by: Source, place: str, barcode: str, clock: Clock) -> Receipt:
    """Note that a copy is here. Raises BarcodeUnusable, CopyUnknown."""
    barcode = _barcode(barcode)
    held = hold(by, op_id, [f"copy:{barcode}"])
    if copy_by_barcode(barcode) is None:
        raise CopyUnknown(barcode=barcode)
    return _act(_operation(op_id, "sighting", place, copy=barcode), by, clock, barcode, held)


def _holder(loan: OpenLoan | None, person: UUID, family: Collection[UUID]) -> UUID | None:
    """Return who has the copy: this person, under whichever of their ids, or somebody else."""
    if loan is None:
        return None
    return person if loan.reader in family else loan.reader


def _barcode(text: str) -> str:
    try:
        return normalise_barcode(text)
    except ValueError:
        raise BarcodeUnusable from None


def _operation(op_id: UUID, kind: str, place: str, **body: Any) -> dict[str, Any]:
    return {"op": str(op_id), "v": 1, "kind": kind, "place": place, **body}


def _act(operation: dict[str, Any], by: Source, clock: Clock, barcode: str, held: frozenset[str]) -> Receipt:
    # The rules saw the copy's whole history: what they allowed must come after all of it.
    return act(operation, via=by, clock=clock, not_before=latest_at(f"copy:{barcode}"), held=held)


def _pass_or_refuse(verdict: Verdict, override: Override | None, **data: object) -> None:
    if override is None or override.code != verdict.code:
        raise refusal_of(verdict, **data)
    if not verdict.is_overridable:
        raise OverrideNotAllowed
    if len(override.reason.strip()) < 3:
        raise ReasonNeeded


def _note_override(operation: dict[str, Any], verdict: Verdict | None, override: Override | None) -> None:
    if verdict is None or override is None:
        return
    operation["override"] = verdict.code
    operation["private"]["reason"] = override.reason.strip()[:500]


def _loan_made_by(op_id: UUID, barcode: str, copy: CopyView | None = None) -> queries.LoanView:
    loan = queries.loan_of_op(op_id, copy=copy)
    if loan is None or loan.barcode != barcode:
        raise IdTaken
    return loan
