"""What comes out of the printer: labels that scanners read, registers whose sums add up, paper of the right size."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from guisach.adapters.printing import (
    Calibration,
    Heading,
    LabelText,
    Minutes,
    MinutesLine,
    Poster,
    general_register,
    guide,
    individual_register,
    labels,
    minutes,
    paper,
    papers,
    poster,
)
from guisach.adapters.printing.bars import bars, modules_of
from guisach.adapters.printing.labels import spine_lines
from guisach.adapters.printing.typesetting import PrintingFailed, typeset
from guisach.adapters.printing.words import agency, long_day, number, short
from guisach.domain.catalogue.queries.stock import RegisterLine, Sums, YearSums

DPI = 300  # of an ordinary office printer
HEADING = Heading(agency="Sở Văn hóa, Thể thao và Du lịch Cao Bằng", place="Thư viện tỉnh", printed="22/11/2026")


def text_of(barcode: str = "VN000123", **changes: str) -> LabelText:
    said = {"number": barcode, "title": "Dế Mèn phiêu lưu ký", "place": "Thư viện xã Cô Ba", "call_no": "895.9 TOH"}
    return LabelText(**{"barcode": barcode, "ddc": "895.922", **said, **changes})


def picture(page: bytes) -> Image.Image:
    return Image.open(io.BytesIO(page))


def read(page: bytes) -> list[tuple[str, str]]:
    return sorted((str(code.format), code.text) for code in zxingcpp.read_barcodes(picture(page)))


def cut(page: bytes, sheet, index: int) -> bytes:
    """Cut one label out of a printed sheet."""
    x, y = sheet.spot(index)
    box = [round(mm / 25.4 * DPI) for mm in (x, y, x + sheet.label_width, y + sheet.label_height)]
    out = io.BytesIO()
    picture(page).crop(tuple(box)).save(out, "PNG")
    return out.getvalue()


class TestLabels:
    @pytest.mark.slow
    @pytest.mark.parametrize("code", papers())
    def test_a_scanner_reads_the_label_on_every_paper(self, code):
        sheet = papers()[code]
        [page] = labels([text_of()], sheet, form="png", ppi=DPI)
        assert read(cut(page, sheet, 0)) == [("Code 128", "VN000123")]

    @pytest.mark.parametrize("code", papers())
    def test_the_labels_lie_on_the_sheet_without_overlapping(self, code):
        sheet = papers()[code]
        last = sheet.spot(sheet.labels - 1)
        assert last[0] + sheet.label_width <= sheet.width + 0.01
        assert last[1] + sheet.label_height <= sheet.height + 0.01
        assert sheet.step_x >= sheet.label_width
        assert sheet.step_y >= sheet.label_height

    def test_the_page_is_as_large_as_the_paper(self):
        [page] = labels([text_of()], paper("a4-5x13"), form="png", ppi=DPI)
        assert picture(page).size == pytest.approx((210 / 25.4 * DPI, 297 / 25.4 * DPI), abs=1.5)

    def test_what_is_written_with_a_bar_is_scanned_without_it(self):
        sheet = paper("roll-50x30")
        [page] = labels([text_of("DC000123", number="ĐC000123")], sheet, form="png", ppi=DPI)
        assert read(page) == [("Code 128", "DC000123")]

    @pytest.mark.slow
    def test_a_used_sheet_begins_at_its_first_free_label_and_goes_on_to_the_next(self):
        sheet = paper("a4-3x8")
        copies = [text_of(f"VN{n:06d}") for n in range(1, 5)]
        first, second = labels(copies, sheet, first=23, form="png", ppi=DPI)
        assert [read(cut(first, sheet, n)) for n in (21, 22, 23)] == [
            [],
            [("Code 128", "VN000001")],
            [("Code 128", "VN000002")],
        ]
        assert read(cut(second, sheet, 1)) == [("Code 128", "VN000004")]

    @pytest.mark.slow
    def test_a_printer_that_is_off_is_set_right(self):
        sheet = paper("a4-5x13")
        plain, moved = (
            picture(labels([text_of()], sheet, calibration=by, form="png", ppi=DPI)[0])
            .convert("L")
            .point(lambda grey: 255 * (grey < 128))
            for by in (Calibration(), Calibration(right_mm=2, down_mm=-1))
        )
        shift = [after - before for before, after in zip(plain.getbbox(), moved.getbbox(), strict=True)]
        assert shift == pytest.approx([2 / 25.4 * DPI, -1 / 25.4 * DPI] * 2, abs=1.5)

    @pytest.mark.slow
    @pytest.mark.parametrize("barcode", ["ABCDEFGHIJKLMNOPQRST000000012345", "ЖURNAL1"])
    def test_what_code_128_cannot_carry_here_becomes_a_square_code(self, barcode):
        sheet = paper("a4-5x13")
        [page] = labels([text_of(barcode)], sheet, form="png", ppi=DPI)
        assert read(cut(page, sheet, 0)) == [("QR Code", barcode)]

    @pytest.mark.slow
    def test_the_spine_carries_the_call_number_and_the_colour_of_its_class(self):
        sheet = paper("a4-4x10")
        [page] = labels([text_of(), text_of(ddc="")], sheet, kinds=["spine"], form="png", ppi=DPI)
        colours = [Counter(picture(cut(page, sheet, n)).convert("RGB").get_flattened_data()) for n in (0, 1)]
        assert colours[0][(0xE0, 0x7B, 0x1A)] > 10_000
        assert colours[1][(0xE0, 0x7B, 0x1A)] == 0
        assert colours[1][(0, 0, 0)] > 30

    @pytest.mark.parametrize(
        ("call_no", "lines"),
        [
            ("", [""]),
            ("895.9 TOH", ["895.9", "TOH"]),
            ("895.9 T450H 2019 T.2 b3", ["895.9", "T450H", "2019", "T.2 b3"]),
        ],
    )
    def test_a_call_number_is_broken_where_spines_break_it(self, call_no, lines):
        assert [line for line in spine_lines(call_no) if line or not call_no] == lines

    def test_frames_show_where_every_label_is(self):
        [page] = labels([], paper("a4-3x8-64"), has_frames=True, form="png", ppi=60)
        assert len(Counter(picture(page).convert("L").get_flattened_data())) > 2


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=32))
@settings(max_examples=60)
def test_every_ascii_number_makes_a_code_128_that_ends_as_it_must(text):
    modules = modules_of(text)
    assert set(modules) == {"0", "1"}
    assert modules.endswith("1100011101011")
    assert (len(modules) - 2) % 11 == 0
    drawn = bars(text, 200)
    assert drawn is None or re.fullmatch(r"[\s\S]*d=\"(M\d+ 0h\d+v1h-\d+z)+\"[\s\S]*", drawn[0])


@pytest.mark.parametrize("text", ["", "ĐC1", "A\n"])
def test_code_128_is_refused_what_it_cannot_carry(text):
    with pytest.raises(ValueError, match="Code 128"):
        modules_of(text)


def line(n: int, **changes: object) -> RegisterLine:
    said = {
        "barcode": f"DC{n:06d}", "acquired_on": date(2024, 1, 5), "title": "Dế Mèn", "author": "Tô Hoài", "part": "",
        "published_at_place": "Hà Nội", "publisher": "Kim Đồng", "year": 2019, "price_vnd": 1000, "receipt_no": 1,
        "source": "Nhà sách", "ddc": "895.9", "call_no": "", "note": "", "withdrawal_no": None, "decision_no": None,
        "decided_on": None, "condition": "NORMAL",
    }  # fmt: skip
    return RegisterLine(**{**said, **changes})


def volume(lines, form="png"):
    return individual_register(
        HEADING, lines, prefixes=["ĐC"], volume=1, first="DC000001", last="DC000050", first_year=2026, form=form
    )


class TestRegisters:
    def test_a_volume_has_a_cover_and_as_many_pages_as_its_lines_need(self):
        pages = volume(line(n) for n in range(1, 51))
        assert len(pages) == 1 + 3
        width, height = picture(pages[1]).size
        assert width / height == pytest.approx(297 / 210, rel=0.01)

    def test_the_same_lines_give_the_same_file(self):
        assert volume([line(1)], "pdf") == volume([line(1)], "pdf")

    def test_marks_of_the_typesetter_in_a_title_are_only_letters(self):
        wild = '#panic("x") $ * _ ` <a> @b \\ "'
        assert len(volume([line(1, title=wild)])) == 2

    def test_long_words_and_empty_fields_do_no_harm(self):
        bare = line(2, acquired_on=None, price_vnd=None, source=None, year=None, ddc="", receipt_no=None, author="")
        pages = volume([line(1, title="x" * 900, publisher="y" * 300, note="z" * 300), bare])
        assert len(pages) == 2

    def test_every_part_of_the_general_register_is_printed(self):
        sums = Sums(titles=1, copies=2, value_vnd=3, by_class=Counter("8"), by_kind=Counter({"BOOK": 2}))
        years = [YearSums(year, sums, sums, sums, sums) for year in (2025, 2026)]
        for part in (1, 2, 3):
            pages = general_register(HEADING, year=2026, came=[], went=[], years=years, part=part, form="png")
            assert len(pages) == 2

    @pytest.mark.slow
    def test_a_thousand_lines_take_a_bounded_time(self):
        assert volume((line(n) for n in range(1, 1001)), "pdf")[0].startswith(b"%PDF")


class TestOtherPapers:
    def test_the_poster_leads_to_the_place(self):
        said = Poster(address="https://guisach.example/places/CB-COBA/", place="Thư viện xã Cô Ba", kind="Thư viện xã")
        for size, shape in (("a4", 210 / 297), ("a5", 148 / 210)):
            [page] = poster(said, size=size, form="png")
            assert read(page) == [("QR Code", said.address)]
            assert picture(page).width / picture(page).height == pytest.approx(shape, rel=0.01)

    @pytest.mark.parametrize("place", ["Thư viện xã Cô Ba", "Tủ sách cộng đồng " + "Nhà văn hóa xóm Nà Lỏng " * 4])
    def test_the_keepers_guide_is_one_page_however_long_the_name_of_the_place(self, place):
        [page] = guide(place=place, contact="Hỏi: Thư viện tỉnh Cao Bằng, điện thoại 0206 3852 345", form="png")
        assert picture(page).width / picture(page).height == pytest.approx(210 / 297, rel=0.01)

    def test_minutes_are_a_sheet_with_its_list_behind_it(self):
        lines = [
            MinutesLine(number=f"TN{n:06d}", title="Dế Mèn", year=None, call_no="", shelf="", state="rách",
                        price_vnd=None, why="")
            for n in range(80)
        ]  # fmt: skip
        said = Minutes(
            agency="UBND xã", place="Thư viện xã", seat="Cô Ba", reason="rách nát", minutes_no="", decision_no="",
            decided_on=None, lines=lines,
        )  # fmt: skip
        assert len(minutes(said, form="png")) == 3
        assert len(minutes(said, is_draft=True, form="png")) == 2

    def test_a_document_that_cannot_be_set_says_so(self):
        with pytest.raises(PrintingFailed, match=r"register\.typ"):
            typeset("register.typ", {})


def test_words_of_paper():
    assert number(1_234_567) == "1.234.567"
    assert number(None) == ""
    assert long_day(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert long_day(date(2026, 11, 22)) == "ngày 22 tháng 11 năm 2026"
    assert short("Dế Mèn phiêu lưu ký", 12) == "Dế Mèn…"
    assert short("Dế  Mèn", 12) == "Dế Mèn"
    assert agency("Cao Bằng", "xã Cô Ba") == "Ủy ban nhân dân xã Cô Ba"
    assert agency("Cao Bằng", "").endswith("Du lịch Cao Bằng")


def test_a_sheet_to_write_on_is_one_page_each_with_its_number():
    from guisach.adapters.printing import Sheet, sheets

    made = [Sheet(f"203N-94{n}H", f"https://x.vn/work/paper/203N-94{n}H/") for n in range(2)]
    pages = sheets("Tủ sách thôn " + "Khuổi Ky " * 12, made, groups=["Người khuyết tật"] * 9, form="png")
    assert len(pages) == 2
    assert pages[0] != pages[1]


def test_minutes_of_a_stocktake_say_what_was_counted_and_list_what_is_missing():
    from guisach.adapters.printing import MissingLine, StocktakeMinutes, stocktake_minutes

    line = MissingLine(
        number="ĐC000123", title="Tô Hoài. Dế Mèn phiêu lưu ký", year=2022, call_no="V21", shelf="A1",
        price_vnd=45000, note="Đã tìm lại",
    )  # fmt: skip
    said = StocktakeMinutes(
        agency="Ủy ban nhân dân xã Cô Ba", place="Thư viện xã Cô Ba", seat="Cô Ba", scope="toàn bộ tài liệu của điểm",
        begun_on=date(2026, 11, 20), closed_on=date(2026, 11, 22), scanners=["Hoàng Thị Lan"],
        results=[("Số bản có thật", 199)], missing=61, lines=[line] * 61,
    )  # fmt: skip
    assert len(stocktake_minutes(said, form="png")) >= 3  # the sheet, and a list of more than a page
    going_on = stocktake_minutes(replace(said, closed_on=None, lines=[line], missing=1), form="png")
    assert len(going_on) == 1
