"""Whole numbers as they come from outside: addresses, forms, files."""

from __future__ import annotations

from typing import Final

LARGEST: Final = 10**18 - 1  # fits every column that holds a number
_DIGITS_MAX = 40


def whole_number(text: str, most: int = LARGEST) -> int | None:
    """Read what is written with the digits 0 to 9 alone; None for anything else, and for more than `most`.

    `int` takes signs, spaces, underscores and digits of other scripts too; `isdigit` lets through what `int` refuses
    ("²"), and thousands of digits make it raise.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX):
        return None
    number = int(text)
    return number if number <= most else None
