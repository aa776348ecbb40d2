"""UNIMARC is read for what it is, and says the same once it is written as MARC 21."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue.rules.drafts import draft_of
from guisach.domain.catalogue.rules.marc.composing import recompose
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Audience, Description, Kind
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming
from guisach.domain.catalogue.rules.marc.unimarc_conversion import to_marc21
from tests.builders import START
from tests.conftest import needs_shared

LEADER = "00000nam0 2200000   450 "
CODED = "20240531d2024    m  y0vie50      ba"


def data(tag: str, *subfields: str, marks: str = "  ") -> Field:
    return Field(tag, marks, tuple((subfield[:1], subfield[1:]) for subfield in subfields))


def record(
    *fields: Field, title: tuple[str, ...] = ("aTruyện Kiều",), leader: str = LEADER, coded: str = CODED
) -> Incoming:
    own = [Field("001", "", (), "u-7"), data("100", f"a{coded}"), data("200", *title, marks="1 ")]
    return Incoming(leader, tuple(sorted([*own, *fields], key=lambda field: field.tag)))


def said(found: Incoming) -> Description:
    described = describe(found)
    assert isinstance(described, Description)
    return described


RICH = record(
    Field("005", "", (), "20240531120000.0"),
    data("010", "a978-604-2-00000-0", "bbìa mềm", "d45000đ"),
    data("011", "a0866-7632"),
    data("020", "aVN", "b2024-117"),
    data("021", "aVN", "bDL-2024-5"),
    data("101", "avie", "cchi", marks="1 "),
    data("102", "aVN"),
    data("105", "aab      000fy"),
    data("205", "aIn lần thứ 3", "bcó bổ sung", "fĐào Duy Anh khảo đính"),
    data("210", "aHà Nội", "cVăn học", "d2024"),
    data("215", "a351 tr.", "cminh hoạ", "d21 cm", "e1 CD"),
    data("225", "aVăn học cổ điển", "v12", "x1859-0001"),
    data("300", "aBìa ghi: bản chữ Nôm"),
    data("320", "aThư mục: tr. 340-350"),
    data("327", "aPhần một", "aPhần hai"),
    data("330", "aCuộc đời nàng Kiều."),
    data("410", "tVăn học cổ điển", "v12"),
    data("461", "12001 ", "aTuyển tập Nguyễn Du", "vTập 1"),
    data("500", "aKim Vân Kiều truyện", "mTiếng Việt"),
    data("510", "aThe tale of Kieu"),
    data("512", "aKiều"),
    data("517", "aĐoạn trường tân thanh"),
    data("540", "aTruyện Thuý Kiều"),
    data("600", "aNguyễn", "bDu", "f1766-1820", "xTác phẩm", "yViệt Nam", "zThế kỷ 19"),
    data("601", "aHội Kiều học", "bChi hội Cao Bằng", marks="02"),
    data("606", "aTruyện thơ", "xNghiên cứu", "yViệt Nam", "jTừ điển"),
    data("607", "aNghi Xuân (Hà Tĩnh)"),
    data("608", "aThơ"),
    data("610", "alục bát", "achữ Nôm", marks="0 "),
    data("675", "a821(597)"),
    data("676", "a895.92212", "v23"),
    data("686", "aV5(1)4", "2BBK"),
    data("700", "aNguyễn", "bDu", "f1766-1820", "4070", marks=" 1"),
    data("701", "aĐào", "bDuy Anh", "4340", marks=" 1"),
    data("702", "aTrương", "bVĩnh Ký", "4730", marks=" 1"),
    data("712", "aViện Văn học", "4650", marks="02"),
    data("801", "aVN", "bTVQG", "c20240531", "gAACR2", marks=" 0"),
    data("899", "aKho", "pVV000123"),
    data("995", "bCB-COBA", "fVV000123", "kV5"),
    title=(
        "a\x98Truyện \x9cKiều",
        "dTale of Kieu",
        "ethơ",
        "fNguyễn Du",
        "gTrương Vĩnh Ký phiên âm",
        "hTập 1",
        "iGia biến",
    ),
)


def test_every_common_field_is_read():
    found = said(RICH)
    assert (found.title, found.subtitle, found.part) == ("Truyện Kiều", "thơ", "Tập 1. Gia biến")
    assert found.other_titles == (
        "Tale of Kieu", "Kim Vân Kiều truyện", "The tale of Kieu", "Kiều", "Đoạn trường tân thanh", "Truyện Thuý Kiều",
    )  # fmt: skip
    assert [(author.name, author.role) for author in found.authors] == [
        ("Nguyễn Du", ""), ("Đào Duy Anh", "edt"), ("Trương Vĩnh Ký", "trl"), ("Viện Văn học", "pbl"),
    ]  # fmt: skip
    assert (found.edition, found.place, found.publisher, found.year) == (
        "In lần thứ 3, có bổ sung",
        "Hà Nội",
        "Văn học",
        2024,
    )
    assert (found.languages, found.ddc, found.issns) == (("vie",), ("895.92212",), ("0866-7632",))
    assert found.isbn13s == ("9786042000000",)
    assert found.series == ("Văn học cổ điển ; 12",)
    assert found.host == "Tuyển tập Nguyễn Du ; Tập 1"
    assert found.pages == 351
    assert found.audience is Audience.ADULT
    assert "Truyện thơ -- Nghiên cứu -- Việt Nam -- Từ điển" in found.subjects
    assert {"Nghi Xuân (Hà Tĩnh)", "Thơ", "lục bát", "chữ Nôm", "Hội Kiều học"} <= set(found.subjects)
    assert (found.control_no, found.control_source) == ("u-7", "TVQG")


def test_as_marc_21_it_says_the_same():
    before, after = said(RICH), said(to_marc21(RICH))
    for name in (
        "control_no", "control_source", "changed_at_source", "kind", "audience", "title", "subtitle", "part", "edition",
        "place", "publisher", "year", "languages", "ddc", "issns", "series", "pages", "summary", "isbn13s",
    ):  # fmt: skip
        assert getattr(after, name) == getattr(before, name), name
    assert [author[:3] for author in after.authors] == [author[:3] for author in before.authors]
    assert [author.role for author in after.authors[:3]] == [author.role for author in before.authors[:3]]
    assert set(after.other_titles) == set(before.other_titles)
    assert after.host == "Tuyển tập Nguyễn Du"
    assert after.statement == "Nguyễn Du ; Trương Vĩnh Ký phiên âm"


def test_as_marc_21_everything_has_its_place():
    found = {}
    for field in to_marc21(RICH).fields:
        found.setdefault(field.tag, []).append(
            "".join(f"${code}{text}" for code, text in field.subfields) or field.value
        )
    assert found["008"] == ["240531s2024    vm ab  e      000 j vie d"]
    assert found["015"] == ["$qVN$a2024-117"]
    assert found["020"] == ["$a978-604-2-00000-0$qbìa mềm$c45000đ"]
    assert found["041"] == ["$avie$hchi"]
    assert found["245"] == [
        "$aTruyện Kiều :$bthơ = Tale of Kieu /$cNguyễn Du ; Trương Vĩnh Ký phiên âm.$nTập 1,$pGia biến"
    ]
    assert found["250"] == ["$aIn lần thứ 3, có bổ sung /$bĐào Duy Anh khảo đính"]
    assert found["260"] == ["$aHà Nội :$bVăn học,$c2024"]
    assert found["300"] == ["$a351 tr. :$bminh hoạ ;$c21 cm +$e1 CD"]
    assert found["490"] == ["$aVăn học cổ điển ;$v12,$x1859-0001"]
    assert found["500"] == ["$aBìa ghi: bản chữ Nôm"]
    assert found["505"] == ["$aPhần một -- Phần hai"]
    assert found["600"] == ["$aNguyễn, Du$d1766-1820$xTác phẩm$zViệt Nam$yThế kỷ 19"]
    assert found["610"] == ["$aHội Kiều học$bChi hội Cao Bằng"]
    assert found["650"] == ["$aTruyện thơ$xNghiên cứu$zViệt Nam$vTừ điển"]
    assert found["700"] == ["$aĐào, Duy Anh$4edt", "$aTrương, Vĩnh Ký$4trl"]
    assert found["773"] == ["$tTuyển tập Nguyễn Du$gTập 1"]
    assert found["040"] == ["$aTVQG$cTVQG$eAACR2"]
    assert found["899"] == ["$aKho$pVV000123"]
    assert found["995"] == ["$bCB-COBA$fVV000123$kV5"]


def test_no_text_is_lost():
    after = str(to_marc21(RICH))
    for field in RICH.fields:
        if field.tag in {"100", "102", "105"}:  # are in 008
            continue
        for code, text in field.subfields:
            if code in "14" or (field.tag, code) in {("801", "a"), ("801", "c")}:
                continue
            assert text.replace("\x98", "").replace("\x9c", "") in after, (field.tag, code, text)


@pytest.mark.parametrize(
    ("leader", "kind"),
    [
        ("00000nam0 22", Kind.BOOK), ("00000nas0 22", Kind.SERIAL), ("00000naa0 22", Kind.ARTICLE),
        ("00000nbm0 22", Kind.MANUSCRIPT), ("00000nem0 22", Kind.MAP), ("00000nlm0 22", Kind.COMPUTER),
        ("00000nmm0 22", Kind.KIT), ("00000ngm0 22", Kind.VIDEO), ("00000njm0 22", Kind.SOUND),
    ],
)  # fmt: skip
def test_the_kind_of_material_stays(leader, kind):
    found = record(leader=leader.ljust(24))
    assert said(found).kind is said(to_marc21(found)).kind is kind


_AUDIENCES = {"a": "CHILD", "d": "CHILD", "e": "TEEN", "m": "ADULT", "k": "ADULT", "u": "ANY"}


@pytest.mark.parametrize(("code", "audience"), [(code, Audience(name)) for code, name in _AUDIENCES.items()])
def test_whom_it_is_for_stays(code, audience):
    found = record(coded=CODED[:17] + code + CODED[18:])
    assert said(found).audience is said(to_marc21(found)).audience is audience


def test_publication_by_field_214_prefers_the_publisher():
    printed = data("214", "aCao Bằng", "cNhà in", "d2023", marks=" 3")
    issued = data("214", "aHà Nội", "cKim Đồng", "d2024", marks=" 0")
    found = record(printed, issued)
    assert (said(found).publisher, said(found).year) == ("Kim Đồng", 2024)
    assert (said(to_marc21(found)).publisher, said(to_marc21(found)).year) == ("Kim Đồng", 2024)


def test_several_works_without_a_common_title_are_all_named():
    found = record(title=("aThạch Sanh", "aTấm Cám", "fNhiều người"))
    assert said(found).title == "Thạch Sanh ; Tấm Cám"
    assert said(to_marc21(found)).title == "Thạch Sanh ; Tấm Cám"


def test_an_article_names_what_it_is_in():
    found = record(data("463", "tTạp chí Văn hoá", "vSố 5", "x0866-7632"), leader="00000naa0 22".ljust(24))
    assert said(found).host == "Tạp chí Văn hoá ; Số 5"
    linked = next(field for field in to_marc21(found).fields if field.tag == "773")
    assert linked.subfields == (("t", "Tạp chí Văn hoá"), ("g", "Số 5"), ("x", "0866-7632"))


def test_a_correction_keeps_what_was_not_touched():
    draft = draft_of(said(RICH))
    from dataclasses import replace

    changed = recompose(replace(draft, publisher="Thanh Niên"), RICH, START.date())
    fields = {field.tag: field for field in changed.fields}
    assert fields["260"].first("b") == "Thanh Niên"
    assert fields["505"].first("a") == "Phần một -- Phần hai"
    assert fields["001"].value == "u-7"
    assert said(changed).authors == said(to_marc21(RICH)).authors


@needs_shared
def test_a_real_record_says_the_same(shared_data):
    from guisach.adapters.marc import MarcReader

    (chunk,) = MarcReader().chunks(next(shared_data.rglob("testunimarc.dat")))
    before, after = said(chunk.content), said(to_marc21(chunk.content))
    for name in ("title", "subtitle", "part", "year", "place", "publisher", "languages", "series", "isbn13s", "kind"):
        assert getattr(after, name) == getattr(before, name), name
    assert [author.name for author in after.authors] == [author.name for author in before.authors]
