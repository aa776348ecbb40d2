"""An almanac of our own for tests: new moons and solar terms by Meeus, "Astronomical Algorithms", 2nd ed.

It shares nothing with the product's calendar: chapter 49 gives new moons to some seconds, chapter 25 the
sun's longitude to about 0.01° (a quarter of an hour); the rules of the calendar are applied to either
meridian.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from math import floor, radians, sin

JULIAN_DAY_OF_ORDINAL_ZERO = 1_721_425

_PERIODIC = (  # coefficient in days, multiples of M, M', F, and the power of E
    (-0.40720, 0, 1, 0, 0), (0.17241, 1, 0, 0, 1), (0.01608, 0, 2, 0, 0), (0.01039, 0, 0, 2, 0),
    (0.00739, -1, 1, 0, 1), (-0.00514, 1, 1, 0, 1), (0.00208, 2, 0, 0, 2), (-0.00111, 0, 1, -2, 0),
    (-0.00057, 0, 1, 2, 0), (0.00056, 1, 2, 0, 1), (-0.00042, 0, 3, 0, 0), (0.00042, 1, 0, 2, 1),
    (0.00038, 1, 0, -2, 1), (-0.00024, -1, 2, 0, 1), (-0.00007, 2, 1, 0, 0), (0.00004, 0, 2, -2, 0),
    (0.00004, 3, 0, 0, 0), (0.00003, 1, 1, -2, 0), (0.00003, 0, 2, 2, 0), (-0.00003, 1, 1, 2, 0),
    (0.00003, -1, 1, 2, 0), (-0.00002, -1, 1, -2, 0), (-0.00002, 1, 3, 0, 0), (0.00002, 0, 4, 0, 0),
)  # fmt: skip
_PLANETS = (  # degrees, degrees a lunation, coefficient in days
    (299.77, 0.107408, 0.000325), (251.88, 0.016321, 0.000165), (251.83, 26.651886, 0.000164),
    (349.42, 36.412478, 0.000126), (84.66, 18.206239, 0.000110), (141.74, 53.303771, 0.000062),
    (207.14, 2.453732, 0.000060), (154.84, 7.306860, 0.000056), (34.52, 27.261239, 0.000047),
    (207.19, 0.121824, 0.000042), (291.34, 1.844379, 0.000040), (161.72, 24.198154, 0.000037),
    (239.56, 25.513099, 0.000035), (331.55, 3.592518, 0.000023),
)  # fmt: skip


@cache
def new_moon_tt(k: int) -> float:
    """Julian ephemeris day of the new moon number k (0 is that of 6 January 2000)."""
    t = k / 1236.85
    e = 1 - 0.002516 * t - 0.0000074 * t**2
    m = 2.5534 + 29.10535670 * k - 0.0000014 * t**2
    m1 = 201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3
    f = 160.7108 + 390.67050284 * k - 0.0016118 * t**2 - 0.00000227 * t**3
    node = 124.7746 - 1.56375588 * k + 0.0020672 * t**2
    day = 2451550.09766 + 29.530588861 * k + 0.00015437 * t**2 - 0.000000150 * t**3
    day += sum(c * e**p * sin(radians(a * m + b * m1 + d * f)) for c, a, b, d, p in _PERIODIC)
    day -= 0.00017 * sin(radians(node))
    return day + sum(c * sin(radians(a + b * k)) for a, b, c in _PLANETS)


def _delta_t_s(year: float) -> float:
    """Seconds from universal to terrestrial time; 57 s in 1990, 64 s in 2000, 69 s in 2020, then a guess."""
    return 63.8 + 0.27 * (year - 2000)


def sun_longitude(day_ut: float) -> float:
    """Apparent longitude of the sun in degrees at a Julian day."""
    t = (day_ut + _delta_t_s(2000 + (day_ut - 2451545) / 365.25) / 86400 - 2451545) / 36525
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t**2
    anomaly = radians(357.52911 + 35999.05029 * t - 0.0001537 * t**2)
    centre = (1.914602 - 0.004817 * t) * sin(anomaly) + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
    centre += 0.000289 * sin(3 * anomaly)
    return (mean + centre - 0.00569 - 0.00478 * sin(radians(125.04 - 1934.136 * t))) % 360


@cache
def month_start(k: int, zone_h: int) -> int:
    """Julian day number (civil, in the zone) on which the new moon k falls."""
    year = 2000 + k / 12.3685
    return floor(new_moon_tt(k) - _delta_t_s(year) / 86400 + 0.5 + zone_h / 24)


def _term(jdn: int, zone_h: int) -> int:
    """Which twelfth of the ecliptic the sun is in when that civil day begins: 9 begins at the solstice."""
    return floor(sun_longitude(jdn - 0.5 - zone_h / 24) / 30)


@cache
def _month_eleven(year: int, zone_h: int) -> int:
    """Number of the new moon that begins the month with the winter solstice of that year."""
    solstice = next(
        jdn
        for jdn in range(_jdn(date(year, 12, 18)), _jdn(date(year, 12, 26)))
        if _term(jdn, zone_h) == 8 and _term(jdn + 1, zone_h) == 9
    )
    k = round((solstice - 2451550) / 29.530588861) + 1
    while month_start(k, zone_h) > solstice:
        k -= 1
    return k


def _jdn(on: date) -> int:
    return on.toordinal() + JULIAN_DAY_OF_ORDINAL_ZERO


def almanac(on: date, zone_h: int = 7) -> tuple[int, int, bool]:
    """Lunar day, month, and whether the month is leap, at the zone's meridian."""
    jdn = _jdn(on)
    year = on.year if jdn >= month_start(_month_eleven(on.year, zone_h), zone_h) else on.year - 1
    first, last = _month_eleven(year, zone_h), _month_eleven(year + 1, zone_h)
    k = next(k for k in range(last, first - 1, -1) if month_start(k, zone_h) <= jdn)
    leap = None
    if last - first == 13:
        # The first month of the thirteen in which the sun enters no new twelfth.
        leap = next(
            k
            for k in range(first + 1, last)
            if _term(month_start(k, zone_h), zone_h) == _term(month_start(k + 1, zone_h), zone_h)
        )
    month = 11 + (k - first) - (1 if leap is not None and k >= leap else 0)
    return jdn - month_start(k, zone_h) + 1, (month - 1) % 12 + 1, k == leap


def days(start: date, end: date) -> list[date]:
    """Every day of a half-open period."""
    return [start + timedelta(days=offset) for offset in range((end - start).days)]
