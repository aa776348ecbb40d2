"""Words and keys of the index."""

from __future__ import annotations

import pytest

from guisach.adapters.search.rerank import close
from guisach.adapters.search.words import LONGEST_WORD, MOST_WORDS, isbn13, keys, pairs, words


def test_words_keep_marks_and_keys_do_not() -> None:
    exact = words("Dế Mèn (tập 1)")
    assert exact == ["dế", "mèn", "tập", "1"]
    assert keys(exact) == ["de", "men", "tap", "1"]
    assert pairs(keys(exact)) == ["de_men", "men_tap", "tap_1"]


def test_final_y_and_i_are_one_word_where_both_are_written() -> None:
    assert words("Kỹ sư Mỹ, vật lý, bác sỹ, công ty, quý") == words("Kĩ sư Mĩ, vật lí, bác sĩ, công ti, quí")


def test_final_y_and_i_stay_apart_where_they_sound_different() -> None:
    assert words("tay thúy chạy") == ["tay", "thúy", "chạy"]
    assert words("tai thúi chại") != words("tay thúy chạy")


def test_texts_without_end_are_cut() -> None:
    assert [len(word) for word in words("đ" * 100_000)] == [LONGEST_WORD]
    assert len(words("à " * 5000)) == MOST_WORDS


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("978-604-2-12345-3", "9786042123453"),
        ("9786042123453 (bìa mềm) : 50.000đ", "9786042123453"),
        ("ISBN-13: 978 604 2 12345 3", "9786042123453"),
        ("0141439599", "9780141439594"),
        ("isbn 0-8044-2957-x", "9780804429573"),
        ("1234567890123", None),
        ("978", None),
        ("toán 9786042123453", None),
        ("0141439599012345", None),
        ("", None),
    ],
)
def test_an_isbn_is_known_in_any_dress(text: str, digits: str | None) -> None:
    assert isbn13(text) == digits


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("phieu", "phiu", True),
        ("phieu", "phieeu", True),
        ("phieu", "phiuu", True),
        ("phieu", "pheiu", True),
        ("phieu", "hpieu", True),
        ("phieu", "phieut", True),
        ("phieu", "piue", False),
        ("luu", "lang", False),
        ("", "a", False),
    ],
)
def test_one_typing_mistake_is_close(one: str, other: str, expected: bool) -> None:
    assert close(one, other) is expected
    assert close(other, one) is expected
