"""What a reader of record files hands to the catalogue: every chunk of the file, parsed or with the reason why not.

The structure is MARC's own (leader, control fields, data fields with subfields) and loses nothing that was in
the record; `describe` reads the product's words out of it, `to_json` is the form in which it is stored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Reason(StrEnum):
    """Why a chunk is not a record of the catalogue. The values are stable: reports and scripts rely on them."""

    NOT_MARC = "not_marc"  # the file is something else: a ZIP archive, a spreadsheet, a web page
    PADDING = "padding"  # nothing but NUL, ^Z and blanks between two terminators
    TOO_LONG = "too_long"  # larger than the reader holds in memory; find it again by its byte range
    ROW_RAGGED = "row_ragged"  # a row of a table with more cells than there are headers
    TOO_SHORT = "too_short"  # not even room for a leader and a directory
    TRUNCATED = "truncated"  # cut off: fewer fields than its directory announces
    DIRECTORY = "directory"  # the directory cannot be read
    FIELDS_MISMATCH = "fields_mismatch"  # directory and fields contradict each other
    CHARSET = "charset"  # written in a character set that is not read
    XML_BROKEN = "xml_broken"  # not well-formed
    XML_REFUSED = "xml_refused"  # a DOCTYPE or nesting that no MARCXML needs and that attacks use
    JSON_BROKEN = "json_broken"  # not JSON, or JSON that stands where a record should begin
    NO_RECORD = "no_record"  # XML without a <record>, JSON without fields, or data outside any
    NO_FIELDS = "no_fields"  # a record without a single field
    NOT_BIBLIOGRAPHIC = "not_bibliographic"  # an authority, holdings, classification or community record
    NO_TITLE = "no_title"  # nothing in it can serve as a title
    NOT_AUTHORITY = "not_authority"  # something else where authority records were asked for
    NO_HEADING = "no_heading"  # an authority record without a heading of a kind that is kept


class Note(StrEnum):
    """What was mended or doubted while a chunk was read. Such a record is usable; its raw bytes are worth keeping."""

    LENGTH = "length"  # the record length in the leader is wrong
    DIRECTORY_REBUILT = "directory_rebuilt"  # lengths or positions were wrong; fields were told apart by terminators
    NO_TERMINATOR = "no_terminator"  # the last record or field of the file lacks its end mark
    UNREFERENCED_DATA = "unreferenced_data"  # bytes that no directory entry points to
    EMBEDDED_TERMINATOR = "embedded_terminator"  # a field terminator inside a field, read as a blank
    STRAY_TEXT = "stray_text"  # text outside any subfield, kept as a subfield with an empty code
    BAD_TAG = "bad_tag"  # a tag that is not three letters or digits
    BAD_INDICATORS = "bad_indicators"  # an indicator missing, taken as blank
    BAD_SUBFIELD = "bad_subfield"  # a subfield without a code
    BAD_LEADER = "bad_leader"  # a leader that is not 24 characters, or none
    UNKNOWN_ELEMENT = "unknown_element"  # an XML element that MARCXML does not have
    XML_UNCLOSED = "xml_unclosed"  # the file ends before its root element does: something may be missing
    CHARSET_CLAIM = "charset_claim"  # the leader claims another character set than the data is in
    CHARSET_MIXED = "charset_mixed"  # some fields in UTF-8, some in MARC-8
    CHARSET_GUESSED = "charset_guessed"  # neither UTF-8 nor MARC-8: read as something else, please look
    CHARSET_LEGACY = "charset_legacy"  # read in a Vietnamese set of the years before Unicode: see the file's evidence
    ISIS_EXAMPLE = "isis_example"  # CDS/ISIS without a mapping: read by the example that the product comes with
    ISIS_MARC_TAGS = "isis_marc_tags"  # CDS/ISIS whose tags look like MARC 21's, and were read as such
    ROW_REJOINED = "row_rejoined"  # a row of a table had cells too many: some were put together, as the mapping allows
    BYTES_REPLACED = "bytes_replaced"  # bytes that mean nothing were replaced by U+FFFD


class Field(NamedTuple):
    """A field: a control field has a `value` and nothing else, a data field indicators and subfields."""

    tag: str
    indicators: str
    subfields: tuple[tuple[str, str], ...]
    value: str = ""

    def all(self, codes: str) -> list[str]:
        """Return the values of the subfields with any of the codes, in the order of the record."""
        if len(codes) == 1:
            return [value for code, value in self.subfields if code == codes]
        return [value for code, value in self.subfields if code and code in codes]

    def first(self, code: str) -> str:
        """Return the first value of a subfield, or an empty string."""
        for its_code, value in self.subfields:
            if its_code == code:
                return value
        return ""


class Incoming(NamedTuple):
    """A record as it came: the leader and the fields in their order."""

    leader: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a chunk cannot go into the catalogue: a stable code, and a sentence in English for the report."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """What lies between two record terminators (in XML: one <record> element), and what came of it."""

    index: int
    """Counted from 1; blank chunks are not counted."""
    offset: int
    """Where it begins in the file, in bytes."""
    length: int
    """In bytes, without the terminator."""
    raw: bytes | None
    """The bytes, or None for a chunk that is too long to hold: read it from the file by its range."""
    content: Incoming | Unreadable
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is, by its content: whether it is worked through at all, and a sentence in English."""

    is_marc: bool
    form: str
    """`iso2709`, `isis`, `marcxml`, `json`, `empty`, or a short name of what it is instead (`zip`, `text`, …)."""
    detail: str


class RecordReader(Protocol):
    """Reads files of records. Implemented by `guisach.adapters.marc.MarcReader`."""

    def sniff(self, path: Path) -> Sniffed:
        """Say what the file is. Raises OSError when it cannot be opened."""
        ...

    def chunks(self, path: Path) -> Iterator[Chunk]:
        """Yield every chunk of the file that is not blank, without holding more than a chunk in memory.

        A file that is not MARC is one chunk with the reason `not_marc`. Raises OSError when the file
        cannot be opened or read, and nothing else.
        """
        ...


def to_json(record: Incoming) -> str:
    """Write the canonical MARC-in-JSON text: no blanks, letters as they are, order kept, nothing lost.

    An indicator beyond the second (danMARC has three) becomes `ind3`.
    """
    quoted = _quoted
    fields = []
    for tag, indicators, subfields, value in record.fields:
        if not subfields and not indicators:
            fields.append(f"{{{quoted(tag)}:{quoted(value)}}}")
            continue
        inside = ",".join([f"{{{quoted(code)}:{quoted(text)}}}" for code, text in subfields])
        fields.append(f"{_head(tag, indicators)}[{inside}]}}}}")
    return f'{{"leader":{quoted(record.leader)},"fields":[{",".join(fields)}]}}'


_quoted = json.encoder.encode_basestring
"""Write a text as JSON with its letters as they are."""


@lru_cache(maxsize=4096)
def _head(tag: str, indicators: str) -> str:
    marks = "".join(f'"ind{i}":{_quoted(mark)},' for i, mark in enumerate(indicators, 1))
    return f'{{{_quoted(tag)}:{{{marks}"subfields":'


def from_json(text: str) -> Incoming:
    """Read what `to_json` wrote. Raises ValueError for anything that is not MARC-in-JSON."""
    try:
        data = json.loads(text)
        fields = [_field(tag, body) for one in data["fields"] for tag, body in one.items()]
        return Incoming(str(data["leader"]), tuple(fields))
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"this is not MARC-in-JSON: {error!r}") from error


def _field(tag: str, body: str | dict[str, object]) -> Field:
    if isinstance(body, str):
        return Field(tag, "", (), body)
    marks = sorted(name for name in body if name.startswith("ind"))
    subfields = body["subfields"]
    if not isinstance(subfields, list):
        raise TypeError("subfields must be a list")
    return Field(
        tag,
        "".join(str(body[name]) for name in marks),
        tuple((code, str(value)) for one in subfields for code, value in one.items()),
    )
