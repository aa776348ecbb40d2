"""Laws of search that hold for any catalogue and any question."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.adapters.search import TantivyIndex
from guisach.domain.catalogue.rules.search import MAX_LIMIT, Document, Facet, Query, Sort
from guisach.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

SYLLABLES = ("mã", "má", "ma", "mà", "sách", "sạch", "đường", "dương", "thủy", "thuỷ", "trăng", "trang", "10", "cờ")
KINDS = ("BOOK", "COMIC", "LAW")
RNG = random.Random(7)
SHELF = {
    number: Document(
        number,
        " ".join(RNG.choices(SYLLABLES, k=RNG.randrange(1, 6))),
        authors=(" ".join(RNG.choices(SYLLABLES, k=2)),),
        kind=RNG.choice(KINDS),
        year=RNG.choice((None, 1999, 2004, 2026)),
        places=tuple(RNG.sample(("A", "B", "C"), RNG.randrange(3))),
        loans=RNG.choice((0, 0, 5, 5000)),
    )
    for number in range(1, 301)
}
QUERIES = st.builds(
    Query,
    text=st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from((*SYLLABLES, "dduwowngf", "tha3ng", '"', "AND", "978", "-")), max_size=40).map(
            " ".join
        ),
    ),
    kind=st.sampled_from((None, None, *KINDS, "")),
    place=st.sampled_from((None, None, "A", "Z")),
    year_from=st.none() | st.integers(),
    year_to=st.none() | st.integers(),
    limit=st.integers(-5, 500),
    offset=st.integers(-5, 5000),
    sort=st.sampled_from((*Sort, "?")),
)


@pytest.fixture(scope="module")
def index() -> Iterator[TantivyIndex]:
    with tempfile.TemporaryDirectory() as folder:
        index = TantivyIndex(Path(folder))
        with index.rebuild() as writer:
            writer.put(SHELF.values())
            writer.commit(1)
        yield index


def words(document: Document) -> set[str]:
    return set(fold(f"{document.title} {' '.join(document.authors)} {document.year or ''}").split())


@given(query=QUERIES)
def test_any_question_has_an_answer_within_bounds(index: TantivyIndex, query: Query) -> None:
    results = index.search(query)
    ids = [hit.id for hit in results.hits]
    assert len(ids) == len(set(ids)) <= min(MAX_LIMIT, results.total)
    for id_ in ids:
        document = SHELF[id_]
        assert not query.kind or document.kind == query.kind
        assert not query.place or query.place in document.places
    assert sum(facet.count for facet in results.facets.get("kind", ())) == results.total


@given(
    asked=st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=2, unique_by=fold),
    kind=st.sampled_from((None, *KINDS)),
)
def test_results_and_facets_are_what_counting_by_hand_gives(
    index: TantivyIndex, asked: list[str], kind: str | None
) -> None:
    expected = [
        document
        for document in SHELF.values()
        if set(map(fold, asked)) <= words(document) and kind in (None, document.kind)
    ]
    results = index.search(Query(" ".join(asked), kind=kind, limit=100))
    if not expected:
        return  # then the search is relaxed
    assert results.total == len(expected)
    assert {hit.id for hit in results.hits} <= {document.id for document in expected}
    places = Counter(place for document in expected for place in document.places)
    assert {facet.value: facet.count for facet in results.facets["place"]} == places
    years = Counter(str(document.year) for document in expected if document.year)
    assert set(results.facets["year"]) == {Facet(year, count) for year, count in years.items()}


@given(asked=st.lists(st.sampled_from([s for s in SYLLABLES if not s.isascii()]), min_size=1, max_size=3))
def test_an_exact_match_is_never_below_a_folded_one(index: TantivyIndex, asked: list[str]) -> None:
    hits = index.search(Query(" ".join(asked), limit=100)).hits
    wanted = {syllable.replace("uỷ", "ủy") for syllable in asked}

    def is_exact(id_: int) -> bool:
        document = SHELF[id_]
        text = f"{document.title} {' '.join(document.authors)}".replace("uỷ", "ủy")
        return wanted <= set(text.split())

    order = [is_exact(hit.id) for hit in hits]
    assert order == sorted(order, reverse=True)
