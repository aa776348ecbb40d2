"""Exports of CDS/ISIS made for tests, with its own habits: `#` or control characters, lines of 80, marks as ^a."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def isis(
    *fields: tuple[str, str],
    end: bytes = b"\x1e",
    encode: Callable[[str], bytes] = str.encode,
) -> bytes:
    """Make one record of tags and texts, with its terminator."""
    bodies = [encode(text) + end for _tag, text in fields]
    directory, position = b"", 0
    for (tag, _text), body in zip(fields, bodies, strict=True):
        directory += b"%s%04d%05d" % (tag.zfill(3).encode(), len(body), position)
        position += len(body)
    base = 24 + len(directory) + 1
    final = b"\x1d" if end == b"\x1e" else end
    leader = b"%05d00000" % (base + position + 1) + b"00%05d   4500" % base
    return leader + directory + end + b"".join(bodies) + final


def in_lines(records: Iterable[bytes], *, line_end: bytes = b"\r\n", width: int = 80) -> bytes:
    """Cut each record into lines, as exports of ISIS are; each begins a line of its own."""
    lines = [record[at : at + width] for record in records for at in range(0, len(record), width)]
    return b"".join(line + line_end for line in lines)


LUOC_SU = (
    ("24", "Lược sử tỉnh Cao Bằng: từ đầu đến nay"),
    ("26", "^aHà Nội^bChính trị Quốc gia^c2009"),
    ("30", "^a512 tr.^b21 cm"),
    ("44", "Địa chí"),
    ("69", "Trong sách: <lịch sử><Cao Bằng> và </dân tộc/"),
    ("70", "Nguyễn Văn A"),
    ("70", "Bế Thị B"),
    ("99", "^xkho mở^ytầng 2"),
)
