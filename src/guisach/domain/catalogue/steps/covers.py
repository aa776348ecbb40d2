"""Files of covers that nobody shows any more are removed after the transaction, when that is sure."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from guisach.domain.catalogue.kinds import cover_store
from guisach.domain.catalogue.models import Cover
from guisach.domain.catalogue.steps.feed import begin
from guisach.domain.journal.steps import in_one_transaction


def drop_cover_later(print_: str) -> None:
    """Have the file removed once this transaction is committed, unless another record shows the same picture."""
    transaction.on_commit(partial(_drop, print_))


@in_one_transaction
def _drop(print_: str) -> None:
    """Remove it under the lock under which covers are put in, so that nobody is just about to show it."""
    begin()
    if not Cover.objects.filter(file_print=print_).exists():
        cover_store().drop(print_)
