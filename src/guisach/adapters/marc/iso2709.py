"""ISO 2709: cut a stream into chunks at record terminators, and read each chunk as far as it can be trusted.

A chunk is first read the way its directory says. Where lengths or positions are wrong (a converter changed the
bytes, a field grew beyond 9,999 bytes, a record beyond 99,999) but the directory lists exactly as many fields as
there are field terminators, the fields are told apart by the terminators. Anything else is unreadable: to lay
tags over the wrong fields would be worse than to ask a person.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from guisach.adapters.marc import charset
from guisach.adapters.marc.survey import Reading
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, Note, Reason, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

MAX_CHUNK = 4 << 20
"""The longest chunk that is held in memory: forty times what the format itself allows for a record."""
MAX_WRITTEN = 4 * MAX_CHUNK
"""The longest record in XML or JSON, where the same takes more room: what came in by one form goes out by another."""
MAX_PARTS = 250_000
"""Fields and subfields of one record, in any form; a real one of a journal with all its volumes has 119,000."""

_BLOCK = 1 << 18
_RECORD_END = b"\x1d"
_FIELD_END = b"\x1e"
_LEADER = 24
_ENTRY = 12
_LEADING = re.compile(rb"[\s\0\x1a]*(?:\xef\xbb\xbf)?(?=[0-9]{5})|[\r\n\t\0\x1a]*")
_LEADER_INSIDE = re.compile(rb"[0-9]{5}[^\x1d-\x1f]{5}22[0-9]{5}[^\x1d-\x1f]{7}[0-9A-Za-z]{3}[0-9]{9}")
_SUBFIELDS = re.compile("\x1f([^\x1f]?)([^\x1f]*)")
_JUNK = b"\r\n\t\0\x1a"  # what block-wise writers and old systems leave between records


class Piece(NamedTuple):
    """A chunk of the file that is not blank; `raw` is None when it is longer than `MAX_CHUNK`."""

    offset: int
    length: int
    raw: bytes | None


class Parsed(NamedTuple):
    """What a chunk turned out to be."""

    content: Incoming | Unreadable
    notes: tuple[Note, ...] = ()


def pieces(stream: BinaryIO) -> Iterator[Piece]:
    """Yield every chunk between record terminators that is not blank, in one pass and bounded memory."""
    offset = 0  # of the chunk that is being collected
    skipped = 0  # bytes of it that were let go because it is too long
    is_blank = True  # so far as the bytes that were let go are concerned
    pending = b""
    while block := stream.read(_BLOCK):
        *ended, rest = block.split(_RECORD_END)
        for part in ended:
            raw = pending + part
            length = skipped + len(raw)
            if skipped or length > MAX_CHUNK:
                if not (is_blank and not raw.strip()):
                    yield Piece(offset, length, None)
            elif raw.strip():
                yield Piece(offset, length, raw)
            offset += length + 1
            pending, skipped, is_blank = b"", 0, True
        pending += rest
        if skipped + len(pending) > MAX_CHUNK:
            is_blank = is_blank and not pending.strip()
            skipped += len(pending)
            pending = b""
    length = skipped + len(pending)
    if not is_blank or pending.strip():
        yield Piece(offset, length, None if skipped else pending)


class Split(NamedTuple):
    """The fields of a chunk before anything is decoded."""

    leader: str
    tags: list[str]
    values: list[bytes]
    notes: set[Note]


def parse(raw: bytes, reading: Reading = Reading()) -> Parsed:  # noqa: B008  (immutable)
    """Read one chunk. Never raises: what cannot be read says why."""
    if raw.count(_FIELD_END) + raw.count(b"\x1f") > MAX_PARTS:
        return Parsed(Unreadable(Reason.TOO_LONG, f"more than {MAX_PARTS} fields and subfields"))
    leading = _LEADING.match(raw)
    found = split(raw[leading.end() :] if leading else raw)
    if isinstance(found, Unreadable):
        return Parsed(found)
    leader, tags, values, notes = found
    decoded = charset.decode(_FIELD_END.join(values), leader[9] == "a", reading)
    if not decoded.is_unicode and "200" in tags and not {"245", "008"}.intersection(tags):
        return Parsed(Unreadable(Reason.CHARSET, "UNIMARC in another character set than UTF-8 is not read yet"))
    fields = _build(leader, tags, decoded.text, notes)
    notes.update(decoded.notes)
    return Parsed(Incoming(leader, fields), tuple(sorted(notes)))


def split(body: bytes, *, is_isis: bool = False) -> Split | Unreadable:
    """Tell leader and fields apart in a chunk that begins with its leader; ISIS has digits where others have none."""
    if not body.strip(b" " + _JUNK):
        return Unreadable(Reason.PADDING, f"{len(body)} bytes of padding and no record")
    leader, leader_end = _leader(body) if not is_isis else (body[:_LEADER].decode("latin-1"), _LEADER)
    directory_end = body.find(_FIELD_END, leader_end)
    if len(body) <= _LEADER or (directory_end < 0 and len(body) < _LEADER + _ENTRY):
        return Unreadable(Reason.TOO_SHORT, f"{len(body)} bytes cannot hold a leader and a directory")
    if directory_end < 0:
        return _without_fields(body)
    directory = body[leader_end:directory_end].decode("latin-1")
    read = _read_fields(leader, directory, body[directory_end + 1 :])
    if isinstance(read, Unreadable):
        return read
    tags, values, notes = read
    if not _is_number(leader[:5]) or int(leader[:5]) != len(body) + 1:
        notes.add(Note.LENGTH)
    return Split(leader, tags, values, notes)


def _leader(body: bytes) -> tuple[str, int]:
    """Return the leader and where it ends.

    Some writers let a length beyond 99,999 push the rest to the right instead of writing 99999.
    """
    extra = len(body[5:8]) - len(body[5:8].lstrip(b"0123456789"))
    end = body.find(b"4500", _LEADER - 4, _LEADER + 4) + 4
    if not extra or end < _LEADER:
        return body[:_LEADER].decode("latin-1"), _LEADER
    return f"99999{body[5 + extra : 12 + extra].decode('latin-1')}99999{body[end - 7 : end].decode('latin-1')}", end


class _Entry(NamedTuple):
    tag: str
    length: int
    start: int


_Fields = tuple[list[str], list[bytes], set[Note]]


def _read_fields(leader: str, directory: str, data: bytes) -> _Fields | Unreadable:
    """Tell the fields apart: their tags and their bytes without terminator, in the order of the directory."""
    notes: set[Note] = set()
    *parts, tail = data.split(_FIELD_END)
    if tail.strip(b" " + _JUNK):
        parts.append(tail)
        notes.add(Note.NO_TERMINATOR)
    plain = _plain(directory, parts)
    if plain is not None:
        return plain, parts, notes
    entries = _entries(leader, directory)
    if entries is None:
        tags = _align(directory, parts)
        if tags is not None:
            return tags, parts, notes | {Note.DIRECTORY_REBUILT}
        return Unreadable(Reason.DIRECTORY, f"a directory of {len(directory)} characters is not made of whole entries")
    if not entries:
        if parts:
            return Unreadable(Reason.DIRECTORY, f"an empty directory, but {len(parts)} fields")
        return Unreadable(Reason.NO_FIELDS, "a record without a single field")
    sliced = _by_directory(entries, data)
    if isinstance(sliced, Unreadable):
        return sliced
    if sliced is not None:
        values, found = sliced
        wrong = _contradiction(leader, entries, values)
        return wrong or ([entry.tag for entry in entries], values, notes | found)
    return _by_terminators(leader, entries, parts, notes)


def _entries(leader: str, directory: str) -> list[_Entry] | None:
    """Cut the directory into entries: of twelve characters, or of another size that the leader announces."""
    length_of_length, length_of_start = 4, 5
    if len(directory) % _ENTRY:
        entry_map = leader[20:23]
        if not _is_number(entry_map):
            return None
        length_of_length, length_of_start = int(entry_map[0]), int(entry_map[1])
        if len(directory) % (3 + sum(map(int, entry_map))):
            return None
        width = 3 + sum(map(int, entry_map))
    else:
        width = _ENTRY
    middle, end = 3 + length_of_length, 3 + length_of_length + length_of_start
    entries = []
    for at in range(0, len(directory), width):
        entry = directory[at : at + width]
        length, start = entry[3:middle], entry[middle:end]
        entries.append(_Entry(entry[:3], _number(length), _number(start)))
    return entries


def _plain(directory: str, parts: list[bytes]) -> list[str] | None:
    """Return the tags of a faultless directory whose fields follow one another: nearly every record has one."""
    if not parts or len(directory) != _ENTRY * len(parts):
        return None
    tags = [directory[at : at + 3] for at in range(0, len(directory), _ENTRY)]
    lengths = [len(part) + 1 for part in parts]
    starts = accumulate(lengths, initial=0)
    would_be = [f"{tag}{length:04d}{start:05d}" for tag, length, start in zip(tags, lengths, starts, strict=False)]
    return tags if directory == "".join(would_be) else None


def _by_directory(entries: list[_Entry], data: bytes) -> tuple[list[bytes], set[Note]] | Unreadable | None:
    """Take the fields from where the directory says, in whatever order; None unless every one is a whole field."""
    values: list[bytes] = []
    has_inner = False
    for _, length, start in entries:
        end = start + length
        if length < 1 or start < 0 or end > len(data) or data[end - 1] != 0x1E:
            return None
        if start and data[start - 1] != 0x1E:
            return None
        value = data[start : end - 1]
        if _FIELD_END in value:
            has_inner = True
            value = value.replace(_FIELD_END, b" ")
        values.append(value)
    spans = sorted((start, length) for _, length, start in entries)
    if any(start + length > following for (start, length), (following, _) in pairwise(spans)):
        return None
    unused = len(data.rstrip(b" " + _JUNK)) - sum(length for _, length in spans)
    if unused > 0 and _LEADER_INSIDE.search(data):
        return Unreadable(Reason.FIELDS_MISMATCH, "another record is stuck to this one: the terminator is missing")
    if has_inner:
        return None if unused > 0 else (values, {Note.EMBEDDED_TERMINATOR})
    return values, {Note.UNREFERENCED_DATA} if unused > 0 else set()


def _by_terminators(leader: str, entries: list[_Entry], parts: list[bytes], notes: set[Note]) -> _Fields | Unreadable:
    """Tell the fields apart by their terminators: only where there is exactly one for each directory entry."""
    if len(parts) < len(entries):
        return Unreadable(
            Reason.TRUNCATED, f"{len(entries)} fields announced, {len(parts)} there: the record is cut off"
        )
    if len(parts) > len(entries):
        return Unreadable(Reason.FIELDS_MISMATCH, f"{len(entries)} fields announced, {len(parts)} there")
    if Note.NO_TERMINATOR in notes and entries[-1].length > len(parts[-1]) + 1:
        return Unreadable(Reason.TRUNCATED, "the last field is cut off")
    if 2 * sum(entry.length < 0 or entry.start < 0 for entry in entries) >= len(entries):
        return Unreadable(Reason.DIRECTORY, "a directory without numbers")
    entries = _in_order_of_data(entries, parts)
    odd = next((entry.tag for entry in entries if not _is_tag(entry.tag)), None)
    if odd is not None:
        return Unreadable(Reason.DIRECTORY, f"{odd!r} is no tag, and the directory's numbers are wrong")
    wrong = _contradiction(leader, entries, parts)
    return wrong or ([entry.tag for entry in entries], parts, notes | {Note.DIRECTORY_REBUILT})


def _contradiction(leader: str, entries: list[_Entry], values: list[bytes]) -> Unreadable | None:
    """Find a control field with subfields or a data field without: where the directory is not plain, a mix-up."""
    for entry, value in zip(entries, values, strict=True):
        if leader[10] == "2" and entry.tag.isdigit() and _is_control(entry.tag) == (b"\x1f" in value):
            return Unreadable(Reason.FIELDS_MISMATCH, f"what stands in place of field {entry.tag} cannot be one")
    return None


def _in_order_of_data(entries: list[_Entry], parts: list[bytes]) -> list[_Entry]:
    """Put the entries in the order of the fields: that of the directory, or of the positions if these fit better."""
    by_start = sorted(entries, key=lambda entry: entry.start)
    if by_start == entries or len({entry.start for entry in entries}) < len(entries):
        return entries

    def fit(order: list[_Entry]) -> int:
        return sum(entry.length == len(part) + 1 for entry, part in zip(order, parts, strict=True))

    return by_start if fit(by_start) > fit(entries) else entries


def _align(directory: str, parts: list[bytes]) -> list[str] | None:
    """Find the tags in a directory with a character too many or too few: they stand before numbers that fit.

    Numbers too large for their place are the usual reason (a start of six digits, a length of five). An entry
    whose numbers do not fit is passed over, tag kept, when the entry after it fits again.
    """
    tags: list[str] = []
    at = position = misfits = 0
    for index, part in enumerate(parts):
        length = len(part) + 1
        numbers = f"{length:04d}{position:05d}"
        position += length
        here = directory.find(numbers, at, at + 4 + len(numbers))
        if here >= 0:
            tag, at = directory[at:here], here + len(numbers)
            if len(tag) == 2 and tag.startswith("0") and b"\x1f" not in part:
                tag, misfits = "0" + tag, misfits + 1  # only a control field can have lost a zero there
        elif index + 1 < len(parts):
            following = f"{len(parts[index + 1]) + 1:04d}{position:05d}"
            after = directory.find(following, at + 3, at + 20 + len(following)) - 3
            tag, at, misfits = directory[at : at + 3], after, misfits + 1
            if after < at:
                return None
        else:
            tag, at, misfits = directory[at : at + 3], len(directory), misfits + 1
        if len(tag) != 3 or not _is_tag(tag) or at < 0:
            return None
        tags.append(tag)
    return tags if at == len(directory) and misfits * 5 <= len(parts) else None


def _without_fields(body: bytes) -> Unreadable:
    if _is_number(body[:5].decode("latin-1")) and body[_LEADER:].isalnum():
        return Unreadable(Reason.TRUNCATED, "the record is cut off within its directory")
    return Unreadable(Reason.DIRECTORY, "no field terminator anywhere: this is no record")


def _build(leader: str, tags: list[str], text: str, notes: set[Note]) -> tuple[Field, ...]:
    """Make the fields out of the decoded data, one per tag."""
    make = tuple.__new__  # half the time of a named tuple's own, and this is done for every field of every record
    compose = None if charset.composed(text) else charset.compose
    pairs_in = _SUBFIELDS.findall
    fields = []
    for tag, content in zip(tags, text.split("\x1e"), strict=True):
        at = content.find("\x1f")
        if at < 0 and _is_control(tag):
            fields.append(make(Field, (tag, "", (), content if compose is None else compose(content))))
            continue
        head, pairs = (content, []) if at < 0 else (content[:at], pairs_in(content))
        if len(head) != 2:
            head, pairs = _odd_indicators(leader, head, pairs, notes)
        if compose is not None:
            pairs = [(code, compose(value)) for code, value in pairs]
        fields.append(make(Field, (tag, head, tuple(pairs), "")))
    if "\x1f\x1f" in text or "\x1f\x1e" in text or text.endswith("\x1f"):
        notes.add(Note.BAD_SUBFIELD)
    if not _is_tag("".join(tags)):
        notes.add(Note.BAD_TAG)
    return tuple(fields)


def _odd_indicators(
    leader: str, head: str, pairs: list[tuple[str, str]], notes: set[Note]
) -> tuple[str, list[tuple[str, str]]]:
    """Sort out what stands before the first subfield when it is not two characters."""
    if len(head) > 2 and leader[10] == str(len(head)):
        return head, pairs
    if len(head) < 2:
        notes.add(Note.BAD_INDICATORS)
        return head.ljust(2), pairs
    notes.add(Note.STRAY_TEXT)
    return head[:2], [("", head[2:]), *pairs]


def _is_control(tag: str) -> bool:
    return tag < "010" and tag.startswith("00")


def _is_tag(tag: str) -> bool:
    return tag.isascii() and tag.isalnum()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _number(text: str) -> int:
    return int(text) if _is_number(text) else -1
