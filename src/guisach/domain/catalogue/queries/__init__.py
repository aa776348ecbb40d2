"""What others may ask of the catalogue; writes nothing."""

from guisach.domain.catalogue.queries.copies import (
    CopyView,
    copies_by_barcode,
    copies_of_records,
    copy_by_barcode,
    known_barcodes,
)
from guisach.domain.catalogue.queries.cql import REACH, CqlAnswer, answer_cql
from guisach.domain.catalogue.queries.digest import digest_rows
from guisach.domain.catalogue.queries.feed import Changes, changes_after, documents, last_change, record_ids
from guisach.domain.catalogue.queries.harvest import (
    FullRecord,
    Header,
    addresses,
    count_changed,
    count_harvest,
    earliest_change,
    every_full_record,
    full_records,
    harvest,
    header,
    largest_record,
)
from guisach.domain.catalogue.queries.holdings import Holding, copies_at, count_copies, holdings_by_place, titles_at
from guisach.domain.catalogue.queries.records import (
    RecordView,
    VersionView,
    audiences,
    count_records,
    marc_of,
    recent_records,
    record,
    record_kinds,
    record_versions,
    records,
)
from guisach.domain.catalogue.queries.searching import SearchPage, search

__all__ = [
    "REACH",
    "Changes",
    "CopyView",
    "CqlAnswer",
    "FullRecord",
    "Header",
    "Holding",
    "RecordView",
    "SearchPage",
    "VersionView",
    "addresses",
    "answer_cql",
    "audiences",
    "changes_after",
    "copies_at",
    "copies_by_barcode",
    "copies_of_records",
    "copy_by_barcode",
    "count_changed",
    "count_copies",
    "count_harvest",
    "count_records",
    "digest_rows",
    "documents",
    "earliest_change",
    "every_full_record",
    "full_records",
    "harvest",
    "header",
    "holdings_by_place",
    "known_barcodes",
    "largest_record",
    "last_change",
    "marc_of",
    "recent_records",
    "record",
    "record_ids",
    "record_kinds",
    "record_versions",
    "records",
    "search",
    "titles_at",
]
