"""The doors for writing of the room."""

from guisach.domain.sync.actions.contact import Greeting, greet, take
from guisach.domain.sync.actions.enrolling import Enrolled, Proved, enrol, make_code, prove
from guisach.domain.sync.actions.refusals import (
    DeviceUnknown,
    NotJson,
    RequestTooLarge,
    SignatureWrong,
    UpgradeNeeded,
)

__all__ = [
    "DeviceUnknown",
    "Enrolled",
    "Greeting",
    "NotJson",
    "Proved",
    "RequestTooLarge",
    "SignatureWrong",
    "UpgradeNeeded",
    "enrol",
    "greet",
    "make_code",
    "prove",
    "take",
]
