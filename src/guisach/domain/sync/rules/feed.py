"""The feed without its database: cursors, digests of rows, and the fingerprint of a scope."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guisach.domain.journal.rules.envelope import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = dict[str, Any]
Rows = dict[tuple[str, str], Row]
"""Rows by type and id."""

SETTINGS = ("place", "policy", "calendar", "event", "case")
"""Types of which a place has few rows: they are computed whole each time."""
FINGERPRINTED = ("copy", "loan", "reader")
TYPES = ("place", "policy", "calendar", "event", "case", "reader", "card", "copy", "loan", "title")
"""In the order in which a desk without anything gets them: it can lend before it knows the titles."""

LIMIT, LIMIT_MAX = 500, 1000
GENERATION_LENGTH = 16
CURSOR_LENGTH_MAX = 64
_CURSOR = re.compile(rf"([0-9a-f]{{{GENERATION_LENGTH}}})\.(\d{{1,15}})\.(\d{{1,15}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to which number a desk has the rows; `titles`: it has the titles up to there, from a snapshot."""

    generation: str
    rev: int = 0
    titles: int = 0

    def __str__(self) -> str:
        return f"{self.generation}.{self.rev}.{self.titles}"


def read_cursor(text: str) -> Cursor | None:
    """Return the cursor that this says, or None where it says none. It holds nothing but numbers of one's own rows."""
    match = _CURSOR.fullmatch(text)
    return Cursor(match[1], int(match[2]), int(match[3])) if match else None


def digest_of(row: Mapping[str, Any]) -> str:
    """Return the hash by which a row is known on both sides."""
    return hashlib.sha256(canonical(row).encode()).hexdigest()


def fingerprint(digests: Iterable[tuple[str, str, str]]) -> str:
    """Return the fingerprint of rows given as type, id and digest (`tests/vectors/fingerprint.json`)."""
    lines = sorted(f"{type_} {id_} {digest}\n" for type_, id_, digest in digests if type_ in FINGERPRINTED)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
