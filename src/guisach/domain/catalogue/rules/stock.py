"""What a person fills in about the stock: a voucher with its titles, a pile to be changed, rules for weeding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

COPIES_PER_LINE_MAX = 500
LINES_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptHead:
    """A voucher as the first part of the general register has it."""

    entered_on: date
    kind: str
    source: str = ""
    voucher: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """Copies of one title on a voucher; they get running numbers of the series."""

    record: int
    count: int
    series: str
    price_vnd: int | None = None
    call_no: str = ""
    shelf: str = ""
    part: str = ""
    collection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeedingRules:
    """Which copies are proposed for weeding: those that any rule names. None and False switch a rule off."""

    unused_years: int | None = None
    """Not lent since, and in the stock for as long."""
    published_before: int | None = None
    classes: str = ""
    """Only classes that begin so, several separated by spaces; goes with `published_before`."""
    is_damaged: bool = False
    copies_max: int | None = None
    """More than so many copies of one title at the place: the worst are too many."""
    has_newer_edition: bool = False
    is_expired_law: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no rule is on."""
        return self == WeedingRules(classes=self.classes)


def class_starts(text: str) -> tuple[str, ...]:
    """Read the beginnings of classes that somebody typed: "004, 34 61" is three."""
    return tuple(part for part in text.replace(",", " ").replace(";", " ").split() if part.replace(".", "").isdigit())
