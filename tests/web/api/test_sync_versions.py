"""Desks and a hub that are not of the same version: everything is taken, and whoever is too old is told."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from guisach.domain.journal import kinds
from guisach.domain.journal.actions import retry_pending
from guisach.domain.journal.kinds import Kind
from guisach.domain.journal.models import Case, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.journal.rules.envelope import digest
from guisach.domain.sync.models import Desk
from tests import builders
from tests.desks import canonical, connect, enrolled
from tests.web.api.scripts import is_problem

AN = str(UUID(int=0xA1))


@pytest.fixture
def desk(world):
    return enrolled(connect(), builders.COBA, builders.hoa().staff, "lan", builders.PASSWORD)


def outcomes(answer) -> list[tuple[str, str | None]]:
    assert answer.status == 200, answer.body
    return [(one["status"], one["outcome"]) for one in answer.body["answers"]]


# A newer desk, an older hub -------------------------------------------------------------------------------------


def test_a_kind_that_the_hub_does_not_know_yet_is_kept_and_counts_after_the_update(desk, monkeypatch):
    with monkeypatch.context() as older:
        older.delitem(kinds._kinds, "lend")
        desk.make("lend", copy="CB000001", due="2027-01-10", policy=1, private={"reader": AN})
        desk.make("visit_tally", counts={"CHILD": 2})
        assert outcomes(desk.bring(list(desk.outbox.values()))) == [("stored", "PENDING"), ("stored", "COUNTED")]
        assert not desk.outbox
        assert desk.hello().body["contiguous"] == 2
        assert retry_pending() == 0
    assert retry_pending() == 1
    assert outcomes(desk.bring(list(desk.made.values()))) == [("duplicate", "LENT"), ("duplicate", "COUNTED")]
    assert list(differences()) == []


def test_a_newer_form_of_a_kind_is_not_read_as_if_it_were_the_old_one(desk, monkeypatch):
    """What a later version means by `due` may be something else: it waits, and is read once that version is here."""
    desk.make("lend", v=2, copy="CB000001", due="2027-01-10", policy=1, private={"reader": AN})
    desk.make("return", copy="CB000001")
    assert outcomes(desk.bring(list(desk.outbox.values()))) == [("stored", "PENDING"), ("stored", "SEEN")]
    assert Case.objects.filter(kind="not_understood").count() == 1
    assert list(differences()) == []
    lend = kinds._kinds["lend"]
    monkeypatch.setitem(kinds._kinds, "lend", Kind(**{**_fields(lend), "version": 2}))
    assert retry_pending() == 1
    assert [outcome for _status, outcome in outcomes(desk.bring(list(desk.made.values())))] == ["LENT", "RETURNED"]
    assert list(differences()) == []


def _fields(kind: Kind) -> dict[str, object]:
    return {name: getattr(kind, name) for name in kind.__slots__}


@pytest.mark.parametrize("v", [None, 0, 1, True, "2", [2], {"v": 2}])
def test_only_a_greater_number_is_a_newer_form(desk, v):
    assert outcomes(desk.bring([desk.make("sighting", v=v, copy="CB000001")])) == [("stored", "SEEN")]


def test_fields_that_the_hub_does_not_know_are_kept_as_they_came_and_change_nothing(desk):
    made = desk.make(
        "lend", copy="CB000001", due="2027-01-10", policy=1, private={"reader": AN, "mood": "vui"},
        channel="NFC", later={"a": [1, 2]}, trust=None, boot="7f",
    )  # fmt: skip
    assert outcomes(desk.bring([made])) == [("stored", "LENT")]
    row = Operation.objects.get(op=made["op"])
    kept = {name: value for name, value in made.items() if name not in {"private", "salt"}}
    assert json.loads(row.body) == kept
    assert row.hash == digest(canonical(kept))
    assert json.loads(row.private_part.data)["mood"] == "vui"
    assert outcomes(desk.bring([made])) == [("duplicate", "LENT")]
    changed = {**made, "channel": "QR"}
    assert [status for status, _ in outcomes(desk.bring([changed]))] == ["fork"]


def test_a_desk_of_a_later_version_is_served_and_hears_how_far_the_hub_is(desk):
    desk.version = 7
    told = desk.hello(hopes={"of": "later"})
    assert (told.status, told.body["oldest_desk"], told.body["newest_desk"]) == (200, 1, 1)
    assert desk.ask("GET", "/feed?wish=later").status == 200
    assert desk.ask("POST", "/ops", {"operations": [], "later": 1}).body == {"answers": []}


def test_what_a_later_desk_wants_that_is_not_here_is_no_page_and_harms_nothing(desk):
    assert desk.ask("POST", "/talk", {"to": "me"}).status == 404
    assert desk.hello().status == 200


# An older desk, a newer hub -------------------------------------------------------------------------------------


def test_too_old_a_desk_brings_everything_and_is_told_to_renew_itself(desk):
    desk.version = 0
    desk.make("sighting", copy="CB000001")
    assert [told.status for told in desk.sync()] == [200, 200]
    assert not desk.outbox
    for path in ("/feed", "/snapshots/here"):
        assert is_problem(desk.ask("GET", path), 426, "upgrade_needed")
    assert Desk.objects.get(pk=desk.device).version == 0
    desk.version = 1  # renewed
    assert desk.hello().status == 200
    assert desk.ask("GET", "/feed").status == 200


@pytest.mark.parametrize("said", [{"desk": -1}, {"desk": "một"}, {"desk": None}, {"desk": 10**9}])
def test_a_version_that_is_none_is_named_and_nothing_is_noted(desk, said):
    before = Desk.objects.values_list("version", "contact_at").get(pk=desk.device)
    assert is_problem(desk.hello(**said), 422, "invalid")
    assert Desk.objects.values_list("version", "contact_at").get(pk=desk.device) == before
