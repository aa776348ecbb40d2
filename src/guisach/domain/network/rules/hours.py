"""Opening hours as people write them: ``Mon-Fri 07:30-11:00,13:30-17:00; Sat 8:00-11:00``; ``T2 7h-11h``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from itertools import groupby, pairwise

_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS = {
    **{name.lower(): number for number, name in enumerate(_NAMES, start=1)},
    **{f"t{number + 1}": number for number in range(1, 7)},
    **{f"thứ {number + 1}": number for number in range(1, 7)},
    "t8": 7,
    "cn": 7,
    "chủ nhật": 7,
}
_CLOCK = re.compile(r"(\d{1,2})(?:[:h](\d{2})?)?")
_DAY = "|".join(sorted(_DAYS, key=len, reverse=True))
_PART = re.compile(rf"(?P<days>(?:{_DAY})(?:\s*[-–,]\s*(?:{_DAY}))*)(?:\s*:)?\s+(?P<hours>\d.*)", re.IGNORECASE)
_RANGE = re.compile(r"\s*[-–]\s*")


class BadHoursError(ValueError):
    """The text is not opening hours; `part` is the piece that could not be read."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """One stretch of opening on an ISO weekday (1 Monday … 7 Sunday)."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """Days that follow one another and have the same hours."""

    first: int
    last: int
    stretches: tuple[tuple[time, time], ...]


def parse(text: str) -> list[Opening]:
    """Read opening hours, in order of time; empty text is no hours.

    Parts are separated by ``;``, each is days (one, a range, several with commas; English or Vietnamese
    short names) and stretches with commas. A range may run over the week's end (``Sat-Mon``). Raises
    BadHoursError for what cannot be read, hours that do not run forward, and stretches that overlap.
    """
    openings: list[Opening] = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        match = _PART.fullmatch(part)
        if match is None:
            raise BadHoursError(part)
        stretches = [_stretch(piece, part) for piece in match["hours"].split(",")]
        for weekday in _weekdays(match["days"], part):
            openings.extend(Opening(weekday, *stretch) for stretch in stretches)
    openings.sort()
    for before, after in pairwise(openings):
        if before.weekday == after.weekday and after.opens < before.closes:
            raise BadHoursError(text)
    return openings


def write(openings: Iterable[Opening]) -> str:
    """Write opening hours so that `parse` reads the same again."""
    parts = []
    for line in lines(openings):
        days = _NAMES[line.first - 1] + (f"-{_NAMES[line.last - 1]}" if line.last > line.first else "")
        hours = ",".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in line.stretches)
        parts.append(f"{days} {hours}")
    return "; ".join(parts)


def lines(openings: Iterable[Opening]) -> list[OpeningLine]:
    """Gather days that follow one another with the same hours, Monday first: what a door sign shows."""
    by_day = [
        (weekday, tuple((one.opens, one.closes) for one in of_day))
        for weekday, of_day in groupby(sorted(openings), key=lambda one: one.weekday)
    ]
    found: list[OpeningLine] = []
    for weekday, stretches in by_day:
        if found and found[-1].last == weekday - 1 and found[-1].stretches == stretches:
            found[-1] = OpeningLine(found[-1].first, weekday, stretches)
        else:
            found.append(OpeningLine(weekday, weekday, stretches))
    return found


def _weekdays(text: str, part: str) -> list[int]:
    found: list[int] = []
    for piece in text.lower().split(","):
        ends = [_DAYS[name] for name in _RANGE.split(piece.strip())]
        first, last = ends[0], ends[-1]
        if len(ends) > 2:
            raise BadHoursError(part)
        found.extend((first - 1 + step) % 7 + 1 for step in range((last - first) % 7 + 1))
    if len(set(found)) < len(found):
        raise BadHoursError(part)
    return found


def _stretch(text: str, part: str) -> tuple[time, time]:
    ends = [_CLOCK.fullmatch(end.strip()) for end in _RANGE.split(text.strip().lower())]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        raise BadHoursError(part)
    try:
        opens, closes = (time(int(end[1]), int(end[2] or 0)) for end in ends if end)
    except ValueError:
        raise BadHoursError(part) from None
    if closes <= opens:
        raise BadHoursError(part)
    return opens, closes
