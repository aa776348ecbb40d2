"""A MARC record in the product's own words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Audience, Description, Isbn, Kind
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, Reason, Unreadable
from tests.adapters.marc.records import LEADER, book, control, data

TO_HOAI = Incoming(
    LEADER,
    (
        control("001", " cb-0001 "),
        control("003", "VN-TVCB"),
        control("005", "20240531081500.0"),
        control("008", "240531s2019    vm a   j      000 1 vie d"),
        data("020", "a978-604-2-13488-0 (bìa mềm) :", "c45000đ"),
        data("041", "avieeng", marks="1 "),
        data("082", "a895.922/332", "223", marks="04"),
        data("100", "aTô Hoài,", "d1920-2014", marks="0 "),
        data("245", "aDế Mèn phiêu lưu ký :", "bTruyện đồng thoại /", "cTô Hoài ; Tạ Huy Long minh họa.", marks="10"),
        data("246", "aDiary of a Cricket"),
        data("250", "aTái bản lần thứ 92."),
        data("260", "a[Hà Nội] :", "bKim Đồng,", "c2019."),
        data("300", "axii, 144 tr. :", "btranh màu ;", "c21 cm"),
        data("490", "aTủ sách Vàng ;", "v12"),
        data("520", "aChú Dế Mèn   rời tổ."),
        data("650", "aVăn học thiếu nhi", "zViệt Nam", "vTruyện."),
        data("653", "adế mèn", "aphiêu lưu"),
        data("700", "aTạ, Huy Long,", "eminh họa.", marks="1 "),
        data("710", "aNhà xuất bản Kim Đồng.", "bBan Biên tập.", marks="2 "),
    ),
)


def read(record: Incoming) -> Description:
    found = describe(record)
    assert isinstance(found, Description), found
    return found


def reason(record: Incoming) -> str:
    found = describe(record)
    assert isinstance(found, Unreadable)
    assert found.detail
    return found.reason


def test_a_full_record():
    found = read(TO_HOAI)
    assert (found.control_no, found.control_source, found.changed_at_source) == (
        "cb-0001",
        "VN-TVCB",
        "20240531081500.0",
    )
    assert (found.kind, found.audience) == (Kind.BOOK, Audience.CHILD)
    assert (found.title, found.subtitle, found.part) == ("Dế Mèn phiêu lưu ký", "Truyện đồng thoại", "")
    assert found.other_titles == ("Diary of a Cricket",)
    assert found.statement == "Tô Hoài ; Tạ Huy Long minh họa"
    assert [(author.name, author.heading, author.role) for author in found.authors] == [
        ("Tô Hoài", "Tô Hoài", ""),
        ("Tạ Huy Long", "Tạ, Huy Long", "minh họa"),
        ("Nhà xuất bản Kim Đồng. Ban Biên tập", "Nhà xuất bản Kim Đồng. Ban Biên tập", ""),
    ]
    assert (found.place, found.publisher, found.year) == ("Hà Nội", "Kim Đồng", 2019)
    assert found.edition == "Tái bản lần thứ 92"
    assert found.languages == ("vie", "eng")
    assert found.ddc == ("895.922332",)
    assert found.isbn13s == ("9786042134880",)
    assert found.subjects == ("Văn học thiếu nhi -- Việt Nam -- Truyện", "dế mèn", "phiêu lưu")
    assert found.series == ("Tủ sách Vàng ; 12",)
    assert (found.extent, found.pages) == ("xii, 144 tr. : tranh màu ; 21 cm", 144)
    assert found.summary == "Chú Dế Mèn rời tổ."


def test_a_poor_record_needs_no_more_than_a_title():
    assert read(Incoming(" " * 24, (data("245", "aSố đỏ"),))) == Description(title="Số đỏ")


@pytest.mark.parametrize(
    ("fields", "title", "subtitle", "part", "others"),
    [
        ([data("245", "aĐất rừng phương Nam /", "cĐoàn Giỏi")], "Đất rừng phương Nam", "", "", ()),
        ([data("245", "aTruyện Kiều =", "bThe tale of Kieu /")], "Truyện Kiều", "", "", ("The tale of Kieu",)),
        ([data("245", "aA :", "bb = B : c /")], "A", "b", "", ("B : c",)),
        ([data("245", "aChí Phèo ;", "bLão Hạc /")], "Chí Phèo ; Lão Hạc", "", "", ()),
        ([data("245", "aLão Hạc ;")], "Lão Hạc", "", "", ()),
        (
            [data("245", "aLịch sử Việt Nam.", "nTập 2,", "pThời Trần /")],
            "Lịch sử Việt Nam",
            "",
            "Tập 2. Thời Trần",
            (),
        ),
        ([data("245", "bchỉ có phụ đề")], "chỉ có phụ đề", "", "", ()),
        ([Field("245", "10", (("", "Số đỏ /"), ("c", "Vũ Trọng Phụng")))], "Số đỏ", "", "", ()),
        ([Field("245", "10", (("á", "Số đỏ /"),))], "Số đỏ", "", "", ()),
        ([data("245", "a[Báo cáo]")], "Báo cáo", "", "", ()),
        ([data("245", "a\x98The \x9cquiet   American")], "The quiet American", "", "", ()),
        ([data("245", "a /"), data("240", "aTắt đèn.")], "Tắt đèn", "", "", ()),
        ([data("222", "aVăn nghệ Cao Bằng")], "Văn nghệ Cao Bằng", "", "", ()),
        ([data("773", "tVăn nghệ Cao Bằng")], "Văn nghệ Cao Bằng", "", "", ()),
        ([data("880", "6245-00/$1", "a字典")], "字典", "", "", ()),
    ],
)
def test_titles(fields, title, subtitle, part, others):
    found = read(Incoming(LEADER, tuple(fields)))
    assert (found.title, found.subtitle, found.part, found.other_titles) == (title, subtitle, part, others)


@pytest.mark.parametrize("fields", [(), (data("245", "a / "),), (data("100", "aTô Hoài"),), (control("245", "x"),)])
def test_without_a_title_there_is_no_record(fields):
    assert reason(Incoming(LEADER, fields)) == Reason.NO_TITLE


@pytest.mark.parametrize("kind", "zuvxywq")
def test_what_is_not_bibliographic_is_refused(kind):
    assert reason(book(leader=LEADER[:6] + kind + LEADER[7:])) == Reason.NOT_BIBLIOGRAPHIC


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ("am", Kind.BOOK), ("aa", Kind.ARTICLE), ("ab", Kind.ARTICLE), ("as", Kind.SERIAL), ("ai", Kind.SERIAL),
        ("tm", Kind.MANUSCRIPT), ("cm", Kind.MUSIC), ("em", Kind.MAP), ("gm", Kind.VIDEO), ("im", Kind.SOUND),
        ("jm", Kind.SOUND), ("km", Kind.VISUAL), ("rm", Kind.VISUAL), ("mm", Kind.COMPUTER), ("om", Kind.KIT),
        ("  ", Kind.BOOK), ("?!", Kind.BOOK),
    ],
)  # fmt: skip
def test_kinds(codes, kind):
    assert read(book(leader=LEADER[:6] + codes + LEADER[8:])).kind == kind


@pytest.mark.parametrize(
    ("code", "audience"),
    [
        ("a", "CHILD"),
        ("j", "CHILD"),
        ("d", "TEEN"),
        ("e", "ADULT"),
        ("f", "ADULT"),
        ("g", "ANY"),
        (" ", "ANY"),
        ("|", "ANY"),
    ],
)
def test_audiences(code, audience):
    coded = control("008", " " * 22 + code + " " * 17)
    assert read(Incoming(LEADER, (coded, data("245", "aX")))).audience == audience
    as_map = Incoming(LEADER[:6] + "em" + LEADER[8:], (coded, data("245", "aX")))
    assert read(as_map).audience == Audience.ANY


@pytest.mark.parametrize(
    ("date", "coded", "year"),
    [
        ("2019.", "2019", 2019), ("c1998", "    ", 1998), ("[2005?]", "uuuu", 2005),
        ("", "1975", 1975), ("", "19uu", None),
        ("1998-2001", "1998", 1998), ("Tháng 5/2005", "2003", 2005), ("2546 [2003]", "2003", 2003),
        ("1358 [1979]", "    ", 1979), ("5768 [2007 or 2008]", "2007", 2007), ("s.d.", "", None), ("99999", "", None),
        ("1998, c1995", "1995", 1995), ("[199-?]", "199u", None), ("²²²²", "²²²²", None),
    ],
)  # fmt: skip
def test_years(date, coded, year):
    record = Incoming(LEADER, (control("008", f"240531s{coded}"), data("245", "aX"), data("260", f"c{date}")))
    assert read(record).year == year


def test_the_publisher_is_preferred_to_the_printer():
    record = Incoming(
        LEADER,
        (
            data("245", "aX"),
            data("264", "aHuế :", "bNhà in,", "c2001", marks=" 3"),
            data("264", "aHà Nội :", "bTrẻ,", "c2000", marks=" 1"),
        ),
    )
    assert (read(record).place, read(record).publisher, read(record).year) == ("Hà Nội", "Trẻ", 2000)


@pytest.mark.parametrize(
    "unknown", ["[S.l.] :", "[s.n.],", "[Place of publication not identified] :", "[k.đ.]", "[k.nxb.],"]
)
def test_an_unknown_place_or_publisher_is_empty(unknown):
    found = read(Incoming(LEADER, (data("245", "aX"), data("260", f"a{unknown}", f"b{unknown}"))))
    assert (found.place, found.publisher) == ("", "")


@pytest.mark.parametrize(
    ("extent", "pages"),
    [
        ("256tr.", 256), ("xii, 336 p. :", 336), ("100, [1] p. ;", 100), ("2, 2, 424 p.", 424), ("3 v. ;", None),
        ("1 tờ rơi", None), ("340 p., [12] p. of plates", 340), ("150 trang", 150), ("1,2," * 5000 + "x", None),
    ],
)  # fmt: skip
def test_pages(extent, pages):
    assert read(Incoming(LEADER, (data("245", "aX"), data("300", f"a{extent}")))).pages == pages


def test_isbns_are_checked_and_kept_as_given():
    record = book(
        data("020", "a0-439-13959-7 (pbk.)"), data("020", "a9786042134881"), data("020", "zx"), data("020", "a(bìa)"),
        data("024", "a9780439139595", marks="3 "), data("022", "a0317-8471"), data("022", "a0317-8470"),
    )  # fmt: skip
    found = read(record)
    assert found.isbns == (
        Isbn("0-439-13959-7 (pbk.)", "9780439139595"),
        Isbn("9786042134881", ""),
        Isbn("9780439139595", "9780439139595"),
    )
    assert found.isbn13s == ("9780439139595",)
    assert found.issns == ("0317-8471",)


def test_the_form_in_the_original_script_leads_only_when_it_is_vietnamese():
    hanoi = Incoming(
        LEADER,
        (
            data("100", "6880-01", "aNguyen, Du."),
            data("245", "6880-02", "aTruyen Kieu /"),
            data("880", "6100-01", "aNguyễn, Du."),
            data("880", "6245-02", "aTruyện Kiều /"),
        ),
    )
    found = read(hanoi)
    assert (found.title, found.other_titles) == ("Truyện Kiều", ("Truyen Kieu",))
    assert [author.name for author in found.authors] == ["Nguyễn Du"]
    beijing = Incoming(LEADER, (data("245", "6880-02", "aHong lou meng /"), data("880", "6245-02/$1", "a红楼梦 /")))
    assert (read(beijing).title, read(beijing).other_titles) == ("Hong lou meng", ("红楼梦",))
    nom = Incoming(LEADER, (data("245", "6880-02", "aTruyện Kiều"), data("880", "6245-02/$1", "a傳翹")))
    assert (read(nom).title, read(nom).other_titles) == ("Truyện Kiều", ("傳翹",))


def test_authors_of_contained_works_are_not_authors_of_the_whole():
    record = book(
        data("700", "aNam Cao.", "tChí Phèo."), data("700", "aNam Cao,", "eTác giả."), data("700", "aNam Cao.")
    )
    assert [author.name for author in read(record).authors] == ["Nam Cao"]


@pytest.mark.parametrize(
    ("number", "ddc"),
    [
        ("895.922/332", "895.922332"),
        ("959.7'03", "959.703"),
        ("005", "005"),
        ("[Fic]", None),
        ("JNF", None),
        ("33", None),
    ],
)
def test_ddc(number, ddc):
    assert read(book(data("082", f"a{number}"))).ddc == ((ddc,) if ddc else ())


def test_an_article_names_what_it_is_in():
    found = read(book(data("773", "tVăn nghệ Cao Bằng.", "gSố 3 (2024)"), leader=LEADER[:7] + "b" + LEADER[8:]))
    assert (found.kind, found.host) == (Kind.ARTICLE, "Văn nghệ Cao Bằng")


# UNIMARC ---------------------------------------------------------------------------------------------------

HUGO = Incoming(
    "00000nam0 2200000   450 ",
    (
        control("001", "FRBNF001"),
        control("005", "20240531081500.0"),
        data("010", "a978-2-07-036822-8", "bbr."),
        data("100", "a20240531d1998    k  y0frey50      ba"),
        data("101", "afre", marks="0 "),
        data("200", "a\x98Les\x9c Misérables", "eroman", "fVictor Hugo", "hTome 2", "iCosette", marks="1 "),
        data("210", "aParis", "cGallimard", "d1998"),
        data("215", "a543 p.", "d18 cm"),
        data("225", "aFolio", "v123"),
        data("330", "aRésumé."),
        data("606", "aRoman", "xHistoire"),
        data("676", "a843.7"),
        data("700", "aHugo", "bVictor", "4070", marks=" 1"),
        data("801", "aFR", "bBNF"),
    ),
)


def test_unimarc_is_recognised_and_read():
    found = read(HUGO)
    assert (found.title, found.subtitle, found.part) == ("Les Misérables", "roman", "Tome 2. Cosette")
    assert [author.name for author in found.authors] == ["Hugo, Victor"]
    assert (found.place, found.publisher, found.year, found.languages) == ("Paris", "Gallimard", 1998, ("fre",))
    assert (found.control_no, found.control_source, found.audience) == ("FRBNF001", "BNF", Audience.ADULT)
    assert (found.isbn13s, found.ddc, found.pages) == (("9782070368228",), ("843.7",), 543)
    assert (found.subjects, found.series) == (("Roman -- Histoire",), ("Folio ; 123",))


def test_a_personal_name_in_field_100_does_not_make_unimarc():
    assert reason(Incoming(LEADER, (data("100", "aTô Hoài"), data("200", "aX")))) == Reason.NO_TITLE
    assert read(book(data("200", "aX"), data("100", "a20240531d1998    k  y0frey50      ba"))).title.startswith("Dế")


# Anything at all -------------------------------------------------------------------------------------------

_codes = st.sampled_from([*"abcdehikmnptvxyz6024", ""])
_texts = st.text(max_size=12) | st.sampled_from(["245-01", "880-01/$1", "2019", "[s.n.]", " = ", "978604", "…", "/"])
_TAGS = """
    001 003 005 008 010 020 022 024 040 041 082 100 101 110 111 130 200 210 215 222 225 240 242 245 246 250 260 264
    300 330 490 520 600 606 610 650 653 676 700 710 720 773 801 830 880 FMT
"""
_tags = st.sampled_from(_TAGS.split())
_fields = st.builds(
    Field,
    _tags,
    st.sampled_from(["", "  ", "1", "10", "3 "]),
    st.lists(st.tuples(_codes, _texts), max_size=4).map(tuple),
    _texts,
)


@given(st.text(max_size=24), st.lists(_fields, max_size=10).map(tuple))
def test_any_record_gets_an_answer(leader, fields):
    found = describe(Incoming(leader, fields))
    if isinstance(found, Description):
        assert found.title
        assert not re.search(r"[\x00-\x08\x0b-\x1f]", found.title)
        assert found.year is None or 1000 <= found.year <= 2100
        assert all(len(ean) == 13 for ean in found.isbn13s)


def test_ten_thousand_fields_do_not_take_long():
    many = [
        data(tag, f"6880-{n % 100:02d}", f"aNguyễn, {tag} {n}")
        for tag in ("650", "700", "880", "246")
        for n in range(2500)
    ]
    assert len(read(book(*many)).subjects) == 2500
