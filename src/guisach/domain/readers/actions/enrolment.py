"""What joining and mending have in common: the questions asked first, and the `join` operation that both record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from guisach.domain.journal.queries import timeline
from guisach.domain.journal.steps import IdTaken, Receipt, act, hold, repeated
from guisach.domain.readers import queries
from guisach.domain.readers.actions.refusals import OF_APPLICANT, CardMistyped, CardTaken, CardUnusable
from guisach.domain.readers.rules.cards import card_number, is_mistyped, normalise_card
from guisach.domain.readers.rules.joining import refusal_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from guisach.domain.journal.queries import Source
    from guisach.domain.readers.rules.joining import Applicant
    from guisach.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Joined:
    """A reader as just written down, and the receipt of the operation."""

    reader: UUID
    card_no: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One act at a desk about one reader: who says so, where, and under which id."""

    op_id: UUID
    by: Source
    reader: UUID
    place: str
    clock: Clock

    def begin(self) -> Joined | None:
        """Keep others from the card numbers; give what this act came to where it was recorded before.

        Raises IdTaken where its id was used for another act or another reader.
        """
        hold(self.by, self.op_id, ["readers:cards"])
        if (repeat := repeated(self.op_id, "join")) is None:
            return None
        if any(entry.reader not in {self.reader, None} for entry in timeline(operations=[self.op_id])):
            raise IdTaken
        known = queries.reader(self.reader)
        return Joined(self.reader, known.card_no if known else "", repeat)

    def record(
        self, applicant: Applicant, *, card_no: str, expires_on: date, not_before: datetime | None = None
    ) -> Joined:
        """Record the operation with everything that is now known of the reader."""
        operation = {
            "op": str(self.op_id),
            "v": 1,
            "kind": "join",
            "place": self.place,
            "group": applicant.group,
            "expires": expires_on.isoformat(),
            "private": _private(self.reader, card_no, applicant),
        }
        receipt = act(operation, via=self.by, clock=self.clock, not_before=not_before)
        return Joined(self.reader, card_no, receipt)


def ask(applicant: Applicant, *, on: date) -> None:
    """Ask the rules whether these data may be kept; raises the refusal that they name."""
    if (code := refusal_of(applicant, on=on)) is not None:
        raise OF_APPLICANT[code]


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
    """Give the number that was typed, for this reader. Raises CardUnusable, CardMistyped, CardTaken."""
    number = as_card(text)
    if is_mistyped(number):
        raise CardMistyped(card=number)
    holder = queries.reader_by_card(number)
    if holder is not None and holder.id != of:
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
