"""Which page of a list an address asks for."""

from __future__ import annotations

from guisach.kernel.text.numbers import whole_number


def page_number(text: str, most: int) -> int:
    """Read the number of a page: the first where nothing or nonsense is said, at most the last that is served."""
    return min(whole_number(text) or 1, most)
