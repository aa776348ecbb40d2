"""Adding, changing and taking out authorities and the forms that lead to them. Records are changed by `applying`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Sum

from guisach.domain.catalogue.actions.authorities.forms import (
    announce_titles,
    found,
    keys_among,
    put_heading,
    put_variants,
    retie,
)
from guisach.domain.catalogue.actions.authorities.refusals import (
    AuthorityChangedMeanwhile,
    AuthorityExists,
    AuthorityInUse,
    HeadingNeeded,
    VariantIsHeading,
)
from guisach.domain.catalogue.models import Authority, Heading, HeadingKind
from guisach.domain.catalogue.rules.headings import DATES_LENGTH, exact_form, settled_form
from guisach.domain.catalogue.rules.marc.authority_records import NOTE_LENGTH
from guisach.domain.catalogue.steps import begin
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from datetime import datetime

    from guisach.domain.catalogue.rules.marc.authority_records import AuthorityDraft
    from guisach.kernel.clock import Clock


@in_one_transaction
def add_authority(*, draft: AuthorityDraft, clock: Clock) -> int:
    """Add an authority and return its id; headings that it is certain to name belong to it from now on.

    Raises HeadingNeeded, AuthorityExists, and ValueError for a kind that there is not.
    """
    begin()
    now = clock()
    row = Authority(kind=HeadingKind(draft.kind), created_at=now, updated_at=now)
    _fill(row, draft.heading, draft.dates, draft.note)
    row.source, row.source_no = draft.source, draft.source_no
    row.save()
    put_variants(row, draft.variants)
    retie(row.kind, keys_among(row))
    announce_titles([row.pk])
    return row.pk


@in_one_transaction
def change_authority(
    *, authority: int, heading: str, dates: str, note: str, clock: Clock, opened_at: datetime | None = None
) -> bool:
    """Correct an authority; a former heading goes on leading to it. Returns whether anything changed.

    `opened_at` is the `updated_at` that the person saw. The titles keep their headings until `apply_authority`.
    Raises AuthorityUnknown, AuthorityChangedMeanwhile, HeadingNeeded, AuthorityExists.
    """
    begin()
    row = found(authority)
    if opened_at is not None and row.updated_at != opened_at:
        raise AuthorityChangedMeanwhile
    before = (row.heading, row.dates, row.note)
    keys = keys_among(row)
    _fill(row, heading, dates, note)
    if (row.heading, row.dates, row.note) == before:
        return False
    row.updated_at = clock()
    row.save()
    row.variants.filter(text=row.heading).delete()
    put_variants(row, [before[0]])
    retie(row.kind, keys | keys_among(row))
    announce_titles([row.pk])
    return True


@in_one_transaction
def add_variant(*, authority: int, text: str, clock: Clock) -> bool:
    """Let a form lead to the heading (see from). Returns whether it is new.

    Raises AuthorityUnknown, HeadingNeeded, VariantIsHeading.
    """
    begin()
    row = found(authority)
    text = settled_form(row.kind, nfc(text))
    if not exact_form(text):
        raise HeadingNeeded
    if exact_form(text) == exact_form(row.heading) or Authority.objects.filter(kind=row.kind, heading=text).exists():
        raise VariantIsHeading(text=text)
    if not put_variants(row, [text]):
        return False
    _touched(row, clock)
    return True


@in_one_transaction
def remove_variant(*, authority: int, text: str, clock: Clock) -> bool:
    """Let a form not lead to the heading any more. Returns whether it did. Raises AuthorityUnknown."""
    begin()
    row = found(authority)
    keys = keys_among(row)
    announce_titles([row.pk])  # also those that will not belong to it any more
    if not row.variants.filter(text=text).delete()[0]:
        return False
    row.updated_at = clock()
    row.save()
    retie(row.kind, keys)
    return True


@in_one_transaction
def delete_authority(*, authority: int) -> None:
    """Take out an authority that no title needs. Raises AuthorityUnknown, AuthorityInUse."""
    begin()
    row = found(authority)
    titles = Heading.objects.filter(authority=row).aggregate(sum=Sum("titles"))["sum"]
    if titles:
        raise AuthorityInUse(titles=titles)
    keys = keys_among(row)
    kind = row.kind
    row.delete()
    retie(kind, keys)


def _fill(row: Authority, heading: str, dates: str, note: str) -> None:
    put_heading(row, settled_form(row.kind, nfc(heading)))
    if not exact_form(row.heading):
        raise HeadingNeeded
    row.dates = nfc(dates)[:DATES_LENGTH].strip(" ,.")
    row.note = "\n".join(map(nfc, note.splitlines()))[:NOTE_LENGTH].strip()
    twins = Authority.objects.filter(kind=row.kind, heading=row.heading, dates=row.dates)
    if twins.exclude(pk=row.pk).exists():
        raise AuthorityExists(heading=row.heading)


def _touched(row: Authority, clock: Clock) -> None:
    row.updated_at = clock()
    row.save()
    retie(row.kind, keys_among(row))
    announce_titles([row.pk])
