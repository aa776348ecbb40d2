"""Who may join, and with whose consent (Law on personal data protection 91/2025/QH15, art. 24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from guisach.domain.readers.rules.cards import normalise_card
from guisach.kernel.text import nfc

UNSAID = msgspec.UNSET
Unsaid = msgspec.UnsetType

ADULT_AGE_YEARS = 16  # a child is anybody under 16 (Law on Children 102/2016/QH13, art. 1)
ASSENT_AGE_YEARS = 7
CARD_VALID_YEARS = 3
NAME_LENGTH_MAX = 80
CHILD_GROUPS = frozenset({"CHILD"})
GROUPS = frozenset({"CHILD", "PUPIL", "STUDENT", "OFFICIAL", "FARMER", "SOLDIER", "ELDER", "DISABLED", "OTHER"})
KINDS = frozenset({"PERSON", "HOUSEHOLD", "CLASS", "BODY"})
SHARED_KINDS = KINDS - {"PERSON"}  # a card that somebody answers for, and others use
CHANNELS = frozenset({"", "SMS", "EMAIL", "SLIP", "ALOUD", "NONE"})
PAPERS = frozenset({"", "NONE", "BIRTH", "ID"})  # what was shown at joining; its number is nobody's business
LANGUAGES = ("vi", "tyz", "nut", "hmn", "ium", "nty", "mlc", "zh", "en")  # ISO 639; the first where nobody asked
EMAIL_LENGTH_MAX = 120


class JoinBody(msgspec.Struct, frozen=True):
    """What statistics keep of a joining for ever: nothing that names anybody."""

    group: str = "OTHER"
    expires: date | None = None
    type: str = ""


class JoinPrivate(msgspec.Struct, frozen=True):
    """What names the reader; forgotten on request (then the name is empty). What is unsaid stays as it was."""

    reader: UUID
    name: str = ""
    card: str = ""
    birth: date | None = None
    phone: str = ""
    address: str = ""
    guardian: str = ""
    guardian_phone: str = ""
    consent: bool = False  # the reader's own, or the guardian's for a child
    assent: bool = False  # the child's own
    email: str | Unsaid = UNSAID
    language: str | Unsaid = UNSAID
    channel: str | Unsaid = UNSAID
    papers: str | Unsaid = UNSAID
    household: UUID | Unsaid | None = UNSAID


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who wants a card, tidied for comparison; for a household, class or body the guardian answers for it."""

    name: str
    group: str
    birth_on: date | None
    phone: str
    address: str
    guardian: str
    guardian_phone: str
    has_consent: bool
    has_assent: bool
    email: str = ""
    language: str = LANGUAGES[0]
    channel: str = ""
    kind: str = "PERSON"
    papers: str = ""
    household: UUID | None = None


def years_between(birth_on: date, on: date) -> int:
    """Return completed years of age."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def refusal_of(applicant: Applicant, *, on: date) -> str | None:
    """Say why this person cannot join today, by the code of the refusal; None means welcome."""
    if not 2 <= len(applicant.name) <= NAME_LENGTH_MAX:
        return "name_needed"
    if applicant.group not in GROUPS:
        return "group_unknown"
    if not _is_known(applicant):
        return "choice_unknown"
    if applicant.email and not _is_email(applicant.email):
        return "email_wrong"
    if applicant.kind in SHARED_KINDS:
        return _refusal_of_shared(applicant)
    if applicant.birth_on is not None and not date(1900, 1, 1) <= applicant.birth_on <= on:
        return "birth_date_wrong"
    if not applicant.has_consent:
        return "consent_needed"
    age = None if applicant.birth_on is None else years_between(applicant.birth_on, on)
    is_minor = age < ADULT_AGE_YEARS if age is not None else applicant.group in CHILD_GROUPS
    if is_minor and not applicant.guardian:
        return "guardian_needed"
    if is_minor and (age is None or age >= ASSENT_AGE_YEARS) and not applicant.has_assent:
        return "assent_needed"
    return None


def _refusal_of_shared(applicant: Applicant) -> str | None:
    if applicant.birth_on is not None:
        return "birth_date_wrong"
    if not applicant.guardian:
        return "responsible_needed"
    return None if applicant.has_consent else "consent_needed"


def _is_known(applicant: Applicant) -> bool:
    return (
        applicant.kind in KINDS
        and applicant.channel in CHANNELS
        and applicant.papers in PAPERS
        and applicant.language in LANGUAGES
    )


def _is_email(text: str) -> bool:
    """Tell an address from what cannot be one; whether anybody reads it there, only a message shows."""
    name, at, host = text.rpartition("@")
    if not (name and at and "." in host[1:-1]) or len(text) > EMAIL_LENGTH_MAX:
        return False
    return text.isprintable() and not any(sign.isspace() or sign in '<>,;"@' for sign in name + host)


def expiry(joined_on: date) -> date:
    """Return the last day of a new card."""
    try:
        return joined_on.replace(year=joined_on.year + CARD_VALID_YEARS)
    except ValueError:  # 29 February
        return joined_on.replace(year=joined_on.year + CARD_VALID_YEARS, day=28)


def tidy_name(text: str) -> str:
    """Return a name in one spelling of its letters, without stray spaces."""
    return nfc(text)[:NAME_LENGTH_MAX]


def tidy_phone(text: str) -> str:
    """Return a number as it is compared: without spaces."""
    return nfc(text).replace(" ", "")[:20]


def subject_of_join(body: JoinBody, private: JoinPrivate) -> str:
    """Return the reader's id; raises ValueError for a joining that cannot be understood."""
    if not tidy_name(private.name) or len(private.name) > 4 * NAME_LENGTH_MAX or body.group not in GROUPS:
        raise ValueError(private.reader)
    if body.type and body.type not in KINDS:
        raise ValueError(private.reader)
    if private.card:
        normalise_card(private.card)
    return str(private.reader)
