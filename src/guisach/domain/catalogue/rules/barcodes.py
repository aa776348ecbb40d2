"""Barcodes: the accession number (số ĐKCB) as it is printed, read by a scanner, or typed.

A label's Code 128 and a scanner that types like a keyboard know ASCII alone, so a number is kept and compared without
marks: ĐC000123 is DC000123 everywhere. On paper it is written as its series is (`as_written`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BARCODE_LENGTH_MAX = 32
_NUMBERED = re.compile(r"(.*\D)(\d{1,15})", re.ASCII | re.DOTALL)


def normalise_barcode(text: str) -> str:
    """Return the barcode as it is compared: trimmed, upper case, without marks. Raises ValueError where it is none."""
    barcode = text.strip().upper()
    if not barcode.isascii():
        marked = unicodedata.normalize("NFD", barcode.replace("Đ", "D"))
        barcode = unicodedata.normalize("NFC", "".join(c for c in marked if unicodedata.category(c) != "Mn"))
    if not 0 < len(barcode) <= BARCODE_LENGTH_MAX or not barcode.isprintable() or ":" in barcode:
        raise ValueError(text[:BARCODE_LENGTH_MAX])
    return barcode


def split_number(barcode: str) -> tuple[str, str] | None:
    """Take a (normalised) barcode apart into prefix and digits; None where it does not end in a number."""
    match = _NUMBERED.fullmatch(barcode)
    return (match[1], match[2]) if match else None


def as_written(barcode: str, prefixes: Iterable[str]) -> str:
    """Return the number as a register writes it: DC000123 is ĐC000123 where there is a series ĐC."""
    parts = split_number(barcode)
    if parts is None:
        return barcode
    written = next((prefix for prefix in prefixes if normalise_barcode(prefix) == parts[0]), parts[0])
    return written + parts[1]
