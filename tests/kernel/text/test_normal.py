"""Text as it is kept and as it is searched."""

import json
import unicodedata
from pathlib import Path

import pytest

from guisach.kernel.text import fold, nfc, normalise_tone_placement, syllables

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "fold.json").read_text("utf-8"))


@pytest.mark.parametrize(("text", "folded"), VECTORS["fold"])
def test_fold_agrees_with_the_vectors_that_every_client_runs(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(("text", "parts"), VECTORS["syllables"])
def test_syllables_agree_with_the_vectors(text: str, parts: list[str]) -> None:
    assert syllables(text) == parts


@pytest.mark.parametrize(("text", "placed"), VECTORS["tone_placement"])
def test_tone_placement_agrees_with_the_vectors(text: str, placed: str) -> None:
    assert normalise_tone_placement(text) == placed


@pytest.mark.parametrize("base", ["â", "ê", "ô", "ă", "Â", "Ê", "Ô", "Ă"])
@pytest.mark.parametrize("tone", ["\u0300", "\u0301", "\u0303", "\u0309", "\u0323"])
def test_a_tone_before_the_circumflex_or_breve_is_put_right(base: str, tone: str) -> None:
    letter, quality = list(unicodedata.normalize("NFD", base))
    right = unicodedata.normalize("NFC", base + tone)
    assert len(right) == 1
    assert nfc(letter + tone + quality) == right
    assert nfc(unicodedata.normalize("NFC", letter + tone) + quality) == right


@pytest.mark.parametrize("base", ["ơ", "ư"])
def test_a_tone_before_the_horn_is_put_right(base: str) -> None:
    letter, horn = list(unicodedata.normalize("NFD", base))
    assert nfc(letter + "\u0301" + horn) == unicodedata.normalize("NFC", base + "\u0301")


def test_mending_mark_order_leaves_other_stacked_marks_alone() -> None:
    stacked = unicodedata.normalize("NFC", "u\u0304\u0301 x\u0301\u0302")
    assert nfc(stacked) == stacked


def test_nfc_removes_what_nobody_sees_and_what_a_database_refuses() -> None:
    assert nfc("a\x00b\x88c\u200bd\ufeffe\ud800f") == "abcdef"


def test_nfc_takes_separators_of_marc_and_line_ends_for_spaces() -> None:
    assert nfc(" Tuyển\x1e\x1ftập\r\n\tthơ \u3000 ") == "Tuyển tập thơ"


def test_nfc_keeps_joiners_that_some_scripts_need() -> None:
    assert nfc("می\u200cخواهم") == "می\u200cخواهم"
