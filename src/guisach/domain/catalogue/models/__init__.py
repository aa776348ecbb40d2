"""Tables of the catalogue."""

from guisach.domain.catalogue.models.authorities import Authority, Heading, HeadingKind, Variant
from guisach.domain.catalogue.models.copies import (
    AccessionSeries,
    AcquisitionKind,
    Collection,
    Copy,
    CopyCondition,
    PhysicalState,
    Receipt,
    Withdrawal,
    WithdrawalReason,
)
from guisach.domain.catalogue.models.imports import (
    Import,
    ImportedChunk,
    ImportForm,
    ImportSource,
    ImportStatus,
    WaitingRecord,
)
from guisach.domain.catalogue.models.lists import BookList, BookListEntry
from guisach.domain.catalogue.models.particulars import Cover, Frequency, Issue, LegalDocument, Subscription
from guisach.domain.catalogue.models.records import (
    Audience,
    Change,
    DeletedRecord,
    Record,
    RecordKind,
    RecordVersion,
)

__all__ = [
    "AccessionSeries",
    "AcquisitionKind",
    "Audience",
    "Authority",
    "BookList",
    "BookListEntry",
    "Change",
    "Collection",
    "Copy",
    "CopyCondition",
    "Cover",
    "DeletedRecord",
    "Frequency",
    "Heading",
    "HeadingKind",
    "Import",
    "ImportForm",
    "ImportSource",
    "ImportStatus",
    "ImportedChunk",
    "Issue",
    "LegalDocument",
    "PhysicalState",
    "Receipt",
    "Record",
    "RecordKind",
    "RecordVersion",
    "Subscription",
    "Variant",
    "WaitingRecord",
    "Withdrawal",
    "WithdrawalReason",
]
