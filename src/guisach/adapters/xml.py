"""XML written piece by piece: always well-formed, whatever stands in a title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(value: str) -> str:
    """Escape text for the content of an element; characters that XML cannot hold are dropped."""
    return escape(_NOT_XML.sub("", value), {"\r": "&#13;"})


def attribute(value: str) -> str:
    """Escape and quote text for an attribute; characters that XML cannot hold are dropped."""
    return quoteattr(_NOT_XML.sub("", value), {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})


def element(name: str, content: str = "", attributes: Iterable[tuple[str, str]] = ()) -> str:
    """Write an element; `content` is text, not XML. Names are ours and trusted."""
    return wrap(name, text(content), attributes)


def wrap(name: str, inner: str, attributes: Iterable[tuple[str, str]] = ()) -> str:
    """Write an element around XML that is already written."""
    marks = "".join(f" {key}={attribute(value)}" for key, value in attributes)
    return f"<{name}{marks}>{inner}</{name}>" if inner else f"<{name}{marks}/>"


def oai_dc(pairs: Iterable[tuple[str, str]]) -> str:
    """Write Dublin Core in the container of OAI-PMH; pairs are element and value."""
    return wrap(
        "oai_dc:dc",
        "".join(element(f"dc:{name}", value) for name, value in pairs),
        [
            ("xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            (
                "xsi:schemaLocation",
                "http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
            ),
        ],
    )


def srw_dc(pairs: Iterable[tuple[str, str]]) -> str:
    """Write Dublin Core in the container of SRU (info:srw/schema/1/dc-v1.1)."""
    names = [("xmlns:srw_dc", "info:srw/schema/1/dc-schema"), ("xmlns:dc", "http://purl.org/dc/elements/1.1/")]
    return wrap("srw_dc:dc", "".join(element(f"dc:{name}", value) for name, value in pairs), names)
