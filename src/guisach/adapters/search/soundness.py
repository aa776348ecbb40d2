"""Whether the files of an index are what was written: Tantivy ends each with a checksum but does not compare it.

A power cut can leave a file of zeros that opens without complaint and finds nothing; a reader would take that
for an answer. So a process compares the checksums of the last commit once, when it first opens an index.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING, Final

from guisach.adapters.search.home import META

if TYPE_CHECKING:
    from pathlib import Path

# A file ends with: a footer in JSON, its length, and this number (both little-endian, 32 bits).
_MAGIC: Final = 1337
_TAIL: Final = struct.Struct("<II")
_CHUNK_BYTES: Final = 1 << 20


def sound(generation: Path) -> bool:
    """Tell if all files of the last commit of a generation have the bytes that were written."""
    try:
        segments = json.loads((generation / META).read_bytes())["segments"]
        for segment in segments:
            name = segment["segment_id"].replace("-", "")
            deletes = segment.get("deletes") or {}
            for path in generation.glob(f"{name}.*"):
                # Deletes of an earlier commit may be on their way out.
                current = path.suffix != ".del" or path.name == f"{name}.{deletes.get('opstamp')}.del"
                if current and not _whole(path):
                    return False
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def _whole(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size < _TAIL.size:
            return False
        file.seek(size - _TAIL.size)
        length, magic = _TAIL.unpack(file.read(_TAIL.size))
        left = size - _TAIL.size - length
        if magic != _MAGIC or left < 0:
            return False
        file.seek(left)
        expected = json.loads(file.read(length))["crc"]
        file.seek(0)
        crc = 0
        while left:
            chunk = file.read(min(left, _CHUNK_BYTES))
            if not chunk:
                return False
            crc = zlib.crc32(chunk, crc)
            left -= len(chunk)
    return bool(crc == expected)
