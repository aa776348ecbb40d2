"""Barcodes: the accession number (số ĐKCB) as it is printed, read by a scanner, or typed."""

from __future__ import annotations

BARCODE_LENGTH_MAX = 32


def normalise_barcode(text: str) -> str:
    """Return the barcode as it is compared: trimmed, upper case. Raises ValueError where it cannot be one."""
    barcode = text.strip().upper()
    if not 0 < len(barcode) <= BARCODE_LENGTH_MAX or not barcode.isprintable() or ":" in barcode:
        raise ValueError(text[:BARCODE_LENGTH_MAX])
    return barcode
