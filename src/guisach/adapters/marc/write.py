"""Write records out: ISO 2709 and MARCXML, as other systems read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from guisach.domain.catalogue.rules.marc.incoming import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming

__all__ = ["DoesNotFit", "from_json", "to_iso2709", "to_json", "to_marcxml", "xml_collection"]

_MAX_FIELD = 9_999
_MAX_RECORD = 99_999
_DELIMITERS = str.maketrans(dict.fromkeys("\x1d\x1e\x1f", " "))
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMESPACE = "http://www.loc.gov/MARC21/slim"


class DoesNotFit(ValueError):
    """The record is too large for ISO 2709 (a field beyond 9,999 bytes, a record beyond 99,999): use MARCXML."""


def to_iso2709(record: Incoming) -> bytes:
    """Write one record in UTF-8, terminator included. Raises DoesNotFit when the format has no room for it.

    The leader gets its lengths, and says UTF-8; the rest stays. A delimiter inside a value becomes a blank.
    """
    directory, data = [], []
    position = 0
    for field in record.fields:
        body = _field(field).encode("utf-8", "replace") + b"\x1e"
        if len(body) > _MAX_FIELD or position > _MAX_RECORD:
            raise DoesNotFit(f"field {field.tag} has {len(body)} bytes at {position}")
        tag = field.tag[:3].rjust(3, "0").encode("ascii", "replace")
        directory.append(tag + b"%04d%05d" % (len(body), position))
        data.append(body)
        position += len(body)
    base = 24 + 12 * len(directory) + 1
    length = base + position + 1
    if length > _MAX_RECORD:
        raise DoesNotFit(f"the record would have {length} bytes")
    old = record.leader.ljust(24).encode("ascii", "replace")
    leader = b"%05d%ba22%05d%b4500" % (length, old[5:9], base, old[17:20])
    return leader + b"".join(directory) + b"\x1e" + b"".join(data) + b"\x1d"


def _field(field: Field) -> str:
    if not field.subfields and not field.indicators:
        return field.value.translate(_DELIMITERS)
    parts = [field.indicators.ljust(2)[:2].translate(_DELIMITERS)]
    for index, (code, value) in enumerate(field.subfields):
        is_stray = code == "" and index == 0  # text before the first subfield goes back to where it was
        parts.append(("" if is_stray else "\x1f" + code) + value.translate(_DELIMITERS))
    return "".join(parts)


def to_marcxml(record: Incoming, *, namespace: bool = True) -> str:
    """Write one <record> element. Characters that XML cannot hold become U+FFFD."""
    lines = [f'<record xmlns="{_NAMESPACE}">' if namespace else "<record>"]
    lines.append(f"  <leader>{_text(record.leader)}</leader>")
    for field in record.fields:
        tag = _attribute(field.tag)
        if not field.subfields and not field.indicators:
            lines.append(f"  <controlfield tag={tag}>{_text(field.value)}</controlfield>")
            continue
        marks = "".join(f" ind{i}={_attribute(mark)}" for i, mark in enumerate(field.indicators.ljust(2), 1))
        lines.append(f"  <datafield tag={tag}{marks}>")
        lines += [f"    <subfield code={_attribute(code)}>{_text(value)}</subfield>" for code, value in field.subfields]
        lines.append("  </datafield>")
    lines.append("</record>")
    return "\n".join(lines)


def xml_collection(records: Iterable[Incoming]) -> Iterator[str]:
    """Yield a MARCXML collection piece by piece, so that a large one need not be held."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{_NAMESPACE}">\n'
    for record in records:
        yield to_marcxml(record, namespace=False) + "\n"
    yield "</collection>\n"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})
