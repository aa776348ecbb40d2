"""What changes on a desk because of somebody else: people put together and parted, and numbers that several had."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from guisach.domain.circulation import actions as circulation
from guisach.domain.journal.actions import record as record_facts
from guisach.domain.readers import actions as readers
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, TINH
from tests.feeding import FeedDesk

pytestmark = pytest.mark.django_db
X, Y, Z = "BD00012345", "BD00012346", "BD00012347"


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def hoa():
    builders.province()
    builders.lan()
    return builders.hoa()


def say(by, clock, kind, private=None, place=TINH, **body):
    op = str(new_id())
    clock.forward(minutes=5)
    operation = {"op": op, "v": 1, "kind": kind, "place": place, "wall": clock().isoformat(), **body}
    record_facts(operations=[operation | ({"private": private} if private else {})], by=by.source, clock=clock)
    return op


def join(by, clock, name, card):
    reader = str(new_id())
    private = {"reader": reader, "name": name, "card": card, "consent": True, "birth": "1990-01-01"}
    say(by, clock, "join", private, place=COBA, group="FARMER", expires="2030-01-01")
    return reader


def replace_card(by, clock, reader, card):
    say(by, clock, "edit_reader", {"reader": reader, "set": {"card": card}}, replaces="LOST")


def as_if_new(desk, clock):
    """Compare with a desk that begins with nothing, at the same moment."""
    assert desk.fetch().rows == FeedDesk(clock=clock).fetch().rows
    return desk


def test_parted_again_both_have_what_is_theirs(hoa, clock):
    builders.copy("CB000001")
    an, twin = join(hoa, clock, "Vàng Thị An", X), join(hoa, clock, "Vàng Thị An", Y)
    circulation.lend(
        op_id=new_id(), by=builders.lan().source, place=COBA, barcode="CB000001", reader=UUID(twin), clock=clock
    )
    desk = FeedDesk(clock=clock).fetch()
    merge = say(hoa, clock, "merge_readers", {"reader": twin, "into": an})
    as_if_new(desk, clock)
    assert (desk.of("reader")[an]["loans"], desk.of("loan")["CB000001"]["reader"]) == (1, an)
    say(hoa, clock, "void", target=merge)
    as_if_new(desk, clock)
    assert (desk.of("reader")[an]["loans"], desk.of("reader")[twin]["loans"]) == (0, 1)
    assert desk.of("loan")["CB000001"]["reader"] == twin


def test_whose_card_waited_has_it_when_the_first_gives_it_up(hoa, clock):
    first, second = join(hoa, clock, "Vàng Thị An", X), join(hoa, clock, "Lò Văn Bình", X)
    desk = FeedDesk(clock=clock).fetch()
    assert [desk.of("reader")[one]["is_pending"] for one in (first, second)] == [False, True]
    readers.erase(op_id=new_id(), by=hoa.source, reader=UUID(first), basis="MISTAKE", clock=clock)
    as_if_new(desk, clock)
    assert (desk.of("reader")[second]["card"], desk.of("reader")[second]["is_pending"]) == (X, False)


def test_a_number_that_several_lost_is_known_as_the_lasts_and_then_as_the_one_befores(hoa, clock):
    first = join(hoa, clock, "Vàng Thị An", X)
    replace_card(hoa, clock, first, Y)
    second = join(hoa, clock, "Lò Văn Bình", X)
    replace_card(hoa, clock, second, Z)
    desk = FeedDesk(clock=clock).fetch()
    say(hoa, clock, "edit_reader", {"reader": first, "set": {"name": "Vàng Thị Ân"}})  # nothing of the other is touched
    as_if_new(desk, clock)
    assert desk.of("card")[X] == {"reader": second}
    readers.erase(op_id=new_id(), by=hoa.source, reader=UUID(second), basis="MISTAKE", clock=clock)
    as_if_new(desk, clock)
    assert desk.of("card") == {X: {"reader": first}}


def test_the_next_morning_nothing_of_it_is_different(hoa, clock):
    """Everything is computed anew then: what was told by and by must have been the same."""
    an, twin = join(hoa, clock, "Vàng Thị An", X), join(hoa, clock, "Vàng Thị An", X)
    desk = FeedDesk(clock=clock).fetch()
    say(hoa, clock, "merge_readers", {"reader": twin, "into": an})
    before = dict(as_if_new(desk, clock).rows)
    clock.at += timedelta(days=1)
    after = as_if_new(desk, clock).rows
    assert {key: row for key, row in after.items() if key[0] in {"reader", "card", "loan"}} == {
        key: row for key, row in before.items() if key[0] in {"reader", "card", "loan"}
    }
