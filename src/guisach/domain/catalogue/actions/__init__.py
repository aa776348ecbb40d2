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
from guisach.domain.catalogue.actions.entering import Entered, EntryInUse, enter_title, undo_entry
from guisach.domain.catalogue.actions.following import follow_headings
from guisach.domain.catalogue.actions.importing import FileMissing, FileUnreadable, NotMarc, PackedFile
from guisach.domain.catalogue.actions.marc import (
    MarcFaulty,
    MarcUnfit,
    VersionUnknown,
    add_marc,
    change_marc,
    overlay_record,
    restore_version,
)
from guisach.domain.catalogue.actions.records import (
    RecordChangedMeanwhile,
    TitleNeeded,
    YearWrong,
    add_many,
    add_record,
    change_record,
)
from guisach.domain.catalogue.actions.targets import (
    TargetNameTaken,
    TargetUnknown,
    TargetUnusable,
    drop_target,
    keep_target,
    switch_target,
)

__all__ = [
    "BarcodeTaken",
    "BarcodeUnusable",
    "CopyUnknown",
    "Entered",
    "EntryInUse",
    "FileMissing",
    "FileUnreadable",
    "MarcFaulty",
    "MarcUnfit",
    "NotMarc",
    "PackedFile",
    "PlaceUnknown",
    "RecordChangedMeanwhile",
    "RecordHasCopies",
    "RecordUnknown",
    "TargetNameTaken",
    "TargetUnknown",
    "TargetUnusable",
    "TitleNeeded",
    "VersionUnknown",
    "YearWrong",
    "add_copies",
    "add_copy",
    "add_many",
    "add_marc",
    "add_record",
    "change_copy",
    "change_marc",
    "change_record",
    "delete_record",
    "drop_target",
    "enter_title",
    "follow_headings",
    "keep_target",
    "overlay_record",
    "restore_version",
    "switch_target",
    "undo_entry",
]
