"""Whole numbers from outside: what people type, and what nobody types."""

import pytest

from guisach.kernel.text.numbers import LARGEST, whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), (str(LARGEST), LARGEST)])
def test_plain_digits_are_a_number(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text", ["", " 7", "-1", "+1", "1_000", "1.5", "²", "٣", "७", "bảy", str(LARGEST + 1), "9" * 5_000, "0" * 5_000]
)
def test_whatever_else_is_none_and_never_a_fault(text):
    assert whole_number(text) is None


def test_more_than_the_most_is_none():
    assert (whole_number("20", 20), whole_number("21", 20)) == (20, None)
