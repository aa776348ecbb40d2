"""Reading the journal: histories for the folds, cases for people, devices and tokens for the doors."""

from guisach.domain.journal.queries.cases import CaseFilter, CaseView, case, cases, count_open_cases
from guisach.domain.journal.queries.log import (
    TimelineEntry,
    last_recorded,
    latest_about,
    latest_at,
    reasons_of,
    timeline,
)
from guisach.domain.journal.queries.sources import Source, librarian_at, source_of_token

__all__ = [
    "CaseFilter",
    "CaseView",
    "Source",
    "TimelineEntry",
    "case",
    "cases",
    "count_open_cases",
    "last_recorded",
    "latest_about",
    "latest_at",
    "librarian_at",
    "reasons_of",
    "source_of_token",
    "timeline",
]
