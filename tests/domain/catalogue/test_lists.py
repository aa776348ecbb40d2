"""Lists of books: made, filled, put in order, published, removed."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue.actions.lists import (
    MOST_TITLES,
    add_to_list,
    arrange_list,
    change_list,
    delete_list,
    make_list,
    remove_from_list,
)
from guisach.domain.catalogue.models import BookListEntry, Record
from guisach.domain.catalogue.queries import lists as queries
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> builders.Clock:
    builders.province()
    return builders.Clock()


@pytest.fixture
def summer(clock) -> int:
    return make_list(name="Đọc trong mùa hè", by=builders.lan().staff, clock=clock)


def titles(list_: int) -> list[int]:
    return [entry.record for entry in queries.entries_of(list_)]


def test_a_list_holds_titles_in_the_order_in_which_they_came_each_once(summer, clock):
    one, two = builders.record("Một").pk, builders.record("Hai").pk
    assert add_to_list(list_=summer, record=one, clock=clock)
    assert add_to_list(list_=summer, record=two, clock=clock, note=" Hay lắm ")
    assert not add_to_list(list_=summer, record=one, clock=clock)
    assert queries.entries_of(summer) == [(one, ""), (two, "Hay lắm")]
    found = queries.book_list(summer)
    assert (found.titles, found.by_name) == (2, "Hoàng Thị Lan")
    assert [one.id for one in queries.lists_with(two)] == [summer]
    assert queries.lists_with(two, only_public=True) == []


def test_titles_are_put_in_another_order_with_words(summer, clock):
    ids = [builders.record(f"Cuốn {n}").pk for n in range(4)]
    for id_ in ids:
        add_to_list(list_=summer, record=id_, clock=clock)
    arrange_list(list_=summer, order=[ids[2], 10**9, ids[0], ids[2]], notes={ids[0]: "Đọc to"}, clock=clock)
    assert titles(summer) == [ids[2], ids[0], ids[1], ids[3]]
    assert dict(queries.entries_of(summer))[ids[0]] == "Đọc to"
    assert remove_from_list(list_=summer, record=ids[0], clock=clock)
    assert not remove_from_list(list_=summer, record=ids[0], clock=clock)
    assert titles(summer) == [ids[2], ids[1], ids[3]]


def test_only_what_is_published_is_public_and_the_last_changed_stands_first(summer, clock):
    winter = make_list(name="Mùa đông", by=None, clock=clock, is_public=True)
    assert [one.id for one in queries.book_lists(only_public=True)] == [winter]
    change_list(list_=summer, name="Mùa hè", note="Một\nHai", is_public=True, clock=clock)
    assert [one.name for one in queries.book_lists(only_public=True)] == ["Mùa hè", "Mùa đông"]
    assert queries.book_list(summer).note == "Một\nHai"


def test_a_removed_list_leaves_its_titles(summer, clock):
    record = builders.record().pk
    add_to_list(list_=summer, record=record, clock=clock)
    delete_list(list_=summer)
    assert queries.book_list(summer) is None
    assert Record.objects.filter(pk=record).exists()
    assert not BookListEntry.objects.exists()


def test_the_first_titles_of_several_lists_come_with_one_question(summer, clock, django_assert_num_queries):
    winter = make_list(name="Mùa đông", by=None, clock=clock)
    for n in range(6):
        add_to_list(list_=summer, record=builders.record(f"Cuốn {n}").pk, clock=clock)
    with django_assert_num_queries(1):
        first = queries.first_entries([summer, winter], each=4)
    assert first == {summer: titles(summer)[:4], winter: []}


def test_refusals(summer, clock):
    with builders.refused("list_name_needed"):
        make_list(name=" \u200b ", by=None, clock=clock)
    with builders.refused("list_name_needed"):
        change_list(list_=summer, name="", note="", is_public=False, clock=clock)
    with builders.refused("record_unknown"):
        add_to_list(list_=summer, record=10**9, clock=clock)
    for act in (
        lambda: add_to_list(list_=10**9, record=1, clock=clock),
        lambda: remove_from_list(list_=10**9, record=1, clock=clock),
        lambda: delete_list(list_=10**9),
        lambda: arrange_list(list_=10**9, order=[], notes={}, clock=clock),
        lambda: change_list(list_=10**9, name="x", note="", is_public=False, clock=clock),
    ):
        with builders.refused("list_unknown"):
            act()
    rows = Record.objects.bulk_create(
        Record(title="x", title_key="x", marc="{}", created_at=clock(), updated_at=clock()) for _ in range(MOST_TITLES)
    )
    BookListEntry.objects.bulk_create(BookListEntry(list_id=summer, record=row, rank=1) for row in rows)
    with builders.refused("list_full"):
        add_to_list(list_=summer, record=builders.record().pk, clock=clock)
