"""What came of each chunk of an imported file, and at which place the copies that it announces are put."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.catalogue.rules.drafts import CopyDraft
from guisach.domain.catalogue.rules.imports.holdings import (
    Mapping,
    MappingError,
    acquired_on,
    default_mapping,
    describe_holdings,
    load_mapping,
    price_vnd,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from guisach.domain.catalogue.rules.imports.holdings import Holding
    from guisach.domain.catalogue.rules.marc.incoming import Chunk, Incoming

_SHOWN = 40  # characters of a wrong value that a warning repeats
PRICE_MAX = 2_000_000_000  # what every database keeps as an integer


class Outcome(StrEnum):
    """What came of a chunk; every chunk has exactly one."""

    ADDED = "added"
    MERGED = "merged"  # into a record that is there: its description, its copies, or nothing but its fingerprint
    UNCHANGED = "unchanged"  # these very bytes are in already
    WAITING = "waiting"  # for a person to say whether it is the same title
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Imported:
    """The line of one chunk in the report. `record` is None in a rehearsal for records that do not exist yet."""

    chunk: Chunk
    outcome: Outcome
    record: int | None = None
    title: str = ""
    reason: str = ""
    detail: str = ""
    copies: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """How copies are read from records, and which place answers for those of which branch."""

    mapping: Mapping
    branches: dict[str, str]
    default: str = ""
    """The place of copies without a (known) branch; empty: they are left out and reported."""

    def place_of(self, branch: str, places: Collection[str]) -> tuple[str, bool]:
        """Return the code of a place (empty: none), and whether the branch itself led to it."""
        named = self.branches.get(branch.casefold()) or branch
        return (named, True) if named in places else (self.default, not branch)


@dataclass(frozen=True, slots=True)
class Announced:
    """The copies of a record that can be added as far as the record alone tells, and what was wrong with others."""

    copies: tuple[CopyDraft, ...]
    warnings: tuple[str, ...]


def placement(text: str | None = None, *, default: str = "") -> Placement:
    """Read a mapping file (None: the one the product comes with) whose table [branches] says branch = place.

    Raises MappingError.
    """
    if text is None:
        return Placement(default_mapping(), {}, default)
    return Placement(load_mapping(text), branches(text), default)


def branches(text: str) -> dict[str, str]:
    """Read the table [branches] of a mapping file that is TOML. Raises MappingError."""
    found = tomllib.loads(text).get("branches", {})
    if not isinstance(found, dict) or not all(isinstance(place, str) for place in found.values()):
        raise MappingError('[branches] must have lines such as "TVX01" = "CB-COBA": a branch and the code of a place')
    return {branch.casefold(): place for branch, place in found.items()}


def announced(record: Incoming, placement: Placement, places: Collection[str]) -> Announced:
    """Read the copies that a record announces."""
    holdings = describe_holdings(record, placement.mapping)
    warnings = [f"{problem.reason}:{problem.tag}" for problem in holdings.problems]
    copies: dict[str, CopyDraft] = {}
    for holding in holdings.copies:
        try:
            barcode = normalise_barcode(holding.barcode)
        except ValueError:
            warnings.append(f"barcode_unusable:{holding.barcode[:_SHOWN]}")
            continue
        place, is_known = placement.place_of(holding.branch, places)
        if not place:
            warnings.append(f"place_unknown:{holding.branch[:_SHOWN]}")
            continue
        if not is_known:
            warnings.append(f"branch_unknown:{holding.branch[:_SHOWN]}")
        if barcode in copies:
            warnings.append(f"repeated:{barcode}")
            continue
        copies[barcode] = _copy(holding, barcode, place)
    return Announced(tuple(copies.values()), tuple(dict.fromkeys(warnings)))


def _copy(holding: Holding, barcode: str, place: str) -> CopyDraft:
    price = price_vnd(holding.price)
    copy = CopyDraft(barcode=barcode, owner=place, base=place, call_no=holding.call_no, shelf=holding.shelf)
    return replace(
        copy,
        price_vnd=price if price is not None and price <= PRICE_MAX else None,
        acquired_on=acquired_on(holding.acquired),
        note=holding.note,
    )
