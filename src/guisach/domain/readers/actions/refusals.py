"""Every way in which joining or mending a reader's data is refused, with what to do about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guisach.kernel.errors import DomainError


class NameNeeded(DomainError):
    """No name, or far too long a one."""

    code = "name_needed"
    status = 422
    text = _("Please write the reader's name (2 to 80 letters).")


class GroupUnknown(DomainError):
    """A group that statistics do not know."""

    code = "group_unknown"
    status = 422
    text = _("Please choose one of the reader groups.")


class BirthDateWrong(DomainError):
    """In the future, or before 1900."""

    code = "birth_date_wrong"
    status = 422
    text = _("The birth date cannot be right; please check it, or leave it empty.")


class ConsentNeeded(DomainError):
    """Law 91/2025/QH15: silence is not consent."""

    code = "consent_needed"
    status = 422
    text = _(
        "The reader (or the guardian of a child) must agree that these data are kept. Please ask, then tick the box."
    )


class GuardianNeeded(DomainError):
    """A child under 16 joins with a guardian."""

    code = "guardian_needed"
    status = 422
    text = _("A reader under 16 needs a guardian: please write the guardian's name.")


class AssentNeeded(DomainError):
    """From seven years on the child's own yes is needed too."""

    code = "assent_needed"
    status = 422
    text = _("From 7 years on the child must agree too. Please ask the child, then tick the box.")


class ResponsibleNeeded(DomainError):
    """A household, class or body borrows through somebody."""

    code = "responsible_needed"
    status = 422
    text = _("A card for several people needs somebody who answers for it: please write that person's name.")


class EmailWrong(DomainError):
    """Cannot be an address."""

    code = "email_wrong"
    status = 422
    text = _("This cannot be an e-mail address; please check it, or leave it empty.")


class ChoiceUnknown(DomainError):
    """A kind, language, channel or paper that is not in the lists."""

    code = "choice_unknown"
    status = 422
    text = _("Please choose from the lists: kind of card, language, and how to hear from the library.")


class HouseholdUnknown(DomainError):
    """No card for several people, or not one that this reader can belong to."""

    code = "household_unknown"
    status = 422
    text = _("No household or class here has this card. Please scan its card, or leave it empty.")


class HomeUnknown(DomainError):
    """Nowhere."""

    code = "home_unknown"
    status = 422
    text = _("There is no such place; please choose one from the list.")


class CardMistyped(DomainError):
    """The check digit does not match."""

    code = "card_mistyped"
    status = 422
    text = _("Card number %(card)s has a wrong digit; please scan it or type it again.")


class CardUnusable(DomainError):
    """Cannot be a card number at all."""

    code = "card_unusable"
    status = 422
    text = _("This cannot be a card number: at most 32 letters and digits.")


class CardTaken(DomainError):
    """Somebody holds this number."""

    code = "card_taken"
    text = _("Card %(card)s belongs to another reader; please take another card, or leave the number empty.")


class CardReplaced(DomainError):
    """Somebody had this number and got another."""

    code = "card_replaced"
    text = _("Card %(card)s was replaced and is not used any more; please take another card.")


class AlreadyOne(DomainError):
    """Somebody put these cards together before."""

    code = "already_one"
    text = _("These cards are together already: it is one reader.")


class EraseNeedsLibrarian(DomainError):
    """To erase cannot be undone, so it takes a librarian."""

    code = "erase_needs_librarian"
    status = 403
    text = _("Only a librarian erases a reader's data; please tell the provincial library.")


class ReaderHasThings(DomainError):
    """Nobody could be asked for the books any more."""

    code = "reader_has_things"
    text = _("This reader still has %(things)s. Please take the books back, and give deposits back, then erase.")


class ReaderGone(DomainError):
    """Nobody has this id, or not any more."""

    code = "reader_gone"
    status = 404
    text = _("This reader is not in the books any more; perhaps the card was taken back. Please search by name.")


OF_APPLICANT: dict[str, type[DomainError]] = {
    refusal.code: refusal
    for refusal in (
        NameNeeded,
        GroupUnknown,
        BirthDateWrong,
        ConsentNeeded,
        GuardianNeeded,
        AssentNeeded,
        ResponsibleNeeded,
        EmailWrong,
        ChoiceUnknown,
    )
}


class CardOrPinWrong(DomainError):
    """Unknown card, no PIN, an expired start code, a wrong PIN: one answer, so that nobody learns who is a reader."""

    code = "card_or_pin_wrong"
    status = 422
    text = _("Card number and PIN do not fit together. Please type both again, or ask at a library's desk.")


class TooManyTries(DomainError):
    """Signing in with this card, or from this address, rests until `until`."""

    code = "too_many_tries"
    status = 429
    text = _("Too many wrong tries: signing in rests until %(until)s. A library's desk can open it again at once.")


class PinNotDigits(DomainError):
    """Too short, too long, or not digits."""

    code = "pin_not_digits"
    status = 422
    text = _("A PIN has 6 to 12 digits and nothing else.")


class PinEasy(DomainError):
    """A run, a repeated piece, the birth date, a part of the card number or telephone."""

    code = "pin_easy"
    status = 422
    text = _(
        "Others would guess this PIN. Please take digits that are no birthday, no row such as 123456, "
        "and no part of the card or telephone number."
    )


class GuardianWishNeeded(DomainError):
    """A child has a PIN only where the guardian wishes it."""

    code = "guardian_wish_needed"
    status = 422
    text = _(
        "A reader under 16 gets a PIN only when the guardian wishes it. Please ask the guardian, then tick the box."
    )


class RegistrationsFull(DomainError):
    """More registrations wait at the place than it can look at."""

    code = "registrations_full"
    status = 429
    text = _("Very many people registered there and wait for their card. Please just go there: a card is made at once.")


class RegistrationGone(DomainError):
    """No registration has this code: it ended, was declined, or its card is made."""

    code = "registration_gone"
    status = 404
    text = _("There is no registration with this code (any more). The card can be made without it.")


OF_PIN: dict[str, type[DomainError]] = {refusal.code: refusal for refusal in (PinNotDigits, PinEasy)}


class CorrectionEmpty(DomainError):
    """Nothing differs from what is known."""

    code = "correction_empty"
    status = 422
    text = _("Nothing was changed. Please write what is wrong as it should be.")


class CorrectionGone(DomainError):
    """Settled meanwhile, or never asked for."""

    code = "correction_gone"
    text = _("This was settled already; perhaps a colleague was faster.")


class CorrectionReasonNeeded(DomainError):
    """The reader is told why."""

    code = "correction_reason_needed"
    status = 422
    text = _("Please write why not: the reader is told.")
