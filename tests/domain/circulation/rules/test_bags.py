"""What goes into a bag: for the age, as wished, varied, the same for the same wish, a chance for what few borrow."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.circulation.rules.bags import AGES, Bag, Candidate, Why, age_group, compose, is_sound

TODAY = date(2026, 11, 20)


def book(n, *, ddc="895.9", audience="CHILD", loans=0, author="", language="vie", record=None):
    return Candidate(
        f"TN{n:06}", record or n, f"Sách {n}", author or f"Tác giả {n}", ddc, audience, language, loans=loans
    )


SHELF = [book(n, ddc=f"{n % 10}00", loans=n % 5) for n in range(1, 60)]

shelves = st.lists(
    st.builds(
        book,
        st.integers(1, 30),
        ddc=st.sampled_from(["", "398", "500", "895.9"]),
        audience=st.sampled_from(["CHILD", "TEEN", "ADULT", "ANY"]),
        loans=st.integers(0, 9),
        author=st.sampled_from(["Tô Hoài", "Ma Văn Kháng", "Y Phương"]),
        language=st.sampled_from(["vie", "tyz"]),
        record=st.integers(1, 12),
    ),
    max_size=30,
    unique_by=lambda one: one.barcode,
)
wishes = st.builds(
    Bag,
    st.sampled_from(sorted(AGES)),
    st.integers(1, 8),
    st.sampled_from([(), ("8",), ("3", "5")]),
    st.sampled_from(["", "tyz"]),
)


@given(wishes, shelves, st.integers(0, 2**64), st.randoms())
def test_whatever_is_on_the_shelf_the_bag_fits_and_is_the_same_in_any_order(wish, shelf, seed, dice):
    picks = compose(wish, shelf, seed=seed)
    chosen = [pick.copy for pick in picks]
    assert len(chosen) <= wish.books
    assert all(one.audience in AGES[wish.age] for one in chosen)
    assert all(wish.language in {"", one.language} for one in chosen)
    assert len({one.record for one in chosen}) == len({one.author for one in chosen}) == len(chosen)
    assert all((pick.why is Why.OTHER) == bool(wish.interests and pick.copy.ddc[:1] not in wish.interests)
               for pick in picks)  # fmt: skip
    shuffled = list(shelf)
    dice.shuffle(shuffled)
    assert compose(wish, shuffled, seed=seed) == picks


def test_another_wish_is_another_bag():
    bags = {tuple(pick.copy.barcode for pick in compose(Bag("CHILD", 4), SHELF, seed=seed)) for seed in range(20)}
    assert len(bags) > 10


def test_what_was_wished_comes_first_and_something_else_only_where_there_is_no_more():
    wish = Bag("CHILD", 8, ("8",))
    picks = compose(wish, [book(1), book(2), book(3, ddc="500"), book(4, ddc="398")], seed=7)
    assert [pick.copy.ddc[:1] for pick in picks[:2]] == ["8", "8"]
    assert [pick.why for pick in picks[2:]] == [Why.OTHER, Why.OTHER]


def test_of_two_interests_there_is_of_both():
    shelf = [*(book(n, ddc="800") for n in range(1, 9)), *(book(n, ddc="500") for n in range(11, 13))]
    picks = compose(Bag("CHILD", 4, ("8", "5")), shelf, seed=3)
    assert sorted(pick.copy.ddc for pick in picks) == ["500", "500", "800", "800"]


def test_every_third_book_is_one_that_few_borrow():
    loved = [book(n, loans=9) for n in range(1, 30)]
    picks = compose(Bag("CHILD", 6), [*loved, book(50), book(51)], seed=11)
    assert [pick.copy.loans for pick in picks] == [9, 9, 0, 9, 9, 0]
    assert picks[2].why is Why.SELDOM


def test_leaving_one_out_keeps_the_others():
    first = [pick.copy.barcode for pick in compose(Bag("CHILD", 3), SHELF, seed=5)]
    again = [pick.copy.barcode for pick in compose(Bag("CHILD", 3), SHELF, seed=5, without=[first[0]])]
    assert first[0] not in again
    assert len(again) == 3


@pytest.mark.parametrize(
    "wish",
    [Bag("OLD", 3), Bag("CHILD", 0), Bag("CHILD", 9), Bag("CHILD", 3, ("89",)), Bag("CHILD", 3, ("x",)),
     Bag("CHILD", 3, (), "viet"), Bag("CHILD", 3, (), "v1"), Bag("CHILD", 3, tuple("01234567890"))],
)  # fmt: skip
def test_what_nobody_could_pack_is_no_wish(wish):
    assert is_sound(Bag("CHILD", 3, ("8", "3"), "tyz"))
    assert not is_sound(wish)


@pytest.mark.parametrize(
    ("born", "group"),
    [(None, "ADULT"), (date(2016, 1, 1), "CHILD"), (date(2015, 11, 21), "CHILD"), (date(2015, 11, 20), "TEEN"),
     (date(2010, 11, 21), "TEEN"), (date(2010, 11, 20), "ADULT")],
)  # fmt: skip
def test_the_age_that_is_proposed_goes_by_the_birth_date(born, group):
    assert age_group(born, TODAY) == group
