"""Tell what a file is by its content, so that a wrong file gets a clear answer instead of a thousand riddles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from guisach.adapters.marc import isis, marcjson
from guisach.domain.catalogue.rules.marc.incoming import Sniffed

if TYPE_CHECKING:
    from typing import BinaryIO

BENEFIT_OF_DOUBT = 1 << 20
"""A file up to this size that has MARC's delimiters is worked through even without any other sign of MARC."""

_HEAD = 1 << 16
_WINDOW = 1 << 20
_OVERLAP = 64
_LEADER = re.compile(rb"[0-9]{5}[A-Za-z0-9 #^|-]{3}")
# A leader with its fixed "22", base address and entry map; the last entry of a directory.
_LEADER_ANYWHERE = re.compile(rb"22[0-9]{5}[^\x1d-\x1f]{3}45")
_DIRECTORY_END = re.compile(rb"\x1e(?<=[0-9A-Za-z]{3}[0-9]{9}\x1e)")
_LEADER_LINE = re.compile(rb"[0-9]{5}.{19}\r?\n")
_LINES = "not ISO 2709: MARC written in lines; export as ISO 2709 or MARCXML"
_DELIMITERS = re.compile(rb"[\x1d\x1e]")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_WIDE_XML = (b"\xff\xfe<\0", b"\xfe\xff\0<")
_MAGIC = (
    (b"PK\x03\x04", "zip", "a ZIP archive (or a Word or Excel document): unpack it first"),
    (b"\x1f\x8b", "gzip", "compressed with gzip: unpack it first"),
    (b"\xfd7zXZ\0", "xz", "compressed with xz: unpack it first"),
    (b"BZh", "bzip2", "compressed with bzip2: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "zstd", "compressed with zstd: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "7z", "a 7-Zip archive: unpack it first"),
    (b"Rar!\x1a\x07", "rar", "a RAR archive: unpack it first"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole", "an old Word or Excel document"),
    (b"%PDF-", "pdf", "a PDF document"),
    (b"{\\rtf", "rtf", "an RTF document"),
    (b"SQLite format 3\0", "sqlite", "a SQLite database"),
    (b"\x89PNG", "image", "an image"),
    (b"\xff\xd8\xff", "image", "an image"),
    (b"GIF8", "image", "an image"),
)


def sniff(stream: BinaryIO) -> Sniffed:
    """Look at a seekable stream; its position afterwards is anywhere."""
    size = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(_HEAD)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\0\x1a")
    if not start and len(head) == size:
        return Sniffed(is_marc=True, form="empty", detail="the file is empty" if not size else "the file is blank")
    for magic, form, detail in _MAGIC:
        if head.startswith(magic):
            return Sniffed(is_marc=False, form=form, detail=f"not MARC: {detail}")
    if head.startswith(_WIDE_XML):
        return Sniffed(is_marc=True, form="marcxml", detail="XML")
    has_delimiters = _DELIMITERS.search(head) is not None
    if start.startswith(b"<") and not has_delimiters:
        if _HTML.match(start):
            return Sniffed(is_marc=False, form="html", detail="not MARC: a web page")
        return Sniffed(is_marc=True, form="marcxml", detail="XML")
    if marcjson.looks_like(head):
        return Sniffed(is_marc=True, form="json", detail="MARC-in-JSON")
    if not has_delimiters and _LEADER_LINE.match(start):
        return Sniffed(is_marc=False, form="lines", detail=_LINES)
    if isis.looks_like(head):
        return Sniffed(is_marc=True, form="isis", detail="CDS/ISIS")
    if _LEADER.match(start) or (has_delimiters and size <= BENEFIT_OF_DOUBT) or _has_sign(stream):
        return Sniffed(is_marc=True, form="iso2709", detail="ISO 2709")
    return _something_else(start)


def _has_sign(stream: BinaryIO) -> bool:
    """Search the whole file for what only MARC has and for its delimiters: listings have the one, noise the other."""
    stream.seek(0)
    kept = b""
    has_sign = has_delimiters = False
    while not (has_sign and has_delimiters) and (block := stream.read(_WINDOW)):
        window = kept + block
        has_sign = has_sign or any(pattern.search(window) for pattern in (_LEADER_ANYWHERE, _DIRECTORY_END))
        has_delimiters = has_delimiters or _DELIMITERS.search(block) is not None
        kept = block[-_OVERLAP:]
    return has_sign and has_delimiters


def _something_else(start: bytes) -> Sniffed:
    if start[:1] in (b"{", b"["):
        return Sniffed(
            is_marc=False,
            form="json",
            detail="not MARC: JSON without leader and fields",
        )
    if start[:3] == b"LDR" or b"MicroLIF" in start[:64] or start[:5] == b"=LDR ":
        return Sniffed(is_marc=False, form="lines", detail=_LINES)
    sample = start[:4096]
    if sample and b"\0" not in sample and sum(byte < 0x20 and byte not in b"\t\r\n\f\x1b" for byte in sample) == 0:
        first = sample.split(b"\n", 1)[0]
        form, what = ("csv", "a table") if max(map(first.count, (b",", b";", b"\t"))) > 1 else ("text", "plain text")
        return Sniffed(is_marc=False, form=form, detail=f"not MARC: {what}; export as ISO 2709 or MARCXML")
    return Sniffed(is_marc=False, form="unknown", detail="not MARC: no leader, directory or <record> in the whole file")
