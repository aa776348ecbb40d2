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


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ((1_000_000_000, "tỷ"), (1_000_000, "triệu"), (1_000, "nghìn"), (1, ""))


def amount_in_words(amount: int) -> str:
    """Write an amount of đồng (below a thousand tỷ) as vouchers do: Một trăm lẻ năm nghìn đồng."""
    parts: list[str] = []
    for size, name in _GROUPS:
        group, amount = divmod(amount, size)
        if group:
            parts += [*_three_digits(group, is_first=not parts), *([name] if name else [])]
    text = " ".join([*(parts or ["không"]), "đồng"])
    return text[:1].upper() + text[1:]


def _three_digits(group: int, *, is_first: bool) -> list[str]:
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    found = [_DIGITS[hundreds], "trăm"] if hundreds or not is_first else []
    if tens == 1:
        found.append("mười")
    elif tens:
        found += [_DIGITS[tens], "mươi"]
    elif ones and found:
        found.append("lẻ")
    if ones:
        special = {1: "mốt", 4: "tư"} if tens > 1 else {}
        if tens:
            special[5] = "lăm"
        found.append(special.get(ones, _DIGITS[ones]))
    return found


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
