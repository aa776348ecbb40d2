"""A draft as MARC, and a correction inside MARC that somebody else wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from guisach.domain.catalogue.rules.drafts import RecordDraft, draft_of
from guisach.domain.catalogue.rules.marc.composing import compose, recompose
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Description
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming

DAY = date(2026, 11, 22)
FULL = RecordDraft(
    title="Dế Mèn phiêu lưu ký",
    subtitle="truyện đồng thoại",
    authors=("Tô Hoài", "Tạ Huy Long"),
    publisher="Kim Đồng",
    published_at_place="Hà Nội",
    year=2019,
    edition="Tái bản lần thứ 80",
    language="vie",
    ddc="895.922334",
    audience="CHILD",
    subjects=("Văn học thiếu nhi", "Việt Nam -- Truyện"),
    series="Tủ sách vàng ; 7",
    isbns=("9786042138666",),
    extent="150 tr. ; 21 cm",
    summary="Chú dế đi khắp nơi.",
)


def read(record: Incoming) -> RecordDraft:
    described = describe(record)
    assert isinstance(described, Description)
    return draft_of(described)


@pytest.mark.parametrize("kind", ["BOOK", "SERIAL", "ARTICLE", "MAP", "MUSIC", "SOUND", "VIDEO", "KIT", "MANUSCRIPT"])
def test_what_is_composed_is_read_back_the_same(kind):
    draft = replace(FULL, kind=kind, audience="ANY" if kind in ("SERIAL", "MAP") else "CHILD")
    assert read(compose(draft, DAY)) == draft


def test_a_title_alone_is_enough():
    assert read(compose(RecordDraft(title="Lịch"), DAY)) == RecordDraft(title="Lịch")


FOREIGN = Incoming(
    "01234cam a2200289 a 4500",
    (
        Field("001", "", (), "ocm42"),
        Field("008", "", (), "991122s1999    xxua   j      000 1 eng d"),
        Field("040", "  ", (("a", "DLC"),)),
        Field("100", "1 ", (("a", "Rowling, J. K."),)),
        Field("245", "10", (("a", "Harry Potter :"), ("b", "a novel /"), ("c", "J.K. Rowling."))),
        Field("260", "  ", (("a", "New York :"), ("b", "Scholastic,"), ("c", "1999."))),
        Field("500", "  ", (("a", "A note that nobody touches."),)),
        Field("650", " 1", (("a", "Wizards"), ("v", "Fiction."))),
        Field("901", "  ", (("z", "local"),)),
    ),
)


def test_a_correction_leaves_everything_else_as_it_was():
    draft = replace(read(FOREIGN), title="Harry Potter và hòn đá phù thủy", subtitle="", language="vie")
    corrected = recompose(draft, FOREIGN, DAY)
    assert read(corrected) == draft
    untouched = ("001", "040", "100", "260", "500", "650", "901")
    assert [f for f in corrected.fields if f.tag in untouched] == [f for f in FOREIGN.fields if f.tag in untouched]
    assert next(f for f in corrected.fields if f.tag == "245").first("c") == "J.K. Rowling."
    assert corrected.leader == FOREIGN.leader


def test_no_change_is_no_change():
    assert recompose(read(FOREIGN), FOREIGN, DAY) == FOREIGN


@pytest.mark.parametrize(
    "change",
    [
        {"year": 2001},
        {"year": None},
        {"authors": ()},
        {"isbns": ("9786042138666",)},
        {"subjects": ("Phép thuật", "Trẻ em")},
        {"kind": "SERIAL", "audience": "ANY"},
        {"summary": "Tóm tắt."},
        {"series": "Bộ sách"},
        {"audience": "TEEN"},
    ],
)
def test_each_word_can_be_corrected(change):
    draft = replace(read(FOREIGN), **change)
    assert read(recompose(draft, FOREIGN, DAY)) == draft


def test_what_cannot_be_read_is_written_anew_with_its_number():
    broken = Incoming(" " * 24, (Field("001", "", (), "x1"), Field("500", "  ", (("a", "?"),))))
    fresh = recompose(FULL, broken, DAY)
    assert read(fresh) == FULL
    assert fresh.fields[0] == Field("001", "", (), "x1")
