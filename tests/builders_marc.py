"""MARC as bytes, written here field by field so that tests do not rest on the code that they test."""

from __future__ import annotations

RECORD_END, FIELD_END, SUBFIELD = b"\x1d", b"\x1e", b"\x1f"


def data(*subfields: tuple[str, str], indicators: str = "  ", charset: str = "utf-8") -> bytes:
    """Return a data field as it stands in a record."""
    body = b"".join(SUBFIELD + code.encode() + value.encode(charset) for code, value in subfields)
    return indicators.encode() + body


def iso2709(fields: list[tuple[str, bytes]], leader: str = "00000nam a2200000 a 4500") -> bytes:
    """Return a record with its directory, lengths and terminator."""
    directory, body = b"", b""
    for tag, content in fields:
        stored = content + FIELD_END
        directory += f"{tag}{len(stored):04}{len(body):05}".encode()
        body += stored
    base = 24 + len(directory) + 1
    length = base + len(body) + 1
    head = f"{min(length, 99999):05}{leader[5:12]}{min(base, 99999):05}{leader[17:]}".encode()
    return head + directory + FIELD_END + body + RECORD_END


def book(
    title: str = "Dế Mèn phiêu lưu ký",
    *,
    author: str = "Tô Hoài",
    number: str = "",
    source: str = "",
    changed: str = "",
    barcodes: tuple[str, ...] = (),
    branch: str = "",
    leader: str = "00000nam a2200000 a 4500",
    more: tuple[tuple[str, bytes], ...] = (),
) -> bytes:
    """Return a Vietnamese book with copies in 952, as Koha writes them."""
    fields = [(tag, value.encode()) for tag, value in (("001", number), ("003", source), ("005", changed)) if value]
    fields.append(("008", b"261122s1941    vm            000 1 vie d"))
    if author:
        fields.append(("100", data(("a", author), indicators="1 ")))
    if title:
        fields.append(("245", data(("a", title), ("c", author), indicators="10")))
    fields += more
    for barcode in barcodes:
        fields.append(("952", data(*((("a", branch),) if branch else ()), ("p", barcode))))
    return iso2709(fields, leader)
