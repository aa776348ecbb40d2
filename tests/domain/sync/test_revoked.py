"""Revoked devices (SYNC row 29) and broken chains (row 28): what counts does not depend on the road."""

from __future__ import annotations

import itertools
from datetime import timedelta
from uuid import UUID

import pytest

from guisach.domain.circulation.models import Loan
from guisach.domain.journal import kinds
from guisach.domain.journal.actions import record, retry_pending, settle_case
from guisach.domain.journal.models import Case, Operation, PrivatePart
from guisach.domain.journal.queries.checking import differences
from guisach.domain.journal.rules.cases import case_id
from guisach.domain.journal.rules.doubt import Link, proven
from guisach.domain.sync import actions, queries
from guisach.domain.sync.models import Desk, Keeper
from guisach.domain.sync.queries import DeskCaller
from guisach.kernel.ids import new_id
from tests import builders
from tests.desks import TestDesk, connect

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def desk(clock):
    """A desk of Cô Ba with Lan, whose clock is the hub's; what it makes is taken in by the action, not over HTTP."""
    builders.province()
    builders.copy()
    builders.lan()
    made = TestDesk(connect(), clock=clock)
    code, _end = actions.make_code(place=builders.COBA, by=builders.hoa().staff, is_printed=False, at=clock())
    actions.enrol(
        code=code, device=UUID(made.device), key=made.key.public, label="Android", version=1, address="", clock=clock
    )
    Keeper.objects.create(desk=Desk.objects.get(), staff=builders.lan().staff, proved_at=clock())
    made.place, made.actor = builders.COBA, "lan"
    return made


def take(desk, clock, *operations):
    row = Desk.objects.select_related("device").get(pk=desk.device)
    caller = DeskCaller(
        row.pk, row.place_id, row.key, 1, row.enrolled_by_id, row.device.revoked_at is not None, False
    )  # fmt: skip
    answers = actions.take(operations=operations, desk=caller, clock=clock)
    assert list(differences()) == []
    return [answer.outcome for answer in answers]


def revoke(desk, clock):
    actions.revoke(device=UUID(desk.device), by=builders.hoa().staff, reason="mất trên xe khách", clock=clock)


def lend(desk):
    return desk.make("lend", private={"reader": str(new_id())}, copy="CB000001", due="2026-12-20")


def open_loan():
    return Loan.objects.filter(barcode="CB000001", closed_at__isnull=True).first()


def outcomes(*operations):
    found = dict(Operation.objects.values_list("op", "outcome__code"))
    return [found[UUID(operation["op"])] for operation in operations]


def open_cases(kind="revoked_device"):
    return list(Case.objects.filter(kind=kind, status="OPEN").values_list("pk", flat=True))


# Before and after ------------------------------------------------------------------------------------------


def test_row_29_made_before_the_revocation_it_counts_whenever_it_comes(desk, clock):
    known = desk.make("sighting", copy="CB000001")
    take(desk, clock, known)
    made = [lend(desk), desk.make("return", copy="CB000001"), lend(desk)]
    clock.forward(hours=3)
    revoke(desk, clock)
    clock.forward(days=20)
    assert take(desk, clock, *made) == ["LENT", "RETURNED", "LENT"]
    assert open_cases() == []


def test_row_29_made_after_the_revocation_it_waits_for_a_person(desk, clock):
    take(desk, clock, desk.make("sighting", copy="CB000001"))
    before = lend(desk)
    clock.forward(hours=3)
    revoke(desk, clock)
    clock.forward(hours=1)
    after = desk.make("return", copy="CB000001")
    assert take(desk, clock, before, after) == ["LENT", "QUARANTINED"]
    assert open_loan() is not None
    row = Operation.objects.get(op=after["op"])
    assert (row.subject, row.is_doubtful) == ("", True)
    assert len(open_cases()) == 1


def test_nothing_of_a_person_is_found_through_what_waits(desk, clock):
    revoke(desk, clock)
    clock.forward(hours=1)
    take(desk, clock, lend(desk))
    assert Operation.objects.get().private_part.reader is None


ROADS = [list(order) for n in (4,) for order in itertools.permutations(range(n))]


@pytest.mark.slow
@pytest.mark.parametrize("order", ROADS[::5], ids=str)
def test_whatever_the_order_in_which_a_chain_arrives_the_same_counts(desk, clock, order):
    take(desk, clock, desk.make("sighting", copy="CB000001"))
    made = [desk.make("sighting", copy="CB000001") for _ in range(3)]
    clock.forward(hours=3)
    revoke(desk, clock)
    clock.forward(hours=1)
    made.append(desk.make("sighting", copy="CB000001"))
    for n in order:
        take(desk, clock, made[n])
    assert outcomes(*made) == ["SEEN", "SEEN", "SEEN", "QUARANTINED"]
    assert len(open_cases()) == 1


def test_what_a_known_later_operation_names_was_made_before_it(desk, clock):
    """Number 2 came before the revocation and names number 1: no claimed time is needed."""
    first = desk.make("sighting", copy="CB000001", wall=(clock() + timedelta(days=400)).isoformat())
    second = desk.make("sighting", copy="CB000001")
    take(desk, clock, second)
    revoke(desk, clock)
    assert take(desk, clock, first) == ["SEEN"]


def test_a_chain_with_a_hole_or_of_a_new_epoch_proves_nothing(desk, clock):
    take(desk, clock, desk.make("sighting", copy="CB000001"))
    missing, after = desk.make("sighting", copy="CB000001"), desk.make("sighting", copy="CB000001")
    desk.begin_epoch()
    fresh = desk.make("sighting", copy="CB000001")
    clock.forward(hours=1)
    revoke(desk, clock)
    assert take(desk, clock, after, fresh) == ["QUARANTINED", "QUARANTINED"]
    assert take(desk, clock, missing) == ["SEEN"]
    assert outcomes(missing, after, fresh) == ["SEEN", "SEEN", "QUARANTINED"]


def test_a_claimed_time_before_what_the_device_had_seen_proves_nothing(desk, clock):
    take(desk, clock, desk.make("sighting", copy="CB000001"))
    revoke(desk, clock)
    clock.forward(hours=1)
    own = {"op": str(new_id()), "kind": "sighting", "place": builders.COBA, "copy": "CB000001"}
    record(operations=[own], by=builders.lan().source, clock=clock)
    seen = Operation.objects.get(op=own["op"]).pk
    backdated = desk.make("sighting", copy="CB000001", wall=builders.START.isoformat(), seen=seen)
    assert take(desk, clock, backdated) == ["QUARANTINED"]


def test_one_who_goes_on_from_an_invented_predecessor_waits(desk, clock):
    take(desk, clock, desk.make("sighting", copy="CB000001"))
    forged = desk.make("return", copy="CB000001", prev="0" * 64)
    revoke(desk, clock)
    assert take(desk, clock, forged) == ["QUARANTINED"]


def test_proof_is_found_from_both_ends():
    at = builders.START

    def link(seq, prev, *, is_sound=False, later=False):
        return Link(new_id(), seq, str(seq), prev, at + timedelta(days=int(later)), is_sound)

    links = [link(3, "2", later=True), link(4, "3", is_sound=True), link(5, "4"), link(6, "5", later=True)]
    links += [link(8, "7"), link(9, "8")]
    assert proven(links, epoch=1, revoked_at=at) == {links[0].op, links[2].op}
    first = [link(1, ""), link(2, "1"), link(3, "x")]
    assert proven(first, epoch=1, revoked_at=at) == {first[0].op, first[1].op}
    assert proven(first, epoch=2, revoked_at=at) == set()


# What a person decides -------------------------------------------------------------------------------------


@pytest.fixture
def waiting(desk, clock):
    """Return what a device made after it was revoked: a loan, and that it came back."""
    revoke(desk, clock)
    clock.forward(hours=1)
    made = [lend(desk), desk.make("return", copy="CB000001"), lend(desk)]
    take(desk, clock, *made)
    return made


def decide(case, decision, clock, by=None):
    by = by or builders.hoa().source
    return settle_case(op_id=new_id(), by=by, case=case, decision=decision, reason="đã hỏi", clock=clock)


def test_released_it_counts_as_if_it_had_come_plainly(desk, clock, waiting):
    for case in open_cases():
        decide(case, "APPLY", clock)
        assert list(differences()) == []
    assert outcomes(*waiting) == ["LENT", "RETURNED", "LENT"]
    assert str(open_loan().reader) == waiting[2]["private"]["reader"]


def test_left_out_it_stays_as_it_is_and_can_be_released_later(desk, clock, waiting):
    case = open_cases()[0]
    op = UUID(Case.objects.get(pk=case).operations[0])
    kept = decide(case, "LEAVE", clock)
    assert Operation.objects.get(op=op).outcome.code == "LEFT_OUT"
    assert list(differences()) == []
    void = {"op": str(new_id()), "kind": "void", "target": kept.op, "place": ""}
    record(operations=[void], by=builders.hoa().source, clock=clock)
    assert Operation.objects.get(op=op).outcome.code == "QUARANTINED"
    decide(case, "APPLY", clock)
    assert Operation.objects.get(op=op).outcome.code in {"LENT", "SEEN", "RETURNED"}
    assert list(differences()) == []


def test_a_release_taken_back_holds_it_back_again(desk, clock, waiting):
    by_op = {Case.objects.get(pk=case).operations[0]: case for case in open_cases()}
    done = decide(by_op[waiting[2]["op"]], "APPLY", clock)
    assert open_loan() is not None
    void = {"op": str(new_id()), "kind": "void", "target": done.op, "place": ""}
    record(operations=[void], by=builders.hoa().source, clock=clock)
    assert open_loan() is None
    assert outcomes(*waiting) == ["QUARANTINED"] * 3
    assert list(differences()) == []


def test_a_released_void_takes_back_and_one_that_waits_does_not(desk, clock):
    loan = lend(desk)
    take(desk, clock, loan)
    revoke(desk, clock)
    clock.forward(hours=1)
    void = desk.make("void", target=loan["op"])
    assert take(desk, clock, void) == ["QUARANTINED"]
    assert open_loan() is not None
    decide(open_cases()[0], "APPLY", clock)
    assert outcomes(loan, void) == ["VOIDED", "APPLIED"]
    assert open_loan() is None
    assert list(differences()) == []


def test_what_is_not_understood_and_waits_is_pending_once_released(desk, clock):
    revoke(desk, clock)
    clock.forward(hours=1)
    strange = desk.make("teleport", copy="CB000001")
    assert take(desk, clock, strange) == ["QUARANTINED"]
    decide(open_cases()[0], "APPLY", clock)
    assert outcomes(strange) == ["PENDING"]
    assert list(differences()) == []


@pytest.mark.parametrize("case", ["not_understood", "void_of_void"])
def test_a_decision_that_was_heard_before_the_case_of_what_is_released_settles_it(desk, clock, case):
    """So it is after a restore: what a hub had decided comes back to it in whatever order."""
    seen = desk.make("sighting", copy="CB000001")
    void = desk.make("void", target=seen["op"])
    take(desk, clock, seen, void)
    revoke(desk, clock)
    clock.forward(hours=1)
    made = desk.make("teleport") if case == "not_understood" else desk.make("void", target=void["op"])
    take(desk, clock, made)
    told = {"op": str(new_id()), "kind": "settle", "case": case_id(case, [UUID(made["op"])]), "place": ""}
    assert record(operations=[told], by=builders.hoa().source, clock=clock)[0].outcome == "APPLIED"
    decide(open_cases()[0], "APPLY", clock)
    assert open_cases(case) == []
    assert Case.objects.get(kind=case).settled_by == UUID(told["op"])
    assert list(differences()) == []


def test_all_that_waits_of_a_device_is_decided_at_once_and_once(desk, clock, waiting):
    device, op_id, by = UUID(desk.device), new_id(), builders.hoa().source
    said = {"device": device, "is_to_count": True, "reason": "xe về đủ người", "by": by, "clock": clock}
    assert actions.decide_held(op_id=op_id, **said) == 3
    assert actions.decide_held(op_id=op_id, **said) == 0
    assert outcomes(*waiting) == ["LENT", "RETURNED", "LENT"]
    assert list(differences()) == []


def test_only_a_librarian_of_the_place_decides(desk, clock, waiting):
    said = {"op_id": new_id(), "device": UUID(desk.device), "is_to_count": True, "reason": "", "clock": clock}
    assert actions.decide_held(by=builders.lan().source, **said) == 0
    with builders.refused("librarian_needed"):
        decide(open_cases()[0], "APPLY", clock, by=builders.lan().source)


def test_a_device_is_revoked_once_with_a_reason(desk, clock):
    by = builders.hoa().staff
    with builders.refused("revoke_reason_needed"):
        actions.revoke(device=UUID(desk.device), by=by, reason=" ", clock=clock)
    revoke(desk, clock)
    with builders.refused("device_revoked"):
        actions.revoke(device=UUID(desk.device), by=by, reason="lại", clock=clock)
    with builders.refused("device_revoked"):
        actions.revoke(device=new_id(), by=by, reason="không có", clock=clock)
    assert queries.desk(UUID(desk.device)).desk.revoked_why == "mất trên xe khách"


def test_a_revoked_device_is_not_enrolled_again_under_its_id(desk, clock):
    revoke(desk, clock)
    code, _end = actions.make_code(place=builders.COBA, by=builders.hoa().staff, is_printed=False, at=clock())
    with builders.refused("device_taken"):
        actions.enrol(
            code=code, device=UUID(desk.device), key=desk.key.public, label="", version=1, address="", clock=clock
        )  # fmt: skip


# Broken chains ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)], ids=str)
def test_an_operation_that_does_not_follow_counts_and_a_person_is_told(desk, clock, order):
    """A clone that went on from another number 2: what it did really happened."""
    made = [desk.make("sighting", copy="CB000001") for _ in range(2)]
    made.append(desk.make("return", copy="CB000001", prev="f" * 64))
    for n in order:
        take(desk, clock, made[n])
    assert outcomes(*made) == ["SEEN"] * 3
    assert len(open_cases("chain_broken")) == 1
    assert set(Case.objects.get(kind="chain_broken").operations) == {made[1]["op"], made[2]["op"]}


def test_a_chain_that_holds_opens_no_case(desk, clock):
    made = [desk.make("sighting", copy="CB000001") for _ in range(5)]
    take(desk, clock, made[3], made[0])
    take(desk, clock, *made)
    assert not Case.objects.exists()


# Whom it names ---------------------------------------------------------------------------------------------


def erase(reader, clock):
    from guisach.domain.readers.actions import erase as erase_reader

    erase_reader(op_id=new_id(), by=builders.hoa().source, reader=reader, basis="REQUEST", clock=clock)


def test_erasing_a_reader_forgets_them_in_what_is_held_back_too(desk, clock):
    an, binh = builders.an(builders.lan(), clock), builders.binh(builders.lan(), clock)
    revoke(desk, clock)
    clock.forward(hours=1)
    loan = desk.make("lend", private={"reader": str(an)}, copy="CB000001", due="2026-12-20")
    other = desk.make("lend", private={"reader": str(binh)}, copy="CB000001", due="2026-12-20")
    take(desk, clock, loan, other)
    erase(an, clock)
    kept = {str(part.operation_id): part for part in PrivatePart.objects.filter(operation__dev=desk.device)}
    assert str(an) not in kept[loan["op"]].data
    assert kept[loan["op"]].salt == ""
    assert str(binh) in kept[other["op"]].data
    assert list(differences()) == []
    for case in open_cases():
        decide(case, "APPLY", clock)
    assert outcomes(loan, other) == ["LENT", "LENT"]
    assert list(differences()) == []


def test_erasing_a_reader_forgets_them_in_what_nobody_could_read_yet(desk, clock, monkeypatch):
    an, binh = builders.an(builders.lan(), clock), builders.binh(builders.lan(), clock)
    with monkeypatch.context() as older:
        older.delitem(kinds._kinds, "lend")
        loans = [
            desk.make("lend", private={"reader": said}, copy="CB000001", due="2026-12-20")
            for said in (str(an).upper(), an.hex, str(binh))
        ]
        later = desk.make("from_the_future", private={"whom": {"id": str(an), "name": "Vàng Thị An"}})
        take(desk, clock, *loans, later)
        assert outcomes(*loans, later) == ["PENDING"] * 4
        erase(an, clock)
    kept = {str(part.operation_id): part for part in PrivatePart.objects.filter(operation__dev=desk.device)}
    for one in (*loans[:2], later):
        assert str(an) not in kept[one["op"]].data.lower()
        assert an.hex not in kept[one["op"]].data
        assert "Vàng" not in kept[one["op"]].data
        assert kept[one["op"]].salt == ""
    assert str(binh) in kept[loans[2]["op"]].data
    retry_pending()
    assert outcomes(*loans, later) == ["LENT"] * 3 + ["PENDING"]
    assert not Loan.objects.filter(reader=an).exists()
    assert list(differences()) == []


def test_what_was_left_out_names_nobody_after_thirty_days(desk, clock, waiting):
    cases = open_cases()
    clock.forward(days=40)
    for case in cases[1:]:
        decide(case, "LEAVE", clock)
    clock.forward(days=29)
    assert actions.forget_left_out(clock=clock) == 0
    clock.forward(days=2)
    named = [UUID(Case.objects.get(pk=case).operations[0]) for case in cases[1:]]
    lends = Operation.objects.filter(op__in=named, kind="lend").count()
    assert actions.forget_left_out(clock=clock) == lends > 0
    assert actions.forget_left_out(clock=clock) == 0
    assert PrivatePart.objects.filter(operation__in=named, forgotten_at__isnull=True).count() == 0
    assert list(differences()) == []
