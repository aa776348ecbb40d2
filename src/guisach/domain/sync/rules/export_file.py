"""The export file of a desk: JSON, gzipped or plain, with bounds on what is read."""

from __future__ import annotations

import json
from typing import Any, Final

from guisach.domain.sync.rules.protocol import unpack

FILE_BYTES_MAX: Final = 16 * 1024 * 1024
UNPACKED_BYTES_MAX: Final = 128 * 1024 * 1024
OPERATIONS_MAX: Final = 200_000  # more than a device makes in its life

_GZIP = b"\x1f\x8b"


def read_export(file: bytes) -> list[Any]:
    """Return the operations of a file. Raises ValueError (too_large, not_gzip, not_json, not_ours)."""
    if len(file) > FILE_BYTES_MAX:
        raise ValueError("too_large")
    if file.startswith(_GZIP):
        try:
            file = unpack(file, UNPACKED_BYTES_MAX)
        except ValueError as error:
            raise ValueError("not_gzip") from error
    try:
        found = json.loads(file, parse_constant=_no_json)
    except (ValueError, RecursionError):
        raise ValueError("not_json") from None
    if not isinstance(found, dict) or found.get("guisach") != "operations" or found.get("v") != 1:
        raise ValueError("not_ours")
    operations = found.get("operations")
    if not isinstance(operations, list):
        raise ValueError("not_ours")
    if len(operations) > OPERATIONS_MAX:
        raise ValueError("too_large")
    return operations


def _no_json(name: str) -> None:
    raise ValueError(name)
