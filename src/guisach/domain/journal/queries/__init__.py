"""Reading the journal: histories for the folds, cases for people, devices and tokens for the doors."""

from guisach.domain.journal.queries.cases import CaseFilter, CaseView, case, cases, count_by_kind, count_open_cases
from guisach.domain.journal.queries.log import (
    TimelineEntry,
    last_recorded,
    latest_about,
    latest_at,
    named_operations,
    operations_of,
    operations_on,
    people_of,
    reasons_of,
    said_in,
    subjects_known,
    subjects_with_names,
    timeline,
)
from guisach.domain.journal.queries.sources import Source, is_of_ours, librarian_at, source_of_token
from guisach.domain.journal.queries.tail import Appended, appended, log_end

__all__ = [
    "Appended",
    "CaseFilter",
    "CaseView",
    "Source",
    "TimelineEntry",
    "appended",
    "case",
    "cases",
    "count_by_kind",
    "count_open_cases",
    "is_of_ours",
    "last_recorded",
    "latest_about",
    "latest_at",
    "librarian_at",
    "log_end",
    "named_operations",
    "operations_of",
    "operations_on",
    "people_of",
    "reasons_of",
    "said_in",
    "source_of_token",
    "subjects_known",
    "subjects_with_names",
    "timeline",
]
