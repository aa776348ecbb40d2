"""Export files, backups, and until when everything is here."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from uuid import UUID

import pytest

from guisach.domain.journal.actions import record
from guisach.domain.journal.models import Case, Device, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.sync import actions, queries
from guisach.domain.sync.models import Chain, Desk
from guisach.kernel.ids import new_id
from tests import builders
from tests.desks import TestDesk, export_file
from tests.domain.sync.test_revoked import clock, desk, lend, open_cases, outcomes, revoke, take

pytestmark = pytest.mark.django_db

__all__ = ["clock", "desk"]


def bring(file, clock, by=None):
    brought = actions.bring(file=file, by=(by or builders.lan()).source, clock=clock)
    assert list(differences()) == []
    return brought


@pytest.mark.slow
def test_a_file_is_taken_in_as_often_as_anybody_likes(desk, clock):
    made = [desk.make("sighting", copy="CB000001") for _ in range(450)]
    take(desk, clock, *made[:200])
    first = bring(desk.export(), clock)
    assert (first.read, first.stored, first.duplicate, first.fork, first.malformed) == (450, 250, 200, 0, 0)
    again = bring(desk.export(), clock)
    assert (again.stored, again.duplicate) == (0, 450)
    assert Operation.objects.count() == 450
    assert Chain.objects.get().contiguous == 450
    stored = Operation.objects.get(seq=450)
    assert (str(stored.dev), stored.via, stored.actor) == (desk.device, builders.lan().source.device, "lan")


def test_what_is_wrong_in_a_file_is_named_and_the_rest_comes_in(desk, clock):
    good, other = desk.make("sighting", copy="CB000001"), desk.make("sighting", copy="CB000001")
    unnumbered = {"op": str(new_id()), "kind": "return", "copy": "CB000001"}
    clone = {**other, "op": str(new_id())}
    brought = bring(export_file(desk.device, [good, 7, unnumbered, other, clone]), clock)
    assert (brought.read, brought.stored, brought.fork, brought.malformed) == (5, 2, 1, 2)
    assert brought.wrong == [(2, "not_an_object", ""), (3, "number_needed", "seq")]


@pytest.mark.parametrize(
    "file",
    [
        b"", b"?", b"[]", b"{}", b'{"guisach":"rows","v":1,"operations":[]}', gzip.compress(b"{}", mtime=0),
        b'{"guisach":"operations","v":2,"operations":[]}', b'{"guisach":"operations","v":1,"operations":{}}',
        b"[" * 100_000, gzip.compress(b" " * 200_000_000, 1, mtime=0),
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_export_is_refused_whole(desk, clock, file):
    with builders.refused("export_unreadable"):
        bring(file, clock)


def test_a_torn_file_brings_nothing(desk, clock):
    for _ in range(50):
        desk.make("sighting", copy="CB000001")
    whole = desk.export()
    for cut in range(1, len(whole), 97):
        with builders.refused("export_unreadable"):
            actions.bring(file=whole[:cut], by=builders.lan().source, clock=clock)
    assert not Operation.objects.exists()


def test_a_crash_in_the_middle_leaves_whole_batches(desk, clock):
    for _ in range(401):
        desk.make("sighting", copy="CB000001")
    done = []

    def stop(n):
        done.append(n)
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.bring(file=desk.export(), by=builders.lan().source, clock=clock, progress=stop)
    assert Operation.objects.count() == 400
    assert bring(desk.export(), clock).stored == 1


def test_the_file_of_a_revoked_device_is_treated_as_if_it_had_sent_it(desk, clock):
    before = lend(desk)
    clock.forward(hours=1)
    revoke(desk, clock)
    clock.forward(hours=1)
    after = desk.make("return", copy="CB000001")
    brought = bring(desk.export(), clock)
    assert (brought.stored, brought.quarantined) == (2, 1)
    assert outcomes(before, after) == ["LENT", "QUARANTINED"]


def test_the_file_of_an_unknown_device_counts_for_who_brings_it_and_the_place_is_told(desk, clock):
    stranger = TestDesk(desk.send, clock=clock, actor="hoa", place=builders.COBA)
    made = [stranger.make("sighting", copy="CB000001") for _ in range(300)]
    brought = bring(stranger.export(), clock)
    assert brought.unknown_devices == {UUID(stranger.device)}
    assert outcomes(*made[:2]) == ["SEEN", "SEEN"]
    assert set(Operation.objects.values_list("standing", flat=True)) == {"KEEPER"}  # Lan's, not Hoa's
    case = Case.objects.get()
    assert (case.kind, case.place) == ("device_unknown", builders.COBA)
    bring(stranger.export(), clock)
    assert Case.objects.count() == 1


def test_an_unknown_device_cannot_borrow_a_librarians_word(desk, clock):
    mine = {"op": str(new_id()), "kind": "return", "copy": "CB000001", "place": builders.COBA}
    record(operations=[mine], by=builders.minh().source, clock=clock)
    case = Case.objects.get(kind="outside_scope").pk
    stranger = TestDesk(desk.send, clock=clock, actor="hoa", place=builders.COBA)
    stranger.make("settle", case=case, decision="AS_IS")
    stranger.make("void", target=mine["op"])
    bring(stranger.export(), clock)
    assert Case.objects.get(pk=case).status == "OPEN"
    assert Operation.objects.get(op=mine["op"]).outcome.code == "SEEN"


def test_enrolled_afterwards_a_device_is_unknown_no_more(desk, clock):
    stranger = TestDesk(desk.send, clock=clock, actor="lan", place=builders.COBA)
    stranger.make("sighting", copy="CB000001")
    bring(stranger.export(), clock)
    code, _end = actions.make_code(place=builders.COBA, by=builders.hoa().staff, is_printed=False, at=clock())
    actions.enrol(
        code=code, device=UUID(stranger.device), key=stranger.key.public, label="x", version=1, address="", clock=clock
    )  # fmt: skip
    assert open_cases("device_unknown") == []
    assert Device.objects.get(pk=stranger.device).brought_at is None
    assert list(differences()) == []


# What is in a backup, and until when everything is here ------------------------------------------------------


def test_what_a_backup_reached_is_noted_by_device_and_epoch(desk, clock):
    made = [desk.make("sighting", copy="CB000001") for _ in range(5)]
    take(desk, clock, *made[:2], made[3])
    marks = queries.reaches()
    take(desk, clock, made[2])
    actions.note_backup(marks)
    assert Chain.objects.get().backed_up == 2
    actions.note_backup({Chain.objects.get().pk: 1})  # an older one, that took longer
    assert Chain.objects.get().backed_up == 2
    actions.note_restored()
    assert Chain.objects.get().backed_up == 4


def test_the_list_counts_what_is_lacking_and_does_not_grow_with_it(desk, clock, django_assert_num_queries):
    made = [desk.make("sighting", copy="CB000001") for _ in range(10)]
    take(desk, clock, made[0], made[4], made[9])
    with django_assert_num_queries(2):
        found = queries.desks([builders.COBA], limit=50)
    assert [one.unaccounted for one in found] == [7]
    assert queries.desks([builders.DAMTHUY], limit=50) == []
    page = queries.desk(UUID(desk.device))
    assert page.gaps == [(1, (2, 4)), (1, (6, 9))]
    assert page.keepers == ["Hoàng Thị Lan"]


def test_everything_is_here_until_the_desk_that_is_furthest_behind(desk, clock):
    def line(places, at):
        found = queries.settled_until(places, at=at)
        return found.until, found.silent

    assert line([builders.COBA], clock()) == (Desk.objects.get().enrolled_at, 0)
    assert line([builders.DAMTHUY], clock()) == (None, 0)
    settled = builders.START + timedelta(days=3)
    Desk.objects.update(settled_at=settled, contact_at=settled)
    assert line(None, settled) == (settled, 0)
    assert line(None, settled + timedelta(days=31)) == (None, 1)


def test_a_file_is_json_that_others_can_read_too(desk, clock):
    desk.make("sighting", copy="CB000001")
    assert bring(gzip.decompress(desk.export()), clock).stored == 1
    assert json.loads(gzip.decompress(desk.export()))["guisach"] == "operations"
