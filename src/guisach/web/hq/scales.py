"""Pictures of figures: communes on a scale from none to all with the goals on it, and twelve months as bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from guisach.domain.programme.rules.coverage import percent_of
from guisach.web.hq import words
from guisach.web.ui import formats

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from guisach.domain.programme.rules.coverage import TargetLine

_EDGE_PERCENT: Final = 8  # nearer to an end than this, a label runs inwards


@dataclass(frozen=True, slots=True)
class Tick:
    """A goal on the scale: `x` in per cent of its length, `anchor` as SVG wants it."""

    line: TargetLine
    x: str
    anchor: str
    is_next: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """A number of communes as a bar; `told` says the same, `gap` what is missing."""

    value: int
    total: int
    done: str
    told: str
    gap: str


def ticks(targets: Sequence[TargetLine], total: int, ahead: TargetLine | None) -> list[Tick]:
    """Put the goals on the scale; `ahead` is the one whose time has not run out."""
    found = []
    for line in targets:
        at = percent_of(min(line.communes_needed, total), total)
        anchor = "start" if at < _EDGE_PERCENT else "end" if at > 100 - _EDGE_PERCENT else "middle"
        found.append(Tick(line, f"{at:.2f}%", anchor, line == ahead))
    return found


def scale(value: int, total: int, targets: Sequence[TargetLine]) -> Scale:
    """Put a number of communes on the scale."""
    goals = "; ".join(
        _("goal of %(year)s: %(n)s") % {"year": line.year, "n": formats.number(line.communes_needed)}
        for line in targets
    )
    said = {"n": formats.number(value), "total": formats.number(total)}
    told = _("%(n)s of %(total)s") % said + (f"; {goals}" if goals else "")
    return Scale(value, total, f"{percent_of(value, total):.2f}%", told, words.gap(value, targets))


@dataclass(frozen=True, slots=True)
class MonthBar:
    """One month: where its bar stands in the picture, and what it says."""

    month: date
    label: str
    x: float
    y: float
    height: float
    count: int

    @property
    def middle(self) -> str:
        """Where its texts are centred."""
        return f"{self.x + _BAR_WIDTH / 2:.1f}"

    @property
    def above(self) -> str:
        """Where the figure on top of the bar stands."""
        return f"{self.y - 4:.1f}"


@dataclass(frozen=True, slots=True)
class Months:
    """Twelve months of one measure. `told` is the text alternative; the table beside the picture has every figure."""

    title: str
    total: int
    width: int
    bar_width: int
    base: int
    bars: list[MonthBar]
    told: str


MONTH_WIDTH: Final = 30
_BAR_WIDTH: Final = 20
_BASE: Final = 96  # where the bars stand; the rest below is for the names of months
_HIGHEST: Final = 74


def months(title: str, counts: Sequence[tuple[date, int]]) -> Months:
    """Draw one measure by month; the highest month fills the picture."""
    most = max((count for _month, count in counts), default=0)
    bars = []
    for n, (month, count) in enumerate(counts):
        # Never so low that a month with something looks like one with nothing.
        height = max(2.0, _HIGHEST * count / most) if count else 0.0
        x = n * MONTH_WIDTH + (MONTH_WIDTH - _BAR_WIDTH) / 2
        bars.append(MonthBar(month, f"{month:%-m}", x, round(_BASE - height, 1), round(height, 1), count))
    total = sum(count for _month, count in counts)
    told = _("%(title)s by month: %(total)s in all, most in a month %(most)s") % {
        "title": title,
        "total": formats.number(total),
        "most": formats.number(most),
    }
    return Months(title, total, len(bars) * MONTH_WIDTH, _BAR_WIDTH, _BASE, bars, told)
