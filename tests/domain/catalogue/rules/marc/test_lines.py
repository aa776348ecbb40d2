"""Records as lines of text: whatever is in a record comes back the same, and people may write sloppily."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
from guisach.domain.catalogue.rules.marc.lines import (
    read_lines,
    read_marks,
    read_text,
    write_lines,
    write_marks,
    write_text,
)

_SIGNS = st.one_of(st.sampled_from(list(" $\\#{}~=\n\r\tabn00su\x1f\xa0€ạ𠀋")), st.characters())
_TEXT = st.text(alphabet=_SIGNS, max_size=12)
_TAGS = st.one_of(st.sampled_from(["001", "008", "006", "245", "LDR"]), _TEXT)
_CONTROL = st.builds(lambda tag, value: Field(tag, "", (), value), _TAGS, _TEXT)
_DATA = st.builds(
    lambda tag, marks, parts: Field(tag, marks, tuple(parts)),
    _TAGS,
    _TEXT.filter(bool) | st.sampled_from(["  ", "1 "]),
    st.lists(st.tuples(st.one_of(st.sampled_from("abz09"), _TEXT), _TEXT), max_size=4),
)
_RECORDS = st.builds(
    lambda leader, fields: Incoming(leader, tuple(fields)), _TEXT, st.lists(_CONTROL | _DATA, max_size=5)
)


@given(_RECORDS)
def test_any_record_comes_back_from_its_lines_byte_for_byte(record):
    read = read_lines(write_lines(record))
    assert read.record == record
    assert not read.faults


@given(_TEXT)
def test_any_text_comes_back_from_a_box_of_one_line(text):
    shown = write_text(text)
    assert not set(shown) & set("\n\r\0")
    assert read_text(shown) == text
    assert read_marks(write_marks(text)) == text


def test_a_browser_that_changes_line_ends_changes_nothing():
    record = Incoming("00000nam a2200000 a 4500", (Field("520", "  ", (("a", "hai\ndòng"),)),))
    assert read_lines(write_lines(record).replace("\n", "\r\n")).record == record


def test_what_people_write_is_understood():
    read = read_lines("LDR 00000nam#a2200000#a#4500\n\n245 10$aDế Mèn$c Tô Hoài\n500   $aGiá 20\\$\n")
    assert [field.tag for field in read.record.fields] == ["245", "500"]
    assert read.record.fields[0] == Field("245", "10", (("a", "Dế Mèn"), ("c", " Tô Hoài")))
    assert read.record.fields[1].first("a") == "Giá 20$"
    assert read.lines == (3, 4)


def test_a_line_that_is_no_field_is_named_with_its_number():
    read = read_lines("245 10 $aDế Mèn\n260 ## Kim Đồng\n300 ## $a12tr.$\n")
    assert [(fault.line, fault.code) for fault in read.faults] == [(2, "no_subfield"), (3, "code_missing")]
    assert len(read.record.fields) == 1


def test_nom_and_han_script_stay_as_they_are():
    record = Incoming("0", (Field("880", "10", (("6", "245-01"), ("a", "傳翹 𡨸喃"))),))
    assert "傳翹 𡨸喃" in write_lines(record)
    assert read_lines(write_lines(record)).record == record
