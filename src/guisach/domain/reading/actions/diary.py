"""Writing into one's diary, and a challenge with oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.catalogue.queries import records
from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.readers.queries import ids_of
from guisach.domain.reading.actions.refusals import OF_DIARY, DiaryFull, NotKept
from guisach.domain.reading.models import Challenge, DiaryEntry
from guisach.domain.reading.queries.wishes import DIARY, wishes
from guisach.domain.reading.rules.diary import (
    ENTRIES_MAX,
    SENTENCE_LENGTH_MAX,
    TITLE_LENGTH_MAX,
    refusal_of_challenge,
    refusal_of_entry,
    tidy,
)
from guisach.kernel.clock import local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from guisach.domain.reading.rules.diary import Entry
    from guisach.kernel.clock import Clock


@in_one_transaction
def write_entry(*, reader: UUID, op_id: UUID, entry: Entry, clock: Clock) -> None:
    """Write a book down; the same `op_id` twice is one entry. Raises NotKept, TitleNeeded, EntryUnusable, DiaryFull."""
    _open_diary(reader)
    if (code := refusal_of_entry(entry, on=local_date(clock()))) is not None:
        raise OF_DIARY[code]
    if DiaryEntry.objects.filter(op=op_id).exists():
        return
    if DiaryEntry.objects.filter(reader=reader).count() >= ENTRIES_MAX:
        raise DiaryFull
    picked = next(iter(records([entry.record])), None) if entry.record else None
    DiaryEntry.objects.create(
        reader=reader,
        op=op_id,
        record=picked.id if picked else None,
        title=tidy(picked.title if picked else entry.title, TITLE_LENGTH_MAX),
        stars=entry.stars,
        sentence=tidy(entry.sentence, SENTENCE_LENGTH_MAX),
        read_on=entry.read_on,
    )


@in_one_transaction
def drop_entry(*, reader: UUID, entry: int) -> None:
    """Delete an entry of the reader's own; another's, or one that is gone, is left as it is."""
    DiaryEntry.objects.filter(reader__in=ids_of(reader), pk=entry).delete()


@in_one_transaction
def set_challenge(*, reader: UUID, books: int, until: date, clock: Clock) -> None:
    """Begin a challenge today; one that runs is replaced. Raises NotKept, ChallengeUnusable."""
    _open_diary(reader)
    today = local_date(clock())
    if (code := refusal_of_challenge(books, until, on=today)) is not None:
        raise OF_DIARY[code]
    Challenge.objects.update_or_create(pk=reader, defaults={"books": books, "begun_on": today, "until": until})


@in_one_transaction
def drop_challenge(*, reader: UUID) -> None:
    """End the challenge."""
    Challenge.objects.filter(pk__in=ids_of(reader)).delete()


def _open_diary(reader: UUID) -> None:
    lock([f"reading:{reader}"])
    if DIARY not in wishes(ids_of(reader)):
        raise NotKept
