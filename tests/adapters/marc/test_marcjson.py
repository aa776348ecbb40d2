"""MARC-in-JSON: an array, an object or lines; whatever is in the file is accounted for, and nothing large is held."""

from __future__ import annotations

import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.adapters.marc import MarcReader, marcjson
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, Note, Reason, Unreadable, to_json
from tests.adapters.marc.records import MEN, book, data, readable, reasons, saved, titles

READER = MarcReader()
ONE, TWO, THREE = (to_json(book(title=title)) for title in ("Một", "Hai [{", 'Ba }] \\ "'))
ALL = ["Một", "Hai [{", 'Ba }] \\ "']


def read(content: str | bytes):
    content = content.encode() if isinstance(content, str) else content
    return list(marcjson.records(io.BytesIO(content)))


@pytest.mark.parametrize(
    "content",
    [
        f"[{ONE},{TWO},{THREE}]",
        f"[\n  {ONE} ,\n  {TWO},\n\n{THREE}\n]\n",
        f"{ONE}\n{TWO}\r\n{THREE}\n",
        f"\ufeff{ONE}{TWO}{THREE}",
        "[" + ",".join(json.dumps(json.loads(one), indent=2) for one in (ONE, TWO, THREE)) + "]",
        "[" + ",".join(json.dumps(dict(reversed(json.loads(one).items()))) for one in (ONE, TWO, THREE)) + "]",
    ],
)
def test_arrays_lines_and_plain_rows_of_objects_are_the_same(tmp_path, content):
    path = saved(tmp_path, content.encode(), "export.txt")
    assert READER.sniff(path).form == "json"
    chunks = list(READER.chunks(path))
    assert titles(chunks) == ALL
    whole = content.encode()
    assert all(whole[chunk.offset : chunk.offset + chunk.length] == chunk.raw for chunk in chunks)
    assert all(READER.parse(chunk.raw).content == chunk.content for chunk in chunks)


def test_one_record_alone_is_a_file_too(tmp_path):
    (chunk,) = READER.chunks(saved(tmp_path, json.dumps(json.loads(to_json(book())), indent=4).encode()))
    assert readable(chunk) == book()


def test_other_json_gets_one_clear_answer(tmp_path):
    path = saved(tmp_path, b'[{"title": "Men"}]')
    assert (READER.sniff(path).is_marc, READER.sniff(path).form) == (False, "json")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('{"leader":"x","fields":[{"245":{"ind1":"1","ind2":"0","subfields":[{"a":"Số "đỏ""}]}}]}', Reason.JSON_BROKEN),
        ('{"leader":"x","fields":[{"245":{"ind1":"1","subfields":[{"a":"Số đỏ}]}}]}', Reason.JSON_BROKEN),
        ('{"leader":"x","fields":[{"245":', Reason.JSON_BROKEN),
        ('{"leader":"x","fields":[' + "[" * 40 + "]" * 40 + "]}", Reason.NO_RECORD),
        ('{"leader":"x","fields":[]}', Reason.NO_FIELDS),
        ('{"leader":"x"}', Reason.NO_RECORD),
        ('{"leader":"x","fields":[{"245":7}]}', ""),  # read as the text that the number was written as
        ('{"leader":"x","fields":[{"245":[1]}]}', Reason.NO_RECORD),
        ('{"leader":"x","fields":[["245"]]}', Reason.NO_RECORD),
        ('{"leader":"x","fields":[{"245":{"subfields":["a"]}}]}', Reason.NO_RECORD),
        ('{"leader":"x","fields":[{"245":{"subfields":[{"a":{}}]}}]}', Reason.NO_RECORD),
        ('{"leader":"x","fields":[],"fields":[]}', Reason.NO_RECORD),
    ],
)
def test_what_is_broken_costs_itself_and_no_other(broken, reason):
    for content in (f"[{ONE},{broken},{TWO}]", f"{ONE}\n{broken}\n{TWO}"):
        found = read(content)
        assert [getattr(parsed.content, "reason", "") for *_, parsed in found] == ["", reason, ""]
        whole = content.encode()
        assert all(whole[offset : offset + length] == raw for offset, length, raw, _ in found)


def test_a_file_that_was_cut_off_says_so(tmp_path):
    chunks = list(READER.chunks(saved(tmp_path, f"[{ONE},{TWO[:-9]}".encode())))
    assert reasons(chunks) == ["", Reason.TRUNCATED]


def test_what_stands_between_records_is_set_aside():
    found = read(f"[{ONE}, 17, null, {TWO}]")
    assert [getattr(parsed.content, "reason", "") for *_, parsed in found] == ["", Reason.JSON_BROKEN, ""]


def test_a_key_that_is_there_twice_loses_nothing():
    text = (
        '{"leader":"%s","fields":[{"245":{"ind1":"1","ind2":"0","subfields":{"a":"Số","a":"đỏ"}},"500":"x","500":"y"}]}'
    )
    ((*_, parsed),) = read(text % (" " * 24))
    assert parsed.content == Incoming(
        " " * 24,
        (Field("245", "10", (("a", "Số"), ("a", "đỏ"))), Field("500", "", (), "x"), Field("500", "", (), "y")),
    )


def test_what_was_mended_is_noted():
    text = (
        '{"leader":"00000nam","note":1,"fields":[{"24":{"ind1":"1","subfields":[{"":"x"},{"a":null},{"b":12.50}],"x":1}},'
        '{"245":{"ind1":"1","ind2":"0","subfields":[{"a":"\\ud83d\\ude00 \\ud800"}]}}]}'
    )
    ((*_, parsed),) = read(text)
    assert set(parsed.notes) == {
        Note.BAD_LEADER, Note.BAD_TAG, Note.BAD_INDICATORS, Note.BAD_SUBFIELD, Note.UNKNOWN_ELEMENT, Note.BYTES_REPLACED
    }  # fmt: skip
    assert parsed.content.fields[0].subfields == (("", "x"), ("a", ""), ("b", "12.50"))
    assert parsed.content.fields[1].first("a") == "😀 \ufffd"


def test_the_text_may_be_in_a_set_of_the_years_before_unicode(tmp_path):
    rows = "\n".join(to_json(book(title="Thư viện tỉnh Cao Bằng đọc sách và học tập")) for _ in range(5))
    path = saved(tmp_path, rows.encode("cp1258", "replace").replace(b"?", b" "))
    assert READER.sniff(path).form == "json"
    chunks = list(MarcReader("tcvn3").chunks(saved(tmp_path, ONE.replace("Một", "Th\xad viÖn").encode("latin-1"))))
    assert titles(chunks) == ["Thư viện"]
    assert chunks[0].notes == (Note.CHARSET_LEGACY,)


@pytest.mark.slow
def test_a_long_array_is_never_held(tmp_path):
    path = tmp_path / "long.json"
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number in range(4_000):
            file.write(("," if number else "") + to_json(book(data("520", "a" + "Một tóm tắt dài. " * 400))))
        file.write("]")
    size = path.stat().st_size
    tracemalloc.start()
    assert sum(isinstance(chunk.content, Incoming) for chunk in READER.chunks(path)) == 4_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 25 << 20
    assert peak < 12 << 20


@pytest.mark.parametrize(
    "filler", [b'"' + b"x" * 64 + b'",', b"[", b'{"a":', b"x", pytest.param(b"{},", marks=pytest.mark.slow), b'\\"']
)
def test_what_never_ends_is_let_go(filler):
    count = (20 << 20) // len(filler)
    stream = io.BytesIO(ONE.encode() + b'{"leader":"x","fields":[' + filler * count + TWO.encode())
    tracemalloc.start()
    found = [(length, raw, parsed.content) for _, length, raw, parsed in marcjson.records(stream)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [isinstance(content, Incoming) for *_, content in found] == [True, False, True]
    assert isinstance(found[1][2], Unreadable)
    assert found[1][1] is None
    assert found[1][0] >= len(filler) * count
    assert found[1][0] - len(filler) * count < 100
    assert peak < 120 << 20


@pytest.mark.slow
def test_a_record_of_too_many_objects_is_set_aside():
    many = b'{"leader":"x","fields":[' + b'{"1":""},' * marcjson.MAX_OBJECTS + b'{"1":""}]}'
    ((*_, parsed),) = read(many)
    assert parsed.content.reason is Reason.TOO_LONG


@pytest.mark.slow
def test_of_too_many_objects_the_end_is_not_looked_for():
    endless = b'{"leader":"x","fields":[' + b"{}," * (marcjson.MAX_OBJECTS + 1)
    ((*_, cut),) = read(endless)
    assert cut.content.reason is Reason.TOO_LONG  # and not that the file ends before it does
    (*_, many), (*_, after) = read(endless + ONE.encode())
    assert many.content.reason is Reason.TOO_LONG
    assert isinstance(after.content, Incoming)


@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from([ONE, '{"', '"', "{", "}", "[", "]", ",", "\\", "\n", "a"])).map(
        lambda parts: "".join(parts).encode()
    )
)
def test_every_byte_is_in_one_piece_or_between_them(content):
    at = 0
    for offset, length, raw, _parsed in read(content):
        assert offset >= at
        assert length > 0
        assert not content[at:offset].strip(b" \t\r\n\x0b\x0c,[]\0\x1a\xef\xbb\xbf")
        assert content[offset : offset + length] == raw
        at = offset + length
    assert not content[at:].strip(b" \t\r\n\x0b\x0c,[]\0\x1a\xef\xbb\xbf")


_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(lambda text: marcjson.charset.compose(text))
_tag = st.from_regex(r"[0-9A-Z]{3}", fullmatch=True)
_field = st.builds(lambda tag, value: Field(tag, "", (), value), _tag, _text) | st.builds(
    lambda tag, subfields: Field(tag, "10", tuple(subfields)), _tag, st.lists(st.tuples(st.sampled_from("ab9"), _text))
)


@given(st.lists(st.lists(_field, min_size=1, max_size=5), max_size=4))
def test_what_is_written_is_read_again(records):
    written = [Incoming("0" * 24, tuple(fields)) for fields in records]
    assert [parsed.content for *_, parsed in read("\n".join(map(to_json, written)))] == written


def test_men_is_men():
    assert titles([READER.parse(to_json(book()).encode())]) == [MEN]
