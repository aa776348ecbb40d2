"""What two transactions do to one another that do not see each other yet."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

from guisach.domain.catalogue.kinds import tell_copies_changed
from guisach.domain.circulation import steps as circulation
from guisach.domain.journal import actions as journal
from guisach.domain.journal.models import Case, Device, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.journal.steps import append, in_one_transaction
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


def fact(kind="return", **fields):
    return {"op": str(new_id()), "v": 1, "kind": kind, "place": builders.COBA, "copy": "CB000001", **fields}


def side_by_side(slow, quick):
    """Run `quick` in another thread while the transaction in which `slow` ran is still open."""
    started, wrong = threading.Event(), []

    def other() -> None:
        started.wait(20)
        try:
            quick()
        except Exception as error:  # noqa: BLE001  (told below)
            wrong.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    with transaction.atomic():
        slow()
        started.set()
        time.sleep(0.4)
    thread.join(20)
    assert not wrong, wrong
    assert not thread.is_alive()


@pytest.mark.slow
@pytest.mark.parametrize("void_first", [True, False])
def test_a_void_and_its_target_that_arrive_together_find_each_other(lan, void_first):
    builders.copy()
    target = fact("sighting")
    void = fact("void", target=target["op"])
    two = builders.minh(), builders.lan()  # two sources: nothing else keeps them apart
    first, second = (void, target) if void_first else (target, void)
    side_by_side(
        lambda: append([first], via=two[0 if void_first else 1].source, clock=builders.Clock()),
        lambda: journal.record(operations=[second], by=two[1 if void_first else 0].source, clock=builders.Clock()),
    )
    outcomes = dict(Operation.objects.values_list("kind", "outcome__code"))
    assert outcomes["void"] != "WAITING"
    assert list(differences()) == []


@pytest.mark.slow
@pytest.mark.parametrize("lent_first", [True, False])
def test_a_copy_that_is_lent_while_it_is_catalogued_leaves_no_case(lan, lent_first):
    def lend() -> None:
        append([fact("sighting")], via=lan.source, clock=builders.Clock())

    def catalogue() -> None:
        builders.copy()
        tell_copies_changed(["CB000001"])

    def in_its_own(act):
        return in_one_transaction(act)

    if lent_first:
        side_by_side(lend, in_its_own(catalogue))
    else:
        side_by_side(catalogue, in_its_own(lend))
    assert not Case.objects.filter(status="OPEN").exists()
    assert list(differences()) == []


@pytest.mark.slow
def test_one_operation_sent_over_two_roads_at_once_is_stored_once(lan):
    one, minh = fact(), builders.minh()
    side_by_side(
        lambda: append([one], via=lan.source, clock=builders.Clock()),
        lambda: journal.record(operations=[one], by=minh.source, clock=builders.Clock()),
    )
    assert Operation.objects.count() == 1


def test_a_lock_that_times_out_is_no_fault_of_a_rule(lan, monkeypatch):
    """The act is tried again from the start; nothing is left pending for it."""
    tries = []
    whole = circulation.CopyFold.project

    def project(self, folding):
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("deadlock detected")
        return whole(self, folding)

    monkeypatch.setattr(circulation.CopyFold, "project", project)
    receipt = journal.record(operations=[fact()], by=lan.source, clock=builders.Clock())[0]
    assert (receipt.outcome, len(tries)) == ("SEEN", 2)


def test_nobody_can_take_another_devices_numbers_away(lan):
    """A number claimed for somebody's token does not make what the token sends next collide."""
    minh = builders.minh()
    claimed = fact(dev=str(lan.source.device), epoch=1, seq=7)
    journal.record(operations=[claimed], by=minh.source, clock=builders.Clock())
    answers = journal.record(operations=[fact(), fact()], by=lan.source, clock=builders.Clock())
    assert [answer.status for answer in answers] == ["stored", "stored"]
    far = fact(dev=str(lan.source.device), epoch=1_000_000, seq=2**53 - 1)
    journal.record(operations=[far], by=minh.source, clock=builders.Clock())
    assert journal.record(operations=[fact()], by=lan.source, clock=builders.Clock())[0].status == "stored"
    with transaction.atomic():
        journal.start_new_epoch()
    assert journal.record(operations=[fact()], by=lan.source, clock=builders.Clock())[0].status == "stored"
    assert Device.objects.get(pk=lan.source.device).epoch == 1_000_001
