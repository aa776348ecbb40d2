"""What a row of somebody's spreadsheet says, by a mapping that is data."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.drafts import RecordDraft, draft_of
from guisach.domain.catalogue.rules.imports.holdings import MappingError, default_mapping, describe_holdings
from guisach.domain.catalogue.rules.imports.tables import (
    RANGE_MAX,
    default_table_mapping,
    expand_range,
    find_header,
    load_table_mapping,
    row_record,
)
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Description
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Reason, Unreadable

ON = date(2026, 11, 22)
MAPPING = default_table_mapping()
TITLE = '[[column]]\nfield = "title"\nheaders = ["Nhan đề"]\n'


def record(headers: list[str], cells: list[str], mapping=MAPPING) -> Incoming | Unreadable:
    found = find_header([headers], mapping)
    assert found is not None
    return row_record(found[1], cells, mapping, ON)


def draft(*pairs: tuple[str, str], mapping=MAPPING) -> RecordDraft:
    made = record([header for header, _ in pairs], [cell for _, cell in pairs], mapping)
    assert isinstance(made, Incoming)
    described = describe(made)
    assert isinstance(described, Description)
    return draft_of(described)


def barcodes(cell: str) -> list[str]:
    made = record(["Tên sách", "Số ĐKCB"], ["Số đỏ", cell])
    assert isinstance(made, Incoming)
    return [copy.barcode for copy in describe_holdings(made, default_mapping()).copies]


def notes(made: Incoming | Unreadable) -> list[str]:
    assert isinstance(made, Incoming)
    return [field.first("a") for field in made.fields if field.tag == "590"]


def test_plain_vietnamese_headers_are_known():
    found = draft(
        ("STT", "1"), ("NHAN ĐỀ:", "Số đỏ"), ("Tác giả", "Vũ Trọng Phụng; Ai đó"), ("NXB", "Văn học"),
        ("Nơi XB", "H."), ("Năm XB", "2001"), ("Từ khoá", "tiểu thuyết, văn học"), ("Ngôn ngữ", "Tiếng Việt"),
        ("DDC", "895.922"), ("ISBN", "9786049760198"), ("Số trang", "200tr."),
    )  # fmt: skip
    assert (found.title, found.authors, found.publisher) == ("Số đỏ", ("Vũ Trọng Phụng", "Ai đó"), "Văn học")
    assert (found.year, found.language, found.ddc) == (2001, "vie", "895.922")
    assert (found.subjects, found.isbns) == (("tiểu thuyết", "văn học"), ("9786049760198",))


def test_plain_english_headers_are_known():
    found = draft(("Title", "Chí Phèo"), ("Author", "Nam Cao"), ("Year", "c1941"))
    assert (found.title, found.authors, found.year) == ("Chí Phèo", ("Nam Cao",), 1941)


def test_the_header_may_stand_below_the_name_of_the_library():
    rows = [["THƯ VIỆN XÃ CÔ BA"], ["Danh mục sách"], ["TT", "Tên sách"], ["1", "Số đỏ"]]
    found = find_header(rows, MAPPING)
    assert found is not None
    assert (found[0], found[1].names) == (2, ("TT", "Tên sách"))
    assert find_header([["a", "b"]], MAPPING) is None


def test_isbd_in_one_cell_is_taken_apart():
    found = draft(("Name", "Các loại số"), ("Author", "Nguyễn Thành Yến (dịch). - H. : Giáo dục, 2001"))
    assert (found.authors, found.published_at_place, found.publisher, found.year) == (
        ("Nguyễn Thành Yến (dịch)",), "H.", "Giáo dục", 2001
    )  # fmt: skip
    assert draft(("Name", "Kế toán tài chính. - H. : Thống kê, 2001")).title == "Kế toán tài chính"
    assert draft(("Name", "Kế toán tài chính - H. : Thống kê, 2001")).publisher == "Thống kê"


@pytest.mark.parametrize(
    "title",
    ["Chính quyền Việt Nam Cộng hòa (1955 - 1975)", "Cậu ma nhà xí - Tập 3", "Lịch sử - Địa lí : Sách giáo viên"],
)
def test_a_dash_in_a_title_does_not_end_it(title):
    assert draft(("Name", title)).title == title


def test_the_stock_is_not_taken_for_the_size():
    """Without marks "Kho" and "Khổ" are one word."""
    found = record(["Nhan đề", "Số ĐKCB", "Kho"], ["A", "V1", "Kho mượn"])
    assert isinstance(found, Incoming)
    assert [field.first("c") for field in found.fields if field.tag == "952"] == ["Kho mượn"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("VV000123", ["VV000123"]),
        ("VV000123-000125", ["VV000123", "VV000124", "VV000125"]),
        ("VN 0098-101", ["VN 0098", "VN 0099", "VN 0100", "VN 0101"]),
        ("VV1 - VV3; TN7", ["VV1", "VV2", "VV3", "TN7"]),
        ("Phòng Mượn: VNM 038637-038638", ["VNM 038637", "VNM 038638"]),
        ("VV1\nVV2", ["VV1", "VV2"]),
        ("VV-2019-0012", ["VV-2019-0012"]),
        ("VV-2019-0012, VV1", ["VV-2019-0012", "VV1"]),
        ("NNM 000464-000467300/F 000241", [":NNM 000464-000467300/F 000241"]),
        ("VV1-TN3", [":VV1-TN3"]),
        ("VV1-999999", [":VV1-999999"]),
    ],
)
def test_accession_numbers_and_their_ranges(cell, expected):
    assert barcodes(cell) == expected


def test_a_room_before_the_numbers_is_the_shelf():
    made = record(["Tên sách", "Số ĐKCB", "Giá tiền"], ["Số đỏ", "Phòng Mượn: VNM 1", "50.000"])
    assert isinstance(made, Incoming)
    (copy,) = describe_holdings(made, default_mapping()).copies
    assert (copy.shelf, copy.barcode, copy.price) == ("Phòng Mượn", "VNM 1", "50.000")


@given(st.integers(0, 10_000), st.integers(0, RANGE_MAX - 1))
def test_a_range_has_every_number_once(first, more):
    text = f"VV{first:06}-{first + more:06}"
    found = expand_range(text)
    assert len(found) == len(set(found)) == more + 1
    assert (found[0], found[-1]) == (f"VV{first:06}", f"VV{first + more:06}")


def test_what_no_column_takes_is_kept_as_a_note():
    made = record(["Nhan đề", "Người tặng", "Năm XB", "Tiếng"], ["Số đỏ", "Bà Hoa", "không rõ", "Klingon"])
    assert notes(made) == ["Người tặng: Bà Hoa", "không rõ", "Klingon"]


def test_a_row_with_more_cells_than_headers_is_not_guessed_at():
    made = record(["Nhan đề", "Tác giả"], ["Số đỏ", "Vũ Trọng Phụng", "2001"])
    assert isinstance(made, Unreadable)
    assert made.reason is Reason.ROW_RAGGED


def test_a_row_without_a_title_is_refused_and_a_short_one_is_not():
    without = record(["Nhan đề", "Tác giả"], ["", "Nam Cao"])
    assert isinstance(without, Unreadable)
    assert without.reason is Reason.NO_TITLE
    assert isinstance(record(["Nhan đề", "Tác giả", "Năm"], ["Số đỏ"]), Incoming)


def test_a_mapping_of_ones_own_says_columns_constants_and_values():
    text = TITLE + '[constants]\nlanguage = "vie"\nbranch = "CB-COBA"\n[[column]]\nfield = "kind"\nheaders = ["x"]\n'
    with pytest.raises(MappingError, match="kind"):
        load_table_mapping(text)
    mapping = load_table_mapping(
        TITLE
        + '[[column]]\nfield = "language"\nheaders = ["Chữ"]\n[[column]]\nfield="barcode"\nheaders=["Mã"]\n'
        + '[constants]\nbranch = "CB-COBA"\n[values.language]\n"Quốc ngữ" = "vie"\n'
    )
    made = record(["Nhan đề", "Chữ", "Mã"], ["Số đỏ", "QUỐC NGỮ", "a-1"], mapping)
    assert isinstance(made, Incoming)
    assert describe_holdings(made, default_mapping()).copies[0].branch == "CB-COBA"
    assert notes(made) == []
    assert "041" in {field.tag for field in made.fields}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("x", "TOML"),
        ("column = " + "[" * 5000, "TOML"),
        ("column = " + "9" * 5000, "TOML"),
        ("[[column]]\nfield = 'title'\n", "headers"),
        ("[[column]]\nfield = 'title'\nheaders = []\n", "headers"),
        ("[[column]]\nfield = 'authors'\nheaders = ['x']\n", "title"),
        (TITLE + "colour = 1\n", "colour"),
        (TITLE + "separators = 'x'\n", "separators"),
        (TITLE + "ranges = 'yes'\n", "ranges"),
        (TITLE + "[constants]\nbarcode = 'x'\n", "barcode"),
        (TITLE + "[values]\nlanguage = 'x'\n", "language"),
        (TITLE + "[other]\n", "other"),
        ("column = 1\n", "column"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(text, word):
    with pytest.raises(MappingError, match=word):
        load_table_mapping(text)


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_cells_make_a_record_or_a_reason(cells):
    made = record(["Nhan đề", "Tác giả", "Năm", "Số ĐKCB", "Khác"], cells)
    assert isinstance(made, Incoming | Unreadable)
    if isinstance(made, Incoming):
        describe(made)
