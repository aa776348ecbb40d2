"""What others may change in the network; every door is one transaction and says no with a DomainError."""

from __future__ import annotations

from guisach.domain.network.actions.calendar import (
    ClosureScopeUnknown,
    ClosureUnusable,
    close,
    take_closure_back,
)
from guisach.domain.network.actions.province import (
    DATA,
    FolderMissing,
    FolderRefused,
    Loaded,
    Tally,
    load_province,
)
from guisach.domain.network.actions.staff import (
    AppointedAlready,
    AppointmentUnknown,
    EndsBeforeStart,
    NameMissing,
    NewStaff,
    PasswordTooWeak,
    RoleUnknown,
    ScopeUnknown,
    StaffUnknown,
    UsernameTaken,
    UsernameUnusable,
    add_staff,
    appoint,
    end_appointment,
    set_active,
    set_password,
)

__all__ = [
    "DATA",
    "AppointedAlready",
    "AppointmentUnknown",
    "ClosureScopeUnknown",
    "ClosureUnusable",
    "EndsBeforeStart",
    "FolderMissing",
    "FolderRefused",
    "Loaded",
    "NameMissing",
    "NewStaff",
    "PasswordTooWeak",
    "RoleUnknown",
    "ScopeUnknown",
    "StaffUnknown",
    "Tally",
    "UsernameTaken",
    "UsernameUnusable",
    "add_staff",
    "appoint",
    "close",
    "end_appointment",
    "load_province",
    "set_active",
    "set_password",
    "take_closure_back",
]
