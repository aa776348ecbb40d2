"""Files of covers that nobody shows any more are removed after the transaction, when that is sure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from guisach.domain.catalogue.kinds import cover_store
from guisach.domain.catalogue.models import Cover
from guisach.domain.catalogue.steps.feed import begin
from guisach.domain.journal.steps import in_one_transaction

if TYPE_CHECKING:
    from collections.abc import Collection


def drop_covers_of(records: Collection[int]) -> None:
    """Have the files of records removed that are about to be deleted in this transaction."""
    for print_ in set(Cover.objects.filter(record__in=list(records)).values_list("file_print", flat=True)):
        drop_cover_later(print_)


def drop_cover_later(print_: str) -> None:
    """Have the file removed once this transaction is committed, unless another record shows the same picture."""
    transaction.on_commit(partial(_drop, print_))


@in_one_transaction
def _drop(print_: str) -> None:
    """Remove it under the lock under which covers are put in, so that nobody is just about to show it."""
    begin()
    if not Cover.objects.filter(file_print=print_).exists():
        cover_store().drop(print_)
