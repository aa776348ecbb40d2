"""Weeding: a list is proposed by rules, and somebody goes through it with the books in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.copies import PlaceUnknown
from guisach.domain.catalogue.actions.stock.changing import CopiesElsewhere, chosen_copies
from guisach.domain.catalogue.models import CopyCondition, Verdict, WeedingLine, Withdrawal, WithdrawalReason
from guisach.domain.catalogue.queries.stock.weeding import candidates
from guisach.domain.catalogue.steps import begin
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.network.queries import places_by_code
from guisach.kernel.errors import DomainError
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from guisach.domain.catalogue.models import Copy
    from guisach.domain.catalogue.rules.stock import WeedingRules
    from guisach.kernel.clock import Clock

LINES_MAX = 5000  # of one list: more than a commission looks at in a week
_AT_ONCE = 500


class WithdrawalUnknown(DomainError):
    """There is no such weeding list."""

    code = "withdrawal_unknown"
    status = 404
    text = _("There is no such weeding list.")


class WithdrawalClosed(DomainError):
    """The list was decided; the register knows no erasure."""

    code = "withdrawal_closed"
    text = _("This list was decided already and stands in the register. Please begin a new list.")


class RulesNeeded(DomainError):
    """A proposal was asked for without any rule."""

    code = "weeding_rules_needed"
    status = 422
    text = _("Please choose at least one rule: without one, every book would be proposed.")


class CopyWithdrawn(DomainError):
    """The copy left the stock before."""

    code = "copy_gone"
    text = _("%(barcode)s was withdrawn before.")


@in_one_transaction
def begin_withdrawal(*, place: str, reason: str, clock: Clock, note: str = "", by: int | None = None) -> int:
    """Begin a weeding list for the register of a place and return its id.

    Raises PlaceUnknown; ValueError for a reason that does not exist.
    """
    begin()
    if place not in places_by_code([place]):
        raise PlaceUnknown(place=place[:32])
    row = Withdrawal.objects.create(
        place_id=place, reason=WithdrawalReason(reason).value, begun_at=clock(), note=nfc(note)[:300], by_id=by
    )
    return row.pk


@in_one_transaction
def propose(
    *, withdrawal: int, rules: WeedingRules, clock: Clock, within: Collection[str] | None = None
) -> tuple[int, bool]:
    """Put on the list what the rules name; returns how many were new and whether the list is full.

    Copies on another open list, and those kept in the last year, are left out. `within`: the places whose copies this
    person may change. Raises WithdrawalUnknown, WithdrawalClosed, RulesNeeded.
    """
    begin()
    row = open_list(withdrawal)
    if rules.is_empty:
        raise RulesNeeded
    room = LINES_MAX - row.lines.count()
    found = candidates(row.place_id, rules, clock(), within=within)
    lines = [WeedingLine(withdrawal=row, copy_id=copy, why=" ".join(why)[:80]) for copy, why in found[: max(room, 0)]]
    WeedingLine.objects.bulk_create(lines, batch_size=_AT_ONCE)
    return len(lines), len(found) > room


@in_one_transaction
def judge(
    *, withdrawal: int, barcodes: Sequence[str], verdict: str, within: Collection[str] | None = None
) -> list[str]:
    """Say what becomes of copies, and return their numbers. One that is not on the list is put there.

    Raises WithdrawalUnknown, WithdrawalClosed, NoCopies, CopyUnknown, CopiesElsewhere (another owner's too),
    CopyWithdrawn; ValueError for a verdict that does not exist.
    """
    begin()
    row = open_list(withdrawal)
    wanted = Verdict(verdict).value
    copies = chosen_copies(barcodes, within)
    _refuse_strangers(row, copies)
    for copy in copies:
        if copy.condition == CopyCondition.WITHDRAWN:
            raise CopyWithdrawn(barcode=copy.barcode)
    ids = [copy.pk for copy in copies]
    row.lines.filter(copy__in=ids).update(verdict=wanted)
    there = set(row.lines.filter(copy__in=ids).values_list("copy", flat=True))
    new = [WeedingLine(withdrawal=row, copy_id=pk, verdict=wanted) for pk in ids if pk not in there]
    WeedingLine.objects.bulk_create(new, batch_size=_AT_ONCE)
    return [copy.barcode for copy in copies]


@in_one_transaction
def judge_rest(*, withdrawal: int, verdict: str) -> int:
    """Say the same of all that nobody has looked at yet; returns how many. Raises as `judge`."""
    begin()
    row = open_list(withdrawal)
    return row.lines.filter(verdict=Verdict.PROPOSED).update(verdict=Verdict(verdict).value)


def open_list(withdrawal: int) -> Withdrawal:
    """Return a list that is not decided yet. Raises WithdrawalUnknown, WithdrawalClosed."""
    row = Withdrawal.objects.filter(pk=withdrawal).first()
    if row is None:
        raise WithdrawalUnknown
    if row.number is not None:
        raise WithdrawalClosed
    return row


def _refuse_strangers(row: Withdrawal, copies: Sequence[Copy]) -> None:
    """Only what stands in this register can be taken out of it."""
    strange = [copy.barcode for copy in copies if copy.owner_id != row.place_id]
    if strange:
        raise CopiesElsewhere(barcodes=", ".join(strange[:8]))
