"""Whether a legal document is in force: only from the dates that were entered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.validity import State, Validity

DAY = date(2026, 11, 22)
BEFORE, LATER = date(2020, 7, 1), date(2030, 1, 1)

days = st.dates(date(1945, 9, 2), date(2100, 1, 1))
some_day = st.none() | days


@pytest.mark.parametrize(
    ("validity", "state"),
    [
        (Validity(), State.UNKNOWN),
        (Validity(valid_from=BEFORE), State.IN_FORCE),
        (Validity(valid_from=DAY), State.IN_FORCE),
        (Validity(valid_from=LATER), State.NOT_YET),
        (Validity(valid_from=BEFORE, valid_to=DAY), State.ENDED),
        (Validity(valid_from=BEFORE, valid_to=DAY + timedelta(days=1)), State.IN_FORCE),
        (Validity(valid_to=DAY), State.ENDED),
        (Validity(valid_to=LATER), State.UNKNOWN),
        (Validity(valid_from=BEFORE, is_replaced=True), State.REPLACED),
        (Validity(valid_from=BEFORE, is_replaced=True, replaced_from=DAY), State.ENDED),
        (Validity(valid_from=BEFORE, is_replaced=True, replaced_from=LATER), State.IN_FORCE),
        (Validity(valid_from=BEFORE, valid_to=LATER, is_replaced=True, replaced_from=BEFORE), State.IN_FORCE),
        (Validity(valid_from=BEFORE, replaced_from=DAY), State.IN_FORCE),
    ],
)
def test_states_on_a_day(validity: Validity, state: State) -> None:
    assert validity.state(DAY) is state


@given(some_day, some_day, st.booleans(), some_day, days)
def test_every_document_stands_somewhere_and_never_comes_back(begins, ends, is_replaced, by_from, on):
    validity = Validity(begins, ends, is_replaced, by_from)
    if validity.state(on) is State.ENDED:
        assert validity.state(on + timedelta(days=1)) is State.ENDED
    if validity.state(on) is State.IN_FORCE:
        assert begins is not None
        assert begins <= on
        assert validity.ends_on is None or on < validity.ends_on


@given(days, st.integers(1, 20_000))
def test_a_document_holds_from_its_first_day_to_the_one_before_it_ends(begins, length):
    ends = min(begins + timedelta(days=length), date(2150, 1, 1))
    validity = Validity(begins, ends)
    assert validity.state(begins - timedelta(days=1)) is State.NOT_YET
    assert validity.state(begins) is State.IN_FORCE
    assert validity.state(ends - timedelta(days=1)) is State.IN_FORCE
    assert validity.state(ends) is State.ENDED
