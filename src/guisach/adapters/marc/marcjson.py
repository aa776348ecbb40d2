"""MARC-in-JSON as a stream: an array, one object, or objects one after the other, as JSON lines are.

An array of a million records is never held: the file is cut at the brackets of its outermost objects, and each is
parsed for itself. Where the JSON breaks, reading goes on at the next object that begins as a record does; inside a
text that beginning could only stand with its quotation marks escaped, so it is never mistaken.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from guisach.adapters.marc import charset
from guisach.adapters.marc.iso2709 import MAX_PARTS, MAX_WRITTEN, Parsed
from guisach.adapters.marc.survey import Reading
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, Note, Reason, Unreadable
from guisach.kernel.text.legacy import decode as decode_legacy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

MAX_DEPTH = 32
"""Brackets within brackets; a record has six."""
MAX_OBJECTS = 2 * MAX_PARTS
"""Objects in one record: every subfield is one, and a field two."""

CUT = re.compile(rb'["\r\n]')
"""Where pieces of JSON end that may be in different character sets."""

RECORD_START = re.compile(rb'\{\s{0,64}"(?:leader|fields)"\s{0,64}:')
_OVERLAP = 256  # more than a record's beginning needs
_BLOCK = 1 << 18
_OBJECT = re.compile(rb"\{")
_LEADER = 24
_BETWEEN = re.compile(rb"[\s,\[\]\0\x1a\xef\xbb\xbf]+")
# From one bracket to the next, over whole texts; what is left unmatched is a text that has not ended.
_TO_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+([{}\[\]])', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAY_BE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class Piece(NamedTuple):
    """A stretch of the file: an object, or what stands where none should; `raw` is None when it is too long."""

    offset: int
    length: int
    raw: bytes | None
    is_object: bool
    is_cut: bool = False
    """Whether the file ends before the object does."""
    data: Any = None
    """What the JSON says, where it was parsed already to find its end."""


def looks_like(head: bytes) -> bool:
    """Say whether the beginning of a file is MARC-in-JSON."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] in (b"{", b"[") and RECORD_START.search(head) is not None


def records(stream: BinaryIO, reading: Reading = Reading()) -> Iterator[tuple[int, int, bytes | None, Parsed]]:  # noqa: B008
    """Yield offset, length, bytes and content of every record of a stream, and of what could not be read."""
    for piece in pieces(stream):
        if piece.raw is None:
            detail = f"{piece.length} bytes of JSON without an end; {MAX_WRITTEN} are held at most"
            parsed = Parsed(Unreadable(Reason.TOO_LONG, detail))
        elif piece.is_cut:
            parsed = Parsed(Unreadable(Reason.TRUNCATED, "the file ends before this object does"))
        elif not piece.is_object:
            parsed = Parsed(Unreadable(Reason.JSON_BROKEN, "this stands where a record should begin"))
        else:
            parsed = parse(piece.raw, reading, piece.data)
        yield piece.offset, piece.length, piece.raw, parsed


def pieces(stream: BinaryIO) -> Iterator[Piece]:
    """Yield every outermost object that is not blank, in one pass; no more than `MAX_WRITTEN` and a block is held."""
    stream.seek(0)
    return _Cutting(stream).run()


class _Cutting:
    """One pass over one stream: `_data` holds what was read, and what stands before `_at` is dealt with."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._data = b""
        self._at = 0
        self._offset = 0  # of the first byte of `_data` in the file

    def run(self) -> Iterator[Piece]:
        while self._skip_blank():
            yield self._object() if self._data.startswith(b"{", self._at) else self._until(_OBJECT, is_object=False)

    def _more(self) -> bool:
        """Read a block; False at the end of the file."""
        # As much again as is held: an object without an end is looked through a few times, not a hundred.
        block = self._stream.read(max(_BLOCK, len(self._data) - self._at))
        self._data = self._data[self._at :] + block
        self._offset += self._at
        self._at = 0
        return bool(block)

    def _skip_blank(self) -> bool:
        while True:
            match = _BETWEEN.match(self._data, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._data):
                return True
            if not self._more():
                return False

    def _taken(self, end: int, *, is_object: bool, is_cut: bool = False) -> Piece:
        """Take what lies before `end`; a piece that is too long gives its place only."""
        start, length = self._at, end - self._at
        self._at = end
        raw = self._data[start:end] if length <= MAX_WRITTEN else None
        return Piece(self._offset + start, length, raw, is_object, is_cut)

    def _object(self) -> Piece:
        """Take an object; one that has no end goes to where the next record begins."""
        quick = self._up_to_the_next()
        if quick is not None:
            return quick
        depth, objects, at = 0, 0, self._at
        while True:
            match = _TO_BRACKET.match(self._data, at)
            if match is None:
                at -= self._at
                if len(self._data) - self._at > MAX_WRITTEN or not self._more():
                    return self._until(RECORD_START, is_object=True)
                continue
            at = match.end()
            depth += 1 if match[1] in b"{[" else -1
            if depth == 0:
                break
            if depth > MAX_DEPTH:
                return self._until(RECORD_START, is_object=True)
            objects += match[1] == b"{"
            if objects > MAX_OBJECTS:  # set aside in any case: its end is not worth looking for
                return self._until(RECORD_START, is_object=True)._replace(is_cut=False)
        # An object in which a quotation mark is missing may have swallowed the beginning of the next.
        swallowed = RECORD_START.search(self._data, self._at + 1, at)
        if swallowed is not None and not _is_json(self._data[self._at : at]):
            return self._taken(swallowed.start(), is_object=True)
        return self._taken(at, is_object=True)

    def _up_to_the_next(self) -> Piece | None:
        """Take what lies before the beginning of the next record where that is one object, as it nearly always is."""
        following = RECORD_START.search(self._data, self._at + 1)
        if following is None or following.start() - self._at > MAX_WRITTEN:
            return None
        raw = self._data[self._at : following.start()].rstrip(b" \t\r\n,[]")
        if raw.count(b"{") > MAX_OBJECTS:
            return None
        try:
            data = _loads(raw.decode("utf-8"))
        except (ValueError, RecursionError):
            return None
        return self._taken(self._at + len(raw), is_object=True)._replace(data=data)

    def _until(self, pattern: re.Pattern[bytes], *, is_object: bool) -> Piece:
        """Take what lies before the next match; of what is longer than may be held, the place only."""
        start, at = self._offset + self._at, self._at + 1
        while (match := pattern.search(self._data, at)) is None:
            at = max(len(self._data) - _OVERLAP, at) - self._at
            if len(self._data) - self._at > MAX_WRITTEN + _BLOCK:
                self._at, at = self._at + at, 0
            if not self._more():
                break
        end = len(self._data) if match is None else match.start()
        if start < self._offset + self._at:
            self._at = end
            return Piece(start, self._offset + end - start, None, is_object)
        return self._taken(end, is_object=is_object, is_cut=is_object and match is None)


def _is_json(raw: bytes) -> bool:
    try:
        json.loads(raw, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def _loads(text: str) -> Any:
    """Parse JSON into pairs and not dictionaries: a key that is there twice must not cost what the first one said.

    Line ends within a text, which JSON forbids and some writers leave, are kept.
    """
    return json.loads(text, strict=False, object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str)


def parse(raw: bytes, reading: Reading = Reading(), data: Any = None) -> Parsed:  # noqa: B008  (immutable)
    """Read one object, or what it was parsed to. Never raises: what cannot be read says why."""
    if raw.count(b"{") > MAX_OBJECTS:
        return Parsed(Unreadable(Reason.TOO_LONG, f"more than {MAX_OBJECTS} objects in one record"))
    notes: set[Note] = set()
    try:
        data = _loads(_text(raw, reading, notes)) if data is None else data
    except (ValueError, RecursionError) as error:
        return Parsed(Unreadable(Reason.JSON_BROKEN, f"this is not JSON: {error}"[:200]))
    try:
        record = _record(data, notes)
    except (TypeError, ValueError) as error:
        return Parsed(Unreadable(Reason.NO_RECORD, f"this is not MARC-in-JSON: {error}"[:200]))
    if sum(len(field.subfields) or 1 for field in record.fields) > MAX_PARTS:
        return Parsed(Unreadable(Reason.TOO_LONG, f"more than {MAX_PARTS} fields and subfields"))
    if not record.fields:
        return Parsed(Unreadable(Reason.NO_FIELDS, "a record without a single field"))
    if _MAY_BE_SURROGATE.search(raw):
        record = _without_halves(record, notes)
    return Parsed(record, tuple(sorted(notes)))


def _text(raw: bytes, reading: Reading, notes: set[Note]) -> str:
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if reading.raw is not None:
        notes.add(Note.CHARSET_LEGACY)
        return decode_legacy(raw, reading.raw)
    notes.add(Note.BYTES_REPLACED)
    return raw.decode("utf-8", "replace")


def _record(data: Any, notes: set[Note]) -> Incoming:
    """Build a record of pairs. Raises TypeError or ValueError for what is not one."""
    if not isinstance(data, tuple):
        raise TypeError("an object was expected")
    parts = dict(data)
    if "fields" not in parts:
        raise TypeError("there are no fields")
    if len(parts) < len(data):
        raise ValueError("leader or fields are there twice")
    leader = parts.get("leader")
    if not isinstance(leader, str) or len(leader) != _LEADER:
        notes.add(Note.BAD_LEADER)
    leader = leader.ljust(_LEADER) if isinstance(leader, str) else " " * _LEADER
    fields = parts["fields"]
    entries = fields if isinstance(fields, list) else [fields]
    built: list[Field] = []
    for entry in entries:
        if not isinstance(entry, tuple):
            raise TypeError("a field must be an object with its tag")
        built += [_field(str(tag), body, notes) for tag, body in entry]
    return Incoming(leader, tuple(built))


def _field(tag: str, body: Any, notes: set[Note]) -> Field:
    if len(tag) != 3 or not (tag.isascii() and tag.isalnum()):
        notes.add(Note.BAD_TAG)
    if isinstance(body, str):
        return Field(tag, "", (), charset.compose(body))
    if not isinstance(body, tuple):
        raise TypeError(f"field {tag[:20]} is neither text nor an object")
    marks: list[str] = []
    subfields: list[tuple[str, str]] = []
    for name, value in body:
        if name == "subfields":
            subfields += _subfields(tag, value, notes)
        elif name in ("ind1", "ind2", "ind3") and isinstance(value, str):
            marks.append((value or " ")[:1])
        else:
            notes.add(Note.UNKNOWN_ELEMENT)
    if len(marks) < 2:
        notes.add(Note.BAD_INDICATORS)
    return Field(tag, "".join(marks).ljust(2), tuple(subfields))


def _subfields(tag: str, value: Any, notes: set[Note]) -> list[tuple[str, str]]:
    entries = value if isinstance(value, list) else [value]
    found: list[tuple[str, str]] = []
    for entry in entries:
        if not isinstance(entry, tuple):
            raise TypeError(f"a subfield of {tag[:20]} must be an object with its code")
        for code, text in entry:
            if not isinstance(text, str):
                if text is not None:
                    raise TypeError(f"subfield {str(code)[:20]} of {tag[:20]} is not text")
                text = ""
            if not code:
                notes.add(Note.BAD_SUBFIELD)
            found.append((str(code), charset.compose(text)))
    return found


def _without_halves(record: Incoming, notes: set[Note]) -> Incoming:
    """Replace halves of letters ("\\ud800" alone), which nothing can store."""

    def whole(text: str) -> str:
        return _SURROGATE.sub("\ufffd", text)

    fields = tuple(
        Field(whole(tag), whole(marks), tuple((whole(code), whole(text)) for code, text in subfields), whole(value))
        for tag, marks, subfields, value in record.fields
    )
    mended = Incoming(whole(record.leader), fields)
    if mended != record:
        notes.add(Note.BYTES_REPLACED)
    return mended
