"""Label papers as data: sheets and rolls with exact measures."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("papers.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A sheet or a row of a roll, in millimetres."""

    code: str
    name: str
    width: float
    height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    left: float
    top: float
    step_x: float
    step_y: float

    @property
    def labels(self) -> int:
        """How many labels are on one sheet."""
        return self.columns * self.rows

    def spot(self, index: int) -> tuple[float, float]:
        """Return the upper left corner of a label, counted from 0 along the rows."""
        row, column = divmod(index, self.columns)
        return self.left + column * self.step_x, self.top + row * self.step_y


@dataclass(frozen=True, slots=True)
class Calibration:
    """By how much this printer shifts the picture, measured on a printed sheet: right and down, in millimetres."""

    right_mm: float = 0
    down_mm: float = 0


@lru_cache(maxsize=1)
def papers() -> dict[str, Paper]:
    """Return the known papers by code, in the order of the file."""
    with _FILE.open("rb") as handle:
        return {code: Paper(code=code, **measures) for code, measures in tomllib.load(handle).items()}


def paper(code: str) -> Paper | None:
    """Return a paper by its code, or None."""
    return papers().get(code)
