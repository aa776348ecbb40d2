"""The Vietnamese lunar calendar (âm lịch), reckoned at 105° E (UTC+7); a thin door over lunar-vn.

Nothing else in the product may reckon lunar days: packages for the Chinese calendar (UTC+8) give other days
(30 of them in 2030 alone). The package was compared with an exact calendar: right on every day from 1968 to
2071; in 2072, 2073 and 2085 three new moons fall within seconds of midnight and it takes the other side.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from lunar_vn import solar_to_lunar

if TYPE_CHECKING:
    from datetime import date

CAN = ("Giáp", "Ất", "Bính", "Đinh", "Mậu", "Kỷ", "Canh", "Tân", "Nhâm", "Quý")
CHI = ("Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi")
"""The ten stems and twelve branches, in the order of their numbers from 0."""

_MONTHS = ("Giêng", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười một", "Chạp")
_JULIAN_DAY_OF_ORDINAL_ZERO = 1_721_425


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A day of the Vietnamese lunar calendar; `is_short` says that its month has 29 days, not 30."""

    day: int
    month: int
    year: int
    is_leap: bool = False
    is_short: bool = False

    @property
    def month_days(self) -> int:
        """Days in this month: 29 or 30."""
        return 29 if self.is_short else 30


@lru_cache(maxsize=8192)
def lunar(on: date) -> LunarDate:
    """Give the lunar day of a solar one; ValueError outside 1900 to 2100."""
    found = solar_to_lunar(on)
    is_short = found.day < 30 and solar_to_lunar(on + timedelta(days=30 - found.day)).day != 30
    return LunarDate(found.day, found.month, found.year, found.leap, is_short)


def julian_day(on: date) -> int:
    """Give the Julian day number of noon on that day: the count that the sixty-day cycle runs on."""
    return on.toordinal() + _JULIAN_DAY_OF_ORDINAL_ZERO


def branch(on: date) -> int:
    """Give the day's branch (địa chi) as a number: 0 Tý … 11 Hợi."""
    return (julian_day(on) + 1) % 12


def can_chi(on: date) -> str:
    """Name the day in the sixty-day cycle: ``Mậu Ngọ``."""
    return f"{CAN[(julian_day(on) + 9) % 10]} {CHI[branch(on)]}"


def can_chi_of_year(year: int) -> str:
    """Name a lunar year: ``Bính Ngọ`` for 2026."""
    return f"{CAN[(year + 6) % 10]} {CHI[(year + 8) % 12]}"


def text(day: LunarDate, *, language: str = "vi", is_long: bool = False) -> str:
    """Write a lunar day for people.

    In Vietnamese ``15 tháng Mười âm``, ``mùng 5 tháng Sáu nhuận âm``, long ``ngày 15 tháng Mười âm lịch``;
    in any other language ``lunar 15/10`` and ``lunar 5/6 (leap month)``.
    """
    if language.split("-")[0] != "vi":
        return f"lunar {day.day}/{day.month}" + (" (leap month)" if day.is_leap else "")
    number = f"mùng {day.day}" if day.day <= 10 else f"ngày {day.day}" if is_long else str(day.day)
    leap = " nhuận" if day.is_leap else ""
    return f"{number} tháng {_MONTHS[day.month - 1]}{leap} " + ("âm lịch" if is_long else "âm")
