"""What readers type, and what they mean."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

from guisach.domain.catalogue.rules.search import (
    MAX_LIMIT,
    Document,
    Facet,
    Query,
    Results,
    Sort,
)

if TYPE_CHECKING:
    from guisach.adapters.search import TantivyIndex


def first(index: TantivyIndex, text: str) -> int | None:
    hits = index.search(Query(text)).hits
    return hits[0].id if hits else None


def ids(results: Results) -> list[int]:
    return [hit.id for hit in results.hits]


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "Dế Mèn phiêu lưu ký",
        unicodedata.normalize("NFD", "Dế Mèn phiêu lưu ký"),
        "DẾ MÈN PHIÊU LƯU KÝ",
        "de men phieu luu ky",
        "dế men phieu lưu ky",
        "dè mén phiếu lứu ký",
        "dế mèn phiêu lưu kí",
        "dees mefn phieeu luwu kys",
        "Dees Mefn, phieeu luwu kys",
        "de61 me2n phie6u lu7u ky1",
        "de men phieu luu kt",
        "dd men phieu luu ky",
        "dế mèn phiu lưu ký",
        "de men luu ky",
        "de men phieu luu",
        "de men nho phieu luu ky",
        "demen phieu luu ky",
        "de men phi eu luu ky",
        "to hoai de men",
        "Tô Hoài phiêu lưu",
        "de men kim dong",
        "de men 2019",
        "phieu luu ky de men",
        "978-604-2-12345-3",
        "9786042123453",
        "ISBN: 978 604 2 12345 3",
        "895.922334",
    ],
)
def test_the_cricket_is_found_however_it_is_typed(index: TantivyIndex, text: str) -> None:
    assert first(index, text) == 1


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("vat ly dai cuong", 5),
        ("Vật lý đại cương", 5),
        ("co hoc nhiet hoc luong duyen binh", 5),
        ("phja den", 6),
        ("truyên kiêu", 7),
        ("kieuf", 7),
        ("tess of", 8),
        ("tess durbervilles", 8),
        ("978-0-14-143959-4", 8),
        ("0-14-143959-9", 8),
        ("mat biec nguyen nhat anh", 9),
        ("nguyen nhat anh tuoi tho", 10),
        ("10000 cau hoi", 11),
        ("10.000 câu hỏi", 11),
        ("nguoi hmong", 12),
        ("người h’mông cao bằng", 12),
        ("durbervile", 8),
    ],
)
def test_other_titles_are_found_first(index: TantivyIndex, text: str, id_: int) -> None:
    assert first(index, text) == id_


def test_marks_decide_between_titles_that_fold_to_the_same(index: TantivyIndex) -> None:
    assert ids(index.search(Query("hóa học")))[:2] == [3, 4]
    assert ids(index.search(Query("hoa học")))[:2] == [4, 3]
    assert ids(index.search(Query("hoá học")))[:2] == [3, 4]


def test_popularity_never_lifts_a_folded_match_above_an_exact_one(index: TantivyIndex) -> None:
    with index.writer() as writer:
        writer.put([Document(20, "Mát biếc", loans=1_000_000), Document(21, "Mắt biếc ơi", loans=0)])
        writer.commit(13)
    assert ids(index.search(Query("mắt biếc"))) == [9, 21, 20]


def test_among_equals_the_more_borrowed_comes_first(index: TantivyIndex) -> None:
    with index.writer() as writer:
        writer.put([Document(20, "Truyện cổ Tày"), Document(21, "Truyện cổ Nùng", loans=500)])
        writer.commit(13)
    assert ids(index.search(Query("truyện cổ")))[:2] == [21, 20]


def test_a_word_that_nobody_wrote_finds_nothing(index: TantivyIndex) -> None:
    assert index.search(Query("xyzzyqwv")).total == 0
    assert index.search(Query("!!! ...")) == Results(0, ())


def test_two_words_of_which_one_is_strange_find_nothing_rather_than_everything(index: TantivyIndex) -> None:
    assert index.search(Query("truyện xyzzyqwv")).total == 0


def test_an_isbn_that_is_not_there_is_looked_for_as_words(index: TantivyIndex) -> None:
    assert index.search(Query("978-604-2-99999-9")).total == 0


def test_no_text_browses_all_newest_first(index: TantivyIndex) -> None:
    results = index.search(Query("  ", limit=3))
    assert results.total == 12
    assert ids(results) == [12, 11, 10]


def test_filters_narrow_without_ordering(index: TantivyIndex) -> None:
    assert ids(index.search(Query(kind="TEXTBOOK"))) == [5, 3]
    assert ids(index.search(Query(place="CB01"))) == [3, 1]
    assert ids(index.search(Query(subject="Văn học thiếu nhi"))) == [2, 1]
    assert ids(index.search(Query(subject=unicodedata.normalize("NFD", "Văn học thiếu nhi")))) == [2, 1]
    assert ids(index.search(Query(language="tyz"))) == [6]
    assert ids(index.search(Query(year_from=2015, year_to=2019))) == [12, 11, 1]
    assert ids(index.search(Query(year_to=1820))) == [7]
    assert ids(index.search(Query(year_from=2020, year_to=2010))) == []
    assert ids(index.search(Query("nguyen", year_from=2000))) == [10]
    assert ids(index.search(Query("truyen", kind="COMIC"))) == []


def test_values_with_odd_characters_are_values(index: TantivyIndex) -> None:
    for odd in ('"', "a:b", "(", "\x00", "*", "AND", "ф" * 500):
        assert index.search(Query(kind=odd)).total == 0


def test_facets_count_the_whole_result_and_not_the_page(index: TantivyIndex) -> None:
    results = index.search(Query(limit=1))
    assert results.facets["kind"][0] == Facet("BOOK", 7)
    assert results.facets["subject"][0] == Facet("Văn học thiếu nhi", 2)
    assert results.facets["place"] == (Facet("CB01", 2), Facet("CB02", 1))
    assert results.facets["year"][:2] == (Facet("2021", 1), Facet("2019", 1))
    assert Facet("2010", 3) in results.facets["decade"]
    assert Facet("2015", 2) in results.facets["year"]
    assert sum(facet.count for facet in results.facets["decade"]) == 10


def test_facets_follow_the_question_and_its_filters(index: TantivyIndex) -> None:
    results = index.search(Query("nguyễn nhật ánh", year_from=2000))
    assert results.total == 1
    assert results.facets["kind"] == (Facet("BOOK", 1),)
    assert results.facets["year"] == (Facet("2008", 1),)


def test_facets_can_be_left_out(index: TantivyIndex) -> None:
    assert index.search(Query("truyện", facets=False)).facets == {}


@pytest.mark.parametrize(
    ("sort", "expected"),
    [(Sort.NEWEST, [5, 3]), (Sort.YEAR, [3, 5]), (Sort.TITLE, [3, 5]), (Sort.POPULAR, [3, 5])],
)
def test_results_can_be_sorted_otherwise(index: TantivyIndex, sort: str, expected: list[int]) -> None:
    assert ids(index.search(Query(kind="TEXTBOOK", sort=sort))) == expected


def test_titles_are_sorted_as_in_a_dictionary(index: TantivyIndex) -> None:
    results = index.search(Query(sort=Sort.TITLE, limit=4))
    assert ids(results) == [11, 10, 2, 1]  # 10.000 câu…, Cho…, Dê mẹ…, Dế Mèn…
    assert ids(index.search(Query("truyện kiều", sort="no such order"))) == [7]


def test_pages_of_a_result_join_without_gap_or_repetition(index: TantivyIndex) -> None:
    with index.writer() as writer:
        writer.put(Document(100 + n, f"Tuyển tập truyện ngắn số {n}") for n in range(350))
        writer.commit(13)
    whole = [
        hit for offset in range(0, 400, 100) for hit in ids(index.search(Query("tuyen tap", limit=100, offset=offset)))
    ]
    assert index.search(Query("tuyen tap")).total == 350
    assert len(whole) == 350
    assert set(whole) == set(range(100, 450))
    assert ids(index.search(Query("tuyen tap", limit=7, offset=45))) == whole[45:52]


def test_bounds_are_kept_without_complaint(index: TantivyIndex) -> None:
    assert len(index.search(Query(limit=100_000)).hits) == 12
    assert MAX_LIMIT == 100
    assert index.search(Query(limit=0)).hits == ()
    assert index.search(Query(limit=0)).total == 12
    assert index.search(Query("truyện", limit=-5, offset=-5)).hits == ()
    assert index.search(Query(offset=10**9)).hits == ()
    assert first(index, "dế mèn phiêu lưu ký " * 2000) == 1
    assert index.search(Query("ă" * 100_000)).total == 0
    assert index.search(Query(" ".join(f"z{n}" for n in range(5000)))).total == 0
    assert index.search(Query("\ud800 \x00 dế mèn")).total >= 1
    assert index.search(Query(year_from=-(10**30), year_to=10**30)).total == 10
