"""Joining at a desk: the rules are asked first, then the same operation is recorded that an offline desk makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from guisach.domain.journal.steps import Receipt, act, hold, in_one_transaction, repeated
from guisach.domain.readers import queries
from guisach.domain.readers.rules.cards import card_number, is_mistyped, normalise_card
from guisach.domain.readers.rules.joining import Applicant, expiry, refusal_of
from guisach.kernel.clock import local_date
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock


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


_REFUSALS = {
    refusal.code: refusal
    for refusal in (NameNeeded, GroupUnknown, BirthDateWrong, ConsentNeeded, GuardianNeeded, AssentNeeded)
}


@dataclass(frozen=True, slots=True)
class Joined:
    """A new reader and the receipt of the operation."""

    reader: UUID
    card_no: str
    receipt: Receipt


@in_one_transaction
def join(*, op_id: UUID, by: Source, place: str, applicant: Applicant, card: str, clock: Clock) -> Joined:
    """Enrol a reader; an empty `card` gets the next number. The same `op_id` twice is one reader.

    Raises the refusals above. The reader's id is derived from `op_id`, so that a repeat finds it.
    """
    id_ = UUID(int=op_id.int ^ 1)
    hold(by, ["readers:cards"])
    if (repeat := repeated(op_id, "join")) is not None:
        known = queries.reader(id_)
        return Joined(id_, known.card_no if known else "", repeat)
    today = local_date(clock())
    if (code := refusal_of(applicant, on=today)) is not None:
        raise _REFUSALS[code]
    number = _card(card)
    operation = {
        "op": str(op_id),
        "v": 1,
        "kind": "join",
        "place": place,
        "group": applicant.group,
        "expires": expiry(today).isoformat(),
        "private": _private(id_, number, applicant),
    }
    return Joined(id_, number, act(operation, via=by, clock=clock))


def _card(text: str) -> str:
    if not text.strip():
        return card_number(queries.next_card_serial())
    try:
        number = normalise_card(text)
    except ValueError:
        raise CardUnusable from None
    if is_mistyped(number):
        raise CardMistyped(card=number)
    if queries.reader_by_card(number) is not None:
        raise CardTaken(card=number)
    return number


def _private(id_: UUID, number: str, applicant: Applicant) -> dict[str, Any]:
    said = {
        "birth": applicant.birth_on.isoformat() if applicant.birth_on else None,
        "phone": applicant.phone,
        "address": applicant.address,
        "guardian": applicant.guardian,
        "guardian_phone": applicant.guardian_phone,
    }
    return {
        "reader": str(id_),
        "name": applicant.name,
        "card": number,
        "consent": applicant.has_consent,
        "assent": applicant.has_assent,
        **{key: value for key, value in said.items() if value},
    }
