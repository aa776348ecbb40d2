"""Exports of CDS/ISIS are told by their leader and read by a mapping, whatever their terminators, lines and letters."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.adapters.marc import MarcReader, isis
from guisach.domain.catalogue.rules.imports.isis import load_isis_mapping
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Description
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Note, Reason, Unreadable
from guisach.kernel.text.legacy import Encoding, tables
from tests.adapters.marc.isis_files import LUOC_SU, in_lines
from tests.adapters.marc.isis_files import isis as packed
from tests.adapters.marc.records import readable, reasons, saved

ON = date(2026, 11, 22)
OTHER = (("24", "Tục ngữ Tày # Nùng"), ("26", "^aCao Bằng"))


def read(path, mapping=None, encoding="auto"):
    return list(isis.IsisReader(mapping, ON, encoding).chunks(path))


def said(chunk):
    described = describe(readable(chunk))
    assert isinstance(described, Description)
    return described


@pytest.mark.parametrize("end", [b"\x1e", b"#"])
@pytest.mark.parametrize("lines", [None, b"\r\n", b"\n"])
def test_terminators_and_lines_of_80_do_not_matter(tmp_path, end, lines):
    records = [packed(*LUOC_SU, end=end), packed(*OTHER, end=end)] * 3
    path = saved(tmp_path, b"".join(records) if lines is None else in_lines(records, line_end=lines))
    assert MarcReader().sniff(path).form == "isis"
    chunks = read(path)
    assert reasons(chunks) == [""] * 6
    assert [said(chunk).title for chunk in chunks[:2]] == [
        "Lược sử tỉnh Cao Bằng: từ đầu đến nay",
        "Tục ngữ Tày # Nùng",
    ]
    whole = path.read_bytes()
    assert all(whole[chunk.offset : chunk.offset + chunk.length] == chunk.raw for chunk in chunks)
    assert all(isis.IsisReader(None, ON).parse(chunk.raw).content == chunk.content for chunk in chunks)


def test_the_example_reads_what_is_usual_and_keeps_the_rest_as_notes(tmp_path):
    (chunk,) = MarcReader().chunks(saved(tmp_path, packed(*LUOC_SU)))
    found = said(chunk)
    assert [author.name for author in found.authors] == ["Nguyễn Văn A", "Bế Thị B"]
    assert (found.place, found.publisher, found.year) == ("Hà Nội", "Chính trị Quốc gia", 2009)
    assert (found.extent, found.series) == ("512 tr.", ("Địa chí",))
    assert found.subjects == ("lịch sử", "Cao Bằng", "dân tộc")
    notes = [field.first("a") for field in readable(chunk).fields if field.tag == "590"]
    assert notes == ["30: 21 cm", "99^x: kho mở", "99^y: tầng 2"]
    assert chunk.notes == (Note.ISIS_EXAMPLE,)


def test_a_database_with_the_tags_of_marc_is_read_as_such(tmp_path):
    (chunk,) = MarcReader().chunks(
        saved(
            tmp_path,
            packed(("1", "77"), ("20", "^a9786042000000"), ("100", "1 ^aTô, Hoài"),
                   ("245", "10^aDế Mèn :^bphiêu lưu ký"), ("260", "^aH.^bKim Đồng^c2010"), ("653", "truyện")),
        )
    )  # fmt: skip
    found = said(chunk)
    assert (found.title, found.subtitle, found.control_no, found.year) == ("Dế Mèn", "phiêu lưu ký", "77", 2010)
    assert found.subjects == ("truyện",)
    assert [field.indicators for field in readable(chunk).fields if field.tag == "245"] == ["10"]
    assert chunk.notes == (Note.ISIS_MARC_TAGS,)


MAPPING = """
[[column]]
field = "title"
from = ["200^a", "200"]
[[column]]
marc = "245$c"
from = ["200^f"]
[[column]]
marc = "001"
from = ["1"]
[[column]]
field = "barcode"
from = ["900^b"]
ranges = true
separators = [";"]
[[column]]
field = "shelf"
from = ["900^k"]
[[column]]
field = "branch"
from = ["901"]
[[column]]
field = "price"
from = ["902"]
[[column]]
field = "-"
from = ["999"]
[constants]
language = "vie"
[values.branch]
"Cô Ba" = "CB-COBA"
"""


def test_copies_stand_beside_what_is_theirs(tmp_path):
    record = packed(
        ("001", "MFN7"), ("200", "^aDế Mèn^fTô Hoài"), ("900", "^bVV01-03^kKho mở"), ("900", "^kKho đóng^bVV09"),
        ("901", "cô ba"), ("902", "45000"), ("999", "rác"), ("300", "phụ chú"),
    )  # fmt: skip
    (chunk,) = read(saved(tmp_path, record), load_isis_mapping(MAPPING))
    assert said(chunk).control_no == "MFN7"
    copies = [dict(field.subfields) for field in readable(chunk).fields if field.tag == "952"]
    assert copies == [
        {"p": number, "c": shelf, "a": "CB-COBA", "g": "45000"}
        for number, shelf in (("VV01", "Kho mở"), ("VV02", "Kho mở"), ("VV03", "Kho mở"), ("VV09", "Kho đóng"))
    ]
    texts = str(readable(chunk))
    assert "rác" not in texts
    assert "300: phụ chú" in texts
    assert chunk.notes == ()


def test_what_would_be_copies_but_has_no_number_becomes_a_note(tmp_path):
    (chunk,) = read(saved(tmp_path, packed(("200", "Không bản"), ("901", "Cô Ba"))), load_isis_mapping(MAPPING))
    assert [field.first("a") for field in readable(chunk).fields if field.tag == "590"] == ["901: Cô Ba"]


def legacy(name: str):
    """Write text in a set of the years before Unicode, by the product's own table turned around."""
    high = {char: bytes([0x80 + at]) for at, char in enumerate(tables.HIGH[name]) if char != "·"}
    return lambda text: b"".join(high.get(char) or char.encode("ascii", "replace") for char in text)


def vni(text: str) -> bytes:
    by_letter = {letter: "".join(key) for key, letter in tables.sequences("vni").items()}
    return "".join(by_letter.get(char, char) for char in text).encode("latin-1", "replace")


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [(Encoding.TCVN3, legacy("tcvn3")), (Encoding.VISCII, legacy("viscii")), (Encoding.VNI, vni)],
)
def test_old_letters_are_found_out_for_the_whole_file(tmp_path, encoding, encode):
    fields = (("24", "lịch sử và văn hoá các dân tộc ở tỉnh cao bằng"), ("70", "nguyễn thị hương"), ("26", "^ahà nội"))
    records = [packed(*fields, ("44", f"tủ sách số {n} của trường"), end=b"#", encode=encode) for n in range(9)]
    path = saved(tmp_path, in_lines(records))
    reader = isis.IsisReader(None, ON)
    assert [found.encoding for found in reader.detections(path)] == [encoding]
    chunks = list(reader.chunks(path))
    assert {said(chunk).title for chunk in chunks} == {fields[0][1]}
    assert chunks[0].notes == (Note.CHARSET_LEGACY, Note.ISIS_EXAMPLE)
    (told,) = reader.preview(path, 1)
    assert told.before["1 024"] == fields[0][1]


def test_what_is_broken_costs_itself_and_no_other(tmp_path):
    whole = packed(*LUOC_SU, end=b"#")
    wrong = whole[:30] + b"9" + whole[31:]
    for records, wanted in (
        ([whole, wrong, whole], ["", Reason.FIELDS_MISMATCH, ""]),
        ([whole, b"x" * 200, whole], ["", Reason.DIRECTORY, ""]),
        ([whole, whole[:100], whole], ["", Reason.FIELDS_MISMATCH, ""]),
        ([whole, whole[:100]], ["", Reason.FIELDS_MISMATCH]),
        ([packed(("44", "chỉ có tùng thư"), end=b"#")], [Reason.NO_TITLE]),
    ):
        path = saved(tmp_path, in_lines(records))
        chunks = read(path)
        assert reasons(chunks) == wanted
        content = path.read_bytes()
        assert all(content[chunk.offset : chunk.offset + chunk.length] == chunk.raw for chunk in chunks)


def test_marc_is_not_taken_for_isis(tmp_path):
    from tests.adapters.marc.records import book
    from tests.adapters.marc.records import packed as marc

    assert MarcReader().sniff(saved(tmp_path, marc(book()))).form == "iso2709"
    assert not isis.IsisReader(None, ON).sniff(saved(tmp_path, marc(book()))).is_marc


@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda junk: packed(*LUOC_SU, end=b"#") + b"\n" + junk))
def test_anything_is_cut_and_read_without_a_fall(content):
    import io

    at = 0
    for offset, length, raw in isis.pieces(io.BytesIO(content)):
        assert offset >= at
        assert length > 0
        at = offset + length
        chunk = isis.IsisReader(None, ON).parse(raw)
        assert isinstance(chunk.content, Incoming | Unreadable)
