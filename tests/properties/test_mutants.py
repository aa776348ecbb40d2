"""Faults planted into rules and journal, one at a time: each must be noticed, or the tests of them prove little.

The probes are those of the table of conflict rules and of the order of arrival, on fixed histories: no searching.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from guisach.domain.circulation import steps as circulation
from guisach.domain.circulation.rules import copy_fold, copy_loans, copy_moves, copy_state, copy_troubles
from guisach.domain.circulation.steps.rows import Rows
from guisach.domain.journal.kinds import Folding
from guisach.domain.journal.models import Case, Fork, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.journal.rules.history import Entry
from guisach.domain.journal.rules.stamp import Stamp
from guisach.domain.journal.steps import publish, recognise, stamping
from guisach.domain.readers import steps as readers
from guisach.domain.readers.steps import cards
from tests import builders, stories
from tests.domain.circulation import conftest
from tests.domain.circulation import test_conflict_rows as rows
from tests.domain.circulation import test_conflict_rows_troubles as troubles
from tests.domain.circulation import test_two_ids_of_one_reader as two_ids
from tests.properties import test_arrival_order as arrival
from tests.stories import AN, BINH, arrive, give_back, lend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
world = conftest.world


# The probes -------------------------------------------------------------------------------------------------


def pure_rows() -> None:
    for story in (*rows.ROWS.values(), *troubles.ROWS.values()):
        entries = [stories.entry_of(operation) for operation in story.operations]
        for order in (entries, entries[::-1]):
            stories.expect_of_fold(story, *stories.folded(order))


def stored_rows() -> None:
    for name in (
        "1: two desks lend to two readers",
        "4: the return is synced before its checkout",
        "8: two renewals of one day",
        "27: the undone loan leaves the other reader's as it was",
        "22: two devices count one day",
        "27: taking back a taking back",
    ):
        story = {**rows.ROWS, **rows.ELSEWHERE}[name]
        for order in (story.operations, story.operations[::-1]):
            stories.expect_of_database(story, order)


def one_province_in_two_orders() -> None:
    dice = random.Random(20)
    history = [
        arrival.Step(
            kind=dice.choice(["lend", "lend", "return", "renew", "sighting", "void", "join", "visit_tally"]),
            device=dice.randrange(4), copy=dice.choice(arrival.BARCODES), reader=dice.randrange(3),
            late_min=dice.randrange(1200), unc_ms=0, target=dice.randrange(40), count=dice.randrange(30),
        )
        for _ in range(40)
    ]  # fmt: skip
    made = arrival.operations(history)
    again = json.loads(json.dumps(made[::-1]))
    assert arrival.outcome_of([made]) == arrival.outcome_of([[fact] for fact in again])


def cloned_device() -> None:
    first, second = lend("A", AN, 0) | {"seq": 1}, lend("B", BINH, 1) | {"seq": 1}
    statuses = [receipt.status for receipt in arrive([first, second, {**first, "copy": "CB000009"}, first])]
    assert statuses == ["stored", "fork", "fork", "duplicate"]
    assert (Operation.objects.filter(kind="lend").count(), Fork.objects.count()) == (1, 2)
    assert rows.open_kinds() == ["fork", "fork"]


def wrong_clock() -> None:
    arrive([give_back("R", 0) | {"seq": 1, "wall": "2051-11-20T00:00:00+07:00"}], builders.Clock())
    row = Operation.objects.get(kind="return")
    assert row.eff_at <= row.received_at
    assert rows.open_kinds() == ["clock"]


def fourth_loan() -> None:
    arrive([lend("ABCD"[n], AN, n, copy=f"K{n}", override="") | {"seq": n + 1} for n in range(4)])
    assert "lent_over_limit" in rows.open_kinds()


def same_card() -> None:
    pair = [rows.joining(name, builders.new_id(), n, dev=n + 1, card="CU1") | {"seq": 1} for n, name in enumerate("JK")]
    arrive(pair[::-1])
    arrive([rows.joining("L", pair[0]["private"]["reader"], 5, card="CU1") | {"seq": 2}])
    assert "card_taken_twice" in rows.open_kinds()
    assert Case.objects.get(kind="card_taken_twice").operations == [pair[0]["op"], pair[1]["op"]]
    assert list(differences()) == []


def one_person_twice() -> None:
    for name in ("lent again after more than twelve hours", "fetched from the hold shelf under the other id"):
        for order in (two_ids.ROWS[name].operations, two_ids.ROWS[name].operations[::-1]):
            with contextlib.suppress(stories.Rollback), transaction.atomic():
                arrive(order)
                two_ids.expect_now(two_ids.ROWS[name])
                raise stories.Rollback


PROBES = [
    pure_rows, one_person_twice, stored_rows, one_province_in_two_orders, cloned_device, wrong_clock, fourth_loan,
    same_card,
]  # fmt: skip


def noticed() -> Iterator[str]:
    """Name each probe that fails; every one begins on an empty log."""
    for probe in PROBES:
        try:
            with transaction.atomic():
                probe()
                raise stories.Rollback
        except stories.Rollback:
            continue
        except Exception as error:  # noqa: BLE001  (a crash is noticed as well as a wrong answer)
            yield f"{probe.__name__}: {type(error).__name__}"


# The faults -------------------------------------------------------------------------------------------------


def forgotten_implied_return(state: Any, entry: Entry) -> None:
    """Lend without closing the loan before."""
    loan = copy_state.LoanState(entry, entry.reader, entry.body.due, "")  # type: ignore[arg-type]
    state.loans.append(loan)
    state.outcomes[entry.op] = "LENT"


def last_tally_only(original: Callable[..., Any]) -> Callable[..., Any]:
    def fold(self: Any, histories: Any) -> Any:
        for history in histories.values():
            history.entries = history.entries[-1:]
        return original(self, histories)

    return fold


def renewed_to_the_newest(state: Any, loan: Any, entry: Entry, due_on: Any) -> None:
    state.loans[-1] = replace(loan, due_on=due_on, renewals=loan.renewals + 1)


def first_outcome_stays(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(outcomes: Any, known: Any) -> None:
        original({op: code for op, code in outcomes.items() if known.get(op) is None}, known)

    return put


def without_touches(original: Callable[..., Any]) -> Callable[..., Any]:
    def fold(self: Any, histories: Any) -> Any:
        folding = original(self, histories)
        folding.touches.clear()
        return folding

    return fold


def later_claimant_first(original: Callable[..., Any]) -> Callable[..., Any]:
    def case(kind: str, found: Any) -> Any:
        return original(kind, found[::-1])

    return case


HISTORY = "guisach.domain.journal.rules.history"
append = importlib.import_module("guisach.domain.journal.steps.append")  # the package shows its function instead
MUTANTS: dict[str, tuple[Any, str, Any]] = {
    "sorted by arrival": (Entry, "order", property(lambda e: (e.received_at, str(e.op)))),
    "sorted by the sender's number alone": (Entry, "order", property(lambda e: (e.seq, str(e.op)))),
    "voids ignored": (HISTORY, "may_void", lambda _void, _target: False),
    "anybody may take back": (HISTORY, "may_void", lambda _void, _target: True),
    "implied return forgotten": (copy_loans, "lend", forgotten_implied_return),
    "no scan is a second one": (copy_loans, "SAME_SCAN", timedelta(seconds=-1)),
    "every scan is a second one": (copy_loans, "SAME_SCAN", timedelta(days=9999)),
    "order always taken as certain": (copy_loans, "order_is_certain", lambda _one, _other: True),
    "renewal shortens": (copy_loans, "_prolong", renewed_to_the_newest),
    "renewals without effect": (
        copy_fold, "_STEPS", {**copy_fold._STEPS, "renew": lambda s, e: s.outcomes.update({e.op: "RENEWED"})},
    ),
    "what turns up stays lost": (copy_troubles, "turn_up", lambda _state, _entry: None),
    "a claim is not looked for": (copy_troubles, "look_for", lambda _state: None),
    "a sending never arrives": (copy_moves, "hand_over", lambda _state, _entry: None),
    "a withdrawn copy is not noticed": (copy_moves, "come_upon_withdrawn", lambda *_, **__: None),
    "no check of numbers": (recognise, "_taken", lambda _arrived: {}),
    "every repetition believed": (recognise, "is_same", lambda *_: True),
    "no repetition believed": (recognise, "is_same", lambda *_: False),
    "forks thrown away": (append, "keep_forks", lambda *_args, **_named: set()),
    "outcome never updated": (publish, "put_outcomes", first_outcome_stays(publish.put_outcomes)),
    "cases never opened": (publish, "put_cases", lambda *_args, **_named: set()),
    "tally overwritten instead of summed": (
        circulation.TallyFold, "fold", last_tally_only(circulation.TallyFold.fold),
    ),
    "stamp not clamped": (stamping, "stamp", lambda guess_at, unc_ms, **_: Stamp(guess_at, unc_ms, 0)),
    "void does not refold its target": (append, "touched_by_voids", lambda _voids: set()),
    "voids of voids not noticed": (append, "close_dangling_voids", lambda _rows: set()),
    "reader's loans not looked at": (circulation.CopyFold, "fold", without_touches(circulation.CopyFold.fold)),
    "stored rows never corrected": (Rows, "differing", lambda _self: iter(())),
    "nothing folded again": (append, "refold", lambda *_args, **_named: None),
    "card of the later claimant": (cards, "case_about", later_claimant_first(cards.case_about)),
    "one person's two ids are two readers": (
        circulation.copies, "cases_among_people", lambda state, _same: state.cases,
    ),
    "a merge is not looked at again": (
        circulation.KinshipFold, "fold", lambda _self, _histories: Folding({}, {}, {}),
    ),
    "reader's cards not looked at": (readers.ReaderFold, "fold", without_touches(readers.ReaderFold.fold)),
}  # fmt: skip


def test_without_a_fault_nothing_is_noticed(world):
    assert list(noticed()) == []


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_planted_fault_is_noticed(world, monkeypatch, mutant):
    where, name, fault = MUTANTS[mutant]
    if isinstance(where, str):
        monkeypatch.setattr(f"{where}.{name}", fault)
    else:
        monkeypatch.setattr(where, name, fault)
    found = next(noticed(), None)
    assert found, f"nobody noticed: {mutant}"
