"""Numbers of sheets, days as people write them, words of a title."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.circulation.rules import paper
from guisach.domain.circulation.rules.paper import DayWrong, Row, line_op, read_code, read_day, sheet_code

TODAY = date(2026, 11, 22)
CODES = st.integers(0, 2**35 - 1).map(sheet_code)


@given(CODES)
def test_a_number_is_read_however_a_hand_wrote_it(code):
    assert read_code(code) == code
    sloppy = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_code(f" {sloppy} ") == code


@given(CODES, st.integers(0, 7), st.sampled_from(paper._SIGNS))
def test_one_wrong_sign_is_noticed(code, at, sign):
    signs = code.replace("-", "")
    wrong = signs[:at] + sign + signs[at + 1 :]
    if wrong != signs:
        with pytest.raises(ValueError):
            read_code(wrong)


@given(CODES, st.integers(0, 6))
def test_two_signs_that_changed_places_are_noticed(code, at):
    signs = code.replace("-", "")
    swapped = signs[:at] + signs[at + 1] + signs[at] + signs[at + 2 :]
    if swapped != signs:
        with pytest.raises(ValueError):
            read_code(swapped)


@given(st.text())
def test_no_text_makes_reading_a_number_fail_otherwise(text):
    with contextlib.suppress(ValueError):
        assert read_code(read_code(text)) == read_code(text)


def test_a_line_has_one_id_for_its_place_sheet_number_and_attempt():
    ids = {
        line_op(place, code, line, attempt)
        for place in ("A", "B")
        for code in ("K4M7-QX2T", "K4M7-QX2V")
        for line in (1, 2, "visits")
        for attempt in (0, 1)
    }
    assert len(ids) == 24
    assert line_op("A", "K4M7-QX2T", 1) in ids


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("5/11", date(2026, 11, 5)),
        (" 05.11.26 ", date(2026, 11, 5)),
        ("5-11-2026", date(2026, 11, 5)),
        ("2026-11-05", date(2026, 11, 5)),
        ("22/11", TODAY),
        ("30/12", date(2025, 12, 30)),  # the last one there was
    ],
)
def test_a_day_is_read_as_people_write_it(text, day):
    assert read_day(text, today=TODAY) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/2", "day_unreadable"),
        ("hôm qua", "day_unreadable"),
        ("", "day_unreadable"),
        ("٥/١١", "day_unreadable"),
        ("23/11/2026", "day_to_come"),
        ("5/11/2016", "day_too_old"),
    ],
)
def test_what_is_no_day_of_a_sheet_says_why(text, code):
    with pytest.raises(DayWrong) as wrong:
        read_day(text, today=TODAY)
    assert wrong.value.code == code


@given(st.text())
def test_no_text_makes_reading_a_day_fail_otherwise(text):
    with contextlib.suppress(DayWrong):
        assert read_day(text, today=TODAY) <= TODAY


@pytest.mark.parametrize(
    ("row", "is_out"),
    [
        (Row(line=1, book="x", who="An"), True),
        (Row(line=1, book="x"), False),
        (Row(line=1, book="x", way="out"), True),
        (Row(line=1, book="x", who="An", way="in"), False),
    ],
)
def test_a_name_says_that_a_book_went_out(row, is_out):
    assert row.is_out is is_out


@pytest.mark.parametrize(("text", "end"), [("123", "123"), ("CB-000123", "123"), ("Tập", ""), ("000", ""), ("x9y", "")])
def test_people_write_the_last_figures_of_a_number(text, end):
    assert paper.figures(text) == end
