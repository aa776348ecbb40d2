"""Raw Telex and VNI keys."""

import pytest

from guisach.kernel.text import (
    every_spelling,
    from_telex,
    from_vni,
    looks_like_telex,
    looks_like_vni,
    to_telex,
    to_vni,
    typed_readings,
)


@pytest.mark.slow
@pytest.mark.parametrize("tone_last", [True, False])
def test_every_syllable_comes_back_from_its_telex_keys(tone_last: bool) -> None:
    words = [spelling.written() for spelling in every_spelling()]
    assert [w for w in words if from_telex(to_telex(w, tone_last=tone_last)) != w] == []


@pytest.mark.slow
@pytest.mark.parametrize("tone_last", [True, False])
def test_every_syllable_comes_back_from_its_vni_keys(tone_last: bool) -> None:
    words = [spelling.written() for spelling in every_spelling()]
    assert [w for w in words if from_vni(to_vni(w, tone_last=tone_last)) != w] == []


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("dees mefn phieeu luwu kys", "dế mèn phiêu lưu ký"),
        ("truwowngf truongwf truowngf", "trường trường trường"),
        ("vieetj vietej vieejt", "việt việt việt"),
        ("dduwowcj duocdwj duwocdj", "được được được"),
        ("Ddoongf Bawngf", "Đồng Bằng"),
        ("HAF NOOIJ", "HÀ NỘI"),
        ("nhwngx tw", "những tư"),
        ("booong thuowr huow", "boong thuở huơ"),
        ("quys giuwx gifn giaf quar", "quý giữ gìn già quả"),
        ("hoafz toans, lowps 4!", "hoa toán, lớp 4!"),
        ("tess hoa moor Đắk", "tess hoa mổ Đắk"),
    ],
)
def test_telex_is_read_as_a_keyboard_would(keys: str, text: str) -> None:
    assert from_telex(keys) == text


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("de61 me2n phie6u lu7u ky1", "dế mèn phiêu lưu ký"),
        ("Nguye64n Nguyen64 Nguye6n4", "Nguyễn Nguyễn Nguyễn"),
        ("d9uo7ng2 d9u7o7ng2 duong972", "đường đường đường"),
        ("tra8ng trang8", "trăng trăng"),
        ("lu7u luu7", "lưu lưu"),
        ("hoa20 T34 covid19 2026", "hoa T34 covid19 2026"),
    ],
)
def test_vni_is_read_as_a_keyboard_would(keys: str, text: str) -> None:
    assert from_vni(keys) == text


@pytest.mark.parametrize("word", ["dees", "mefn", "phieeu", "luwu", "kys", "DDAATS", "Hocj", "toans", "nguwowif"])
def test_raw_telex_looks_like_it(word: str) -> None:
    assert looks_like_telex(word)


@pytest.mark.parametrize(
    "word",
    [
        "hoa",
        "tess",
        "of",
        "the",
        "lord",
        "rings",
        "harry",
        "potter",
        "moon",
        "books",
        "for",
        "his",
        "has",
        "Paris",
        "gulliver",
        "dế",
        "đaf",
        "a",
        "s",
        "x1",
    ],
)
def test_ordinary_words_do_not_look_like_telex(word: str) -> None:
    assert not looks_like_telex(word)


@pytest.mark.parametrize("word", ["de61", "me2n", "phie6u", "ky1", "d9i", "o73"])
def test_raw_vni_looks_like_it(word: str) -> None:
    assert looks_like_vni(word)


@pytest.mark.parametrize(
    "word", ["A4", "B2", "T34", "covid19", "2026", "978604", "mp3", "html5", "ký1", "hoa", "e10", "hoa20"]
)
def test_ordinary_words_with_digits_do_not_look_like_vni(word: str) -> None:
    assert not looks_like_vni(word)


@pytest.mark.parametrize(
    "title",
    [
        "Harry Potter and the Philosopher's Stone",
        "The Lord of the Rings",
        "Pride and Prejudice",
        "Tess of the d'Urbervilles",
        "The Old Man and the Sea",
        "cay cam ngot cua toi",
        "Truyện Kiều",
        "toan lop 5",
        "",
    ],
)
def test_titles_as_people_write_them_have_no_second_reading(title: str) -> None:
    assert typed_readings(title) == ()


def test_one_raw_word_is_enough_to_read_all() -> None:
    assert typed_readings("hocj toans") == ("học toán",)
    assert typed_readings("toa1n lop 5") == ("toán lop 5",)


def test_ordinary_words_beside_raw_ones_are_read_both_ways() -> None:
    assert typed_readings("hocj moon toans") == ("học môn toán", "học moon toán")
