"""What can be done with the catalogue. Each act is one durable transaction."""

from guisach.domain.catalogue.actions.copies import (
    BarcodeTaken,
    BarcodeUnusable,
    CopyUnknown,
    PlaceUnknown,
    RecordUnknown,
    add_copies,
    add_copy,
    change_copy,
)
from guisach.domain.catalogue.actions.deleting import RecordHasCopies, delete_record
from guisach.domain.catalogue.actions.import_records import (
    FileMissing,
    FileUnreadable,
    NotMarc,
    PackedFile,
    import_file,
)
from guisach.domain.catalogue.actions.records import (
    RecordChangedMeanwhile,
    TitleNeeded,
    YearWrong,
    add_many,
    add_record,
    change_record,
)

__all__ = [
    "BarcodeTaken",
    "BarcodeUnusable",
    "CopyUnknown",
    "FileMissing",
    "FileUnreadable",
    "NotMarc",
    "PackedFile",
    "PlaceUnknown",
    "RecordChangedMeanwhile",
    "RecordHasCopies",
    "RecordUnknown",
    "TitleNeeded",
    "YearWrong",
    "add_copies",
    "add_copy",
    "add_many",
    "add_record",
    "change_copy",
    "change_record",
    "delete_record",
    "import_file",
]
