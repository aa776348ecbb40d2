"""Faults planted one at a time under the machine of desks and readers who wait: it notices each, so it can fail."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase

from guisach.domain.circulation.rules import copy_fold, copy_loans, copy_troubles
from guisach.domain.readers.rules import people
from tests.properties.test_mutants import forgotten_implied_return
from tests.properties.test_requests_machine import run

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = 40  # without a search for the shortest story: the first that fails is enough


def lost_and_still_on_loan(state: Any, entry: Any) -> None:
    """Note the loss, and leave the loan open."""
    loans, state.loans = state.loans, []
    copy_troubles.lose(state, entry)
    state.loans = loans


MUTANTS: dict[str, tuple[Any, str, Any]] = {
    "implied return forgotten": (copy_loans, "lend", forgotten_implied_return),
    "a return changes nothing": (
        copy_fold, "_STEPS", {**copy_fold._STEPS, "return": lambda s, e: s.outcomes.update({e.op: "RETURNED"})},
    ),
    "a lost book stays on loan": (
        copy_fold, "_STEPS", {**copy_fold._STEPS, "lose": lost_and_still_on_loan},
    ),
    "an erasure is only said": (people._Fold, "_erase_reader", lambda _self, _person, _entry: "ERASED"),
}  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_machine_notices_a_planted_fault(monkeypatch, mutant):
    where, name, fault = MUTANTS[mutant]
    monkeypatch.setattr(where, name, fault)
    with pytest.raises(Exception):  # noqa: B017  (an assertion of the machine, or a rule that raises)
        run(EXAMPLES, (Phase.generate,))
