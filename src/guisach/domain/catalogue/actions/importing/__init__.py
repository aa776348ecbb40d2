"""Importing: files of records, whatever their form, are worked through, decided about by people, and undone.

A file is an import. `begin_import` and `run_import` work it through where it lies (the command line);
`take_in`, `change_terms` and `queue_import` keep a file that came over the network until `guisach worker` has
worked it through. Either way it goes on after a crash, and `undo_import` takes all of it back.
"""

from guisach.domain.catalogue.actions.importing.harvesting import Gone, end_harvest, note_names, take_out_gone
from guisach.domain.catalogue.actions.importing.previewing import (
    Preview,
    PreviewRow,
    Rehearsed,
    preview,
    rehearse,
    rehearse_draft,
)
from guisach.domain.catalogue.actions.importing.queueing import (
    begin_import,
    change_terms,
    drop_draft,
    end_import,
    forget_files,
    note_report,
    queue_import,
    start_queued,
    stop_import,
    take_in,
)
from guisach.domain.catalogue.actions.importing.refusals import (
    DecisionUnknown,
    FileMissing,
    FileTooLargeToTakeIn,
    FileUnreadable,
    ImportBusy,
    ImportElsewhere,
    ImportUnknown,
    MappingWrong,
    NotMarc,
    PackedFile,
    PolicyWrong,
    RecordNotNamed,
    SourceNameNeeded,
    SourceUnknown,
    WaitingDecided,
    WaitingUnknown,
)
from guisach.domain.catalogue.actions.importing.running import read_file, run_import
from guisach.domain.catalogue.actions.importing.sources import delete_source, save_source
from guisach.domain.catalogue.actions.importing.undoing import KeptOnUndo, Undone, ask_undo, undo_import
from guisach.domain.catalogue.actions.importing.waiting import Decided, decide_many, decide_waiting

__all__ = [
    "Decided",
    "DecisionUnknown",
    "FileMissing",
    "FileTooLargeToTakeIn",
    "FileUnreadable",
    "Gone",
    "ImportBusy",
    "ImportElsewhere",
    "ImportUnknown",
    "KeptOnUndo",
    "MappingWrong",
    "NotMarc",
    "PackedFile",
    "PolicyWrong",
    "Preview",
    "PreviewRow",
    "RecordNotNamed",
    "Rehearsed",
    "SourceNameNeeded",
    "SourceUnknown",
    "Undone",
    "WaitingDecided",
    "WaitingUnknown",
    "ask_undo",
    "begin_import",
    "change_terms",
    "decide_many",
    "decide_waiting",
    "delete_source",
    "drop_draft",
    "end_harvest",
    "end_import",
    "forget_files",
    "note_names",
    "note_report",
    "preview",
    "queue_import",
    "read_file",
    "rehearse",
    "rehearse_draft",
    "run_import",
    "save_source",
    "start_queued",
    "stop_import",
    "take_in",
    "take_out_gone",
    "undo_import",
]
