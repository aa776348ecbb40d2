"""Whether two descriptions are of the same book: joining two books is worse than having one twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.imports.matching import Described, Verdict, Why, compare, match_key
from guisach.domain.catalogue.rules.imports.words import (
    author_words,
    edition_number,
    pages,
    publisher_words,
    title_words,
)

SAME, MAYBE, NONE = Verdict.SAME, Verdict.MAYBE, Verdict.NONE
DE_MEN = Described(
    "Dế Mèn phiêu lưu ký", authors=("Tô Hoài",), publisher="Kim Đồng", year=2010, extent="144 tr.", language="vie"
)
ISBN, OTHER = frozenset({"9786042088888"}), frozenset({"9786041000001"})


def verdict(one: Described, other: Described, **more: bool) -> Verdict:
    return compare(one, other, **more).verdict


# Words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đất rừng phương Nam. T.2", "Đất rừng phương Nam - Tập 2"),
        ("Đất rừng phương Nam. Tập hai", "đất rừng phương nam, tập II"),
        ("Địa lý các tỉnh", "Địa lí các tỉnh /"),
        ("Hoả diệm sơn ký sự", "Hỏa diệm sơn kí sự"),
        ("Quyển thượng : Tam quốc", "Quyển Thượng. Tam quốc"),
        ("Harry Potter. Vol. 03", "Harry Potter : volume 3"),
    ],
)
def test_titles_are_looked_for_under_one_key_however_they_are_written(one, other):
    assert match_key(one, "", None) == match_key(other, "", None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Toán nâng cao. Tập 1", "Toán nâng cao. Tập 2"),
        ("Toán nâng cao. Tập 1", "Toán nâng cao"),
        ("Bài tập toán 5", "Bài tập toán 6"),
        ("Lịch sử Đảng. Quyển thượng", "Lịch sử Đảng. Quyển hạ"),
    ],
)
def test_volumes_and_grades_have_keys_of_their_own(one, other):
    assert match_key(one, "", None) != match_key(other, "", None)


def test_short_titles_are_looked_for_with_their_author_or_else_year():
    assert match_key("Số đỏ", "Vũ Trọng Phụng", 1936) == match_key("Số đỏ :", "Phụng, Vũ Trọng", 1990)
    assert match_key("Báo cáo", "", 2019) != match_key("Báo cáo", "", 2020)


def test_names_publishers_and_editions_are_read_out_of_every_habit():
    assert author_words("Ánh, Nguyễn Nhật, 1955-") == author_words("Nguyễn Nhật Ánh")
    assert publisher_words("NXB. Giáo dục") == publisher_words("Nhà xuất bản Giáo dục") == publisher_words("GD")
    assert [edition_number(text) for text in ("Tái bản lần thứ hai", "In lần 3", "2nd ed.", "Tái bản", "")] == [
        2, 3, 2, 0, 0
    ]  # fmt: skip
    assert (pages("xii, 336 p. ; 21 cm"), pages("144tr."), pages("1 CD")) == (336, 144, 0)
    assert title_words("") == ()


# By words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        replace(DE_MEN, title="Dế mèn phiêu lưu kí", publisher="Nxb. Kim Đồng", authors=("Hoài, Tô",)),
        replace(DE_MEN, extent="", language=""),
        replace(DE_MEN, numbers=ISBN),
        replace(DE_MEN, kind="COMIC", edition="Tái bản lần 3"),
        replace(DE_MEN, title="DE MEN PHIEU LUU KY", extent="146 tr."),
        replace(DE_MEN, subtitle="Truyện thiếu nhi"),
        replace(DE_MEN, authors=("Tô Hoài (1920-2014) ; Ngô Mạnh Lân (minh hoạ)",)),
    ],
)
def test_title_author_publisher_and_year_together_are_certain(other):
    assert verdict(DE_MEN, other) is SAME


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (replace(DE_MEN, year=None), Why.AUTHOR),
        (replace(DE_MEN, publisher=""), Why.YEAR),
        (replace(DE_MEN, authors=()), Why.PUBLISHER),
        (replace(DE_MEN, extent="160 tr."), Why.NOT_PAGES),
        (replace(DE_MEN, title="Dê men phiêu lưu ký"), Why.NOT_MARKS),
    ],
)
def test_what_is_missing_or_doubtful_is_for_a_person_to_judge(other, why):
    found = compare(DE_MEN, other)
    assert found.verdict is MAYBE
    assert why in found.why


@pytest.mark.parametrize(
    "other",
    [
        replace(DE_MEN, year=2011),
        replace(DE_MEN, publisher="Văn học"),
        replace(DE_MEN, authors=("Tô Hoàn",)),
        replace(DE_MEN, title="Dế Mèn phiêu lưu ký. Tập 1"),
        replace(DE_MEN, subtitle="Quyển 2"),
        replace(DE_MEN, series="Tủ sách vàng ; T. 4"),
        replace(DE_MEN, kind="SOUND"),
        replace(DE_MEN, language="eng"),
        replace(DE_MEN, title="Dế Mèn"),
        replace(DE_MEN, authors=(), publisher="", year=None),
    ],
)
def test_another_edition_volume_publisher_or_kind_is_another_book(other):
    assert verdict(DE_MEN, other) is NONE


def test_years_need_not_matter_where_the_policy_says_so():
    assert verdict(DE_MEN, replace(DE_MEN, year=2011), years_matter=False) is MAYBE
    assert verdict(DE_MEN, replace(DE_MEN, year=2011, numbers=ISBN), years_matter=True) is NONE


# By numbers ---------------------------------------------------------------------------------------------------


def test_an_isbn_with_the_same_title_is_certain_and_two_isbns_are_two_editions():
    numbered = replace(DE_MEN, numbers=ISBN)
    assert verdict(numbered, Described("Dế mèn phiêu lưu ký", numbers=ISBN)) is SAME
    assert verdict(numbered, replace(DE_MEN, numbers=OTHER)) is NONE
    assert verdict(numbered, replace(DE_MEN, numbers=OTHER | ISBN)) is SAME


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (replace(DE_MEN, title="Dế Mèn phiêu lưu ký. Tập 2"), MAYBE),
        (replace(DE_MEN, year=2011), MAYBE),
        (replace(DE_MEN, title="Dế Mèn phiêu lưu ký và những chuyện khác"), MAYBE),
        (replace(DE_MEN, title="Truyện Kiều"), NONE),
    ],
)
def test_an_isbn_alone_proves_nothing(other, expected):
    """Sets, reprints and slips of the pen share them."""
    assert verdict(replace(DE_MEN, numbers=ISBN), replace(other, numbers=ISBN)) is expected


def test_volumes_with_the_isbn_of_their_set_are_never_one():
    one = Described("Toán. Tập 1", numbers=ISBN)
    assert verdict(one, Described("Toán. Tập 2", numbers=ISBN)) is NONE


def test_one_number_of_one_source_is_the_same_and_two_are_two():
    ours = replace(DE_MEN, control_source="TVCB", control_no="1")
    assert compare(ours, replace(ours, year=1990, publisher="Khác")).why[0] is Why.NUMBER
    assert verdict(ours, replace(ours, control_no="2")) is NONE
    assert verdict(ours, replace(ours, control_source="TVQG", control_no="2")) is SAME


# Within a file ------------------------------------------------------------------------------------------------


def test_within_a_file_only_what_is_certain_counts():
    bare = Described("Dế Mèn phiêu lưu ký", authors=("Tô Hoài",))
    assert verdict(bare, bare) is MAYBE
    assert verdict(bare, bare, is_same_file=True) is SAME  # a row for every copy
    assert verdict(bare, replace(bare, year=2010), is_same_file=True) is NONE
    assert verdict(Described("Báo cáo"), Described("Báo cáo"), is_same_file=True) is NONE
    assert verdict(replace(DE_MEN, control_no="1"), replace(DE_MEN, control_no="2"), is_same_file=True) is NONE


# Laws ---------------------------------------------------------------------------------------------------------

TITLES = st.sampled_from(["Toán nâng cao", "Số đỏ", "Dế Mèn phiêu lưu ký", "Đất rừng phương Nam", ""])
VOLUMES = st.sampled_from(["", ". Tập 1", ". T.2", " - quyển 3", ". Tập II", ". Phần một"])
DESCRIBED = st.builds(
    Described,
    title=st.builds(str.__add__, TITLES, VOLUMES),
    subtitle=st.sampled_from(["", "truyện", "lớp 5", "tập 1"]),
    authors=st.sampled_from([(), ("Tô Hoài",), ("Hoài, Tô",), ("Đoàn Giỏi", "Tô Hoài")]),
    publisher=st.sampled_from(["", "Kim Đồng", "Nxb Kim Đồng", "Giáo dục", "Giáo dục Việt Nam"]),
    year=st.sampled_from([None, 2010, 2011]),
    edition=st.sampled_from(["", "Tái bản lần 2", "In lần thứ ba"]),
    numbers=st.sampled_from([frozenset(), ISBN, OTHER, ISBN | OTHER]),
    control_source=st.sampled_from(["", "TVCB"]),
    control_no=st.sampled_from(["", "1", "2"]),
    extent=st.sampled_from(["", "144 tr.", "300 tr."]),
    kind=st.sampled_from(["BOOK", "COMIC", "SOUND"]),
    series=st.sampled_from(["", "Tủ sách ; 1", "Tủ sách ; T. 2"]),
)


@given(DESCRIBED, DESCRIBED, st.booleans(), st.booleans())
def test_it_does_not_matter_which_comes_first(one, other, years_matter, is_same_file):
    there = compare(one, other, years_matter=years_matter, is_same_file=is_same_file)
    back = compare(other, one, years_matter=years_matter, is_same_file=is_same_file)
    assert there.verdict is back.verdict
    assert {*there.why} == {*back.why}


@given(DESCRIBED, DESCRIBED, st.booleans())
def test_different_volumes_without_numbers_are_never_one(one, other, is_same_file):
    one, other = (replace(each, numbers=frozenset(), control_no="") for each in (one, other))
    if one.volumes != other.volumes:
        assert compare(one, other, is_same_file=is_same_file).verdict is NONE


@given(DESCRIBED, DESCRIBED)
def test_what_is_certain_is_found_by_number_or_by_key(one, other):
    """An import asks for nothing else."""
    if compare(one, other).verdict is SAME and not one.numbers & other.numbers:
        keys = {match_key(each.title, next(iter(each.authors), ""), each.year) for each in (one, other)}
        shared = one.people & other.people
        firsts = {author_words(each.authors[0]) for each in (one, other) if each.authors}
        assert len(keys) == 1 or len(firsts) > 1 or not shared or one.words != other.words
