"""Opening hours as people write them."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.network.rules.hours import BadHoursError, Opening, OpeningLine, lines, parse, write

MORNING, AFTERNOON = (time(7, 30), time(11)), (time(13, 30), time(17))


def test_a_week_with_two_stretches_and_a_saturday_is_read() -> None:
    found = parse("Mon-Fri 07:30-11:00,13:30-17:00; Sat 08:00-11:00")
    assert len(found) == 11
    assert found[:2] == [Opening(1, *MORNING), Opening(1, *AFTERNOON)]
    assert found[-1] == Opening(6, time(8), time(11))


@pytest.mark.parametrize(
    "text",
    [
        "T2-T6 7h30-11h, 13h30-17h; T7 8h-11h",
        "t2–t6 07:30–11:00,13:30–17:00;t7 8:00-11:00;",
        "Thứ 2 - Thứ 6: 7h30-11h00,13h30-17h; Thứ 7: 8-11h",
        "T2,T3,T4-T6 7h30-11h,13h30-17h; T7 8h-11h",
    ],
)
def test_vietnamese_ways_of_writing_it_mean_the_same(text: str) -> None:
    assert parse(text) == parse("Mon-Fri 07:30-11:00,13:30-17:00; Sat 08:00-11:00")


def test_sunday_has_its_names_and_a_range_may_pass_the_end_of_the_week() -> None:
    assert parse("CN 8h-11h") == parse("Chủ nhật 8h-11h") == parse("T8 8h-11h") == parse("Sun 8:00-11:00")
    assert {one.weekday for one in parse("Sat-Mon 8:00-11:00")} == {6, 7, 1}


def test_no_text_is_no_hours() -> None:
    assert parse("") == parse("  ;  ") == []


@pytest.mark.parametrize(
    "text",
    [
        "07:30-11:00",
        "Mon",
        "Mon 11:00-07:30",
        "Mon 07:30-07:30",
        "Mon 07:30",
        "Mon 25:00-26:00",
        "Mon 07:61-08:00",
        "T1 7h-8h",
        "T9 7h-8h",
        "Mon-Wed-Fri 07:30-11:00",
        "Mon,Mon 07:30-11:00",
        "Mon 07:30-11:00,10:00-12:00",
        "Mon 07:30-11:00; T2 10:00-12:00",
        "mở cả ngày",
    ],
)
def test_what_is_not_hours_is_refused_with_the_piece_named(text: str) -> None:
    with pytest.raises(BadHoursError) as refusal:
        parse(text)
    assert refusal.value.part
    assert refusal.value.part in text


def test_days_with_the_same_hours_that_follow_each_other_share_a_line() -> None:
    openings = parse("Mon-Wed 07:30-11:00; Thu 13:30-17:00; Fri 07:30-11:00")
    assert lines(openings) == [
        OpeningLine(1, 3, (MORNING,)),
        OpeningLine(4, 4, (AFTERNOON,)),
        OpeningLine(5, 5, (MORNING,)),
    ]
    assert lines([]) == []


stretches = st.sampled_from([(MORNING,), (AFTERNOON,), (MORNING, AFTERNOON)])


@given(st.dictionaries(st.integers(1, 7), stretches))
def test_what_is_written_reads_the_same_again(week: dict[int, tuple[tuple[time, time], ...]]) -> None:
    openings = [Opening(weekday, *one) for weekday, some in sorted(week.items()) for one in some]
    assert parse(write(openings)) == openings
