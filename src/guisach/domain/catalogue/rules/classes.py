"""Decimal classes: the form of a number, and captions in Vietnamese and English to choose one by.

The captions are this project's own words for the ten classes, the hundred divisions and those finer numbers that
small libraries of Vietnam use most; they are data: `data/ddc.csv`. They do not replace the tables.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from guisach.kernel.text import fold

_NUMBER = re.compile(r"\d{3}(?:\.\d{1,20})?")
_SPOKEN = re.compile(r"\d{1,3}")


@dataclass(frozen=True, slots=True)
class ClassNumber:
    """A number with its captions."""

    number: str
    vi: str
    en: str
    words: str
    """Folded, with other words for it: what a search looks into."""

    def caption(self, in_language: str) -> str:
        """Return the caption in Vietnamese (`vi`), or in English in any other language."""
        return self.vi if in_language.startswith("vi") else self.en


@cache
def classes() -> tuple[ClassNumber, ...]:
    """Return all numbers that have a caption, in their order."""
    text = (files("guisach.domain.catalogue") / "data" / "ddc.csv").read_text(encoding="utf-8")
    found = []
    for row in csv.DictReader(io.StringIO(text)):
        words = " ; ".join(fold(part) for part in (row["vi"], row["en"], *row["also"].split(";")) if part)
        found.append(ClassNumber(row["number"], row["vi"], row["en"], words))
    return tuple(sorted(found, key=lambda one: one.number))


def is_class_number(text: str) -> bool:
    """Tell whether the text has the form of a DDC number: three digits, perhaps a point and more digits."""
    return _NUMBER.fullmatch(text.replace("/", "").replace("'", "")) is not None


def caption_of(number: str, in_language: str) -> str:
    """Return the caption of the number, or of the nearest one above it; empty where there is none."""
    if not is_class_number(number):
        return ""
    by_number = {one.number: one for one in classes()}
    digits = number.replace("/", "").replace("'", "")
    for length in range(len(digits), 2, -1):
        found = by_number.get(digits[:length].rstrip("."))
        if found is not None:
            return found.caption(in_language)
    for wider in (digits[:2] + "0", digits[0] + "00"):
        if wider in by_number:
            return by_number[wider].caption(in_language)
    return ""


def find_classes(text: str, *, limit: int = 12) -> list[ClassNumber]:
    """Return the classes that words or the beginning of a number lead to, the closest first."""
    wanted = fold(text)
    if not wanted:
        return []
    if _SPOKEN.match(wanted) and all(sign.isdigit() or sign == "." for sign in wanted):
        return [one for one in classes() if one.number.startswith(wanted)][:limit]
    whole = f" {wanted} "
    words = wanted.split()
    found = []
    for one in classes():
        parts = one.words.split(" ; ")
        padded = f" {one.words} "
        if wanted in parts:
            rank = 0
        elif whole in padded:
            rank = 1
        elif all(f" {word}" in padded for word in words):
            rank = 2
        else:
            continue
        found.append((rank, len(one.number), one.number, one))
    return [one for *_order, one in sorted(found, key=lambda entry: entry[:3])[:limit]]
