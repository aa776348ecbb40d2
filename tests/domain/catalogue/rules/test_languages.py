"""Languages and classes as data: what the province speaks has a name, and words lead to a class."""

from __future__ import annotations

import re

import pytest

from guisach.domain.catalogue.rules.author_marks import (
    SCHEMES,
    MarkTableError,
    call_number,
    house_mark,
    read_choice,
    register,
    suggest_mark,
    table_scheme,
)
from guisach.domain.catalogue.rules.classes import caption_of, classes, find_classes, is_class_number
from guisach.domain.catalogue.rules.languages import (
    find_language,
    known_code,
    language_name,
    languages,
    marc_code,
    needs_iso,
)


class TestLanguages:
    @pytest.mark.parametrize(
        ("code", "vi", "marc"),
        [
            ("vie", "tiếng Việt", "vie"),
            ("tyz", "tiếng Tày", "tai"),
            ("nut", "tiếng Nùng", "tai"),
            ("hmn", "tiếng Mông", "hmn"),
            ("ium", "tiếng Dao", "sit"),
            ("fre", "tiếng Pháp", "fre"),
        ],
    )
    def test_the_languages_of_the_province_have_names_and_a_code_for_marc(self, code, vi, marc):
        assert language_name(code, "vi") == vi
        assert marc_code(code) == marc

    def test_both_forms_of_a_code_are_one_language(self):
        assert known_code("fra") == "fre"
        assert known_code("ZHO") == "chi"
        assert language_name("fra", "en") == "French"

    def test_only_what_marc_cannot_say_needs_iso(self):
        assert needs_iso("tyz")
        assert not needs_iso("fra")
        assert not needs_iso("xyx")

    def test_a_code_without_a_name_stays_a_code(self):
        assert language_name("xyx", "vi") == "xyx"
        assert marc_code("xyx") == "xyx"

    @pytest.mark.parametrize(
        ("text", "code"), [("Tày", "tyz"), ("tiếng Mông", "hmn"), ("H'Mông", "hmn"), ("Dao", "ium"), ("english", "eng")]
    )
    def test_a_name_leads_to_its_code(self, text, code):
        assert find_language(text) == code

    def test_the_table_is_whole(self):
        for code, one in languages().items():
            assert re.fullmatch("[a-z]{3}", code)
            assert one.vi and one.en
            assert re.fullmatch("[a-z]{3}", one.marc)
            assert one.marc in languages(), one


class TestClasses:
    def test_the_ten_classes_and_hundred_divisions_have_captions(self):
        known = {one.number for one in classes()}
        assert {f"{number:03}" for number in range(0, 1000, 10)} <= known

    @pytest.mark.parametrize("text", ["chăn nuôi", "chan nuoi", "CHĂN NUÔI"])
    def test_words_lead_to_a_number_with_marks_or_without(self, text):
        assert find_classes(text)[0].number == "636"

    def test_the_beginning_of_a_number_lists_what_lies_below(self):
        assert find_classes("63")[0].number == "630"
        assert all(one.number.startswith("63") for one in find_classes("63"))

    def test_a_longer_number_has_the_caption_of_the_nearest_above_it(self):
        assert caption_of("895.92234", "vi") == "Truyện và tiểu thuyết Việt Nam"
        assert caption_of("523.8", "en") == "Astronomy"
        assert caption_of("x", "vi") == ""

    @pytest.mark.parametrize(
        ("text", "is_one"), [("636", True), ("636.4", True), ("63", False), ("636.", False), ("6a", False)]
    )
    def test_the_form_of_a_number(self, text, is_one):
        assert is_class_number(text) is is_one

    def test_every_number_of_the_table_has_the_form_of_one(self):
        assert [one.number for one in classes() if not is_class_number(one.number)] == []


class TestAuthorMarks:
    def test_the_schemes_without_a_table(self):
        told = {
            name: suggest_mark(name, "Tô Hoài", "Dế Mèn")
            for name in ("NONE", "AUTHOR_LETTERS", "GIVEN_LETTERS", "TITLE_LETTERS")
        }
        assert told == {"NONE": "", "AUTHOR_LETTERS": "TOH", "GIVEN_LETTERS": "HOA", "TITLE_LETTERS": "DEM"}

    def test_without_an_author_the_title_gives_the_mark(self):
        assert suggest_mark("GIVEN_LETTERS", "", "Truyện Kiều") == "TRU"

    def test_a_province_brings_its_own_table(self, monkeypatch):
        monkeypatch.setitem(SCHEMES, "OURS", SCHEMES["NONE"])
        register("OURS", table_scheme("# của tỉnh\nNguyễn,NG527\nNg,NG\nTô,T450\n"))
        assert suggest_mark("OURS", "Nguyễn Du", "Truyện Kiều") == "NG527T"
        assert suggest_mark("OURS", "Tô Hoài", "Dế Mèn") == "T450D"
        assert suggest_mark("OURS", "Vũ Trọng Phụng", "Số đỏ") == ""

    def test_a_table_with_a_hole_says_where(self):
        with pytest.raises(MarkTableError, match="line 2"):
            table_scheme("Tô,T450\nNguyễn\n")

    def test_a_province_chooses_in_its_file(self, monkeypatch):
        from guisach.domain.catalogue.rules import author_marks

        monkeypatch.setattr(author_marks, "_chosen", ["NONE"])
        monkeypatch.setattr(author_marks, "SCHEMES", dict(SCHEMES))
        assert house_mark("Tô Hoài", "Dế Mèn") == ""
        read_choice("scheme,GIVEN_LETTERS\n")
        assert house_mark("Tô Hoài", "Dế Mèn") == "HOA"
        read_choice("\ufeffTô,T450\n")
        assert house_mark("Tô Hoài", "Dế Mèn") == "T450D"
        with pytest.raises(MarkTableError, match="NO_SUCH"):
            read_choice("scheme,NO_SUCH")

    def test_an_unknown_scheme_suggests_nothing(self):
        assert suggest_mark("NO_SUCH", "Tô Hoài", "Dế Mèn") == ""

    def test_class_and_mark_stand_on_the_spine(self):
        assert call_number("895.9223", "T450D") == "895.9223 T450D"
        assert call_number("", "T450D") == "T450D"
