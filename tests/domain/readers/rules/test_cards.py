"""Card numbers: the check digit catches slips of the finger; what an older system printed is left as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.readers.rules.cards import card_number, check_digit, is_mistyped, normalise_card, serial_of

serials = st.integers(0, 9_999_999)


@pytest.mark.parametrize(("digits", "digit"), [("7992739871", "3"), ("0000001", "8"), ("0000412", "7"), ("0", "0")])
def test_the_check_digit_is_that_of_the_standard(digits, digit):
    assert check_digit(digits) == digit


@given(serials)
def test_a_number_gives_its_serial_back(serial):
    number = card_number(serial)
    assert serial_of(number) == serial
    assert not is_mistyped(number)
    assert normalise_card(f" {number.lower()} ") == number


@given(serials, st.integers(2, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(serial, place, other):
    number = card_number(serial)
    wrong = number[:place] + str((int(number[place]) + other) % 10) + number[place + 1 :]
    assert is_mistyped(wrong)


@given(serials, st.integers(2, 8))
def test_swapped_neighbours_are_noticed_but_for_nine_and_nought(serial, place):
    number = card_number(serial)
    one, other = number[place], number[place + 1]
    swapped = number[:place] + other + one + number[place + 2 :]
    assert is_mistyped(swapped) == (one != other and {one, other} != {"0", "9"})


@pytest.mark.parametrize("number", ["CU-0042", "BD123", "BD000041270", "BDX0004127", "04127", "BD0000412٧"])
def test_another_systems_number_is_never_called_mistyped(number):
    assert serial_of(number) is None
    assert not is_mistyped(number)


@pytest.mark.parametrize("text", ["", "   ", "x" * 33, "CU\u0000", "CU\u202e"])
def test_what_cannot_be_a_number_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        normalise_card(text)
