"""What the editor says of a record: errors that stop, warnings that do not, and old faults that may stay."""

from __future__ import annotations

from datetime import date

import pytest

from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.domain.catalogue.rules.marc.checking import check, has_errors
from guisach.domain.catalogue.rules.marc.composing import compose
from guisach.domain.catalogue.rules.marc.format import coded_elements, fields, leader_elements, material
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
from guisach.domain.catalogue.rules.marc.lines import read_lines

GOOD = """LDR 00000nam#a2200000#a#4500
008 260101s2020####vm##################vie##
020 ## $a9786042088459
041 0# $avie
082 04 $a895.9223
100 0# $aTô Hoài
245 10 $aDế Mèn phiêu lưu ký$cTô Hoài
260 ## $aH.$bKim Đồng$c2020
"""


def marc(text: str) -> Incoming:
    read = read_lines(text)
    assert not read.faults
    return read.record


def codes(text: str, before: str = "") -> dict[str, bool]:
    return {one.code: one.is_error for one in check(marc(text), marc(before) if before else None)}


def test_a_sound_record_has_no_findings():
    assert check(marc(GOOD)) == []


def test_a_record_that_the_short_form_makes_has_no_findings():
    draft = RecordDraft(
        title="Số đỏ", authors=("Vũ Trọng Phụng", "Người giới thiệu"), language="tyz", ddc="895.9223",
        isbns=("9786042088459",), year=2020, publisher="Văn học", subjects=("Văn học",), series="Tủ sách ; 2",
        other_titles=("紅",), summary="Truyện", extent="200tr.", edition="In lần 2", issns=("0866-7691",),
    )  # fmt: skip
    assert check(compose(draft, date(2026, 11, 22))) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "is_error"),
    [
        ("245 10 $aDế Mèn phiêu lưu ký$cTô Hoài", "246 3# $aDế Mèn", "no_title", True),
        ("245 10", "245 50", "indicator_wrong", True),
        ("$aH.$b", "$aH.$b$b", "subfield_empty", True),
        ("245 10 $a", "245 10 $a1$a", "subfield_twice", True),
        ("100 0#", "100 0# $aA\n100 0#", "field_twice", True),
        ("100 0#", "110 2# $aBộ Văn hóa\n100 0#", "two_main_entries", True),
        ("008 260101s2020", "008 260101s202", "coded_length", True),
        ("008 260101s2020", "008 26010xs2020", "coded_day", False),
        ("008 260101s2020", "008 260101s20x0", "coded_year", False),
        ("9786042088459", "9786042088450", "isbn_wrong", False),
        ("020 ## $a", "022 ## $a", "issn_wrong", False),
        ("895.9223", "89x", "ddc_wrong", False),
        ("041 0# $avie", "041 0# $avietnam", "language_form", False),
        ("041 0# $avie", "041 0# $axyx", "language_unknown", False),
        ("041 0# $avie", "041 0# $atyz", "language_needs_iso", False),
        ("041 0# $avie", "041 07 $atyz", "source_missing", True),
        ("260 ##", "262 ##", "tag_unknown", False),
        ("260 ## $aH.", "260 ## $kH.", "subfield_unknown", False),
        ("260 ##", "26! ##", "tag_wrong", True),
        ("$bKim Đồng", "$BKim Đồng", "code_wrong", True),
        ("260 ##", "260 #", "indicators_length", True),
    ],
)
def test_each_fault_is_found(old, new, code, is_error):
    assert old in GOOD
    found = codes(GOOD.replace(old, new))
    assert found.get(code) is is_error, found


def test_a_record_without_a_language_is_warned_of():
    assert codes(GOOD.replace("041 0# $avie\n", "").replace("vie##", "#####")) == {"no_language": False}


def test_tay_by_iso_639_3_is_right():
    assert codes(GOOD.replace("041 0# $avie", "041 07 $atyz$2iso639-3")) == {}


def test_a_fault_that_was_there_does_not_stop_and_a_new_one_does():
    old = GOOD.replace("245 10", "245 50").replace("082 04", "082 99")
    assert codes(old, before=old) == {"indicator_wrong": False}
    assert not has_errors(check(marc(old.replace("Kim Đồng", "Trẻ")), marc(old)))
    assert has_errors(check(marc(old.replace("phiêu lưu ký", "du ký")), marc(old)))


def test_a_title_is_always_needed():
    bare = GOOD.replace("245 10 $aDế Mèn phiêu lưu ký$cTô Hoài\n", "")
    assert codes(bare, before=bare)["no_title"] is True


def test_unimarc_is_not_judged_by_the_rules_of_marc_21():
    record = Incoming(
        "00000nam0 2200000   450 ",
        (
            Field("100", "  ", (("a", "20200101d2020    k  y0viey0103    ba"),)),
            Field("200", "1 ", (("a", "Dế Mèn"), ("f", "Tô Hoài"))),
            Field("210", "  ", (("a", "H."), ("c", "Kim Đồng"))),
        ),
    )
    assert check(record) == []


class TestTheTables:
    def test_every_name_is_in_both_languages(self):
        nameless = [tag for tag, spec in fields().items() if not spec.names.vi or not spec.names.en]
        nameless += [
            f"{tag}${code}"
            for tag, spec in fields().items()
            for code, one in spec.subfields.items()
            if not one.names.vi or not one.names.en
        ]
        assert nameless == []

    def test_every_value_of_an_element_is_as_long_as_the_element(self):
        for leader in ("00000nam a2200000", "00000nas", "00000em ", "00000jm ", "00000gm ", "00000mm ", "00000pm "):
            for element in (*leader_elements(), *coded_elements(leader)):
                assert all(len(value) == element.length for value in element.values), (leader, element.names)
                assert element.at + element.length <= 40

    def test_the_material_is_told_by_the_leader(self):
        told = {kind: material(f"00000n{kind}") for kind in ("am", "as", "em", "jm", "gm", "mm", "pm", "tm")}
        assert told == {
            "am": "books", "as": "serials", "em": "maps", "jm": "music", "gm": "visual", "mm": "computer",
            "pm": "mixed", "tm": "books",
        }  # fmt: skip

    def test_an_element_that_is_put_back_changes_nothing(self):
        text = "260101s2020    vm a    b    000 1 vie d"
        leader = "00000nam a2200000 a 4500"
        for element in coded_elements(leader):
            assert element.put(text.ljust(40), element.of(text), 40) == text.ljust(40)


def test_a_record_out_of_all_shape_is_judged_without_an_accident():
    strange = Incoming("", (Field("", "", ()), Field("245", "", (), "x"), Field("001", "12", (("", ""),))))
    found = [one.code for one in check(strange)]
    assert {"no_title", "leader_length", "tag_wrong", "shape_wrong"} <= set(found)
