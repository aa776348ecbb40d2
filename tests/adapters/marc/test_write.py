"""What is stored loses nothing; what is exported is what other systems read."""

from __future__ import annotations

import io

import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.adapters.marc import iso2709, marcxml, write
from guisach.adapters.marc.charset import compose
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, from_json, to_json
from tests.adapters.marc.records import LEADER, MEN, book, control, data

# Any text, as the reader would hand it over: composed, no delimiters.
_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1d\x1e\x1f"), max_size=20).map(compose)
_plain = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc", "Cn"]), max_size=20).map(compose)


def _fields(text: st.SearchStrategy[str]) -> st.SearchStrategy[Field]:
    code = st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789")
    tag = st.integers(10, 999).map("{:03d}".format)
    marks = st.text(st.sampled_from(" 0123456789"), min_size=2, max_size=2)
    subfields = st.lists(st.tuples(code, text), max_size=4).map(tuple)
    data_fields = st.builds(Field, tag, marks, subfields, st.just(""))
    return data_fields | st.builds(control, st.sampled_from(["001", "003", "005", "008"]), text)


def records(text: st.SearchStrategy[str]) -> st.SearchStrategy[Incoming]:
    return st.builds(Incoming, st.just(LEADER), st.lists(_fields(text), min_size=1, max_size=8).map(tuple))


@given(records(_text))
def test_the_stored_form_loses_nothing(record):
    assert from_json(to_json(record)) == record
    assert to_json(from_json(to_json(record))) == to_json(record)


def test_the_stored_form_is_canonical_marc_in_json():
    assert to_json(Incoming(LEADER, (control("001", "đ"), data("245", "aA", "aB", marks="10")))) == (
        f'{{"leader":"{LEADER}","fields":[{{"001":"đ"}},'
        '{"245":{"ind1":"1","ind2":"0","subfields":[{"a":"A"},{"a":"B"}]}}]}'
    )


@pytest.mark.parametrize(
    "field",
    [
        Field("245", "000", (("a", "x"),)),
        Field("", "  ", (("", "x"),)),
        Field("500", "  ", ()),
        Field("FMT", "", (), "BK"),
    ],
)
def test_odd_fields_are_stored_as_they_are(field):
    assert from_json(to_json(Incoming(LEADER, (field,)))).fields == (field,)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"leader":"x","fields":[{"245":{}}]}', '{"leader":"","fields":7}', "nonsense"]
)
def test_other_json_is_refused(text):
    with pytest.raises(ValueError):
        from_json(text)


@given(records(_plain))
def test_iso2709_round_trip(record):
    parsed = iso2709.parse(write.to_iso2709(record)[:-1])
    assert isinstance(parsed.content, Incoming)
    assert parsed.content.fields == tuple(
        field if field.indicators or field.value else field._replace(value="") for field in record.fields
    )


@given(records(_plain))
def test_marcxml_round_trip(record):
    assert marcxml.parse(write.to_marcxml(record).encode()).content == record


def test_a_stray_text_goes_back_to_where_it_was():
    record = Incoming(LEADER, (control("001", "x"), Field("500", "  ", (("", "stray"), ("a", "x")))))
    parsed = iso2709.parse(write.to_iso2709(record)[:-1])
    assert isinstance(parsed.content, Incoming)
    assert parsed.content.fields == record.fields


def test_pymarc_reads_what_is_written():
    record = book(data("260", "aHà Nội :", "c2024."))
    (theirs,) = pymarc.MARCReader(io.BytesIO(write.to_iso2709(record)))
    assert theirs is not None
    assert theirs["245"]["a"] == MEN
    (theirs,) = pymarc.parse_xml_to_array(io.BytesIO("".join(write.xml_collection([record])).encode()))
    assert theirs["260"]["a"] == "Hà Nội :"


@pytest.mark.parametrize(
    "record",
    [book(data("505", "a" + "x" * 10_000)), book(*(data("500", "a" + "x" * 900) for _ in range(120)))],
)
def test_what_iso2709_has_no_room_for_is_refused(record):
    with pytest.raises(write.DoesNotFit):
        write.to_iso2709(record)
    assert marcxml.parse(write.to_marcxml(record).encode()).content == record


def test_delimiters_and_controls_cannot_break_the_export():
    record = book(data("500", "a1\x1d2\x1e3\x1f4\x01"))
    content = iso2709.parse(write.to_iso2709(record)[:-1]).content
    assert isinstance(content, Incoming)
    assert content.fields[-1].first("a") == "1 2 3 4\x01"
    content = marcxml.parse(write.to_marcxml(record).encode()).content
    assert isinstance(content, Incoming)
    assert content.fields[-1].first("a") == "1\ufffd2\ufffd3\ufffd4\ufffd"
