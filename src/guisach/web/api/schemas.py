"""What the API takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

Text = Annotated[str, Field(max_length=200)]
# Longer than any barcode, so that the rules can answer what is wrong with it in words.
Code = Annotated[str, Field(max_length=10_000)]


class OverrideIn(Schema):
    """Going past a refusal: its code, and why."""

    code: Text
    reason: Annotated[str, Field(max_length=500)]


class ActIn(Schema):
    """An act at a place. `op` is made by the caller; sent again with the same id it is still one act."""

    op: UUID | None = None
    place: Text | None = None
    override: OverrideIn | None = None


class LoanIn(ActIn):
    """Lend `copy` (its barcode) to the holder of `card`, or to `reader`."""

    copy_: Code = Field(alias="copy")
    card: Text | None = None
    reader: UUID | None = None


class CopyIn(ActIn):
    """An act on one copy, by its barcode."""

    copy_: Code = Field(alias="copy")


class JoinIn(ActIn):
    """Somebody joins. `consent` is the reader's own, or the guardian's for a child; `assent` the child's."""

    name: Text
    group: Text
    birth: date | None = None
    card: Text = ""
    phone: Text = ""
    address: Text = ""
    guardian: Text = ""
    guardian_phone: Text = ""
    consent: bool = False
    assent: bool = False


class VoidIn(Schema):
    """Takes the operation `target` back."""

    op: UUID | None = None
    target: UUID
    reason: Annotated[str, Field(max_length=500)] = ""


class TallyIn(ActIn):
    """Counts of a day by reader group."""

    on: date | None = None
    counts: dict[str, int] = Field(max_length=20)


class SettleIn(Schema):
    """A decision on a case."""

    op: UUID | None = None
    decision: Annotated[str, Field(max_length=20, pattern="^[A-Z_]+$")] = "DONE"
    reason: Annotated[str, Field(max_length=500)] = ""


class OperationsIn(Schema):
    """Facts that already happened; see the description of the journal for their form."""

    operations: list[Any]


class ReceiptOut(Schema):
    """The answer for one operation."""

    op: str
    status: str
    outcome: str | None = None
    case: str | None = None
    code: str = ""
    field: str = ""


class ReceiptsOut(Schema):
    """Answers in the order of the operations."""

    answers: list[ReceiptOut]


class LoanOut(Schema):
    """A loan."""

    op: UUID
    copy_: str = Field(alias="copy")
    record: int | None
    title: str
    place: str
    lent_at: datetime
    due_on: date
    renewals: int
    closed_at: datetime | None
    ended: str
    case: str | None = None


class ReturnOut(Schema):
    """A copy is back; `loan` is null where it was not on loan and was only noted as seen."""

    op: UUID
    copy_: str = Field(alias="copy")
    title: str
    outcome: str
    case: str | None
    loan: LoanOut | None


class ReaderOut(Schema):
    """A reader as the caller may see them."""

    id: UUID
    name: str
    card: str
    group: str
    expires_on: date
    loans: list[LoanOut] = []


class JoinedOut(Schema):
    """A new reader."""

    op: UUID
    reader: UUID
    card: str


class CaseOut(Schema):
    """Something for a person to look at."""

    id: str
    kind: str
    place: str
    operations: list[UUID]
    is_urgent: bool
    status: str
    happened_at: datetime


class CasesOut(Schema):
    """Cases of the places in the caller's care."""

    total: int
    cases: list[CaseOut]


class RequestIn(Schema):
    """Ask for a title for the holder of `card`, or for `reader`; fetched at `pickup`, else where it is asked."""

    op: UUID | None = None
    place: Text | None = None
    record: Annotated[int, Field(ge=1, le=2**63 - 1)]
    card: Text | None = None
    reader: UUID | None = None
    pickup: Text = ""
    until: date | None = None
    note: Text = ""


class RequestOut(Schema):
    """A request and what comes of it: `step` is PULL, RIDE, SEND, PROVINCE, RETURN, NONE, COMING or FETCH."""

    op: UUID
    number: str
    record: int | None
    title: str
    pickup: str
    since: datetime
    state: str
    position: int
    step: str
    copy_: str = Field(alias="copy")
    from_: str = Field(alias="from")
    expected_on: date | None


class RequestsOut(Schema):
    """Open requests to be fetched at a place."""

    requests: list[RequestOut]
