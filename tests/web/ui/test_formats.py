"""Numbers, dates and times as Vietnamese readers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from guisach.web.ui import formats


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1234, "1.234"),
        (12345678, "12.345.678"),
        (1234.5, "1.234,5"),
        (Decimal("8.20"), "8,2"),
        (0.1 + 0.2 - 0.2, "0,1"),
        (-1050, "−1.050"),
        (None, ""),
        ("", ""),
        ("chưa rõ", "chưa rõ"),
        (float("nan"), "nan"),
    ],
)
def test_a_number_is_written_with_points_and_a_comma(value, text):
    assert formats.number(value) == text


@pytest.mark.parametrize(("value", "places", "text"), [(56, 1, "56,0"), (2.345, 2, "2,35"), (1999.6, 0, "2.000")])
def test_decimals_can_be_fixed_and_round_half_up(value, places, text):
    assert formats.number(value, places) == text


def test_a_date_is_day_month_year():
    assert formats.day(date(2026, 11, 2)) == "02/11/2026"
    assert formats.day(None) == ""


def test_an_instant_is_told_in_local_time_even_across_midnight():
    late = datetime(2026, 11, 21, 17, 5, tzinfo=UTC)
    assert formats.moment(late) == "22/11/2026 00:05"
    assert formats.day(late) == "22/11/2026"
    assert formats.moment(None) == ""


def test_a_weekday_stands_before_its_date():
    with translation.override("en"):
        assert formats.weekday(date(2026, 11, 22)) == "Sunday 22/11/2026"
        assert formats.weekday(datetime(2026, 11, 22, 18, 0, tzinfo=UTC)) == "Monday 23/11/2026"
    assert formats.weekday(None) == ""
