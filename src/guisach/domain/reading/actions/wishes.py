"""Switching on what is kept of a reader's reading, and off: then it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.readers.actions import is_minor
from guisach.domain.readers.actions.refusals import ReaderGone
from guisach.domain.readers.queries import ids_of
from guisach.domain.readers.queries import reader as find_reader
from guisach.domain.reading.actions.refusals import GuardianConsentNeeded
from guisach.domain.reading.models import Challenge, DiaryEntry, PastLoan, Wish
from guisach.domain.reading.queries.wishes import DIARY, HISTORY
from guisach.kernel.clock import local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from uuid import UUID

    from guisach.kernel.clock import Clock


@in_one_transaction
def wish_for(*, reader: UUID, what: str, guardian_agrees: bool, clock: Clock) -> None:
    """Keep it from now on, because the reader says so; said twice it goes on as it was.

    Raises ReaderGone, GuardianConsentNeeded.
    """
    lock([f"reading:{reader}"])
    known = find_reader(reader)
    if known is None or what not in {HISTORY, DIARY}:
        raise ReaderGone
    now = clock()
    needs_consent = is_minor(known, on=local_date(now))
    if needs_consent and not guardian_agrees:
        raise GuardianConsentNeeded
    Wish.objects.get_or_create(reader=reader, what=what, defaults={"since": now, "has_guardian_consent": needs_consent})


@in_one_transaction
def stop_keeping(*, reader: UUID, what: str) -> None:
    """Keep it no longer, and forget at once what was kept."""
    lock([f"reading:{reader}"])
    _forget(reader, what)


def _forget(reader: UUID, what: str) -> None:
    ids = ids_of(reader)
    Wish.objects.filter(reader__in=ids, what=what).delete()
    for model in (PastLoan,) if what == HISTORY else (DiaryEntry, Challenge):
        model.objects.filter(reader__in=ids).delete()
