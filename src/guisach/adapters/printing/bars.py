"""Code 128 and QR codes as drawings (SVG) that a page stretches to its place."""

from __future__ import annotations

from itertools import groupby

import segno
from barcode import Code128

QUIET_MODULES = 10  # ISO/IEC 15417: clear space at each end
MODULE_MIN_MM = 0.17  # narrower, and a laser printer of 300 dpi smears bars together
MODULE_MAX_MM = 0.36


def modules_of(text: str) -> str:
    """Return the Code 128 of a text as a line of 1 (bar) and 0 (gap). Raises ValueError for what is not ASCII."""
    if not text or not text.isascii() or not text.isprintable():
        raise ValueError(f"Code 128 here carries printable ASCII alone: {text!r}")
    modules: str = Code128(text).build()[0]
    return modules


def bars(text: str, width_mm: float) -> tuple[str, float] | None:
    """Draw a barcode for a place of this width; return the SVG and how wide it may be, or None where it cannot fit."""
    try:
        modules = modules_of(text)
    except ValueError:
        return None
    count = len(modules) + 2 * QUIET_MODULES
    module = min(width_mm / count, MODULE_MAX_MM)
    if module < MODULE_MIN_MM:
        return None
    path, x = [], QUIET_MODULES
    for sign, run in groupby(modules):
        length = len(list(run))
        if sign == "1":
            path.append(f"M{x} 0h{length}v1h-{length}z")
        x += length
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {count} 1" width="{count}" height="1" '
        f'preserveAspectRatio="none" shape-rendering="crispEdges"><path fill="#000" d="{"".join(path)}"/></svg>'
    )
    return drawing, module * count


def qr(text: str) -> str:
    """Draw a QR code with its quiet zone; correction level M outlives a scratched poster."""
    drawing: str = segno.make_qr(text, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    return drawing if "xmlns" in drawing else drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
