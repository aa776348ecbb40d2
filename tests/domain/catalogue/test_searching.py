"""Search while there is no index: a reader still gets an answer."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue import kinds, queries
from guisach.domain.catalogue.rules.search import Query
from tests import builders
from tests.builders import COBA

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_index(monkeypatch):
    monkeypatch.setattr(kinds, "_index", [])


def test_without_an_index_titles_are_searched_without_marks():
    builders.province()
    de_men = builders.record()
    builders.record("Đất rừng phương Nam", "Đoàn Giỏi", year=1957)
    page = queries.search(Query(text="phieu luu DE men"))
    assert [view.id for view in page.records] == [de_men.pk]
    assert (page.total, page.is_degraded) == (1, True)


def test_without_an_index_filters_and_bounds_still_hold():
    builders.province()
    old, new = builders.record("Một", year=1957), builders.record("Hai", year=2020, kind="COMIC")
    builders.copy("CB1", of=old)
    builders.copy("CB2", of=old)
    assert queries.search(Query(place=COBA)).total == 1
    assert [v.id for v in queries.search(Query(year_from=2000)).records] == [new.pk]
    assert [v.id for v in queries.search(Query(kind="COMIC", language="vie")).records] == [new.pk]
    assert queries.search(Query(text="x " * 5000)).total == 0
    assert len(queries.search(Query(limit=10**6, offset=-5)).records) == 2
