"""The bounds of the protocol, and how a request is unpacked; docs/developer/sync-protocol.md says what they are for."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Final

PROTOCOL: Final = 1
OLDEST_DESK: Final = 1  # an older one may still bring what it has, and is sent nothing
NEWEST_DESK: Final = 1
OPERATIONS_MAX: Final = 200
REQUEST_BYTES_MAX: Final = 256 * 1024
UNPACKED_BYTES_MAX: Final = 4 * 1024 * 1024
GAPS_MAX: Final = 50

CODE_VALID: Final = timedelta(minutes=15)
PRINTED_CODE_VALID: Final = timedelta(days=7)
CREDENTIAL_VALID: Final = timedelta(days=90)
HEARD_FROM: Final = timedelta(days=30)  # a desk silent for longer no longer holds the settled-until line back

_GZIP = 16 + zlib.MAX_WBITS


def unpack(data: bytes, most: int) -> bytes:
    """Return what was gzipped, reading no more than `most` bytes of it.

    Raises ValueError for what is no gzip file, is cut off, or is larger.
    """
    worker = zlib.decompressobj(_GZIP)
    try:
        found = worker.decompress(data, most + 1)
    except zlib.error as error:
        raise ValueError("not gzip") from error
    if len(found) > most:
        raise TooMuch(most)
    if not worker.eof:
        raise ValueError("cut off")
    return found


class TooMuch(ValueError):
    """More bytes than are read."""
