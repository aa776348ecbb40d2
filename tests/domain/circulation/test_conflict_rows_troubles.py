"""Rows of the table of conflict rules (SYNC.md 3) about copies that go astray: 5, 15, 16, 17 and the copy's side of 18.

On the pure fold in every order of arrival; on the database in the order told, backwards, and in some between.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from guisach.domain.circulation.models import SetAside, Whereabouts
from guisach.domain.circulation.rules.copy_state import Trouble
from tests import builders
from tests.stories import (
    AN,
    BINH,
    COPY,
    Story,
    act,
    arrive,
    entry_of,
    expect_of_database,
    expect_of_fold,
    folded,
    give_back,
    lend,
    op_id,
    renew,
    sampled_orders,
    see,
    take_away,
    told,
)

DUE = "2026-12-01"
FOR_AN, FOR_BINH = "00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b"


def of_copy(name, kind, at_h, dev=1, **body):
    return act(name, kind, at_h=at_h, dev=dev, **{"copy": COPY, **body})


def send(name, at_h, to, dev=1, **body):
    return of_copy(name, "transfer", at_h, dev, to=to, **body)


ROWS: dict[str, Story] = {
    "5: a withdrawn copy comes back": told(
        of_copy("W", "withdraw", 0, dev=3), give_back("R", 24),
        outcomes={"W": "WITHDRAWN", "R": "SEEN"},
        cases=[("seen_after_withdrawal", "W R")],
    ),
    "5: what belongs to the stock again is plainly seen": told(
        of_copy("W", "withdraw", 0, dev=3), of_copy("I", "reinstate", 5, dev=3), give_back("R", 24),
        outcomes={"W": "WITHDRAWN", "I": "REINSTATED", "R": "SEEN"},
    ),
    "15: withdrawn while a reader has it: waits": told(
        lend("A", AN, 0), of_copy("W", "withdraw", 10, dev=3),
        outcomes={"A": "LENT", "W": "WAITS_FOR_RETURN"},
        loans=[("A", AN, "", DUE, 0)],
        cases=[("withdrawn_while_on_loan", "A W")],
    ),
    "15: and is withdrawn once it is back": told(
        lend("A", AN, 0), of_copy("W", "withdraw", 10, dev=3), give_back("R", 24),
        outcomes={"A": "LENT", "W": "WITHDRAWN", "R": "RETURNED"},
        loans=[("A", AN, "RETURNED", DUE, 0)],
        cases=[("withdrawn_while_on_loan", "A W")],
    ),
    "15: withdrawn, then lent by a desk that did not know": told(
        of_copy("W", "withdraw", 0, dev=3), lend("A", AN, 10),
        outcomes={"W": "WITHDRAWN", "A": "LENT"},
        loans=[("A", AN, "", DUE, 0)],
        cases=[("lent_after_withdrawal", "W A")],
    ),
    "16: lost, then brought back": told(
        lend("A", AN, 0), of_copy("L", "lose", 10), give_back("R", 24, dev=2),
        outcomes={"A": "LENT", "L": "LOST", "R": "FOUND"},
        loans=[("A", AN, "LOST", DUE, 0)],
        cases=[("found_after_lost", "L R")],
    ),
    "16: lost, then lent by a desk that did not know": told(
        lend("A", AN, 0), of_copy("L", "lose", 10), lend("B", BINH, 24, dev=2),
        outcomes={"A": "LENT", "L": "LOST", "B": "LENT"},
        loans=[("A", AN, "LOST", DUE, 0), ("B", BINH, "", DUE, 0)],
        cases=[("found_after_lost", "L B")],
    ),
    "16: lost from the shelf": told(
        see("S", 0), of_copy("L", "lose", 10), of_copy("F", "find", 20),
        outcomes={"S": "SEEN", "L": "LOST", "F": "FOUND"},
        cases=[("found_after_lost", "L F")],
    ),
    "16: the loss was a mistake": told(
        lend("A", AN, 0), of_copy("L", "lose", 1), take_away("V", "L", 1.5),
        outcomes={"A": "LENT", "L": "VOIDED", "V": "APPLIED"},
        loans=[("A", AN, "", DUE, 0)],
    ),
    "16: claimed to be back: nobody is asked for it, somebody looks": told(
        lend("A", AN, 0), of_copy("C", "claim_returned", 10),
        outcomes={"A": "LENT", "C": "CLAIMED"},
        loans=[("A", AN, "", DUE, 0)],
        cases=[("claimed_returned", "A C")],
    ),
    "16: claimed to be back, and found on the shelf": told(
        lend("A", AN, 0), of_copy("C", "claim_returned", 10), see("S", 30, dev=2),
        outcomes={"A": "LENT", "C": "CLAIMED", "S": "FOUND"},
        loans=[("A", AN, "FOUND", DUE, 0)],
    ),
    "16: claimed to be back, and lent to somebody else": told(
        lend("A", AN, 0), of_copy("C", "claim_returned", 10), lend("B", BINH, 30, dev=2),
        outcomes={"A": "LENT", "C": "CLAIMED", "B": "LENT"},
        loans=[("A", AN, "FOUND", DUE, 0), ("B", BINH, "", DUE, 0)],
    ),
    "16: claimed to be back after it had come back": told(
        lend("A", AN, 0), give_back("R", 5, dev=2), of_copy("C", "claim_returned", 10),
        outcomes={"A": "LENT", "R": "RETURNED", "C": "NO_EFFECT"},
        loans=[("A", AN, "RETURNED", DUE, 0)],
        cases=[("claimed_without_loan", "A C")],
    ),
    "16: claimed to be back, then renewed after all": told(
        lend("A", AN, 0), of_copy("C", "claim_returned", 10), renew("N", 24, "2026-12-20"),
        outcomes={"A": "LENT", "C": "CLAIMED", "N": "RENEWED"},
        loans=[("A", AN, "", "2026-12-20", 1)],
        cases=[("claimed_returned", "A C")],
    ),
    "16: missed on the shelf, then seen": told(
        see("S", 0), of_copy("M", "miss", 10), see("T", 24, dev=2),
        outcomes={"S": "SEEN", "M": "MISSING", "T": "FOUND"},
    ),
    "16: missed by who did not know that a reader has it": told(
        lend("A", AN, 0), of_copy("M", "miss", 10),
        outcomes={"A": "LENT", "M": "KNOWN_AWAY"},
        loans=[("A", AN, "", DUE, 0)],
    ),
    "16: missed here, seen elsewhere before": told(
        see("S", 0, dev=2), of_copy("M", "miss", 10),
        outcomes={"S": "SEEN", "M": "KNOWN_AWAY"},
    ),
    "16: damaged, mended": told(
        of_copy("D", "damage", 0), see("S", 5), of_copy("E", "mend", 10),
        outcomes={"D": "DAMAGED", "S": "SEEN", "E": "MENDED"},
    ),
    "17: sent and arrived": told(
        send("T", 0, builders.DAMTHUY), see("S", 24, dev=2),
        outcomes={"T": "SENT", "S": "ARRIVED"},
    ),
    "17: sent to one place, lent at another": told(
        send("T", 0, builders.DAMTHUY), lend("A", AN, 24, dev=3),
        outcomes={"T": "SENT", "A": "LENT"},
        loans=[("A", AN, "", DUE, 0)],
        cases=[("strayed", "T A")],
    ),
    "17: sent to one place, seen at another, then there after all": told(
        send("T", 0, builders.DAMTHUY), see("S", 24, dev=3), see("U", 48, dev=2),
        outcomes={"T": "SENT", "S": "SEEN", "U": "SEEN"},
        cases=[("strayed", "T S")],
    ),
    "17: sent on from where it arrived": told(
        send("T", 0, builders.DAMTHUY), send("U", 24, builders.TINH, dev=2), see("S", 48, dev=3),
        outcomes={"T": "SENT", "U": "SENT", "S": "ARRIVED"},
    ),
    "17: sent off while in the books of a reader": told(
        lend("A", AN, 0), send("T", 24, builders.DAMTHUY),
        outcomes={"A": "LENT", "T": "SENT"},
        loans=[("A", AN, "", DUE, 0)],
        cases=[("seen_while_on_loan", "A T")],
    ),
    "18: set aside for one, lent to another": told(
        of_copy("H", "set_aside", 0, request=FOR_AN), lend("B", BINH, 24, dev=2),
        outcomes={"H": "SET_ASIDE", "B": "LENT"},
        loans=[("B", BINH, "", DUE, 0)],
    ),
    "18: set aside, and put back": told(
        of_copy("H", "set_aside", 0, request=FOR_AN), of_copy("P", "put_back", 24),
        outcomes={"H": "SET_ASIDE", "P": "PUT_BACK"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_the_fold_gives_the_same_in_every_order_of_arrival(row):
    story = ROWS[row]
    entries = [entry_of(operation) for operation in story.operations]
    for order in permutations(entries):
        expect_of_fold(story, *folded(order))


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS)
def test_the_database_says_the_same_in_whatever_order_it_arrived(world, row):
    story = ROWS[row]
    for order in sampled_orders(story):
        expect_of_database(story, order)


def whereabouts():
    return Whereabouts.objects.get(pk=COPY)


def numbered(*operations):
    return [operation | {"seq": n} for n, operation in enumerate(operations, 1)]


def test_what_is_wrong_with_a_copy_and_where_it_goes_is_kept(world):
    arrive(numbered(see("S", 0), send("T", 10, builders.DAMTHUY, request=FOR_AN)))
    here = whereabouts()
    assert (here.place, here.going_to, str(here.sent_for)) == (builders.COBA, builders.DAMTHUY, FOR_AN)
    arrive([of_copy("D", "damage", 20, dev=2) | {"seq": 1}])
    here = whereabouts()
    assert (here.place, here.going_to, here.trouble) == (builders.DAMTHUY, "", Trouble.DAMAGED)


def test_a_copy_stands_on_one_hold_shelf_for_one_request_at_a_time(world):
    arrive(numbered(of_copy("H", "set_aside", 0, request=FOR_AN), of_copy("I", "set_aside", 5, request=FOR_BINH)))
    rows = {row.op: row.ended for row in SetAside.objects.all()}
    assert rows == {op_id("H"): "GONE", op_id("I"): ""}
    assert str(whereabouts().aside_for) == FOR_BINH


@pytest.mark.slow
@pytest.mark.parametrize(
    ("later", "ended"),
    [
        (lend("A", AN, 24), "LENT"),
        (of_copy("P", "put_back", 24), "PUT_BACK"),
        (send("T", 24, builders.DAMTHUY), "GONE"),
        (see("S", 24, dev=2), "GONE"),
        (of_copy("L", "lose", 24), "GONE"),
        (of_copy("M", "miss", 24), "GONE"),
        (see("S", 24), ""),
    ],
)
def test_how_a_copy_leaves_the_hold_shelf(world, later, ended):
    arrive(numbered(of_copy("H", "set_aside", 0, request=FOR_AN), later))
    assert SetAside.objects.get().ended == ended


def test_a_sending_to_nowhere_is_not_understood(world):
    [receipt] = arrive(numbered(send("T", 0, "")))
    assert receipt.outcome == "PENDING"
