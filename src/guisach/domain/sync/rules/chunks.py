"""The catalogue of a place as gzip files that never change: the same titles give the same bytes, anywhere."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEAST_BYTES = 128 * 1024
MOST_BYTES = 256 * 1024
_CUT_FROM = 150 * 1024
_CUT_AT_LAST = MOST_BYTES - 48 * 1024  # what the compressor still holds back and one more title fit into the rest
_ONE_IN = 256  # titles after which a chunk may end: a title more or less moves one border, not all that follow
_GZIP = 31  # zlib's window bits for gzip; it writes no time and no name


@dataclass(frozen=True, slots=True)
class Chunk:
    """A gzip file of lines of JSON, one for each title."""

    body: bytes
    titles: int

    @property
    def sha256(self) -> str:
        """The hash by which the file is asked for."""
        return sha256(self.body).hexdigest()


def cut(titles: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[Chunk]:
    """Write titles, given by id in a fixed order, into chunks of 128 to 256 KiB; the last may be smaller."""
    packer, out, count, fresh = zlib.compressobj(9, zlib.DEFLATED, _GZIP), bytearray(), 0, 0
    for id_, row in titles:
        line = json.dumps({"id": id_, **row}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        out += packer.compress(line)
        count, fresh = count + 1, fresh + len(line)
        if fresh > LEAST_BYTES // 4:  # let out what the compressor holds, or its size is not known
            out += packer.flush(zlib.Z_SYNC_FLUSH)
            fresh = 0
        may_end = len(out) >= _CUT_FROM and zlib.crc32(id_.encode()) % _ONE_IN == 0
        if may_end or len(out) >= _CUT_AT_LAST:
            yield Chunk(bytes(out + packer.flush()), count)
            packer, out, count, fresh = zlib.compressobj(9, zlib.DEFLATED, _GZIP), bytearray(), 0, 0
    if count:
        yield Chunk(bytes(out + packer.flush()), count)
