"""Row 23 of the conflict rules: a stocktake against circulation, in every order on the fold, in some when stored."""

from __future__ import annotations

from itertools import permutations
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guisach.domain.circulation import actions
from guisach.domain.circulation.models import StocktakeLine, Whereabouts
from guisach.domain.circulation.queries import stocktakes as taking
from guisach.domain.circulation.rules.stocktake_fold import fold_stocktake
from guisach.domain.journal.models import Case, CaseStatus
from guisach.domain.journal.queries.checking import differences
from guisach.kernel.ids import new_id
from tests import builders
from tests.stories import (
    AN,
    COPY,
    Rollback,
    act,
    arrive,
    day_of,
    entry_of,
    expect_of_database,
    expect_of_fold,
    folded,
    give_back,
    lend,
    op_id,
    sampled_orders,
    take_away,
    told,
)

COUNT = UUID(int=0xC0)
SINCE = day_of(10).isoformat()


def scan(name, at_h, dev=1, **body):
    return act(name, "sighting", at_h=at_h, dev=dev, **{"copy": COPY, "stocktake": str(COUNT), **body})


def missed(name, at_h, **body):
    return act(name, "miss", at_h=at_h, **{"copy": COPY, "stocktake": str(COUNT), "since": SINCE, **body})


# What a closing wrote as missing at hour 30, in a stocktake that began at hour 10.
ROWS = {
    "23: not seen by anybody: missing": told(
        scan("S", 0), missed("M", 30),
        outcomes={"S": "SEEN", "M": "MISSING"},
    ),
    "23: scanned by a device that reported after the closing: not missing": told(
        scan("S", 20), missed("M", 30),
        outcomes={"S": "SEEN", "M": "SEEN_MEANWHILE"},
    ),
    "23: brought back at the desk meanwhile: not missing": told(
        lend("A", AN, 0), give_back("R", 20), missed("M", 30),
        outcomes={"A": "LENT", "R": "RETURNED", "M": "SEEN_MEANWHILE"},
        loans=[("A", AN, "RETURNED", "2026-12-01", 0)],
    ),
    "23: lent meanwhile by a desk without a network: known to be away": told(
        lend("A", AN, 20), missed("M", 30),
        outcomes={"A": "LENT", "M": "KNOWN_AWAY"},
        loans=[("A", AN, "", "2026-12-01", 0)],
    ),
    "23: turned up at another place meanwhile: known to be away": told(
        scan("S", 20, dev=2), missed("M", 30),
        outcomes={"S": "SEEN", "M": "KNOWN_AWAY"},
    ),
    "23: found after the closing": told(
        missed("M", 30), scan("S", 40, dev=2),
        outcomes={"M": "MISSING", "S": "FOUND"},
    ),
    "23: the scan was a mistake and taken back: missing after all": told(
        scan("S", 20), take_away("V", "S", 20.5), missed("M", 30),
        outcomes={"S": "VOIDED", "M": "MISSING", "V": "APPLIED"},
    ),
    "23: on loan in the books, on the shelf in the count": told(
        lend("A", AN, 0), scan("S", 20), missed("M", 30),
        outcomes={"A": "LENT", "S": "SEEN", "M": "KNOWN_AWAY"},
        loans=[("A", AN, "", "2026-12-01", 0)],
        cases=[("seen_while_on_loan", "A S")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=list(ROWS))
def test_every_order_of_arrival_gives_the_same_on_the_pure_fold(row):
    for order in permutations([entry_of(operation) for operation in ROWS[row].operations]):
        expect_of_fold(ROWS[row], *folded(order))


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=list(ROWS))
def test_sampled_orders_give_the_same_in_the_database(world, row):
    for order in sampled_orders(ROWS[row]):
        expect_of_database(ROWS[row], order)


def begin(name="B", at_h=10, dev=1, **body):
    return act(name, "stocktake_begin", at_h=at_h, dev=dev, **{"stocktake": str(COUNT), **body})


def close(name, at_h, copies, dev=1):
    return act(name, "stocktake_close", at_h=at_h, dev=dev, stocktake=str(COUNT), copies=copies)


def report(name, at_h, scans, dev=1, **more):
    return act(name, "stocktake_report", at_h=at_h, dev=dev, stocktake=str(COUNT), scans=scans, **more)


class TestTheStocktakeItself:
    def cases(self, operations, scanned):
        entries = sorted((entry_of({**o, "seq": 1}) for o in operations), key=lambda entry: entry.order)
        before = {entry.op: scanned for entry in entries if entry.kind == "stocktake_close"}
        state = fold_stocktake(entries, before)
        return state, {case.kind for case in state.cases}

    def test_what_the_closer_knew_agrees_with_what_arrived(self):
        state, cases = self.cases([begin(), close("C", 30, 7)], 7)
        assert state.closed.op == op_id("C")
        assert cases == set()

    def test_a_scan_that_arrives_after_the_closing_is_a_case(self):
        assert self.cases([begin(), close("C", 30, 7)], 8)[1] == {"stocktake_closed_early"}

    def test_an_end_without_a_beginning_is_a_case_and_no_end(self):
        state, cases = self.cases([close("C", 30, 7)], 7)
        assert state.closed is None
        assert cases == {"stocktake_unknown"}

    def test_the_first_beginning_and_the_first_end_hold_and_the_last_report(self):
        state, cases = self.cases(
            [begin(), begin("X", 11), report("Q", 20, 3), report("T", 21, 5), close("C", 30, 7), close("D", 31, 9)], 7
        )
        assert state.outcomes[op_id("X")] == state.outcomes[op_id("D")] == "NO_EFFECT"
        assert list(state.reports.values()) == [5]
        assert cases == set()

    def test_somebody_of_another_place_does_not_close_it(self):
        state, cases = self.cases([begin(), close("C", 30, 7, dev=2)], 7)
        assert state.closed is None
        assert cases == {"stocktake_unknown"}


SHELF = [f"CB00000{n}" for n in range(1, 7)]
KINDS = ("scan", "scan", "scan", "lend", "return", "transfer", "elsewhere", "void")
happening = st.tuples(st.sampled_from(KINDS), st.sampled_from(SHELF), st.integers(1, 2), st.integers(11, 29))


def written(steps):
    made, seqs = [begin(at_h=10)], {}
    for n, (kind, copy, dev, at_h) in enumerate(sorted(steps, key=lambda step: step[3])):
        name = chr(ord("a") + n)
        at = at_h + n / 100
        own = {"place": builders.COBA, "copy": copy}
        match kind:
            case "scan":
                made.append(scan(name, at, dev, **own))
            case "lend":
                made.append(lend(name, AN, at, **own))
            case "return":
                made.append(give_back(name, at, **own))
            case "transfer":
                made.append(act(name, "transfer", at_h=at, to=builders.DAMTHUY, **own))
            case "elsewhere":
                made.append(act(name, "sighting", at_h=at, dev=2, copy=copy))
            case "void":
                made.append(take_away(name, chr(ord("a") + n - 1) if n else "z", at))
    for operation in made:
        seqs[operation["dev"]] = operation["seq"] = seqs.get(operation["dev"], 0) + 1
    return made


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(happening, max_size=9), data=st.data())
def test_two_scanners_and_a_desk_in_any_order_give_the_same_missing_list(world, steps, data):
    from django.db import transaction

    for code in SHELF[1:]:
        if not taking.Copy.objects.filter(barcode=code).exists():
            builders.copy(code, of=taking.Copy.objects.get(barcode=COPY).record)
    made = written(steps)
    shuffled = data.draw(st.permutations(made))
    found = []
    for order in (made, shuffled):
        try:
            with transaction.atomic():
                arrive(order)
                of = taking.stocktake(COUNT)
                stand = taking.progress(of)
                missing = {line.barcode for line in taking.not_seen(of)}
                assert stand.left == len(missing)
                # What an early closing wrote does not outlast what was true.
                closing = [close("C", 30, taking.scanned_copies(of))]
                closing += [missed(f"M{code}", 30.5, copy=code, place=builders.COBA) for code in SHELF]
                arrive([{**o, "seq": 900 + n} for n, o in enumerate(closing)])
                said = set(Whereabouts.objects.filter(trouble="MISSING").values_list("barcode", flat=True))
                assert said == missing
                assert list(differences()) == []
                found.append(
                    (missing, stand.findings, stand.scanned, sorted(map(str, StocktakeLine.objects.values_list())))
                )
                raise Rollback
        except Rollback:
            pass
    assert found[0] == found[1]


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def counting(transactional_db, clock):
    """A shelf of five at Cô Ba being counted by Lan."""
    builders.province()
    lan = builders.lan()
    record = builders.record()
    for n in range(1, 6):
        builders.copy(f"CB00000{n}", of=record, shelf="A1" if n < 4 else "B2")
    return actions.begin_stocktake(op_id=new_id(), by=lan.source, place=builders.COBA, clock=clock)


def scanned(count, barcode, clock, by=None, op=None):
    return actions.count_copy(
        op_id=op or new_id(), by=(by or builders.lan()).source, stocktake=count, barcode=barcode, clock=clock
    )


def done(count, clock, by=None):
    actions.report_done(op_id=new_id(), by=(by or builders.lan()).source, stocktake=count, clock=clock)


def closed(count, clock, **more):
    assert actions.close_stocktake(op_id=new_id(), by=builders.lan().source, stocktake=count, clock=clock, **more)


class TestOnline:
    def test_closing_writes_what_nobody_saw_as_missing_and_a_scan_finds_it_again(self, counting, clock):
        for n in (1, 2, 3):
            scanned(counting, f"CB00000{n}", clock)
        done(counting, clock)
        closed(counting, clock)
        of = taking.stocktake(counting)
        assert [line.barcode for line in taking.missing(of)] == ["CB000004", "CB000005"]
        actions.sight(op_id=new_id(), by=builders.lan().source, place=builders.COBA, barcode="CB000004", clock=clock)
        assert [line.note for line in taking.missing(of)] == ["FOUND", ""]
        assert list(differences()) == []

    def test_it_is_not_closed_while_somebody_is_not_done_unless_a_person_says_so(self, counting, clock):
        hoa = builders.hoa()
        scanned(counting, "CB000001", clock)
        scanned(counting, "CB000002", clock, by=hoa)
        done(counting, clock)
        with builders.refused("stocktake_incomplete"):
            closed(counting, clock)
        done(counting, clock, by=hoa)
        scanned(counting, "CB000003", clock, by=hoa)  # done, and then one more
        with builders.refused("stocktake_incomplete"):
            closed(counting, clock)
        closed(counting, clock, even_so=True)
        assert taking.count_missing(taking.stocktake(counting)) == 2

    def test_nothing_scanned_is_nothing_to_close(self, counting, clock):
        with builders.refused("stocktake_empty"):
            closed(counting, clock, even_so=True)

    def test_what_is_closed_stays_closed(self, counting, clock):
        scanned(counting, "CB000001", clock)
        closed(counting, clock, even_so=True)
        for act_again in (lambda: scanned(counting, "CB000002", clock), lambda: done(counting, clock)):
            with builders.refused("stocktake_closed"):
                act_again()
        with builders.refused("stocktake_closed"):
            closed(counting, clock)

    def test_the_same_part_is_not_counted_twice_at_once_but_two_shelves_are(self, counting, clock):
        lan = builders.lan().source
        with builders.refused("stocktake_open"):
            actions.begin_stocktake(op_id=new_id(), by=lan, place=builders.COBA, clock=clock)
        shelf = actions.begin_stocktake(op_id=new_id(), by=lan, place=builders.COBA, clock=clock, first="B2")
        assert taking.progress(taking.stocktake(shelf)).expected == 2
        with builders.refused("stocktake_scope_empty"):
            actions.begin_stocktake(op_id=new_id(), by=lan, place=builders.COBA, clock=clock, first="Z9")

    def test_says_of_each_scan_what_is_wrong_with_it(self, counting, clock):
        record = builders.record("Số đỏ", "Vũ Trọng Phụng")
        builders.copy("DT000001", of=record, place=builders.DAMTHUY)
        builders.copy("CB000099", of=record, condition="WITHDRAWN")
        an = builders.an(builders.lan(), clock)
        actions.lend(
            op_id=new_id(), by=builders.lan().source, place=builders.COBA, barcode="CB000005", reader=an, clock=clock
        )
        wrong = {
            code: scanned(counting, code, clock).findings
            for code in ("CB000001", "DT000001", "CB000099", "CB000005", "LA-9")
        }
        assert wrong == {
            "CB000001": (),
            "DT000001": ("ELSEWHERE",),
            "CB000099": ("WITHDRAWN",),
            "CB000005": ("ON_LOAN",),
            "LA-9": ("UNKNOWN",),
        }
        stand = taking.progress(taking.stocktake(counting))
        assert stand.findings == {"UNKNOWN": 1, "WITHDRAWN": 1, "ELSEWHERE": 1, "ON_LOAN": 1}
        assert [line.barcode for line in taking.findings(taking.stocktake(counting), "ELSEWHERE")] == ["DT000001"]
        kinds = set(Case.objects.filter(status=CaseStatus.OPEN).values_list("kind", flat=True))
        assert kinds == {"unknown_barcode", "seen_while_on_loan"}

    def test_a_scan_of_another_shelf_is_said(self, counting, clock):
        lan = builders.lan().source
        shelf = actions.begin_stocktake(op_id=new_id(), by=lan, place=builders.COBA, clock=clock, first="B2")
        assert scanned(shelf, "CB000001", clock).findings == ("OTHER_SHELF",)

    def test_the_isbn_on_the_cover_is_refused(self, counting, clock):
        with builders.refused("isbn_scanned"):
            scanned(counting, "9786042089333", clock)
        with builders.refused("barcode_unusable"):
            scanned(counting, "x" * 40, clock)

    def test_a_pile_counts_each_once_however_often_it_is_sent(self, counting, clock):
        pile, op = ["CB000001", "cb000001", "CB000002", "9786042089333", "y" * 50, ""], new_id()
        for _again in range(2):
            came = actions.count_pile(
                op_id=op, by=builders.lan().source, stocktake=counting, barcodes=pile, clock=clock
            )
        assert (came.new, came.again) == (0, 2)
        assert set(came.unusable) == {"9786042089333", "y" * 40, ""}
        stand = taking.progress(taking.stocktake(counting))
        assert (stand.scanned, stand.again) == (2, 0)
        with builders.refused("pile_too_large"):
            actions.count_pile(
                op_id=op, by=builders.lan().source, stocktake=counting, barcodes=["A"] * 2001, clock=clock
            )

    def test_scanned_by_two_people_is_seen_once(self, counting, clock):
        hoa = builders.hoa()
        scanned(counting, "CB000001", clock)
        assert scanned(counting, "CB000001", clock, by=hoa).is_again
        stand = taking.progress(taking.stocktake(counting))
        assert (stand.seen, stand.scanned, stand.again) == (1, 1, 1)
        assert [(one.actor, one.copies) for one in stand.scanners] == [("hoa", 1), ("lan", 1)]

    def test_a_scan_that_comes_after_the_closing_puts_the_list_right_and_is_a_case(self, counting, clock):
        lan = builders.lan()
        scanned(counting, "CB000001", clock)
        between = clock().isoformat()
        clock.forward(minutes=5)
        closed(counting, clock, even_so=True)
        late = {
            "op": str(uuid5(COUNT, "late")), "v": 1, "kind": "sighting", "place": builders.COBA, "copy": "CB000002",
            "stocktake": str(counting), "wall": between, "dev": str(UUID(int=0xD1)), "epoch": 1, "seq": 1,
            "actor": "lan",
        }  # fmt: skip
        from guisach.domain.journal.actions import record

        record(operations=[late], by=lan.source, clock=clock)
        assert Whereabouts.objects.get(pk="CB000002").trouble == ""
        assert Case.objects.filter(kind="stocktake_closed_early", status=CaseStatus.OPEN).count() == 1
        assert [line.barcode for line in taking.missing(taking.stocktake(counting))] == [
            "CB000003", "CB000004", "CB000005",
        ]  # fmt: skip
        assert list(differences()) == []
