"""CDS/ISIS exports in its own ISO 2709: no indicators, subfields as ^a, and two habits that others do not have.

Lines: the whole file may be cut into lines of 80 characters, each record beginning a new one. Terminators: fields
may end with `#` and records with `##` instead of the control characters of the standard. Where `#` ends a field,
only the lengths can tell it from a `#` in a text, so there they must be right.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from guisach.adapters.marc import charset, iso2709
from guisach.adapters.marc.survey import AUTO, Reading, survey
from guisach.domain.catalogue.rules.imports.isis import MARC_TAGS, example_isis_mapping, isis_record
from guisach.domain.catalogue.rules.imports.reading import Told
from guisach.domain.catalogue.rules.marc.incoming import Chunk, Field, Incoming, Note, Reason, Sniffed, Unreadable
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path
    from typing import BinaryIO

    from guisach.domain.catalogue.rules.imports.isis import IsisMapping
    from guisach.kernel.text.legacy import Detection

CUT = re.compile(rb"[\x1d\x1e#\r\n]")
"""Where pieces end that may be in different character sets."""

_HEAD = 1 << 16
_BLOCK = 1 << 17
_LONGEST = 99_999  # a length of five digits says no more
_LINE_ENDS = re.compile(rb"[\r\n]+")
# No indicators (position 10); MARC has two there.
_LEADER = re.compile(rb"[0-9]{5}[^\x1d-\x1f\r\n]{5}0[0-9 ][0-9]{5}[^\x1d-\x1f\r\n]{3}4500?")
_NEXT = re.compile(rb"[\r\n][\r\n ]*(?=[0-9]{5}[^\x1d-\x1f\r\n]{5}0[0-9 ][0-9]{5}[^\x1d-\x1f\r\n]{3}45)")
_BLANK = b" \r\n\t\0\x1a"
_MARK = re.compile(r"\^([0-9A-Za-z])|\x1f(.)", re.DOTALL)


class Row(NamedTuple):
    """What a chunk turned out to be: the fields of a record with their own tags, or why it cannot be read."""

    content: tuple[Field, ...] | Unreadable
    notes: tuple[Note, ...] = ()


def looks_like(head: bytes) -> bool:
    """Say whether the beginning of a file is an export of ISIS."""
    return _LEADER.match(head.lstrip(_BLANK)) is not None


class IsisReader:
    """Reads exports of ISIS by a mapping; implements `RecordReader`. `on` is the day of the import.

    Without a mapping the example is used, and every record says so; one with the tags of MARC 21 is read as such.
    """

    def __init__(self, mapping: IsisMapping | None, on: date, encoding: str = AUTO) -> None:
        self._mapping = mapping
        self._on = on
        self._encoding = encoding

    def sniff(self, path: Path) -> Sniffed:
        """Say whether the file can be worked through. Raises OSError."""
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
        if not head.strip(_BLANK):
            return Sniffed(is_marc=True, form="empty", detail="the file is blank")
        if not looks_like(head):
            return Sniffed(is_marc=False, form="unknown", detail="not ISO 2709 as CDS/ISIS writes it")
        return Sniffed(is_marc=True, form="isis", detail="CDS/ISIS")

    def detections(self, path: Path) -> tuple[Detection, ...]:
        """Say in what legacy sets the file is, and why."""
        with path.open("rb") as stream:
            return survey(stream, self._encoding, CUT).detections

    def columns(self, path: Path) -> dict[str, str]:
        """Return nothing: ISIS has no header to show."""
        return {}

    def preview(self, path: Path, count: int) -> Iterator[Told]:
        """Yield the first records as they are and as they would be."""
        with path.open("rb") as stream:
            reading = survey(stream, self._encoding, CUT).reading
            for index, (offset, length, raw) in enumerate(islice(pieces(stream), count), 1):
                row = parse(raw, reading) if raw is not None else Row(())
                fields = row.content if not isinstance(row.content, Unreadable) else ()
                before = {f"{at} {field.tag}": shown(field) for at, field in enumerate(fields, 1)}
                yield Told(before, self._chunk(index, offset, length, raw, reading))

    def chunks(self, path: Path) -> Iterator[Chunk]:
        """Yield every record of the file, and what could not be read."""
        with path.open("rb") as stream:
            reading = survey(stream, self._encoding, CUT).reading
            for index, (offset, length, raw) in enumerate(pieces(stream), 1):
                yield self._chunk(index, offset, length, raw, reading)

    def parse(self, raw: bytes) -> Chunk:
        """Read the bytes of one chunk again."""
        return self._chunk(1, 0, len(raw), raw, Reading())

    def _chunk(self, index: int, offset: int, length: int, raw: bytes | None, reading: Reading) -> Chunk:
        if raw is None:
            return Chunk(index, offset, length, None, Unreadable(Reason.TOO_LONG, f"{length} bytes without an end"))
        row = parse(raw, reading)
        if isinstance(row.content, Unreadable):
            return Chunk(index, offset, length, raw, row.content, row.notes)
        mapping, notes = self._mapping, set(row.notes)
        if mapping is None:
            is_marc = any(field.tag == "245" for field in row.content)
            mapping = MARC_TAGS if is_marc else example_isis_mapping()
            notes.add(Note.ISIS_MARC_TAGS if is_marc else Note.ISIS_EXAMPLE)
        content: Incoming | Unreadable = isis_record(row.content, mapping, self._on)
        return Chunk(index, offset, length, raw, content, tuple(sorted(notes)))


def shown(field: Field) -> str:
    """Write a field as ISIS shows it."""
    return "".join(f"^{code}{text}" if code else text for code, text in field.subfields)


def pieces(stream: BinaryIO) -> Iterator[iso2709.Piece]:
    """Yield every chunk that is not blank, whichever terminators the file has, in one pass and bounded memory."""
    stream.seek(0)
    head = stream.read(_HEAD)
    stream.seek(0)
    return iso2709.pieces(stream) if b"\x1e" in head or b"\x1d" in head else _by_lengths(stream)


def _by_lengths(stream: BinaryIO) -> Iterator[iso2709.Piece]:
    """Cut where the length in each leader says, and where it lies, at the next line that begins as a record does."""
    data, offset = b"", 0
    while True:
        while len(data) < 2 * _BLOCK and (block := stream.read(_BLOCK)):
            data += block
        blank = len(data) - len(data.lstrip(_BLANK))
        data, offset = data[blank:], offset + blank
        if not data:
            if not block:
                return
            continue
        end = _end(data)
        yield iso2709.Piece(offset, end, data[:end])
        data, offset = data[end:], offset + end


def _end(data: bytes) -> int:
    """Return where the record ends that begins the data; line ends do not count."""
    if _LEADER.match(data):
        left = int(data[:5])
        for line in re.finditer(rb"[^\r\n]+", data[: 2 * _LONGEST]):
            size = line.end() - line.start()
            if size >= left:
                end = line.start() + left
                if left and data[end - 1 : end] == b"#":
                    return end
                break
            left -= size
    following = _NEXT.search(data, 1)
    return following.start() if following else min(len(data), _BLOCK)


def parse(raw: bytes, reading: Reading = Reading()) -> Row:  # noqa: B008  (immutable)
    """Read one chunk. Never raises: what cannot be read says why."""
    body = raw.strip(_BLANK)
    body = _unwrapped(body)
    if _LEADER.match(body) is None:
        return Row(Unreadable(Reason.DIRECTORY, "this does not begin with a leader of CDS/ISIS"))
    if b"\x1e" not in body:
        marked = _with_terminators(body)
        if marked is None:
            return Row(Unreadable(Reason.FIELDS_MISMATCH, "fields end with #, but not where the directory says"))
        body = marked
    found = iso2709.split(body, is_isis=True)
    if isinstance(found, Unreadable):
        return Row(found)
    decoded = charset.decode(b"\x1e".join(found.values), claims_utf8=True, reading=reading)
    notes = found.notes | {note for note in decoded.notes if note is not Note.CHARSET_CLAIM}
    texts = decoded.text.split("\x1e")
    fields = tuple(_field(tag, text) for tag, text in zip(found.tags, texts, strict=True))
    return Row(fields, tuple(sorted(notes)))


def _unwrapped(body: bytes) -> bytes:
    """Take out the line ends of every 80 characters, where there are such; others belong to a text."""
    parts = _LINE_ENDS.split(body)
    if len(parts) > 1 and all(len(part) == len(parts[0]) for part in parts[:-1]) and len(parts[-1]) <= len(parts[0]):
        return b"".join(parts)
    joined = b"".join(parts)
    return joined if body[:5].isdigit() and int(body[:5]) - len(joined) in (0, 1) else body


def _with_terminators(body: bytes) -> bytes | None:
    """Put the standard's field terminators in the places of `#`; None where there is none in one of the places."""
    base = int(body[12:17])
    if not 24 <= base - 1 < len(body) or body[base - 1 : base] != b"#" or (base - 25) % 12:
        return None
    marked = bytearray(body.removesuffix(b"#") if body.endswith(b"##") else body)
    ends = [base - 1]
    for at in range(24, base - 1, 12):
        numbers = body[at + 3 : at + 12]
        if not numbers.isdigit():
            return None
        ends.append(base + int(numbers[4:]) + int(numbers[:4]) - 1)
    for end in ends:
        if not end < len(marked) or marked[end] != 0x23:
            return None
        marked[end] = 0x1E
    return bytes(marked)


def _field(tag: str, text: str) -> Field:
    text = charset.compose(text)
    head, *marked = _MARK.split(text)
    pairs = [("", head)] if head.strip() else []
    pairs += [(code or other, value) for code, other, value in zip(*[iter(marked)] * 3, strict=True)]
    return Field(tag, "", tuple((code, nfc(value)) for code, value in pairs))
