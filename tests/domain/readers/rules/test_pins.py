"""Which PINs are taken, and how long signing in rests after wrong tries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from guisach.domain.readers.rules.pins import START_CODE_LENGTH, refusal_of_pin, start_code, tidy_pin
from guisach.domain.readers.rules.waits import OF_ADDRESS, OF_CARD


def refusal(pin, **known):
    said = {"card_no": "BD00004127", "birth_on": date(1990, 5, 2), "phones": ("0912 345 678", ""), **known}
    return refusal_of_pin(pin, **said)


@pytest.mark.parametrize("pin", ["", "12345", "1234567890123", "12a456", "１２３４５６", "-12345", "482 913"])
def test_a_pin_is_six_to_twelve_digits(pin):
    assert refusal(pin) == "pin_not_digits"


@pytest.mark.parametrize(
    "pin",
    [
        "111111", "000000000000", "123456", "654321", "234567890", "890123", "246802", "121212", "123123", "12341234",
        "112233", "445566", "111222", "1231231", "02051990", "020590", "19900502", "900502", "050290", "095020",
        "00004127", "000041", "912345678", "345678",
    ],
)  # fmt: skip
def test_what_others_try_first_is_refused(pin):
    assert refusal(pin) == "pin_easy"


@pytest.mark.parametrize("pin", ["482913", "739104", "550192", "102030405", "314159265", "860427", "020591"])
def test_others_are_taken(pin):
    assert refusal(pin) is None


def test_nothing_is_known_of_a_reader_without_birth_date_or_telephone():
    assert refusal("020590", birth_on=None, phones=("",)) is None
    assert refusal("482913", card_no="THẺ CŨ") is None


def test_a_start_code_can_be_typed_with_its_space():
    codes = {start_code() for _ in range(20)}
    assert len(codes) > 1
    assert {len(code) for code in codes} == {START_CODE_LENGTH}
    assert tidy_pin("4829 1330") == "48291330"
    assert tidy_pin("482.913-30") == "48291330"


def test_waits_grow_and_never_shrink():
    for patience in (OF_CARD, OF_ADDRESS):
        waits = [patience.wait_after(n) for n in range(60)]
        assert waits == sorted(waits)
        assert waits[patience.free] == timedelta()
        assert waits[patience.free + 1] > timedelta()


def test_a_card_can_be_tried_a_handful_of_times_and_then_once_a_day():
    assert OF_CARD.wait_after(4) == timedelta()
    assert OF_CARD.wait_after(10) == OF_CARD.wait_after(999) == timedelta(days=1)
    assert OF_CARD.forgets_after > timedelta(days=1), "else waiting a day would give all the tries anew"
