"""Dictionary order."""

import random

import pytest

from guisach.kernel.text import collation_key

IN_ORDER = [
    [
        "a",
        "à",
        "ả",
        "ã",
        "á",
        "ạ",
        "ă",
        "ằ",
        "ẳ",
        "ẵ",
        "ắ",
        "ặ",
        "â",
        "ầ",
        "ẩ",
        "ẫ",
        "ấ",
        "ậ",
        "b",
        "c",
        "d",
        "đ",
    ],
    list("eêfghijklmnoôơpqrstuưvwxyz"),
    ["da", "Dã", "dạ", "dây", "dz", "đa", "Đá"],
    ["an", "an toàn", "ang", "anh"],
    ["Tập 1", "Tập 2", "Tập 02 bis", "Tập 10", "Tập 100", "Tập một"],
    ["1 vạn", "9 tháng", "10 phút", "100 bí ẩn", "10.000 mạch điện", "An"],
    ["Hòa An", "Hoa Lư", "Hòa Lý"],  # letters of the whole text before tones
    ["Nguyễn Ái Quốc", "Nguyễn Du", "Nguyễn Thị Định", "Nguyễn Trãi"],
    ["Phja Đén", "Phong Nậm", "Phục Hòa"],
    ["ze", "война"],
    ["", "a"],
]


@pytest.mark.parametrize("words", IN_ORDER, ids=lambda words: words[0] or "empty")
def test_words_stand_as_in_a_dictionary(words: list[str]) -> None:
    keys = [collation_key(word) for word in words]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    shuffled = random.Random(5).sample(words, len(words))
    assert sorted(shuffled, key=lambda word: collation_key(word).encode()) == words


@pytest.mark.parametrize(
    ("one", "other"), [("Hoà An", "hòa an"), ("e\u0301\u0302", "ế"), ("Ê-đê", "ê đê"), ("tập 02", "Tập 2.")]
)
def test_what_differs_only_in_writing_has_one_key(one: str, other: str) -> None:
    assert collation_key(one) == collation_key(other)


def test_a_very_long_number_has_a_key() -> None:
    assert collation_key("9" * 5000) > collation_key("9" * 50) > collation_key("10")
