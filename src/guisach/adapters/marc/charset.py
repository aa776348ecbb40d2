"""Decide, record by record, which character set the bytes are in: by what they are, not by what the leader claims.

Order of belief: plain ASCII; strict UTF-8; MARC-8 when it reads with next to no errors; UTF-8 with a few broken
bytes, decided field by field; cp1252 as a guess that is marked as one. Field and subfield delimiters pass through.
Where the whole file was found, or is said, to be in a Vietnamese set of the years before Unicode, that comes first.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from guisach.adapters.marc import marc8, survey
from guisach.adapters.marc.survey import Reading
from guisach.domain.catalogue.rules.marc.incoming import Note
from guisach.kernel.text import nfc
from guisach.kernel.text.legacy import Encoding, likeness
from guisach.kernel.text.legacy import decode as decode_legacy

_DELIMITERS = re.compile(rb"([\x1e\x1f])")
# What MARC-8 makes of Latin-1 where nothing else gives it away: "ṽ" of "äv", "¿l" of "Ål". Other people's
# romanisations have such letters, too, which is why they only make a doubtful case a guess.
_UNUSUAL = re.compile("[\u1e00-\u1e9f]|[¿¡][a-z]")
_QUALITY_LAST = re.compile("[\u0302\u0306]")  # left over by NFC when the tone was written first
# Delimiters with the code that follows stand outside the text: "a" and a mark after it are not one letter.
_PIECES = re.compile(rb"(\x1e[^\x1e\x1f]{0,2}|\x1f[^\x1e\x1f]?)")
_PIECES_OF_TEXT = re.compile("(\x1e[^\x1e\x1f]{0,2}|\x1f[^\x1e\x1f]?)")
_CLUSTER = re.compile(r"\w[\u0300-\u036f]+")

UNKNOWN_TOLERATED = 0.1
ORPHANS_TOLERATED = 0.5
"""The shares of a text's special characters that may be unknown to MARC-8, or be marks without a letter, before it
is not believed to be MARC-8. Vietnamese 8-bit sets (TCVN3, VNI) and Latin-1 soon pass the first."""


class Decoded(NamedTuple):
    """The text of a record's data, and what was doubted on the way."""

    text: str
    notes: tuple[Note, ...]
    is_unicode: bool = True
    """Whether the text is sure to be what was meant: the bytes were UTF-8, plain ASCII or in the file's legacy set."""


def decode(data: bytes, claims_utf8: bool, reading: Reading = Reading()) -> Decoded:  # noqa: B008  (immutable)
    """Read the data area of a record: fields separated by 0x1E, subfields by 0x1F, which come back in place."""
    if reading.forced in (survey.UTF_8, survey.MARC_8):
        return _as_told(data, claims_utf8, reading.forced)
    if reading.raw or reading.surface:
        found = _legacy(data, claims_utf8, reading)
        if found is not None:
            return found
    if data.isascii():
        if not marc8.has_designation(data) and (claims_utf8 or b"&#x" not in data):
            return Decoded(data.decode("ascii"), ())
        return _from_marc8(data, claims_utf8) or Decoded(data.decode("ascii"), (Note.BYTES_REPLACED,))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data, claims_utf8)
    return Decoded(text, () if claims_utf8 else (Note.CHARSET_CLAIM,))


def composed(text: str) -> bool:
    """Say whether `compose` would surely change nothing; of a circumflex apart from its letter it is not sure."""
    return text.isascii() or (unicodedata.is_normalized("NFC", text) and _QUALITY_LAST.search(text) is None)


def compose(text: str) -> str:
    """Put letters and their marks together, in the order Vietnamese needs, and change nothing else.

    White space and control characters stay: a fixed field such as 008 is a matter of positions.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    if _QUALITY_LAST.search(text):
        text = _CLUSTER.sub(lambda match: nfc(match[0]), text)
    return text


def _as_told(data: bytes, claims_utf8: bool, encoding: str) -> Decoded:
    if encoding == survey.MARC_8:
        return _from_marc8(data, claims_utf8, is_told=True) or Decoded("", ())
    text = data.decode("utf-8", "replace")
    notes = () if claims_utf8 or data.isascii() else (Note.CHARSET_CLAIM,)
    return Decoded(text, (*notes, Note.BYTES_REPLACED) if marc8.REPLACEMENT in text else notes)


def _legacy(data: bytes, claims_utf8: bool, reading: Reading) -> Decoded | None:
    """Read a record in the set that its file is in; None where it is read as any other.

    A file may have been put together: what makes better sense as UTF-8 or MARC-8 is left to these.
    """
    if data.isascii() and reading.forced != Encoding.VIQR:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if text is not None and not data.isascii():
        better = _mended(text, reading.surface) if reading.surface else text
        if better != text:
            return Decoded(better, (Note.CHARSET_LEGACY,))
        if reading.raw is None or likeness(text).right:
            return None
    if reading.raw is None:
        return None
    pieces = _PIECES.split(data)  # every second one is a delimiter
    raw = "".join(
        piece.decode("latin-1") if at % 2 else decode_legacy(piece, reading.raw) for at, piece in enumerate(pieces)
    )
    notes = [Note.CHARSET_LEGACY, *([Note.CHARSET_CLAIM] if claims_utf8 else [])]
    if marc8.REPLACEMENT in raw:
        notes.append(Note.BYTES_REPLACED)
    if not reading.forced:
        others = [text] if text is not None else [data.decode("utf-8", "ignore")] if _is_mostly_utf8(data) else []
        as_marc8 = _from_marc8(data, claims_utf8)
        others += [compose(as_marc8.text)] if as_marc8 is not None else []
        if any(likeness(other).share > likeness(raw).share for other in others):
            return None
    return Decoded(raw, tuple(sorted(notes)))


def _mended(text: str, encoding: Encoding) -> str:
    pieces = _PIECES_OF_TEXT.split(text)
    return "".join(piece if at % 2 else survey.mended(piece, encoding) for at, piece in enumerate(pieces))


def _not_utf8(data: bytes, claims_utf8: bool) -> Decoded:
    if _is_mostly_utf8(data):
        return _field_by_field(data)
    return _from_marc8(data, claims_utf8) or Decoded(_cp1252(data), (Note.CHARSET_GUESSED,), is_unicode=False)


def _is_mostly_utf8(data: bytes) -> bool:
    """Weigh the bytes in well-formed sequences against the sequences that are cut or make no sense."""
    text = data.decode("utf-8", "replace")
    broken = text.count(marc8.REPLACEMENT)
    well_formed = sum(len(char.encode()) for char in text if not char.isascii()) - 3 * broken
    return well_formed >= broken


def _field_by_field(data: bytes) -> Decoded:
    """Read a record that is mostly UTF-8: a field without a single good sequence may be in something else."""
    notes: set[Note] = set()
    texts = []
    for field in data.split(b"\x1e"):
        try:
            texts.append(field.decode("utf-8"))
            continue
        except UnicodeDecodeError:
            pass
        if _is_mostly_utf8(field):
            texts.append(field.decode("utf-8", "replace"))
            notes.add(Note.BYTES_REPLACED)
        elif (other := _from_marc8(field, claims_utf8=False)) is not None and not other.notes:
            texts.append(other.text)
            notes.add(Note.CHARSET_MIXED)
        else:
            texts.append(_cp1252(field))
            notes.add(Note.CHARSET_GUESSED)
    return Decoded("\x1e".join(texts), tuple(sorted(notes)))


def _from_marc8(data: bytes, claims_utf8: bool, *, is_told: bool = False) -> Decoded | None:
    """Read MARC-8, or return None when too much of it would make no sense, unless somebody has said that it is."""
    texts: list[str] = []
    unknown = orphans = special = 0
    for part in _DELIMITERS.split(data):
        converted = marc8.decode(part)
        texts.append(converted.text)
        unknown += converted.unknown
        orphans += converted.orphans
        special += converted.special
    is_odd = unknown > UNKNOWN_TOLERATED * special or orphans > ORPHANS_TOLERATED * special
    if is_odd and not is_told and not marc8.has_designation(data):
        return None
    notes: tuple[Note, ...] = (Note.CHARSET_CLAIM,) if claims_utf8 else ()
    if claims_utf8 and not marc8.has_designation(data) and _UNUSUAL.search(compose("".join(texts))):
        notes = (*notes, Note.CHARSET_GUESSED)
    if unknown or orphans:
        notes = (*notes, Note.BYTES_REPLACED)
    return Decoded("".join(texts), notes, is_unicode=False)


def _cp1252(data: bytes) -> str:
    return data.decode("latin-1").translate(_WINDOWS)


# Every byte gives a character: the five that cp1252 leaves undefined stay controls.
_WINDOWS = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
