"""What an address asks of the table: nonsense is left out, and the same question has the same address."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.programme.rules.coverage import COUNTED_KINDS, State
from guisach.web.hq.asking import OPPOSITES, Asked, Sort, asked

QUESTIONS = st.builds(
    Asked,
    kind=st.sampled_from(["", *COUNTED_KINDS]),
    states=st.frozensets(st.sampled_from(State)),
    sort=st.sampled_from(Sort),
    is_down=st.booleans(),
)


@given(QUESTIONS)
def test_a_question_comes_back_from_its_own_address(question):
    assert asked(QueryDict(question.query)) == question


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kind=SCHOOL",
        "kind=%00&state=%FF",
        "state=covered'--",
        "sort=--name",
        "sort=-",
        "state=",
        "sort=NAME",
        "x=1",
    ],
)
def test_nonsense_asks_for_everything(text):
    assert asked(QueryDict(text)) == Asked()


@given(st.text(), st.lists(st.text(), max_size=5), st.text())
def test_no_text_breaks_it(kind, states, sort):
    params = QueryDict(mutable=True)
    params.setlist("state", states)
    params.update({"kind": kind, "sort": sort})
    assert asked(params).kind in ("", *COUNTED_KINDS)


def test_a_state_may_be_written_in_either_case():
    assert asked(QueryDict("state=ACTIVE&state=border")).states == {State.ACTIVE, State.BORDER}


@given(QUESTIONS, st.sampled_from(State))
def test_choosing_a_state_drops_its_opposite_and_choosing_it_again_drops_it(question, state):
    once = question.toggled(state)
    if state in question.states:
        assert once.states == question.states - {state}
    else:
        rivals = next(set(group) for group in OPPOSITES if state in group) - {state}
        assert state in once.states
        assert not rivals & once.states


def test_a_second_click_turns_the_order_round():
    question = Asked()
    assert question.sorted_by(Sort.LOANS).query == "sort=-loans"
    assert question.sorted_by(Sort.LOANS).sorted_by(Sort.LOANS).query == "sort=loans"
    assert question.sorted_by(Sort.NAME).query == "sort=-name"
    assert question.sorted_by(Sort.LOANS).sorted_by(Sort.NAME).query == ""
