"""Tables as people really have them: every row comes out once, as a record or with the reason why not."""

from __future__ import annotations

import json
import time
import zipfile
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.adapters.marc.survey import Reading
from guisach.adapters.tables.lines import find_delimiter, lines, rows
from guisach.adapters.tables.reader import NotATable, NoTitleColumn, TableReader, TableTooLarge
from guisach.adapters.tables.sheet import shown
from guisach.domain.catalogue.rules.imports.tables import default_table_mapping, load_table_mapping
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Note, Reason, Unreadable
from tests.conftest import SHARED_DATA, needs_shared

ON = date(2026, 11, 22)
# Thư viện văn hoá cơ sở; Người lái đò; Số đỏ; Truyện Kiều
TCVN3 = [
    b"Th\xad vi\xd6n v\xa8n ho\xb8 c\xac s\xeb",
    b"Ng\xad\xeai l\xb8i \xae\xdf",
    b"S\xe8 \xae\xe1",
    b"Truy\xd6n Ki\xd2u",
]


@pytest.fixture
def file(tmp_path):
    def write(content: bytes | str, name: str = "sách.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def read(path, encoding="auto"):
    return list(TableReader(default_table_mapping(), ON, encoding).chunks(path))


def titles(chunks):
    return [
        next(field.first("a") for field in chunk.content.fields if field.tag == "245")
        if isinstance(chunk.content, Incoming)
        else str(chunk.content.reason)
        for chunk in chunks
    ]


def cells(text: str, delimiter: str = ",") -> list[list[str]]:
    return [row.cells for row in rows(lines([text.encode()], Reading()), delimiter)]


def workbook(path, sheet_rows: str, extra: bytes = b""):
    """Write the smallest workbook that Excel opens."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relations}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relations}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>'
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet_rows}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        if extra:
            archive.writestr("xl/media/big.bin", extra)
    return path


def text_cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


# CSV ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_line_end_and_unicode_is_read(file, delimiter, encoding, end):
    table = [["Nhan đề", "Tác giả"], ["Số đỏ", "Vũ Trọng Phụng"], ["Chí Phèo", "Nam Cao"]]
    path = file(end.join(delimiter.join(row) for row in table).encode(encoding))
    assert titles(read(path)) == ["Số đỏ", "Chí Phèo"]


def test_quotes_breaks_and_commas_in_cells_are_read():
    assert cells('a,b\n"Số ""đỏ"", tập 1","x\ny"\nz,\n') == [["a", "b"], ['Số "đỏ", tập 1', "x\ny"], ["z", ""]]


def test_a_quote_that_nobody_closes_costs_its_line_only():
    found = cells('Nhan đề,Năm\n"Số đỏ,1936\nChí Phèo,1941\nTắt đèn,1937\n')
    assert found == [["Nhan đề", "Năm"], ["Số đỏ", "1936"], ["Chí Phèo", "1941"], ["Tắt đèn", "1937"]]
    assert cells('Nhan đề,Năm\nMàn hình 5",2001\nKhác,2002')[1:] == [['Màn hình 5"', "2001"], ["Khác", "2002"]]


def test_the_places_of_rows_are_those_of_their_bytes(file):
    content = 'Nhan đề,Năm\r\n"Số\nđỏ",1936\r\n\r\nChí Phèo,1941'.encode()
    for chunk in read(file(content)):
        part = content[chunk.offset : chunk.offset + chunk.length]
        assert part in ('"Số\nđỏ",1936'.encode(), "Chí Phèo,1941".encode())


def test_a_table_in_a_legacy_set_is_recognised(file):
    path = file(b"Nhan de,Nam\n" + b"".join(title + b",2001\n" for title in TCVN3))
    chunks = read(path)
    assert titles(chunks) == ["Thư viện văn hoá cơ sở", "Người lái đò", "Số đỏ", "Truyện Kiều"]
    assert {chunk.notes for chunk in chunks} == {(Note.CHARSET_LEGACY,)}
    (found,) = TableReader(default_table_mapping(), ON).detections(path)
    assert found.encoding == "tcvn3"
    assert titles(read(path, "vni")) != titles(chunks)


def test_lines_in_different_sets_are_each_read_in_theirs(file):
    lines_ = [b"Nhan de,Nam", *(title + b",2001" for title in TCVN3), "Đất nước,1990".encode()]
    assert titles(read(file(b"\n".join(lines_))))[-2:] == ["Truyện Kiều", "Đất nước"]


def test_a_ragged_row_is_set_aside_and_others_are_not(file):
    chunks = read(file("Nhan đề,Tác giả\nA,B,C\nSố đỏ,Vũ Trọng Phụng\nTắt đèn\n"))
    assert titles(chunks) == ["row_ragged", "Số đỏ", "Tắt đèn"]
    raw = chunks[0].raw
    assert raw is not None
    assert json.loads(raw) == {"header": ["Nhan đề", "Tác giả"], "cells": ["A", "B", "C"]}


def test_a_comma_too_many_at_the_end_of_every_row_is_nothing(file):
    assert titles(read(file("Nhan đề,Năm\nA A,2001,\nB B,2002,\n"))) == ["A A", "B B"]


def test_a_cell_that_is_too_long_is_set_aside(file):
    assert titles(read(file(f"Nhan đề,Năm\n{'x' * 40_000},2001\nSố đỏ,1936\n"))) == ["too_long", "Số đỏ"]


@pytest.mark.parametrize("content", [b"%PDF-1.4\n...", b"00714cam a22\x1e\x1d", b"abc\0\0def" * 9, b"PK\x03\x04junk"])
def test_what_is_no_table_is_refused(file, content):
    with pytest.raises(NotATable):
        TableReader(default_table_mapping(), ON).sniff(file(content))


def test_a_table_without_a_title_column_is_refused_with_its_headers(file):
    with pytest.raises(NoTitleColumn, match="Xyz"):
        TableReader(default_table_mapping(), ON).sniff(file("Xyz,Năm\n1,2\n"))


def test_too_many_columns_are_refused(file):
    with pytest.raises(TableTooLarge):
        TableReader(default_table_mapping(), ON).sniff(file("Nhan đề" + ",x" * 300 + "\n"))


def test_an_empty_file_has_no_rows(file):
    assert read(file("")) == []
    assert read(file("\n \n")) == []


def test_the_delimiter_is_the_one_that_is_even():
    assert find_delimiter(["a;b;c", "Cao, Nam;x;y", "1;2;3"]) == ";"


@given(st.binary(max_size=400), st.integers(1, 50))
def test_every_line_is_in_a_row_however_the_blocks_fall(raw, size):
    blocks = [raw[at : at + size] for at in range(0, len(raw), size)]
    assert list(lines(blocks, Reading())) == list(lines([raw], Reading()))
    ends = [(row.offset, row.offset + row.length) for row in rows(lines(blocks, Reading()), ",")]
    assert ends == sorted(ends)
    assert all(end <= start for (_, end), (start, _) in pairwise(ends))
    covered = {at for start, end in ends for at in range(start, end)}
    assert all(line.offset in covered for line in lines([raw], Reading()))


@given(st.text(alphabet="ab\",\n '=", max_size=80))
def test_no_text_is_too_broken(text):
    assert "".join(char for row in cells(text) for cell in row for char in cell if char in "ab") == "".join(
        char for char in text if char in "ab"
    )


def test_quotes_without_end_do_not_hang():
    began = time.perf_counter()
    assert len(cells('"a,b\n' * 2_000)) == 2_000
    assert len(cells('"",' * 100_000)) == 1
    assert time.perf_counter() - began < 5


# Workbooks ------------------------------------------------------------------------------------------------------


def test_a_workbook_gives_values_and_never_formulas(tmp_path):
    path = workbook(
        tmp_path / "sách.xlsx",
        f'<row r="1">{text_cell("A1", "Nhan đề")}{text_cell("B1", "Năm XB")}{text_cell("C1", "Khác")}</row>'
        f'<row r="2">{text_cell("A2", "Số đỏ")}<c r="B2"><f>1900+36</f><v>1936</v></c>'
        '<c r="C2" t="str"><f>HYPERLINK("http://x","y")</f><v>y</v></c></row>',
    )
    (chunk,) = read(path)
    assert isinstance(chunk.content, Incoming)
    assert titles([chunk]) == ["Số đỏ"]
    values = [value for field in chunk.content.fields for _, value in field.subfields]
    assert "1936" in values
    assert "Khác: y" in values
    assert not any("HYPERLINK" in value for value in values)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("guisach.adapters.tables.workbooks.MAX_UNPACKED", 1 << 20)
    row = f'<row r="1">{text_cell("A1", "Nhan đề")}</row>'
    path = workbook(tmp_path / "bom.xlsx", row, extra=b"\0" * (4 << 20))
    assert path.stat().st_size < 20_000
    with pytest.raises(NotATable, match="unpacks"):
        TableReader(default_table_mapping(), ON).sniff(path)


def test_a_workbook_that_claims_a_billion_cells_takes_nobody_with_it(tmp_path):
    rows_ = f'<row r="1">{text_cell("A1", "Nhan đề")}</row><row r="1048576">{text_cell("XFD1048576", "x")}</row>'
    with pytest.raises(NotATable, match="memory"):
        TableReader(default_table_mapping(), ON).sniff(workbook(tmp_path / "rộng.xlsx", rows_))


@pytest.mark.parametrize(
    ("value", "text"),
    [(2001.0, "2001"), (1.5, "1.5"), (True, "1"), (date(2026, 11, 22), "2026-11-22"), ("x", "x"), (None, "None")],
)
def test_values_are_written_as_the_sheet_shows_them(value, text):
    assert shown(value) == text


OVERFLOWING = """
[[column]]
field = "title"
headers = ["Name"]
isbd = true
[[column]]
field = "authors"
headers = ["Author"]
isbd = true
overflow = true
[[column]]
field = "year"
headers = ["Year"]
[[column]]
field = "barcode"
headers = ["Code2"]
separators = [","]
ranges = true
overflow = true
"""


def test_cells_that_unquoted_commas_cut_are_put_together_where_the_mapping_allows(file):
    path = file(
        "Name,Author,Year,Code2\nChuyện toán,Bá Đô, Hồng Minh. - H. : Giáo dục, 2001,2001,Phòng Mượn: VNM 1-2\n"
        "Chùa,Võ Văn Tường,1994,VV 3,VV 4\nMơ,hồ,cả,hàng,này\n"
    )
    first, second, third = TableReader(load_table_mapping(OVERFLOWING), ON).chunks(path)
    assert isinstance(first.content, Incoming)
    assert ("b", "Giáo dục") in [pair for field in first.content.fields for pair in field.subfields]
    assert first.notes == second.notes == (Note.ROW_REJOINED,)
    assert isinstance(second.content, Incoming)
    assert [field.first("p") for field in second.content.fields if field.tag == "952"] == ["VV 3", "VV 4"]
    assert isinstance(third.content, Unreadable)
    assert third.content.reason is Reason.ROW_RAGGED


@needs_shared
def test_a_real_broken_export_is_accounted_for():
    path = SHARED_DATA / "legacy-export" / "qnu_library_sach.csv"
    expected = sum(bool(line.strip()) for line in path.read_bytes().splitlines()) - 1
    assert len(read(path)) == expected
    chunks = list(TableReader(load_table_mapping(OVERFLOWING), ON).chunks(path))
    assert len(chunks) == expected
    unread = [chunk.content.reason for chunk in chunks if isinstance(chunk.content, Unreadable)]
    assert set(unread) <= {Reason.ROW_RAGGED, Reason.NO_TITLE}
    assert len(unread) < 0.1 * expected
