"""Who may do what, and where: a table from role to permissions, read with the scope of an appointment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What a page or an action asks for."""

    LEND = "LEND"  # lend, take back, renew, count visits and uses, receive and send crates
    JOIN = "JOIN"  # enrol a reader, issue a card
    SEE_READERS = "SEE_READERS"  # see readers' personal data and their open loans
    OVERRIDE = "OVERRIDE"  # go on, with a reason, where the rules advise against
    SETTLE_CASES = "SETTLE_CASES"  # decide what the log could not
    TAKE_IN = "TAKE_IN"  # enter books that came to one's own place, by the short form
    DEVICES = "DEVICES"  # enrol and revoke offline desks of the place
    STOCK = "STOCK"  # add, move, label and withdraw copies; take an inventory
    CATALOGUE = "CATALOGUE"  # edit bibliographic records
    IMPORT = "IMPORT"  # bring in files of records or copies
    SEE_PROGRAMME = "SEE_PROGRAMME"  # the province's pages: figures without anything personal
    PLAN_PROGRAMME = "PLAN_PROGRAMME"  # set targets, criteria and assessments
    INSPECT = "INSPECT"  # follow a figure to its evidence, record an inspection
    ADMINISTER = "ADMINISTER"  # staff, places, fairs, settings


_P = Permission
_DESK = frozenset({_P.LEND, _P.JOIN, _P.SEE_READERS})
_LIBRARIAN = _DESK | {_P.TAKE_IN, _P.OVERRIDE, _P.SETTLE_CASES, _P.STOCK, _P.DEVICES}

PERMISSIONS: dict[str, frozenset[Permission]] = {
    "KEEPER": _DESK | {_P.TAKE_IN},  # a commune's library registers its own books, and often has nobody else
    "CREW": _DESK,
    "LIBRARIAN": _LIBRARIAN,
    "CATALOGUER": frozenset({_P.CATALOGUE, _P.IMPORT, _P.TAKE_IN, _P.STOCK}),
    "PROGRAMME_OFFICER": frozenset({_P.SEE_PROGRAMME, _P.PLAN_PROGRAMME}),
    "INSPECTOR": frozenset({_P.SEE_PROGRAMME, _P.INSPECT}),
    "ADMINISTRATOR": frozenset(Permission),
}
"""What each role brings wherever it is held."""

IN_WHOLE_PROVINCE: dict[str, frozenset[Permission]] = {
    # The provincial library keeps the shared catalogue and steers the network; a commune's does not.
    "LIBRARIAN": frozenset({_P.CATALOGUE, _P.IMPORT, _P.SEE_PROGRAMME}),
}
"""What a role brings beyond that when it is held for the whole province."""


@dataclass(frozen=True, slots=True)
class Appointed:
    """A role in force: at one place, in one commune, or (both empty) in the whole province."""

    role: str
    place: str = ""
    commune: str = ""

    @property
    def is_province_wide(self) -> bool:
        """Whether the role is held for the whole province."""
        return not self.place and not self.commune

    def brings(self, permission: Permission) -> bool:
        """Tell whether the role brings the permission, wherever it reaches."""
        return permission in PERMISSIONS.get(self.role, frozenset()) or (
            self.is_province_wide and permission in IN_WHOLE_PROVINCE.get(self.role, frozenset())
        )

    def reaches(self, place: str, commune: str) -> bool:
        """Tell whether the place, which lies in that commune, is within the scope."""
        if self.place:
            return self.place == place
        return not self.commune or self.commune == commune


def may(appointments: Iterable[Appointed], permission: Permission, place: str, commune: str) -> bool:
    """Tell whether somebody with these roles may do it at this place, which lies in that commune."""
    return any(held.brings(permission) and held.reaches(place, commune) for held in appointments)


def may_somewhere(appointments: Iterable[Appointed], permission: Permission) -> bool:
    """Tell whether they may do it at any place at all: for what belongs to no place, and for menus."""
    return any(held.brings(permission) for held in appointments)


def may_everywhere(appointments: Iterable[Appointed], permission: Permission) -> bool:
    """Tell whether they may do it in the whole province."""
    return any(held.brings(permission) and held.is_province_wide for held in appointments)


def standing(appointments: Iterable[Appointed], place: str, commune: str) -> str:
    """Say what an operation made there is stamped with: LIBRARIAN, KEEPER, or nothing."""
    held = list(appointments)
    if may(held, Permission.SETTLE_CASES, place, commune):
        return "LIBRARIAN"
    return "KEEPER" if may(held, Permission.LEND, place, commune) else ""
