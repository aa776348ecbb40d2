"""Spelling: parts of a syllable and the place of its tone mark."""

import csv
from pathlib import Path

import pytest

from guisach.kernel.text import every_spelling, exact_syllables, normalise_tone_placement, without_tone
from guisach.kernel.text.spelling import RIMES, is_spelt_right, split


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("quynh", ("qu", "ynh")),
        ("quôc", ("qu", "ôc")),
        ("gia", ("gi", "a")),
        ("gi", ("g", "i")),
        ("gin", ("g", "in")),
        ("giêng", ("g", "iêng")),
        ("giưa", ("gi", "ưa")),
        ("nghiêng", ("ngh", "iêng")),
        ("ương", ("", "ương")),
        ("phja", ("phj", "a")),
        ("mjâu", ("mj", "âu")),
        ("strasse", None),
        ("", None),
    ],
)
def test_a_syllable_comes_apart_where_its_sounds_do(word: str, parts: tuple[str, str] | None) -> None:
    assert split(word) == parts


@pytest.mark.parametrize(
    ("initial", "rime", "tone"),
    [
        ("c", "e", 0),
        ("k", "a", 0),
        ("ng", "ê", 0),
        ("gh", "o", 0),
        ("c", "at", 1),
        ("", "iên", 0),
        ("t", "yên", 0),
    ],
)
def test_what_no_school_would_pass_is_not_spelt_right(initial: str, rime: str, tone: int) -> None:
    assert rime in RIMES
    assert not is_spelt_right(initial, rime, tone)


def test_every_spelling_is_written_with_its_mark_already_in_place() -> None:
    count = 0
    for spelling in every_spelling():
        word = spelling.written()
        assert normalise_tone_placement(word) == word
        assert without_tone(word) == spelling.initial + spelling.rime
        count += 1
    assert count > 15_000


def test_two_tones_in_a_word_are_left_alone() -> None:
    assert normalise_tone_placement("hóà") == "hóà"


def test_exact_syllables_of_both_spellings_agree() -> None:
    assert exact_syllables("HOÀ BÌNH, Thuỷ Điện") == exact_syllables("Hòa Bình / Thủy điện")
    assert exact_syllables("Ðàm Thuỷ") == ["đàm", "thủy"]


def test_official_lists_that_differ_only_in_tone_placement_agree(shared_data: Path) -> None:
    with (shared_data / "tone-placement-pairs.csv").open(encoding="utf-8") as lines:
        pairs = [(row["name_sapnhap"], row["name_gso"]) for row in csv.DictReader(lines)]
    assert len(pairs) > 100
    assert [pair for pair in pairs if pair[0] == pair[1]] == []
    assert [pair for pair in pairs if exact_syllables(pair[0]) != exact_syllables(pair[1])] == []
