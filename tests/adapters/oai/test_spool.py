"""A harvest that broke off goes on; what is fetched becomes chunks, and Dublin Core becomes MARC."""

from __future__ import annotations

from datetime import date

import pytest

from guisach.adapters.marc import to_marcxml
from guisach.adapters.oai import OaiReader, Spool
from guisach.adapters.xml import oai_dc
from guisach.domain.catalogue.rules.drafts import draft_of
from guisach.domain.catalogue.rules.imports.harvests import Asked, Item, Page, dublin_core_record
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.incoming import Reason, Unreadable
from tests.adapters.marc.records import book, readable, reasons

ON = date(2026, 11, 22)
ASKED = Asked("http://a.example/oai", "marc21", "BOOK")


def item(name: str, title: str = "Dế Mèn") -> Item:
    return Item(name, "2026-01-01", False, to_marcxml(book(title=title)).encode())


def spool(tmp_path) -> Spool:
    made = Spool(tmp_path / "oai", "s")
    made.open(ASKED)
    return made


def test_pages_become_chunks_and_what_is_gone_does_not(tmp_path):
    made = spool(tmp_path)
    made.add(Page((item("a"), Item("b", "2026", True)), "t", "2026-11-22"))
    made.add(Page((item("c", "Đất rừng"),), "", "2026-11-23"))
    assert made.state["is_whole"]
    assert (made.state["records"], made.state["deleted"], made.state["answered_at"]) == (2, 1, "2026-11-22")
    reader = OaiReader(ASKED, "s", ON)
    chunks = list(reader.chunks(made.path))
    assert [chunk.index for chunk in chunks] == [1, 2]
    assert reader.names == {1: "a", 2: "c"}
    assert list(made.gone()) == ["b"]
    assert readable(chunks[0]) == book(title="Dế Mèn")


def test_a_harvest_that_broke_off_goes_on_from_its_last_whole_page(tmp_path):
    made = spool(tmp_path)
    made.add(Page((item("a"),), "t1", "2026-11-22"))
    with made.path.open("ab") as file:
        file.write(b'{"id": "half a li')
    again = Spool(tmp_path / "oai", "s")
    assert again.open(Asked(ASKED.url, "marc21", "BOOK", from_="2026-01-01"))
    assert again.state["token"] == "t1"
    assert again.asked == ASKED
    again.add(Page((item("b"),), "", "2026-11-23"))
    assert [chunk.index for chunk in OaiReader(ASKED, "s", ON).chunks(again.path)] == [1, 2]


@pytest.mark.parametrize("other", [Asked(ASKED.url, "oai_dc", "BOOK"), Asked("http://b.example/oai", "marc21", "BOOK")])
def test_another_question_begins_anew(tmp_path, other):
    spool(tmp_path).add(Page((item("a"),), "t1", "2026"))
    made = Spool(tmp_path / "oai", "s")
    assert not made.open(other)
    assert list(OaiReader(other, "s", ON).chunks(made.path)) == []


def test_a_broken_state_begins_anew(tmp_path):
    spool(tmp_path)
    (tmp_path / "oai" / "s.state.json").write_text("{", encoding="utf-8")
    assert not Spool(tmp_path / "oai", "s").open(ASKED)


def test_a_record_without_a_number_gets_the_name_that_the_repository_gave_it(tmp_path):
    made = spool(tmp_path)
    plain = book()
    plain = plain._replace(fields=tuple(field for field in plain.fields if field.tag != "001"))
    made.add(Page((Item("oai:x:7", "2026", False, to_marcxml(plain).encode()),), "", ""))
    (chunk,) = OaiReader(ASKED, "nguon", ON).chunks(made.path)
    described = describe(readable(chunk))
    assert (described.control_no, described.control_source) == ("oai:x:7", "nguon")


def test_what_cannot_be_read_is_accounted_for(tmp_path):
    made = spool(tmp_path)
    made.add(Page((Item("a", "", False), Item("b", "", False, b"<x/>"), item("c")), "", ""))
    assert reasons(list(OaiReader(ASKED, "s", ON).chunks(made.path))) == [Reason.NO_RECORD, Reason.NO_RECORD, ""]
    dc = Asked(ASKED.url, "oai_dc")
    made.begin(dc)
    made.add(Page((Item("a", "", False, b"<x>"), Item("b", "", False, b"<x/>")), "", ""))
    assert reasons(list(OaiReader(dc, "s", ON).chunks(made.path))) == [Reason.XML_BROKEN, Reason.NO_TITLE]


PAIRS = [
    ("title", "Dế Mèn phiêu lưu ký"), ("title", "Diary of a Cricket"), ("creator", "Tô Hoài"),
    ("contributor", "Tạ Huy Long"),
    ("subject", "thiếu nhi"), ("subject", "895.922"), ("description", "Chú dế."), ("publisher", "Hà Nội : Kim Đồng"),
    ("date", "2019-05-01"), ("type", "Text"), ("format", "143 tr."), ("identifier", "urn:isbn:9786042000000"),
    ("identifier", "https://a.example/1"), ("identifier", "KĐ-17"), ("language", "vi"), ("relation", "Tủ sách vàng"),
    ("rights", "giữ bản quyền"),
]  # fmt: skip


def test_dublin_core_loses_nothing(tmp_path):
    made = spool(tmp_path)
    dc = Asked(ASKED.url, "oai_dc")
    made.begin(dc)
    made.add(Page((Item("oai:x:1", "", False, oai_dc(PAIRS).encode()),), "", ""))
    (chunk,) = OaiReader(dc, "s", ON).chunks(made.path)
    found = draft_of(describe(readable(chunk)))
    assert (found.title, found.authors, found.year) == ("Dế Mèn phiêu lưu ký", ("Tô Hoài", "Tạ Huy Long"), 2019)
    assert (found.published_at_place, found.publisher, found.language) == ("Hà Nội", "Kim Đồng", "vie")
    assert (found.ddc, found.subjects, found.isbns) == ("895.922", ("thiếu nhi",), ("9786042000000",))
    text = str(readable(chunk))
    for _name, value in PAIRS:
        assert value.removeprefix("urn:isbn:").partition(" : ")[0].partition("-05")[0] in text or value in (
            "vi",
            "Text",
        )


@pytest.mark.parametrize(
    ("said", "code"), [("vi-VN", "vie"), ("fra", "fre"), ("Tiếng Tày", "tyz"), ("Vietnamese", "vie"), ("?", "")]
)
def test_the_language_of_dublin_core_is_a_code_or_a_name(said, code):
    record = dublin_core_record([("title", "Số đỏ"), ("language", said)], ON)
    assert draft_of(describe(record)).language == code


@pytest.mark.parametrize("pairs", [[], [("creator", "An")], [("title", " ")]])
def test_dublin_core_without_a_title_is_set_aside(pairs):
    assert isinstance(dublin_core_record(pairs, ON), Unreadable)
