"""Every way in which a desk is told no before the act, with what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from guisach.domain.circulation.rules.lending import Verdict


class BarcodeUnusable(DomainError):
    """Too long, empty, or with signs that no barcode has."""

    code = "barcode_unusable"
    status = 422
    text = _("This cannot be a barcode: at most 32 letters and digits. Please scan it again.")


class ReaderUnknown(DomainError):
    """No reader has this card."""

    code = "reader_unknown"
    status = 404
    text = _("No reader has card %(card)s. Please scan the card again, or find the reader by name.")


class CopyUnknown(DomainError):
    """Not catalogued; the book may still go out, and somebody will catalogue it."""

    code = "copy_unknown"
    status = 404
    overridable = True
    text = _(
        "No copy has barcode %(barcode)s. Please scan it again; if the book is really here, lend it with a reason."
    )


class CopyWithThisReader(DomainError):
    """Scanned twice."""

    code = "copy_with_this_reader"
    text = _("This reader has the book already, until %(due)s. To keep it longer, renew it.")


class CardPending(DomainError):
    """Somebody else had the number first."""

    code = "card_pending"
    overridable = True
    text = _("Another reader had card %(card)s first. Please give this reader a new card.")


class CardExpired(DomainError):
    """The card's last day is past."""

    code = "card_expired"
    overridable = True
    text = _("Card %(card)s ended on %(expired)s. Please renew the card, or lend with a reason.")


class CopyWithdrawn(DomainError):
    """The copy was taken out of the stock."""

    code = "copy_withdrawn"
    overridable = True
    text = _("Copy %(barcode)s was withdrawn from the stock. Please put it aside for the librarian.")


class CopyDamaged(DomainError):
    """Somebody put it aside to be mended."""

    code = "copy_damaged"
    overridable = True
    text = _("Copy %(barcode)s is damaged and waits to be mended. If it can be used, note that it is mended.")


class CopySetAside(DomainError):
    """It waits for somebody else."""

    code = "copy_set_aside"
    overridable = True
    text = _(
        "Copy %(barcode)s waits for another reader who asked for it. Please put it back on the hold shelf; "
        "if it must be lent all the same, give a reason."
    )


class MaterialNotLent(DomainError):
    """The rules lend no such material here, or not to this group."""

    code = "material_not_lent"
    overridable = True
    text = _("By the rules in force this kind of material is not lent to this reader here. It may be read on the spot.")


class CopyForReadingHere(DomainError):
    """A reference copy."""

    code = "copy_for_reading_here"
    overridable = True
    text = _("Copy %(barcode)s is for reading here only.")


class CopyOnLoan(DomainError):
    """In the books of another reader; whoever holds it in hand knows better."""

    code = "copy_on_loan"
    overridable = True
    text = _("Copy %(barcode)s is written down to another reader. If it is in your hand, take it back first.")


class OverLimit(DomainError):
    """As many as the rules allow are out already."""

    code = "over_limit"
    overridable = True
    text = _("This reader has %(open)s of at most %(max)s books. Please take one back first, or lend with a reason.")


class RenewalsUsedUp(DomainError):
    """As often as the rules allow."""

    code = "renewals_used_up"
    overridable = True
    text = _("This loan was renewed %(renewals)s times already. Please take the book back, or renew with a reason.")


class WantedByOthers(DomainError):
    """Somebody waits for the title, and no free copy serves them."""

    code = "wanted_by_others"
    overridable = True
    text = _(
        "Another reader waits for this title and no other copy is free. Please take the book back; "
        "if this reader still needs it, renew with a reason."
    )


class RenewedToday(DomainError):
    """A reader presses twice on a day."""

    code = "renewed_today"
    text = _("This book was renewed today already. It can be renewed again on another day, if the rules allow it.")


class NotOnLoan(DomainError):
    """There is nothing to renew."""

    code = "not_on_loan"
    text = _("Copy %(barcode)s is not on loan.")


class OverrideNotAllowed(DomainError):
    """This refusal stands, or this person may not go past it."""

    code = "override_not_allowed"
    status = 403
    text = _("This cannot be gone past; please ask a librarian.")


class ReasonNeeded(DomainError):
    """Going past a rule takes a reason."""

    code = "reason_needed"
    status = 422
    text = _("Please write why, in a few words.")


REFUSALS: dict[str, type[DomainError]] = {
    refusal.code: refusal
    for refusal in (
        ReaderUnknown,
        CopyUnknown,
        CopyWithThisReader,
        CardPending,
        CardExpired,
        CopyWithdrawn,
        CopyDamaged,
        CopySetAside,
        CopyForReadingHere,
        MaterialNotLent,
        CopyOnLoan,
        OverLimit,
        RenewalsUsedUp,
        WantedByOthers,
        RenewedToday,
    )
}
AT_ANY_DESK: frozenset[str] = frozenset({"wanted_by_others"})
"""What whoever lends may go past with a reason, not only a librarian: they have both readers before their eyes."""


def refusal_of(verdict: Verdict, **data: object) -> DomainError:
    """Return the error that says this verdict to a person."""
    return REFUSALS[verdict.code](**data)


class RequestUnknown(DomainError):
    """Nothing under this id, or another's."""

    code = "request_unknown"
    status = 404
    text = _("There is no such request.")


class RequestOver(DomainError):
    """Fetched, cancelled or ended already."""

    code = "request_over"
    text = _("This request is over already: the book was fetched, or nobody waits for it any more.")


class TitleUnknown(DomainError):
    """Not in the catalogue."""

    code = "title_unknown"
    status = 404
    text = _("This title is not in the catalogue. Please look for it again.")


class PickupUnusable(DomainError):
    """No desk there that lends by name, or out of service."""

    code = "pickup_unusable"
    status = 422
    text = _("Books cannot be fetched at that place. Please choose another one.")


class HasItAlready(DomainError):
    """One of the copies is with this reader."""

    code = "has_it_already"
    text = _("This reader has the book now. To keep it longer, renew it.")


class AlreadyRequested(DomainError):
    """One request a title and reader."""

    code = "already_requested"
    text = _("This reader has asked for this title already; one request is enough, whichever copy comes.")


class NothingLendable(DomainError):
    """All copies are withdrawn, lost or for reading on the spot."""

    code = "nothing_lendable"
    text = _("No copy of this title is lent. It may be read where it is; the librarian can suggest to buy another.")


class SuggestionEmpty(DomainError):
    """A suggestion without a title."""

    code = "suggestion_empty"
    status = 422
    text = _("Please say which book: a title, or what it should be about.")


class SuggestionLimit(DomainError):
    """One reader suggests more than can be looked at."""

    code = "suggestion_limit"
    text = _("%(max)s suggestions wait for an answer already. Please wait until some are answered.")


class RequestLimit(DomainError):
    """As many as the rules allow are open."""

    code = "request_limit"
    text = _("This reader waits for %(open)s of at most %(max)s titles. Please cancel one first.")


class CopyNotFree(DomainError):
    """A reader has it, or it waits for another one."""

    code = "copy_not_free"
    text = _("Copy %(barcode)s is with a reader or waits for another one. If it is in your hand, take it back first.")


class PlaceUnusable(DomainError):
    """Unknown, or the very place it is at."""

    code = "place_unusable"
    status = 422
    text = _("Please choose another place to send it to.")


REQUEST_REFUSALS: dict[str, type[DomainError]] = {
    refusal.code: refusal
    for refusal in (
        ReaderUnknown,
        CardExpired,
        TitleUnknown,
        PickupUnusable,
        HasItAlready,
        AlreadyRequested,
        NothingLendable,
        RequestLimit,
    )
}
