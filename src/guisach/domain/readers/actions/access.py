"""Looking at readers' data leaves a trace, whose minute is forgotten when the reader's loans of then are."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import SystemRandom
from typing import TYPE_CHECKING

from guisach.domain.journal.steps import in_one_transaction
from guisach.domain.readers.models import ReaderAccess
from guisach.domain.readers.rules.traces import EXACT_DAYS
from guisach.kernel.clock import LOCAL, local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from guisach.kernel.clock import Clock


def note_access(
    *, staff_id: int, act: str, at: datetime, reader: UUID | None = None, place: str = "", found: int = 1
) -> None:
    """Note that a person was shown a reader's data; `act` is VIEW, SEARCH, LEND … as the page says."""
    ReaderAccess.objects.create(staff_id=staff_id, reader=reader, act=act, place=place, at=at, found=found)


def blur_accesses(*, clock: Clock) -> int:
    """Keep of old traces only in which month they were left; returns how many were blurred.

    Whose card was scanned at 9:04 borrowed what went out at 9:04: to the minute, and in the order of the log, the
    traces would tell who read what. They stay, by month and in no order, to tell the reader who looked.
    """
    before, blurred = clock() - timedelta(days=EXACT_DAYS), 0
    while (oldest := _exact(before).order_by("at").values_list("at", flat=True).first()) is not None:
        blurred += _blur_month(oldest, before)
    return blurred


@in_one_transaction
def _blur_month(of: datetime, before: datetime) -> int:
    lock({"accesses"})
    begin = _month(of)
    end = _month(begin + timedelta(days=32))
    exact = _exact(before).filter(at__lt=end).count()
    # Those that were blurred before come along: numbers in the order of days would tell the day.
    rows = list(ReaderAccess.objects.filter(reader__isnull=False, at__gte=begin, at__lt=min(end, before)))
    ReaderAccess.objects.filter(pk__in=[row.pk for row in rows]).delete()
    SystemRandom().shuffle(rows)
    for row in rows:
        row.pk, row.at, row.is_of_month = None, begin, True
    ReaderAccess.objects.bulk_create(rows, batch_size=1000)
    return exact


def _exact(before: datetime) -> QuerySet[ReaderAccess]:
    return ReaderAccess.objects.filter(reader__isnull=False, is_of_month=False, at__lt=before)


def _month(at: datetime) -> datetime:
    return datetime.combine(local_date(at).replace(day=1), time(), tzinfo=LOCAL)
