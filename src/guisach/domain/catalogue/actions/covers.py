"""Putting a picture of the cover to a record, and taking it away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.copies import RecordUnknown
from guisach.domain.catalogue.kinds import cover_store
from guisach.domain.catalogue.models import Cover, Record
from guisach.domain.catalogue.rules.covers import MAX_BYTES, MAX_PIXELS, CoverRefused, Fault
from guisach.domain.catalogue.steps import begin
from guisach.domain.catalogue.steps.covers import drop_cover_later
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.covers import Encoded
    from guisach.domain.network.models import Staff
    from guisach.kernel.clock import Clock


class CoverTooLarge(DomainError):
    """More bytes or more pixels than are read."""

    code = "cover_too_large"
    status = 422
    text = _(
        "The picture is too large: at most %(megabytes)s MB and %(megapixels)s megapixels. "
        "Please take it again in a smaller size."
    )


class CoverTooSmall(DomainError):
    """So few pixels that nothing can be seen."""

    code = "cover_too_small"
    status = 422
    text = _("The picture is too small to show anything. Please take a photo of the whole cover.")


class CoverUnreadable(DomainError):
    """Not a picture, a damaged one, or one of a kind that is not read."""

    code = "cover_unreadable"
    status = 422
    text = _("This file cannot be read as a picture. Please choose a JPEG, PNG or WebP picture, or take a photo.")


def set_cover(*, record: int, picture: bytes, by: Staff | None, clock: Clock) -> None:
    """Show this picture as the cover, in place of another.

    Raises RecordUnknown, CoverTooLarge, CoverTooSmall, CoverUnreadable.
    """
    try:
        encoded = cover_store().encode(picture)  # before the lock: it takes its time
    except CoverRefused as refusal:
        raise _refusal(refusal.fault) from refusal
    _put(record, encoded, by, clock)


@in_one_transaction
def _put(record: int, encoded: Encoded, by: Staff | None, clock: Clock) -> None:
    begin()
    if not Record.objects.filter(pk=record).exists():
        raise RecordUnknown
    former = Cover.objects.filter(pk=record).values_list("file_print", flat=True).first()
    cover_store().keep(encoded)
    Cover.objects.update_or_create(
        pk=record,
        defaults={
            "file_print": encoded.print,
            "width_px": encoded.width_px,
            "height_px": encoded.height_px,
            "uploaded_at": clock(),
            "by": by,
        },
    )
    if former is not None and former != encoded.print:
        drop_cover_later(former)


@in_one_transaction
def remove_cover(*, record: int) -> bool:
    """Show the drawn cover again; tells whether there was a picture."""
    begin()
    row = Cover.objects.filter(pk=record).first()
    if row is None:
        return False
    drop_cover_later(row.file_print)
    row.delete()
    return True


def _refusal(fault: Fault) -> DomainError:
    match fault:
        case Fault.TOO_LARGE | Fault.TOO_MANY_PIXELS:
            return CoverTooLarge(megabytes=MAX_BYTES // (1024 * 1024), megapixels=MAX_PIXELS // 1_000_000)
        case Fault.TOO_SMALL:
            return CoverTooSmall()
        case Fault.NO_PICTURE:
            return CoverUnreadable()
