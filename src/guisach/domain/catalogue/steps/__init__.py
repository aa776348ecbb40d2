"""Helpers inside a transaction: rows from drafts, the history of records, copies, and the change feed."""

from guisach.domain.catalogue.steps.copies import insert_copies
from guisach.domain.catalogue.steps.feed import announce, begin
from guisach.domain.catalogue.steps.records import Origin, insert_records, keep_versions, new_row, rewrite

__all__ = [
    "Origin",
    "announce",
    "begin",
    "insert_copies",
    "insert_records",
    "keep_versions",
    "new_row",
    "rewrite",
]
