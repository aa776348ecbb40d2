"""The doors for writing of the room."""

from guisach.domain.sync.actions.backing_up import note_backup, note_restored
from guisach.domain.sync.actions.belongings import forget_left_out
from guisach.domain.sync.actions.bringing import Brought, bring
from guisach.domain.sync.actions.contact import Greeting, greet, take
from guisach.domain.sync.actions.enrolling import Enrolled, Proved, enrol, make_code, prove
from guisach.domain.sync.actions.refusals import (
    DeviceUnknown,
    FileUnreadable,
    HubBusy,
    NotJson,
    RequestTooLarge,
    SignatureWrong,
    UpgradeNeeded,
)
from guisach.domain.sync.actions.revoking import decide_held, revoke

__all__ = [
    "Brought",
    "DeviceUnknown",
    "Enrolled",
    "FileUnreadable",
    "Greeting",
    "HubBusy",
    "NotJson",
    "Proved",
    "RequestTooLarge",
    "SignatureWrong",
    "UpgradeNeeded",
    "bring",
    "decide_held",
    "enrol",
    "forget_left_out",
    "greet",
    "make_code",
    "note_backup",
    "note_restored",
    "prove",
    "revoke",
    "take",
]
