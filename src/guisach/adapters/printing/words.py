"""Numbers and dates as Vietnamese paper has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


def number(value: int | None) -> str:
    """Write 1234567 as 1.234.567; nothing for nothing."""
    return "" if value is None else f"{value:,}".replace(",", ".")


def count(value: int) -> str:
    """Write a count into a column: nothing for 0, so that what is there stands out."""
    return number(value) if value else ""


def day(value: date | None) -> str:
    """Write a date as 22/11/2026; nothing for nothing."""
    return "" if value is None else f"{value:%d/%m/%Y}"


def long_day(value: date | None) -> str:
    """Write a date as decrees do: ngày 05 tháng 02 năm 2026; a blank to be filled in for nothing."""
    if value is None:
        return "ngày … tháng … năm ……"
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def short(text: str, length: int) -> str:
    """Cut a text at a word, with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    head = text[: length - 1]
    return (head.rpartition(" ")[0] if " " in head[length // 2 :] else head).rstrip(" ,.:;") + "…"


def agency(province: str, commune: str) -> str:
    """Name the body above a library: the department for the provincial one, else the committee of its commune."""
    if commune:
        return f"Ủy ban nhân dân {commune}"
    return f"Sở Văn hóa, Thể thao và Du lịch {province}".strip()
