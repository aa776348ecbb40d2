"""Each row of the table of conflict rules (SYNC.md 3) that exists now: the same outcome whatever arrives first.

On the pure fold in every order of arrival; on the database in the order told, backwards, and in some between.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from guisach.domain.journal import actions as journal
from guisach.domain.journal import kinds
from guisach.domain.journal.models import Case, Fork, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.journal.rules.cases import case_id
from tests import builders
from tests.stories import (
    AN,
    BINH,
    COPY,
    DAY,
    XUAN,
    Story,
    act,
    arrive,
    entry_of,
    expect_now,
    expect_of_database,
    expect_of_fold,
    expect_of_other_folds,
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
EVENT = "00000000-0000-0000-0000-00000000e0e0"

ROWS: dict[str, Story] = {
    "1: two desks lend to two readers": told(
        lend("A", AN, 0), lend("B", BINH, DAY, dev=2),
        outcomes={"A": "LENT", "B": "LENT"},
        loans=[("A", AN, "IMPLIED", DUE, 0), ("B", BINH, "", DUE, 0)],
        cases=[("lent_twice", "A B")],
    ),
    "1: three readers, and the last brings it back": told(
        lend("A", AN, 0), lend("B", BINH, 10, dev=2), lend("C", XUAN, 20, dev=3), give_back("D", 30),
        outcomes={"A": "LENT", "B": "LENT", "C": "LENT", "D": "RETURNED"},
        loans=[("A", AN, "IMPLIED", DUE, 0), ("B", BINH, "IMPLIED", DUE, 0), ("C", XUAN, "RETURNED", DUE, 0)],
        cases=[("lent_twice", "A B"), ("lent_twice", "B C")],
    ),
    "1: back to the first reader again": told(
        lend("A", AN, 0), lend("B", BINH, 2, dev=2), lend("C", AN, 4),
        outcomes={"A": "LENT", "B": "LENT", "C": "LENT"},
        loans=[("A", AN, "IMPLIED", DUE, 0), ("B", BINH, "IMPLIED", DUE, 0), ("C", AN, "", DUE, 0)],
        cases=[("lent_twice", "A B"), ("lent_twice", "B C")],
    ),
    "1: a return between them, by a third desk, makes it ordinary": told(
        lend("A", AN, 0), give_back("R", 5, dev=3), lend("B", BINH, 10, dev=2),
        outcomes={"A": "LENT", "R": "RETURNED", "B": "LENT"},
        loans=[("A", AN, "RETURNED", DUE, 0), ("B", BINH, "", DUE, 0)],
    ),
    "2: too close to order": told(
        lend("A", AN, 0, unc=900_000), lend("B", BINH, 0.25, dev=2, unc=900_000),
        outcomes={"A": "LENT", "B": "LENT"},
        loans=[("A", AN, "IMPLIED", DUE, 0), ("B", BINH, "", DUE, 0)],
        cases=[("lent_twice_order_unknown", "A B")],
        urgent=["lent_twice_order_unknown"],
    ),
    "2: at the very same moment": told(
        lend("A", AN, 0), lend("B", BINH, 0, dev=2),
        outcomes={"A": "LENT", "B": "LENT"},
        loans=[("A", AN, "IMPLIED", DUE, 0), ("B", BINH, "", DUE, 0)],
        cases=[("lent_twice_order_unknown", "A B")],
        urgent=["lent_twice_order_unknown"],
    ),
    "3: the same loan written down twice": told(
        lend("A", AN, 0), lend("B", AN, 12, dev=2, due="2026-12-20"),
        outcomes={"A": "LENT", "B": "DUPLICATE_SCAN"},
        loans=[("A", AN, "", DUE, 0)],
    ),
    "3: lent to the same reader after more than twelve hours": told(
        lend("A", AN, 0), lend("B", AN, 12.01, dev=2, due="2026-12-20"),
        outcomes={"A": "LENT", "B": "RENEWED"},
        loans=[("A", AN, "", "2026-12-20", 1)],
        cases=[("lent_again_to_same_reader", "A B")],
    ),
    "4: the return is synced before its checkout": told(
        give_back("R", 48, dev=2), lend("A", AN, 0),
        outcomes={"A": "LENT", "R": "RETURNED"},
        loans=[("A", AN, "RETURNED", DUE, 0)],
    ),
    "5: a return of a copy not on loan": told(
        give_back("R", 0, dev=2),
        outcomes={"R": "SEEN"},
    ),
    "6: two returns": told(
        lend("A", AN, 0), give_back("R", 24), give_back("S", 25, dev=2),
        outcomes={"A": "LENT", "R": "RETURNED", "S": "SEEN"},
        loans=[("A", AN, "RETURNED", DUE, 0)],
    ),
    "7: a renewal after the return": told(
        lend("A", AN, 0), give_back("R", 24), renew("N", 25, "2026-12-20", dev=2),
        outcomes={"A": "LENT", "R": "RETURNED", "N": "NO_EFFECT"},
        loans=[("A", AN, "RETURNED", DUE, 0)],
        cases=[("renewed_without_loan", "A N")],
    ),
    "7: a renewal where somebody else has the copy by now": told(
        lend("A", AN, 0), lend("B", BINH, 24, dev=2), renew("N", 30, "2026-12-20", reader=AN),
        outcomes={"A": "LENT", "B": "LENT", "N": "NO_EFFECT"},
        loans=[("A", AN, "IMPLIED", DUE, 0), ("B", BINH, "", DUE, 0)],
        cases=[("lent_twice", "A B"), ("renewed_without_loan", "B N")],
    ),
    "7: a renewal of what was never lent": told(
        renew("N", 0, "2026-12-20"),
        outcomes={"N": "NO_EFFECT"},
        cases=[("renewed_without_loan", "N")],
    ),
    "8: two renewals of one day": told(
        lend("A", AN, 0), renew("N", 24, "2026-12-20"), renew("O", 26, "2026-12-15", dev=2),
        outcomes={"A": "LENT", "N": "RENEWED", "O": "RENEWED"},
        loans=[("A", AN, "", "2026-12-20", 1)],
    ),
    "8: renewals of two days": told(
        lend("A", AN, 0), renew("N", 24, "2026-12-15"), renew("O", 48, "2026-12-20", dev=2), give_back("R", 72),
        outcomes={"A": "LENT", "N": "RENEWED", "O": "RENEWED", "R": "RETURNED"},
        loans=[("A", AN, "RETURNED", "2026-12-20", 2)],
    ),
    "16: whatever was thought of it, what comes back is back": told(
        lend("A", AN, 0, due="2026-09-25"), give_back("R", 59 * DAY, dev=2),
        outcomes={"A": "LENT", "R": "RETURNED"},
        loans=[("A", AN, "RETURNED", "2026-09-25", 0)],
    ),
    "16: seen on the shelf while in the books of a reader": told(
        lend("A", AN, 0), see("S", 24, dev=2),
        outcomes={"A": "LENT", "S": "SEEN"},
        loans=[("A", AN, "", DUE, 0)],
        cases=[("seen_while_on_loan", "A S")],
    ),
    "16: seen on the shelf, and returned after all": told(
        lend("A", AN, 0), see("S", 24, dev=2), give_back("R", 25),
        outcomes={"A": "LENT", "S": "SEEN", "R": "RETURNED"},
        loans=[("A", AN, "RETURNED", DUE, 0)],
    ),
    "25: the promised date stands, under whatever rules it was given": told(
        lend("A", AN, 0, due="2027-03-01", policy=99),
        outcomes={"A": "LENT"},
        loans=[("A", AN, "", "2027-03-01", 0)],
    ),
    "27: a mistake undone before the sync": told(
        lend("A", AN, 0), take_away("V", "A", 0.1),
        outcomes={"A": "VOIDED", "V": "APPLIED"},
    ),
    "27: the undone loan leaves the other reader's as it was": told(
        lend("A", AN, 0), lend("B", BINH, 24, dev=2), take_away("V", "B", 24.1, dev=2), give_back("R", 30),
        outcomes={"A": "LENT", "B": "VOIDED", "V": "APPLIED", "R": "RETURNED"},
        loans=[("A", AN, "RETURNED", DUE, 0)],
    ),
    "27: an undone return": told(
        lend("A", AN, 0), give_back("R", 5), take_away("V", "R", 5.1), lend("B", BINH, 50, dev=2),
        outcomes={"A": "LENT", "R": "VOIDED", "V": "APPLIED", "B": "LENT"},
        loans=[("A", AN, "IMPLIED", DUE, 0), ("B", BINH, "", DUE, 0)],
        cases=[("lent_twice", "A B")],
    ),
    "27: undone twice": told(
        lend("A", AN, 0), take_away("V", "A", 0.1), take_away("W", "A", 0.2),
        outcomes={"A": "VOIDED", "V": "APPLIED", "W": "NO_EFFECT"},
    ),
    "27: undone by somebody else": told(
        lend("A", AN, 0), take_away("V", "A", 1, dev=2),
        outcomes={"A": "LENT", "V": "NO_EFFECT"},
        loans=[("A", AN, "", DUE, 0)],
        cases=[("void_not_allowed", "A V")],
    ),
    "27: undone by its author on another day": told(
        lend("A", AN, 0), take_away("V", "A", 30),
        outcomes={"A": "LENT", "V": "NO_EFFECT"},
        loans=[("A", AN, "", DUE, 0)],
        cases=[("void_not_allowed", "A V")],
    ),
    "27: undone by a librarian of the place, weeks later": told(
        lend("A", AN, 0), take_away("V", "A", 20 * DAY, dev=3, place=builders.COBA),
        outcomes={"A": "VOIDED", "V": "APPLIED"},
    ),
    "27: a librarian who names another place takes nothing away there": told(
        lend("A", AN, 0), take_away("V", "A", 20 * DAY, dev=3),
        outcomes={"A": "LENT", "V": "NO_EFFECT"},
        loans=[("A", AN, "", DUE, 0)],
        cases=[("void_not_allowed", "A V")],
    ),
    "all at once": told(
        lend("A", AN, 0), renew("N", 26, "2026-12-20"), lend("B", BINH, 50, dev=2), see("S", 60, dev=3),
        take_away("V", "B", 50.5, dev=2), give_back("R", 80, dev=3),
        outcomes={"A": "LENT", "N": "RENEWED", "B": "VOIDED", "S": "SEEN", "V": "APPLIED", "R": "RETURNED"},
        loans=[("A", AN, "RETURNED", "2026-12-20", 1)],
    ),
}  # fmt: skip

# These are about no copy: on the database only.
ELSEWHERE: dict[str, Story] = {
    "22: two devices count one day": told(
        act("T", "visit_tally", at_h=8, on="2026-09-21", counts={"CHILD": 3, "ELDER": 1}),
        act("U", "visit_tally", at_h=9, on="2026-09-21", dev=2, place=builders.COBA, counts={"CHILD": 4}),
        act("W", "open_shelf_tally", at_h=9, on="2026-09-21", uses={"CHILD": 7}),
        act("X", "visit_tally", at_h=10, on="2026-09-21", counts={"CHILD": 100}),
        take_away("V", "X", 10.1),
        outcomes={"T": "COUNTED", "U": "COUNTED", "W": "COUNTED", "X": "VOIDED", "V": "APPLIED"},
        tallies={("VISITS", "CHILD"): 7, ("VISITS", "ELDER"): 1, ("USES", "CHILD"): 7},
        cases=[("outside_scope", "U")],
    ),
    "22: two devices count one event, and it is planned later": told(
        act("A", "attendance", at_h=8, event=EVENT, counts={"CHILD": 3}),
        act("B", "attendance", at_h=9, dev=2, event=EVENT, counts={"CHILD": 4, "PUPIL": 1}),
        act("C", "attendance", at_h=10, event=EVENT, counts={"CHILD": 100}), take_away("V", "C", 10.1),
        act("P", "event", at_h=20, event=EVENT, name="Giờ kể chuyện", on="2026-09-22"),
        outcomes={"A": "COUNTED", "B": "COUNTED", "P": "PLANNED", "C": "VOIDED", "V": "APPLIED"},
        attendance={"CHILD": 7, "PUPIL": 1},
    ),
    "22: who came by name is a set": told(
        act("A", "attend", at_h=8, event=EVENT, reader=AN), act("B", "attend", at_h=9, dev=2, event=EVENT, reader=AN),
        act("C", "attend", at_h=9, dev=2, event=EVENT, reader=BINH),
        outcomes={"A": "COUNTED", "B": "DUPLICATE_SCAN", "C": "COUNTED"},
        attendance={"": 2},
    ),
    "24: two of the crew write one log": told(
        act("H", "trip_header", at_h=7, trip=EVENT, vehicle="11B-1234", odometer_start=100),
        act("I", "trip_header", at_h=7.5, dev=2, trip=EVENT, day="2026-09-22"),
        act("A", "trip_note", at_h=8, trip=EVENT, sort="STOP"), act("B", "trip_note", at_h=9, dev=2, trip=EVENT),
        outcomes={"A": "LOGGED", "B": "LOGGED", "H": "UPDATED", "I": "UPDATED"},
        trip={"vehicle": "11B-1234", "odometer_start": 100, "day": "2026-09-22", "notes": 2},
    ),
    "24: the odometer read twice": told(
        act("H", "trip_header", at_h=7, trip=EVENT, odometer_end=100, vehicle="11B-1234"),
        act("I", "trip_header", at_h=8, dev=2, trip=EVENT, odometer_end=110, vehicle="11B-9999"),
        outcomes={"H": "UPDATED", "I": "UPDATED"},
        cases=[("odometer_differs", "H I")],
        trip={"vehicle": "11B-9999", "odometer_end": 110, "notes": 0},
    ),
    "24: the odometer put right on one device": told(
        act("H", "trip_header", at_h=7, trip=EVENT, odometer_end=100),
        act("I", "trip_header", at_h=8, trip=EVENT, odometer_end=110),
        act("J", "trip_header", at_h=9, dev=2, trip=EVENT, odometer_end=110),
        outcomes={"H": "UPDATED", "I": "UPDATED", "J": "UPDATED"},
        trip={"odometer_end": 110, "notes": 0},
    ),
    "24: a wrong line is taken back": told(
        act("A", "trip_note", at_h=8, trip=EVENT), take_away("V", "A", 8.1),
        outcomes={"A": "VOIDED", "V": "APPLIED"},
    ),
    "a note is for somebody to read": told(
        act("N", "note", at_h=8, copy=COPY), act("M", "note", at_h=9), take_away("V", "M", 9.1),
        outcomes={"N": "NOTE", "M": "VOIDED", "V": "APPLIED"},
        cases=[("note", "N")],
    ),
    "30: a kind of a later version": told(
        act("Z", "teleport", at_h=1, whither="Mars"), give_back("R", 2),
        outcomes={"Z": "PENDING", "R": "SEEN"},
        cases=[("not_understood", "Z")],
    ),
    "30: a body that cannot be read": told(
        act("Z", "lend", at_h=1, copy=7), act("Y", "renew", at_h=1.5, copy=COPY, due="soon"), give_back("R", 2),
        outcomes={"Z": "PENDING", "Y": "PENDING", "R": "SEEN"},
        cases=[("not_understood", "Z"), ("not_understood", "Y")],
    ),
    "30: taking back what nobody knows": told(
        take_away("V", "Q", 1),
        outcomes={"V": "WAITING"},
        cases=[("not_understood", "V")],
    ),
    "27: taking back a taking back": told(
        give_back("R", 1), take_away("V", "R", 1.1), take_away("W", "V", 1.2),
        outcomes={"R": "VOIDED", "V": "APPLIED", "W": "NO_EFFECT"},
        cases=[("void_of_void", "W")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_the_fold_gives_the_same_in_every_order_of_arrival(row):
    story = ROWS[row]
    entries = [entry_of(operation) for operation in story.operations]
    for order in permutations(entries):
        expect_of_fold(story, *folded(order))


@pytest.mark.parametrize("row", [row for row in ELSEWHERE if row.startswith(("22:", "24:"))])
def test_events_trips_and_counts_fold_the_same_in_every_order_of_arrival(row):
    story = ELSEWHERE[row]
    entries = [entry_of(operation) for operation in story.operations]
    for order in permutations(entries):
        expect_of_other_folds(story, order)


@pytest.mark.slow
@pytest.mark.parametrize("row", [*ROWS, *ELSEWHERE])
def test_the_database_says_the_same_in_whatever_order_it_arrived(world, row):
    story = {**ROWS, **ELSEWHERE}[row]
    for order in sampled_orders(story):
        expect_of_database(story, order)


def open_kinds():
    return sorted(Case.objects.filter(status="OPEN").values_list("kind", flat=True))


@pytest.mark.slow
@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_row_10_a_fourth_loan_stands_and_is_looked_at(world, order):
    for n in range(2, 5):
        builders.copy(f"CB00000{n}", of=builders.record())
    lendings = [lend("ABCD"[n], AN, n, copy=f"CB00000{n + 1}") | {"seq": n + 1} for n in range(4)]
    arrive([lendings[n] for n in order])
    assert open_kinds() == ["lent_over_limit"]
    assert Case.objects.get(status="OPEN").operations == [str(op_id("D"))]
    assert list(differences()) == []


def test_row_10_what_a_person_overrode_at_the_desk_is_not_asked_again(world):
    for n in range(2, 5):
        builders.copy(f"CB00000{n}", of=builders.record())
    arrive([lend("ABCD"[n], AN, n, copy=f"CB00000{n + 1}", override="over_limit") | {"seq": n + 1} for n in range(4)])
    assert open_kinds() == []


def joining(name: str, reader, at_h: float, dev: int = 1, **private):
    return act(name, "join", at_h=at_h, dev=dev, group="FARMER", expires=private.pop("expires", "2030-01-01")) | {
        "private": {"reader": str(reader), "name": "Lò Thị Mai", "consent": True, **private},
        "salt": f"{9:032x}",
    }


def test_row_10_a_loan_on_an_expired_card_is_looked_at_whichever_came_first(world):
    joined = joining("J", builders.new_id(), 0, expires="2026-09-22") | {"seq": 1}
    reader = joined["private"]["reader"]
    lent = lend("A", reader, 5 * DAY) | {"seq": 2}
    for order in ([joined, lent], [lent, joined]):
        for repeat in order:
            arrive([repeat])
        assert open_kinds() == ["lent_on_expired_card"]


def test_row_12_a_loan_of_a_reader_nobody_knows_stands_and_is_looked_at_until_they_are_known(world):
    joined = joining("J", builders.new_id(), 0) | {"seq": 1}
    arrive([lend("A", joined["private"]["reader"], 1) | {"seq": 2}])
    assert open_kinds() == ["reader_unknown"]
    arrive([joined])
    assert open_kinds() == []


@pytest.mark.parametrize("backwards", [False, True])
def test_row_13_the_same_person_twice_is_suggested_and_never_merged(world, backwards):
    one = joining("J", builders.new_id(), 0, birth="1990-01-01", phone="0912 345 678") | {"seq": 1}
    two = joining("K", builders.new_id(), 1, dev=2, birth="1990-01-01", phone="0912345678") | {"seq": 1}
    arrive([two, one] if backwards else [one, two])
    assert open_kinds() == ["same_name_and_birth", "same_phone"]
    for case in Case.objects.filter(status="OPEN"):
        assert case.operations == [str(op_id("J")), str(op_id("K"))]


@pytest.mark.parametrize("backwards", [False, True])
def test_row_14_who_had_the_card_first_keeps_it(world, backwards):
    from guisach.domain.readers import queries as readers

    first = joining("J", builders.new_id(), 0, card="cu 0001") | {"seq": 1}
    second = joining("K", builders.new_id(), 1, dev=2, card="CU0001") | {"seq": 1}
    arrive([second, first] if backwards else [first, second])
    holder = readers.reader_by_card("CU0001")
    assert str(holder.id) == first["private"]["reader"]
    waiting = readers.reader(builders.UUID(second["private"]["reader"]))
    assert (holder.is_card_pending, waiting.is_card_pending) == (False, True)
    assert open_kinds() == ["card_taken_twice"]


@pytest.mark.parametrize("backwards", [False, True])
def test_row_14_a_reader_who_gave_the_number_up_waits_for_nothing(world, backwards):
    from guisach.domain.readers import queries as readers

    first = joining("J", builders.new_id(), 0, card="CU0001") | {"seq": 1}
    reader = builders.new_id()
    second = joining("K", reader, 1, dev=2, card="CU0001") | {"seq": 1}
    without = joining("L", reader, 2, dev=2) | {"seq": 2}
    arrive([first, without, second] if backwards else [first, second, without])
    assert not readers.reader(reader).is_card_pending
    assert open_kinds() == []
    assert list(differences()) == []


def test_row_19_a_barcode_nobody_knows_is_lent_and_looked_at(world):
    arrive([lend("A", AN, 0, copy="CHUA-NHAP") | {"seq": 1}])
    assert open_kinds() == ["unknown_barcode"]


@pytest.mark.parametrize("backwards", [False, True])
def test_row_21_of_two_edits_the_later_in_effect_stands(world, backwards):
    from guisach.domain.readers import queries as readers

    reader = builders.new_id()
    old = joining("J", reader, 0, phone="0911") | {"seq": 1}
    new = joining("K", reader, 30, dev=2, phone="0922") | {"seq": 1}
    arrive([new, old] if backwards else [old, new])
    known = readers.reader(reader)
    assert (known.phone, known.place, known.joined_op) == ("0922", builders.COBA, op_id("J"))
    outcomes = dict(Operation.objects.filter(kind="join").values_list("op", "outcome__code"))
    assert (outcomes[op_id("J")], outcomes[op_id("K")]) == ("JOINED", "UPDATED")


@pytest.mark.parametrize(
    "wall", ["2051-11-20T00:00:00+07:00", "1970-01-01T00:00:00+00:00", "2026-11-20T09:11:00+07:00"]
)
def test_row_26_a_wrong_clock_is_clamped_and_the_fact_applied(world, wall):
    arrive([see("S", 50 * DAY) | {"seq": 1}])
    arrive([give_back("R", 0) | {"seq": 2, "wall": wall}], builders.Clock())
    row = Operation.objects.get(op=op_id("R"))
    assert Operation.objects.get(op=op_id("S")).eff_at <= row.eff_at <= row.received_at
    assert row.outcome.code == "SEEN"
    assert open_kinds() == ["clock"]


def test_row_26_ten_minutes_are_forgiven(world):
    arrive([give_back("R", 0) | {"seq": 1, "wall": "2026-11-20T09:09:00+07:00"}], builders.Clock())
    assert open_kinds() == []


@pytest.mark.parametrize("backwards", [False, True])
def test_row_28_of_a_cloned_device_both_are_kept_and_the_second_is_not_applied(world, backwards):
    pair = [lend("A", AN, 0) | {"seq": 1}, lend("B", BINH, 1) | {"seq": 1}]
    first, second = pair[::-1] if backwards else pair
    receipts = arrive([first, second, second])
    assert [receipt.status for receipt in receipts] == ["stored", "fork", "fork"]
    assert Operation.objects.filter(kind="lend").count() == 1
    assert Fork.objects.count() == 1
    assert open_kinds() == ["fork"]


def test_row_28_contents_that_differ_only_in_the_person_are_kept_too(world):
    first = lend("A", AN, 0) | {"seq": 1}
    arrive([first, lend("A", BINH, 0) | {"seq": 1}, lend("A", XUAN, 0) | {"seq": 1}])
    assert Fork.objects.count() == 2


@pytest.mark.slow
@pytest.mark.parametrize("unknown", ["lend", "return", "renew", "void", "join", "visit_tally"])
@pytest.mark.parametrize("backwards", [False, True])
def test_row_30_what_an_older_version_did_not_know_comes_out_right_after_the_update(
    world, monkeypatch, unknown, backwards
):
    reader = builders.new_id()
    made = [
        joining("J", reader, 0, card="CU0001") | {"seq": 1},
        lend("A", reader, 1) | {"seq": 2},
        renew("N", 30, "2026-12-20") | {"seq": 3},
        give_back("R", 50) | {"seq": 4},
        lend("B", AN, 60) | {"seq": 5},
        take_away("V", "B", 60.1) | {"seq": 6},
        act("T", "visit_tally", at_h=61, on="2026-09-21", counts={"CHILD": 3}) | {"seq": 7},
    ]
    story = told(
        outcomes={
            "J": "JOINED", "A": "LENT", "N": "RENEWED", "R": "RETURNED", "B": "VOIDED", "V": "APPLIED", "T": "COUNTED",
        },
        loans=[("A", reader, "RETURNED", "2026-12-20", 1)],
        tallies={("VISITS", "CHILD"): 3},
    )  # fmt: skip
    with monkeypatch.context() as older:
        older.delitem(kinds._kinds, unknown)
        arrive(made[::-1] if backwards else made)
        assert "not_understood" in open_kinds()
    assert journal.retry_pending() >= 1
    expect_now(story)
    assert open_kinds() == []


def test_row_31_a_decision_stays_while_the_facts_do_and_new_facts_ask_anew(world):
    clock = builders.Clock()
    arrive([lend("A", AN, 0) | {"seq": 1}, lend("B", BINH, 24, dev=2) | {"seq": 1}], clock)
    case = Case.objects.get(kind="lent_twice")
    hoa = builders.hoa()
    journal.settle_case(op_id=builders.new_id(), by=hoa.source, case=case.pk, decision="AS_IS", reason="", clock=clock)
    arrive([see("S", 26) | {"seq": 2}, give_back("R", 48, dev=2) | {"seq": 2}], clock)
    case.refresh_from_db()
    assert case.status == "SETTLED"
    arrive([lend("C", XUAN, 12, dev=3) | {"seq": 1}], clock)  # it was between the two
    assert open_kinds() == ["lent_twice", "lent_twice"]
    linked = [set(c.operations) & set(case.operations) for c in Case.objects.filter(status="OPEN")]
    assert all(linked)
    arrive([take_away("V", "C", 12.1, dev=3) | {"seq": 2}], clock)
    case.refresh_from_db()
    assert case.status == "SETTLED", "the facts are the old ones again, and so is the decision"
    assert open_kinds() == []
    assert list(differences()) == []


@pytest.mark.slow
@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_row_31_a_decision_may_be_heard_before_what_it_is_about(world, order):
    """As after a restoration: whose desk comes first is chance."""
    made = [give_back("R", 1), take_away("V", "R", 1.1), take_away("W", "V", 1.2), act("Z", "teleport", at_h=2)]
    numbered = [one | {"seq": n} for n, one in enumerate(made, 1)]
    decisions = [
        act(f"D{n}", "settle", at_h=50, dev=3, place=builders.COBA, case=case_id(kind, [op_id(name)])) | {"seq": n}
        for n, (kind, name) in enumerate((("void_of_void", "W"), ("not_understood", "Z")), 1)
    ]
    arrive(decisions)
    arrive([numbered[n] for n in order])
    assert {case.kind: case.status for case in Case.objects.exclude(status="GONE")} == {
        "void_of_void": "SETTLED", "not_understood": "SETTLED",
    }  # fmt: skip
    assert list(differences()) == []


def test_row_31_a_decision_about_a_fork_may_be_heard_before_it(world):
    pair = [lend("A", AN, 0) | {"seq": 1}, lend("B", BINH, 1) | {"seq": 1}]
    case = case_id("fork", [op_id("A"), op_id("B")])
    arrive([act("D", "settle", at_h=50, dev=3, place=builders.COBA, case=case) | {"seq": 1}, *pair])
    assert [one.status for one in Case.objects.filter(kind="fork")] == ["SETTLED"]


@pytest.mark.parametrize("kept", [False, True])
def test_a_decision_of_somebody_who_may_not_decide_settles_nothing(world, kept):
    arrive([lend("A", AN, 0) | {"seq": 1}, lend("B", BINH, 24, dev=2) | {"seq": 1}])
    case = Case.objects.get(kind="lent_twice")
    decision = act("D", "settle", at_h=50, dev=1 if not kept else 3, case=case.pk, decision="AS_IS", place=case.place)
    arrive([decision | {"seq": 9}])
    case.refresh_from_db()
    assert case.status == ("SETTLED" if kept else "OPEN")
    assert Operation.objects.get(op=op_id("D")).outcome.code == ("APPLIED" if kept else "NO_EFFECT")
    assert list(differences()) == []
