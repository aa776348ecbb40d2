"""What one text message holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.messages.rules.sms import is_gsm, one_message, plain, room_left


@pytest.mark.parametrize(
    ("text", "left"),
    [("a" * 160, 0), ("a" * 161, -1), ("ạ" * 70, 0), ("ạ" * 71, -1), ("[" * 80, 0), ("€" * 81, -2), ("😀" * 35, 0)],
)
def test_the_room_is_that_of_the_alphabet(text, left):
    assert room_left(text) == left


def test_vietnamese_is_written_plainly_with_its_capitals():
    assert plain("Thư viện xã Cô Ba: “Đất rừng” – 2 cuốn…") == 'Thu vien xa Co Ba: "Dat rung" - 2 cuon...'


@given(st.text(alphabet="aăâeêioôơuưyđĐÁẠẢ ,.", max_size=200))
def test_plain_vietnamese_is_always_of_the_old_alphabet(text):
    assert is_gsm(plain(text))


@given(st.lists(st.text(max_size=300), min_size=1, max_size=4), st.booleans())
def test_it_always_fits_into_one(variants, has_marks):
    assert room_left(one_message(variants, has_marks=has_marks)) >= 0


def test_the_fullest_wording_that_fits_is_taken_and_the_last_is_cut_at_a_word():
    assert one_message(["x" * 161, "shorter"], has_marks=False) == "shorter"
    cut = one_message(["tu " * 100], has_marks=False)
    assert cut.endswith("tu...")
    assert len(cut) <= 160
