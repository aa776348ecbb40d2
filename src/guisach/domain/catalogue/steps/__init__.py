"""Helpers inside a transaction: rows from drafts, the history of records, copies, and the change feed."""

from guisach.domain.catalogue.steps.copies import insert_copies
from guisach.domain.catalogue.steps.feed import announce, begin
from guisach.domain.catalogue.steps.headings import keep_headings, tie_headings
from guisach.domain.catalogue.steps.numbers import lift_series, next_numbers
from guisach.domain.catalogue.steps.records import (
    Keys,
    Origin,
    delete_records,
    insert_records,
    keep_versions,
    keys_of,
    new_row,
    rewrite,
    save_records,
)
from guisach.domain.catalogue.steps.stock import changed_fields, keep_changes

__all__ = [
    "Keys",
    "Origin",
    "announce",
    "begin",
    "changed_fields",
    "delete_records",
    "insert_copies",
    "insert_records",
    "keep_changes",
    "keep_headings",
    "keep_versions",
    "keys_of",
    "lift_series",
    "new_row",
    "next_numbers",
    "rewrite",
    "save_records",
    "tie_headings",
]
