"""ISBN and ISSN: found in what people typed, checked, and brought to one form."""

from __future__ import annotations

import re
from operator import mul

_ISBN = re.compile(r"(?<!\d)(97[89][-\s]?(?:\d[-\s]?){9}\d|(?:\d[-\s]?){9}[\dXx])(?![\dXx])")
_ISSN = re.compile(r"(?<!\d)(\d{4})[-\s]?(\d{3}[\dXx])(?![\dXx])")
_ENOUGH = 200
_WEIGHTS = range(10, 1, -1)
_DASHES = str.maketrans("‐‑‒–—−", "------")


def isbn13(text: str) -> str:
    """Return the thirteen digits of the ISBN in the text, or an empty string when there is no valid one.

    >>> isbn13("0-439-13959-7 (pbk.) : $25.95")
    '9780439139595'
    """
    match = _ISBN.search(text[:_ENOUGH].translate(_DASHES))
    if match is None:
        return ""
    digits = re.sub(r"[-\s]", "", match[1]).upper()
    if len(digits) == 10:
        last = 10 if digits[9] == "X" else int(digits[9])
        if (sum(map(mul, _WEIGHTS, map(int, digits[:9]))) + last) % 11:
            return ""
        digits = "978" + digits[:9]
        return digits + _check_digit(digits)
    return digits if _check_digit(digits[:12]) == digits[12] else ""


def issn(text: str) -> str:
    """Return the ISSN in the text as `1234-5679`, or an empty string when there is no valid one."""
    match = _ISSN.search(text[:_ENOUGH].translate(_DASHES))
    if match is None:
        return ""
    digits = (match[1] + match[2]).upper()
    total = sum(
        weight * (10 if char == "X" else int(char)) for weight, char in zip(range(8, 0, -1), digits, strict=True)
    )
    return f"{digits[:4]}-{digits[4:]}" if total % 11 == 0 else ""


def _check_digit(twelve: str) -> str:
    return str(-(sum(map(int, twelve[::2])) + 3 * sum(map(int, twelve[1::2]))) % 10)
