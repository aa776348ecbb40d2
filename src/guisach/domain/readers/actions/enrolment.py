"""What joining and mending have in common: the questions asked first, and the operations that record them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from guisach.domain.journal.queries import latest_about, timeline
from guisach.domain.journal.steps import IdTaken, Receipt, act, hold, repeated
from guisach.domain.readers import queries
from guisach.domain.readers.actions.refusals import (
    OF_APPLICANT,
    CardMistyped,
    CardReplaced,
    CardTaken,
    CardUnusable,
    HouseholdUnknown,
)
from guisach.domain.readers.rules.cards import card_number, is_mistyped, normalise_card
from guisach.domain.readers.rules.joining import LANGUAGES, refusal_of

if TYPE_CHECKING:
    from datetime import date

    from guisach.domain.journal.queries import Source
    from guisach.domain.readers.rules.joining import Applicant
    from guisach.kernel.clock import Clock

KINDS = ("join", "edit_reader", "merge_readers", "erase_reader")
"""Every kind of operation about a reader."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A reader as just written down, and the receipt of the operation."""

    reader: UUID
    card_no: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One act at a desk about one reader: of which kind, who says so, where, and under which id."""

    kind: str
    op_id: UUID
    by: Source
    reader: UUID
    place: str
    clock: Clock

    def begin(self) -> Joined | None:
        """Keep others from the card numbers; give what this act came to where it was recorded before.

        Raises IdTaken where its id was used for another act or another reader.
        """
        hold(self.by, self.op_id, ["readers:cards", f"reader:{self.reader}"])
        if (repeat := repeated(self.op_id, self.kind)) is None:
            return None
        if any(entry.reader not in {self.reader, None} for entry in timeline(operations=[self.op_id])):
            raise IdTaken
        known = queries.reader(self.reader)
        return Joined(self.reader, known.card_no if known else "", repeat)

    def record(self, body: dict[str, Any], private: dict[str, Any], *, card_no: str) -> Joined:
        """Record the operation; it comes after everything that is known of the reader."""
        operation = {
            "op": str(self.op_id),
            "v": 1,
            "kind": self.kind,
            "place": self.place,
            **body,
            "private": {"reader": str(self.reader), **private},
        }
        not_before = latest_about(queries.ids_of(self.reader), KINDS)
        return Joined(self.reader, card_no, act(operation, via=self.by, clock=self.clock, not_before=not_before))


def ask(applicant: Applicant, *, on: date, reader: UUID | None = None) -> None:
    """Ask the rules whether these data may be kept; raises the refusal that they name, or HouseholdUnknown."""
    if (code := refusal_of(applicant, on=on)) is not None:
        raise OF_APPLICANT[code]
    if applicant.household is not None:
        belongs_to = queries.reader(applicant.household)
        if belongs_to is None or not belongs_to.is_shared or belongs_to.erased_at or applicant.household == reader:
            raise HouseholdUnknown


def next_card() -> str:
    """Give the next number of our own making."""
    return card_number(queries.next_card_serial())


def as_card(text: str) -> str:
    """Give the number as it is compared. Raises CardUnusable."""
    try:
        return normalise_card(text)
    except ValueError:
        raise CardUnusable from None


def free_card(text: str, *, of: UUID) -> str:
    """Give the number that was typed, for this reader. Raises CardUnusable, CardMistyped, CardTaken, CardReplaced."""
    number = as_card(text)
    if is_mistyped(number):
        raise CardMistyped(card=number)
    holder = queries.reader_by_card(number)
    if holder is not None and of not in {holder.id, holder.survivor}:
        raise CardTaken(card=number)
    former = queries.former_holder(number)
    if holder is None and former is not None and former.reader != of:
        raise CardReplaced(card=number)
    return number


def told(applicant: Applicant, number: str) -> dict[str, Any]:
    """Write down everything that a person said, by the names of the log; what is empty is left out."""
    spoken = {name: value for name, value in fields_of(applicant).items() if value and value != _UNSAID.get(name)}
    spoken |= {"card": number, "consent": applicant.has_consent, "assent": applicant.has_assent}
    as_text: dict[str, Any] = msgspec.to_builtins(spoken)
    return as_text


def fields_of(applicant: Applicant) -> dict[str, Any]:
    """Give what a person said by the names of the log, but for what statistics keep."""
    return {
        "name": applicant.name,
        "birth": applicant.birth_on,
        "phone": applicant.phone,
        "address": applicant.address,
        "guardian": applicant.guardian,
        "guardian_phone": applicant.guardian_phone,
        "consent": applicant.has_consent,
        "assent": applicant.has_assent,
        "email": applicant.email,
        "language": applicant.language,
        "channel": applicant.channel,
        "papers": applicant.papers,
        "household": applicant.household,
    }


_UNSAID = {"language": LANGUAGES[0]}
