"""Two forms of a record beside each other, line by line."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

from guisach.domain.catalogue.rules.marc.incoming import Incoming, from_json
from guisach.domain.catalogue.rules.marc.lines import write_lines


class DiffLine(NamedTuple):
    """A line of a comparison: `same`, `gone` (only before) or `new` (only after)."""

    kind: str
    text: str


def marc_lines(marc: str) -> str:
    """Write a stored record as lines; empty where it cannot be read."""
    try:
        return write_lines(from_json(marc))
    except ValueError:
        return ""


def differences(before: str, after: str, *, all_lines: bool = False) -> list[DiffLine]:
    """Compare two texts line by line; lines that are the same are left out unless all are wanted."""
    former, latter = before.splitlines(), after.splitlines()
    found: list[DiffLine] = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, former, latter, autojunk=False).get_opcodes():
        if what == "equal":
            found += [DiffLine("same", line) for line in former[i1:i2] if all_lines]
            continue
        found += [DiffLine("gone", line) for line in former[i1:i2]]
        found += [DiffLine("new", line) for line in latter[j1:j2]]
    return found


def read_or_blank(marc: str) -> Incoming:
    """Read a stored record; one that cannot be read is empty."""
    try:
        return from_json(marc)
    except ValueError:
        return Incoming("00000nam a2200000 a 4500", ())
