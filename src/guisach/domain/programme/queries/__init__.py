"""What others may ask of the programme; figures only, nothing personal. Writes nothing."""

from guisach.domain.programme.queries.activity import MonthCount, activity, activity_by_month, months_until
from guisach.domain.programme.queries.coverage import (
    ACTIVE_WITHIN,
    Coverage,
    Near,
    PlaceReport,
    coverage,
    place_reports,
)

__all__ = [
    "ACTIVE_WITHIN",
    "Coverage",
    "MonthCount",
    "Near",
    "PlaceReport",
    "activity",
    "activity_by_month",
    "coverage",
    "months_until",
    "place_reports",
]
