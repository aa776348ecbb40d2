"""Laws of text that hold for any string."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from guisach.kernel.text import (
    collation_key,
    every_spelling,
    exact,
    exact_syllables,
    fold,
    folded_syllables,
    from_telex,
    from_vni,
    nfc,
    normalise_tone_placement,
    syllables,
    to_telex,
    to_vni,
    typed_readings,
)

WORDS = sorted({spelling.written() for spelling in every_spelling()})
VIETNAMESE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
MARKS = st.sampled_from("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
TANGLED = st.lists(st.one_of(st.sampled_from("aeiouydAEOUDđĐ -'."), MARKS), max_size=20).map("".join)
ANY = st.one_of(st.text(max_size=40), TANGLED, VIETNAMESE)


@given(ANY)
def test_normalising_twice_changes_nothing(text: str) -> None:
    for form in (nfc, fold, exact, normalise_tone_placement):
        once = form(text)
        assert form(once) == once, form.__name__


@given(ANY)
def test_folding_does_not_care_how_text_was_composed(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text)) == fold(text)
    assert fold(nfc(text)) == fold(text)


@given(ANY)
def test_kept_text_is_composed_trimmed_and_storable(text: str) -> None:
    kept = nfc(text)
    assert unicodedata.is_normalized("NFC", kept)
    assert kept == kept.strip()
    assert "\x00" not in kept
    kept.encode("utf-8")
    fold(text).encode("utf-8")


@given(ANY)
def test_placing_a_tone_moves_marks_and_never_letters(text: str) -> None:
    assert fold(normalise_tone_placement(text)) == fold(text)


@given(VIETNAMESE)
def test_vietnamese_folds_to_letters_anyone_can_type(text: str) -> None:
    folded = fold(text)
    assert folded.isascii()
    assert len(folded) == len(text)
    assert fold(text.upper()) == folded
    assert folded_syllables(text) == folded.split()


@given(ANY)
def test_syllables_have_no_separators_left(text: str) -> None:
    for part in (*syllables(nfc(text)), *exact_syllables(text), *folded_syllables(text)):
        assert part
        assert not any(char.isspace() or char in "_-.,;:!?()[]" for char in part)


@given(VIETNAMESE, st.booleans())
def test_typed_keys_read_back_as_what_was_meant(text: str, tone_last: bool) -> None:
    assert from_telex(to_telex(text, tone_last=tone_last)) == text
    assert from_vni(to_vni(text, tone_last=tone_last)) == text


@given(ANY)
def test_reading_keys_never_fails_and_marked_text_is_left_alone(text: str) -> None:
    typed_readings(text)
    marked = " ".join(word + "đ" for word in syllables(nfc(text)))
    assert typed_readings(marked) == ()


@given(ANY, ANY)
def test_order_agrees_with_folded_equality(one: str, other: str) -> None:
    if exact_syllables(one) == exact_syllables(other):
        assert collation_key(one) == collation_key(other)
    collation_key(one).encode("utf-8")


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_numbers_sort_by_value(one: int, other: int) -> None:
    assert (collation_key(f"tập {one}") < collation_key(f"tập {other}")) == (one < other)
