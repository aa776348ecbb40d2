"""What a keeper of an open shelf is told."""

from __future__ import annotations

from datetime import date, timedelta

from guisach.domain.circulation.rules.shelves import Hint, ShelfFacts, hints

TODAY = date(2026, 11, 22)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def shelf(name="A", copies=40, unseen=0, seen=1, uses=0):
    return ShelfFacts(name, copies, unseen, None if seen is None else ago(seen), uses)


def told(*shelves, counted=1):
    return hints(shelves, counted_on=None if counted is None else ago(counted), today=TODAY)


def test_a_shelf_that_is_looked_over_and_counted_asks_for_nothing():
    assert told(shelf(seen=90), counted=14) == []


def test_what_nobody_saw_comes_before_what_was_seen_long_ago():
    assert told(shelf("A", seen=100), shelf("B", seen=None, copies=7), shelf("C", seen=300)) == [
        Hint("never_looked", "B", n=7),
        Hint("look_again", "C", days=300, n=40),
        Hint("look_again", "A", days=100, n=40),
    ]


def test_a_shelf_of_which_somebody_saw_a_few_books_is_not_looked_over():
    assert told(shelf(unseen=21)) == [Hint("look_rest", "A", n=21)]
    assert told(shelf(unseen=20)) == []


def test_a_shelf_is_used_much_when_every_second_book_was_in_somebodys_hand():
    assert told(shelf(uses=20)) == [Hint("used_much", "A", n=20)]
    assert told(shelf(uses=19)) == []
    assert told(shelf(copies=2, uses=4)) == []  # two books say nothing


def test_a_place_where_nothing_is_counted_is_reminded():
    assert told(counted=None) == [Hint("never_counted")]
    assert told(counted=15) == [Hint("count_again", days=15)]
