"""A set of books lent as one act to a class, a border post or another body; it comes back in parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.circulation.actions.due_dates import due_date, situation_at
from guisach.domain.circulation.actions.lending import lend_one, renew
from guisach.domain.circulation.actions.refusals import BarcodeUnusable, ReaderUnknown
from guisach.domain.circulation.queries import policies
from guisach.domain.circulation.queries.sets import loans_of_set
from guisach.domain.circulation.rules.policy import COLLECTIVE, lending_group
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.network.queries import service_of
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.circulation.queries import LoanView
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock

SET_MAX = 250  # copies in one act: a crate of 200, and some
_DUE_DAYS_MAX = 400


@dataclass(frozen=True, slots=True)
class Stopped:
    """A copy that cannot go, and the refusal that says why."""

    barcode: str
    refusal: DomainError


class SetStopped(DomainError):
    """Some of the copies cannot go, so none went; `stopped` says which and why."""

    code = "set_stopped"
    text = _("Nothing is lent yet: %(n)s of the books cannot go. Leave them out, or see to them first.")

    def __init__(self, stopped: Sequence[Stopped]) -> None:
        super().__init__(n=len(stopped))
        self.stopped = list(stopped)


class SetForABody(DomainError):
    """A set on the card of one person would tie what they borrowed together for longer than anybody may know it."""

    code = "set_for_a_body"
    text = _(
        "A set goes on the card of a class, a border post or another body. Make one in the name of who answers for it."
    )


class SetUnusable(DomainError):
    """No books, or more than one act should carry."""

    code = "set_unusable"
    status = 422
    text = _("Please scan at least one book, and at most %(max)s at a time.")


class SetDueUnusable(DomainError):
    """Not a day to come, or too far away."""

    code = "set_due_unusable"
    status = 422
    text = _("Please choose a day to come, at most 400 days from today.")


@in_one_transaction
def lend_set(
    *,
    batch: UUID,
    by: Source,
    place: str,
    barcodes: Sequence[str],
    reader: UUID,
    clock: Clock,
    due: date | None = None,
) -> list[LoanView]:
    """Lend all of these or none, each by an operation of its own, all due on one day. Twice under one `batch` is once.

    `due` empty: by the rules. Raises SetStopped with every copy that the rules stop, SetForABody, SetUnusable,
    SetDueUnusable, BarcodeUnusable, ReaderUnknown.
    """
    wanted = _barcodes(barcodes)
    family = readers.ids_of(reader)
    who = readers.reader(family[0])
    if who is None or who.erased_at is not None:
        raise ReaderUnknown(card="?")
    if who.kind not in COLLECTIVE:
        raise SetForABody
    today = local_date(clock())
    if due is not None and not today < due <= today + timedelta(days=_DUE_DAYS_MAX):
        raise SetDueUnusable
    ops = {barcode: uuid5(batch, barcode) for barcode in wanted}
    # All locks at once and in everybody's order; taken one by one, two sets could wait for each other.
    lock(
        {f"device:{by.device}"} | {f"op:{op.bytes[-1]}" for op in ops.values()},
        {f"borrowing:{id_}" for id_ in family} | {f"copy:{barcode}" for barcode in wanted},
    )
    here = service_of(place)
    if due is None:
        group = lending_group(who.kind, who.group)
        due = due_date(policies().on(today).policy(situation_at(place, here, group, "")), here, start=today)
    lent, stopped = [], []
    for barcode, op in ops.items():
        try:
            one = lend_one(
                op_id=op, by=by, place=place, barcode=barcode, reader=reader, clock=clock, batch=batch, due=due
            )
        except DomainError as refusal:
            stopped.append(Stopped(barcode, refusal))
        else:
            lent.append(one.loan)
    if stopped:
        raise SetStopped(stopped)  # and with it the transaction is undone
    return lent


def renew_set(*, op_id: UUID, by: Source, place: str, batch: UUID, clock: Clock) -> tuple[int, list[Stopped]]:
    """Let what is still out of a set go on, copy by copy; returns how many did, and what the rules stop.

    The same `op_id` twice renews once.
    """
    renewed, stopped = 0, []
    for loan in loans_of_set(batch):
        if loan.closed_at is not None:
            continue
        try:
            renew(op_id=uuid5(op_id, loan.barcode), by=by, place=place, barcode=loan.barcode, clock=clock)
        except DomainError as refusal:
            stopped.append(Stopped(loan.barcode, refusal))
        else:
            renewed += 1
    return renewed, stopped


def _barcodes(texts: Sequence[str]) -> list[str]:
    try:
        wanted = list(dict.fromkeys(normalise_barcode(text) for text in texts))
    except ValueError:
        raise BarcodeUnusable from None
    if not 0 < len(wanted) <= SET_MAX:
        raise SetUnusable(max=SET_MAX)
    return wanted
