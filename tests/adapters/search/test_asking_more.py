"""Fields, facets of copies, nearness, suggestions, spelling help and likeness."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from guisach.adapters.search import facets
from guisach.adapters.search.facets import Counts
from guisach.adapters.search.finding import find
from guisach.domain.catalogue.rules.search import Document, Facet, Query, Sort, SuggestionKind

if TYPE_CHECKING:
    from guisach.adapters.search import TantivyIndex

MORE = (
    Document(
        30, "Kỹ thuật nuôi lợn", authors=("Trần Văn A",), subjects=("Chăn nuôi",), ddc="636.4", audience="ADULT",
        collections=("LAW",), places=("CB01", "CB09"), here=("CB09",), issns=("1859-0012",), series="Khuyến nông",
        year=2012, loans=9,
    ),
    Document(31, "Nuôi lợn rừng", subjects=("Chăn nuôi",), ddc="636.4", places=("CB01",), here=(), loans=3),
    Document(
        32, "Lợn và gà", "Sổ tay nuôi lợn", subjects=("Chăn nuôi",), ddc="636", places=("CB02",), here=("CB02",),
        other_titles=("Pigs and hens",), variants=("Heo",),
    ),
)  # fmt: skip


@pytest.fixture
def farm(index: TantivyIndex) -> TantivyIndex:
    with index.writer() as writer:
        writer.put(MORE)
        writer.commit(13)
    return index


def ids(index: TantivyIndex, text: str = "", **more: object) -> list[int]:
    return [hit.id for hit in index.search(Query(text, **more)).hits]  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('tác giả:"tô hoài"', [1]),
        ("tac gia:hoai", [1]),
        ('tác giả:"hoài tô"', []),
        ("author:hardy", [8]),
        ("title:hardy", []),
        ("title:mèn năm:2019", [1]),
        ("title:mèn năm:2020-", []),
        ('title:"dees mefn"', [1]),
        ("chủ đề:chăn lợn -rừng", [30, 32]),
        ("ddc:636*", [32, 31, 30]),
        ("ddc:636", [32]),
        ("isbn:978-604", [1]),
        ("issn:1859-0012", [30]),
        ("1859-0012", [30]),
        ('"nuôi lợn"', [30, 31, 32]),
        ('"lợn nuôi"', [31, 30, 32]),  # stands nowhere so: then it is words
        ("tùng thư:khuyến", [30]),
        ("ngôn ngữ:tyz", [6]),
        ("bộ sưu tập:law", [30]),
        ("title:phiê*", [1]),
        ('title:"mèn phiê*"', [1]),
    ],
)
def test_a_librarian_can_name_fields_and_phrases(farm, text, expected):
    assert sorted(ids(farm, text)) == sorted(expected)


def test_a_field_that_finds_nothing_is_not_relaxed(farm):
    assert farm.search(Query("title:phiuu")).total == 0
    assert farm.search(Query("phiuu")).total == 1


def test_other_titles_and_forms_of_headings_lead_to_the_record(farm):
    assert ids(farm, "pigs and hens") == [32]
    assert ids(farm, "heo") == [32]


def test_what_is_in_now_can_be_counted_and_asked_for(farm):
    results = farm.search(Query("lợn"))
    assert results.facets["in"] == (Facet("1", 2),)
    assert sorted(ids(farm, "lợn", is_in=True)) == [30, 32]
    at_one = farm.search(Query("lợn", place="CB01"))
    assert (at_one.total, at_one.facets.get("in")) == (2, ())
    assert ids(farm, "lợn", is_in=True, place="CB01") == []
    assert ids(farm, "lợn", is_in=True, place="CB09") == [30]


def test_class_audience_and_collection_narrow(farm):
    results = farm.search(Query("lợn"))
    assert results.facets["ddc"] == (Facet("600", 3),)
    assert results.facets["audience"] == (Facet("ADULT", 1),)
    assert results.facets["collection"] == (Facet("LAW", 1),)
    assert ids(farm, ddc="800") == [1]
    assert ids(farm, audience="ADULT") == [30]
    assert ids(farm, collection="LAW") == [30]


def test_nearness_orders_when_asked_for_and_else_hardly_counts(farm):
    near = (("CB02",), ("CB09",))
    assert ids(farm, "nuôi lợn", near=near, sort=Sort.NEAR) == [32, 30, 31]
    assert ids(farm, "lợn", near=near, sort=Sort.NEAR)[:2] == [32, 30]
    assert ids(farm, "nuôi lợn rừng", near=near)[0] == 31
    assert ids(farm, near=near, sort=Sort.NEAR)[:2] == [32, 30]
    assert len(ids(farm, near=near, sort=Sort.NEAR)) == 15


def test_nearness_never_lifts_a_folded_match_above_an_exact_one(farm):
    with farm.writer() as writer:
        writer.put([Document(40, "Mát biếc", places=("CB02",), here=("CB02",))])
        writer.commit(14)
    assert ids(farm, "mắt biếc", near=(("CB02",),))[0] == 9


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("de men phiu luu ky", "dế mèn phiêu lưu kí"),
        ("de men", ""),
        ("dế mèn phiêu lưu ký", ""),
        ("truyện xyzzyqwv", "truyện"),
        ("nguyễn nhật ánk tuổi thơ", "nguyễn nhật ánh tuổi thơ"),
    ],
)
def test_a_misspelt_question_is_written_as_the_catalogue_would(farm, text, meant):
    assert farm.search(Query(text)).meant == meant


def test_numbers_are_not_mended(farm):
    with farm.writer() as writer:
        writer.put([Document(50, "Thần đồng đất Việt tập 7"), Document(51, "Thần đồng đất Việt tập 12")])
        writer.commit(14)
    assert "12" not in farm.search(Query("thân đống đất việc tập 8")).meant.split()
    assert "7" not in farm.search(Query("thân đống đất việc tập 8")).meant.split()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dế m", 1),
        ("de men ph", 1),
        ("dees mef", 1),
        ("de61 me", 1),
        ("phieu lu", 1),
        ("DẾ MÈN PHIÊU LƯU KÝ", 1),
        ("truyen ki", 7),
        ("10.000 c", 11),
    ],
)
def test_titles_are_suggested_from_their_beginning_or_their_words(farm, text, first):
    assert next(one.id for one in farm.suggest(text) if one.kind is SuggestionKind.TITLE) == first


def test_authors_and_subjects_are_suggested_from_any_word_of_theirs(farm):
    for text in ("nguyen nh", "nhat a", "ánh", "nguyeenx nhaatj"):
        found = [one for one in farm.suggest(text) if one.kind is SuggestionKind.AUTHOR]
        assert [(one.text, one.count) for one in found] == [("Nguyễn Nhật Ánh", 2)]
    assert [one.text for one in farm.suggest("chan nu") if one.kind is SuggestionKind.SUBJECT] == ["Chăn nuôi"]


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", "d", " ", "!!", "xyzzy", "\x00", "a" * 5000, "de " * 3000, '"', "("])
def test_any_beginning_is_answered(farm, text):
    assert len(farm.suggest(text, 5)) <= 5


def test_no_more_is_suggested_than_asked_for(farm):
    assert len(farm.suggest("tr", 1)) == 1
    assert farm.suggest("tr", 0) == ()
    assert farm.suggest("tr", -3) == ()


def test_what_is_like_a_record_shares_author_subject_or_class(farm):
    assert {hit.id for hit in farm.similar(MORE[0])} == {31, 32}
    assert 10 in {hit.id for hit in farm.similar(Document(9, "Mắt biếc", authors=("Nguyễn Nhật Ánh",)))}
    assert farm.similar(Document(99, "")) == ()
    assert len(farm.similar(MORE[0], 1)) == 1


def test_counts_of_broad_questions_are_remembered_for_a_while(farm, monkeypatch):
    monkeypatch.setattr(facets, "BROAD", 3)
    counts, searcher = Counts(), farm.searcher()
    before = find(searcher, Query("lợn"), counts)
    with farm.writer() as writer:
        writer.remove([31])
        writer.commit(14)
    assert find(farm.searcher(), Query("lợn", limit=5, sort=Sort.YEAR), counts).facets == before.facets
    assert find(farm.searcher(), Query("lợn", is_in=True), counts).total == 2
    assert find(farm.searcher(), Query("lợn"), Counts()).total == 2


def test_questions_with_thousands_of_answers_put_the_whole_title_and_the_marks_first(index):
    with index.writer() as writer:
        writer.put(Document(1000 + n, f"Hóa chất số {n}", loans=n % 7) for n in range(3200))
        writer.put(
            [Document(9000, "Hoa chất", loans=500), Document(9001, "Hóa chất"), Document(9002, "Chất hoa", loans=9)]
        )
        writer.commit(13)
    found = ids(index, "hóa chất")
    assert found[0] == 9001
    assert 9000 not in found[:20]
    assert index.search(Query("hóa chất", facets=False)).total == index.search(Query("hóa chất")).total == 3203
    assert ids(index, "hoa chất")[0] == 9000
    pages = [hit for offset in range(0, 300, 100) for hit in ids(index, "hóa chất", limit=100, offset=offset)]
    assert len(set(pages)) == 300


def test_a_document_with_too_many_of_everything_is_kept(index):
    many = replace(
        MORE[0],
        id=60,
        authors=tuple(f"Tác giả {n}" for n in range(500)),
        places=tuple(f"P{n}" for n in range(3000)),
        here=tuple(f"P{n}" for n in range(3000)),
        subjects=("s" * 5000,),
        ddc="x" * 5000,
    )
    with index.writer() as writer:
        writer.put([many])
        writer.commit(13)
    assert 60 in ids(index, "kỹ thuật nuôi lợn", near=(("P2999",),))
