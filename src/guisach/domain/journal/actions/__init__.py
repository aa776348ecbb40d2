"""The journal's doors for writing."""

from guisach.domain.journal.actions.notes import forget_notes
from guisach.domain.journal.actions.record import BATCH_MAX, record, retry_pending, settle_case
from guisach.domain.journal.actions.sources import (
    issue_token,
    portal_source,
    revoke_token,
    start_new_epoch,
    workbench_source,
)

__all__ = [
    "BATCH_MAX",
    "forget_notes",
    "issue_token",
    "portal_source",
    "record",
    "retry_pending",
    "revoke_token",
    "settle_case",
    "start_new_epoch",
    "workbench_source",
]
