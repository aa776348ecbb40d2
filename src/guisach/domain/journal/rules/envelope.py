"""The envelope of an operation: what the journal itself must understand; all else is the kind's own matter.

The form on the wire is that of a flat JSON object. The names in `Envelope` are the journal's; whatever else
the object carries belongs to its kind and is opaque here. What names a person travels under `private` and
is split off before anything is hashed: the body that is kept for ever holds only a commitment to it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from guisach.domain.journal.rules.stamp import PAPER_LINE_MAX

OPERATION_BYTES_MAX = 16 * 1024  # a join with every field filled in is under 2 KiB
DEPTH_MAX = 20  # lists in lists: operations are flat; deeper ones would trouble whoever reads them later
SEQ_MAX = 2**53 - 1  # what a browser can count to without losing one
EPOCH_MAX = 1_000_000  # more reinstalls than this no device lives through
KIND_LENGTH_MAX = 32
PLACE_LENGTH_MAX = 24
ACTOR_LENGTH_MAX = 40
UNCERTAINTY_MS_MAX = 24 * 3600 * 1000
OFFSET_MS_MAX = 100 * 365 * 86_400 * 1000  # a clock that lost its battery says 1970

# What the hub adds to an operation whose sender left it out; a second sending is compared without these.
ADDED_BY_HUB = frozenset({"dev", "epoch", "seq", "commit"})


@dataclass(frozen=True, slots=True)
class Envelope:
    """An operation as it arrived, understood as far as the journal needs. `raw` is the object without `private`."""

    op: UUID
    kind: str
    dev: UUID | None
    epoch: int | None
    seq: int | None
    actor: str
    place: str
    wall_at: datetime | None
    off_ms: int
    unc_ms: int
    seen: int | None
    occurred_on: date | None  # set only on what was first written elsewhere
    line: int  # of that paper; 0 where nobody said
    private: dict[str, Any]
    salt: str | None
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Malformed:
    """Why something is not an operation at all: it has no identity under which it could be kept."""

    code: str
    field: str


def open_envelope(item: object) -> Envelope | Malformed:
    """Read one element of a batch. Only a missing identity is refused; a wrong optional field counts as absent."""
    if not isinstance(item, dict):
        return Malformed("not_an_object", "")
    op, kind = read_uuid(item.get("op")), item.get("kind")
    if op is None:
        return Malformed("bad_id", "op")
    if not isinstance(kind, str) or not 0 < len(kind) <= KIND_LENGTH_MAX or not kind.isprintable():
        return Malformed("bad_kind", "kind")
    private = item.get("private", {})
    if not isinstance(private, dict):
        return Malformed("bad_private", "private")
    for name, largest in (("seq", SEQ_MAX), ("epoch", EPOCH_MAX)):
        if name in item and _whole(item[name], 1, largest) is None:
            return Malformed("bad_number", name)
    if "dev" in item and read_uuid(item["dev"]) is None:
        return Malformed("bad_id", "dev")
    if ("dev" in item) != ("seq" in item):
        return Malformed("number_without_device", "seq" if "seq" in item else "dev")
    raw = {key: value for key, value in item.items() if key not in {"private", "salt"}}
    if _is_deep(item):
        return Malformed("too_deep", "")
    try:
        if len(canonical(raw)) + len(canonical(private)) > OPERATION_BYTES_MAX:
            return Malformed("too_large", "")
    except ValueError:  # NaN and the infinities are no JSON, whatever Python's reader says
        return Malformed("bad_number", "")
    return Envelope(
        op=op,
        kind=kind,
        dev=read_uuid(item.get("dev")),
        epoch=_whole(item.get("epoch"), 1, EPOCH_MAX),
        seq=_whole(item.get("seq"), 1, SEQ_MAX),
        actor=_text(item.get("actor"), ACTOR_LENGTH_MAX),
        place=_text(item.get("place"), PLACE_LENGTH_MAX),
        wall_at=_instant(item.get("wall")),
        off_ms=_whole(item.get("off"), -OFFSET_MS_MAX, OFFSET_MS_MAX) or 0,
        unc_ms=_whole(item.get("unc"), 0, UNCERTAINTY_MS_MAX) or 0,
        seen=_whole(item.get("seen"), 1, SEQ_MAX),
        occurred_on=_day(item.get("occurred")) if _is_hearsay(item.get("source")) else None,
        line=_whole(item.get("line"), 1, PAPER_LINE_MAX) or 0,
        private=private,
        salt=_salt(item.get("salt")),
        raw=raw,
    )


def _is_hearsay(source: object) -> bool:
    """Say whether it was first written elsewhere, on paper or in an older system: then its day is all that is known."""
    return source == "paper" or (isinstance(source, str) and source.startswith("import:"))


def _is_deep(item: object) -> bool:
    level: list[object] = [item]
    for _ in range(DEPTH_MAX):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


def canonical(value: object) -> str:
    """Write JSON in the one form that is hashed: keys sorted, no spaces, ASCII (any string survives it)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def new_salt() -> str:
    """Return 128 random bits in hexadecimal, kept only beside the private part."""
    return secrets.token_hex(16)


def commitment(salt: str, private: dict[str, Any]) -> str:
    """Return what the body says of the private part: nobody can guess the one from the other without the salt."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical(private).encode()).hexdigest()


def digest(body: str) -> str:
    """Return the hash under which a body is known."""
    return hashlib.sha256(body.encode()).hexdigest()


def is_same(stored: dict[str, Any], arrived: Envelope, stored_salt: str | None) -> bool:
    """Say whether a second sending of an id says what the first said.

    What the hub added by itself is left out of the comparison. `stored_salt` is None when there was no
    private part or it has been forgotten; a forgotten part cannot be compared and counts as the same.
    """
    for key, value in arrived.raw.items():
        if key not in stored or stored[key] != value:
            return False
    if not set(stored) - set(arrived.raw) <= ADDED_BY_HUB:
        return False
    if "commit" in arrived.raw:
        return True  # the sender's own commitment was compared with the rest
    if "commit" not in stored:
        return not arrived.private
    if stored_salt is None:
        return True  # forgotten since
    return bool(stored["commit"] == commitment(stored_salt, arrived.private))


def read_uuid(value: object) -> UUID | None:
    """Return the id that this says, or None."""
    if not isinstance(value, str) or len(value) > 45:
        return None
    try:
        return UUID(value)
    except ValueError:
        return None


def _whole(value: object, least: int, largest: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= largest:
        return None
    return value


def _text(value: object, length_max: int) -> str:
    return value if isinstance(value, str) and len(value) <= length_max and value.isprintable() else ""


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        instant = datetime.fromisoformat(value)
        # An instant without a zone cannot be placed; one near the ends of the calendar cannot be moved.
        return instant if instant.tzinfo is not None and 1900 <= instant.year <= 2200 else None
    except (ValueError, OverflowError):
        return None


def _day(value: object) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _salt(value: object) -> str | None:
    if not isinstance(value, str) or len(value) != 32:
        return None
    try:
        bytes.fromhex(value)
    except ValueError:
        return None
    return value
