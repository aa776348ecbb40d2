"""The particulars of legal documents: number, issuer, and from when until when they are in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.copies import RecordUnknown
from guisach.domain.catalogue.models import LegalDocument, Record
from guisach.domain.catalogue.steps import begin
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.errors import DomainError
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from datetime import date

_NUMBER_LENGTH, _ISSUER_LENGTH = 60, 200
_LONGEST_CHAIN = 50  # of documents each replaced by the next


class ValidityDisordered(DomainError):
    """It would end before it begins."""

    code = "validity_disordered"
    status = 422
    text = _("A document ceases to be in force after the day on which it took effect. Please look at the two dates.")


class ReplacedByItself(DomainError):
    """The chain of replacements would come back to where it began."""

    code = "replaced_by_itself"
    status = 422
    text = _("A document cannot be replaced by itself, nor by one that it replaces. Please choose another title.")


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is said of a legal document; `valid_to` is the first day on which it is no longer in force."""

    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    replaced_by: int | None = None


@in_one_transaction
def describe_law(*, record: int, said: Particulars) -> None:
    """Store what is said of a record as a legal document; with nothing said, what was stored goes.

    Raises RecordUnknown (of either title), ValidityDisordered, ReplacedByItself.
    """
    begin()
    wanted = {one for one in (record, said.replaced_by) if one is not None}
    if Record.objects.filter(pk__in=wanted).count() != len(wanted):
        raise RecordUnknown
    if said.valid_from and said.valid_to and said.valid_to <= said.valid_from:
        raise ValidityDisordered
    _refuse_a_circle(record, said.replaced_by)
    if said == Particulars():
        LegalDocument.objects.filter(pk=record).delete()
        return
    LegalDocument.objects.update_or_create(
        pk=record,
        defaults={
            "number": nfc(said.number)[:_NUMBER_LENGTH],
            "issuer": nfc(said.issuer)[:_ISSUER_LENGTH],
            "issued_on": said.issued_on,
            "valid_from": said.valid_from,
            "valid_to": said.valid_to,
            "replaced_by_id": said.replaced_by,
        },
    )


def _refuse_a_circle(record: int, replaced_by: int | None) -> None:
    following = replaced_by
    for _step in range(_LONGEST_CHAIN):
        if following is None:
            return
        if following == record:
            raise ReplacedByItself
        following = LegalDocument.objects.filter(pk=following).values_list("replaced_by", flat=True).first()
    raise ReplacedByItself
