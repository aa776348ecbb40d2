"""Who may join, and with whose consent (Law on personal data protection 91/2025/QH15, art. 24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from guisach.domain.readers.rules.cards import normalise_card
from guisach.kernel.text import nfc

ADULT_AGE_YEARS = 16  # a child is anybody under 16 (Law on Children 102/2016/QH13, art. 1)
ASSENT_AGE_YEARS = 7
CARD_VALID_YEARS = 3
NAME_LENGTH_MAX = 80
CHILD_GROUPS = frozenset({"CHILD"})
GROUPS = frozenset({"CHILD", "PUPIL", "STUDENT", "OFFICIAL", "FARMER", "SOLDIER", "ELDER", "DISABLED", "OTHER"})


class JoinBody(msgspec.Struct, frozen=True):
    """What statistics keep of a joining for ever: nothing that names anybody."""

    group: str = "OTHER"
    expires: date | None = None


class JoinPrivate(msgspec.Struct, frozen=True):
    """What names the reader; forgotten on request."""

    reader: UUID
    name: str
    card: str = ""
    birth: date | None = None
    phone: str = ""
    address: str = ""
    guardian: str = ""
    guardian_phone: str = ""
    consent: bool = False  # the reader's own, or the guardian's for a child
    assent: bool = False  # the child's own


@dataclass(frozen=True, slots=True)
class Applicant:
    """A person at the desk who wants a card, tidied for comparison."""

    name: str
    group: str
    birth_on: date | None
    phone: str
    address: str
    guardian: str
    guardian_phone: str
    has_consent: bool
    has_assent: bool


def years_between(birth_on: date, on: date) -> int:
    """Return completed years of age."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def refusal_of(applicant: Applicant, *, on: date) -> str | None:
    """Say why this person cannot join today, by the code of the refusal; None means welcome."""
    if not 2 <= len(applicant.name) <= NAME_LENGTH_MAX:
        return "name_needed"
    if applicant.group not in GROUPS:
        return "group_unknown"
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


def expiry(joined_on: date) -> date:
    """Return the last day of a new card."""
    try:
        return joined_on.replace(year=joined_on.year + CARD_VALID_YEARS)
    except ValueError:  # 29 February
        return joined_on.replace(year=joined_on.year + CARD_VALID_YEARS, day=28)


def tidy_name(text: str) -> str:
    """Return a name in one spelling of its letters, without stray spaces."""
    return nfc(text)[:NAME_LENGTH_MAX]


def subject_of_join(body: JoinBody, private: JoinPrivate) -> str:
    """Return the reader's id; raises ValueError for a joining that cannot be understood."""
    if not tidy_name(private.name) or len(private.name) > 4 * NAME_LENGTH_MAX or body.group not in GROUPS:
        raise ValueError(private.reader)
    if private.card:
        normalise_card(private.card)
    return str(private.reader)
