"""Cells that a spreadsheet would take for formulas: marked when they go out, and what they were when they come in.

What OWASP names (= + - @, tab and carriage return) and the full-width signs, `|` and `%` that some programs take too,
also behind blanks. The mark is an apostrophe, as Excel itself writes; a text that begins with apostrophes and then so
gets one more, so that taking one off always gives what it was.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*(?:[\s\ufeff\u200b]*[=+\-@|%＝＋－＠]|[\t\r\n])")


def harmless(text: str) -> str:
    """Return a cell that is shown as it is and never calculated."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """Take off the apostrophe that `harmless`, or a spreadsheet, has put there."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell
