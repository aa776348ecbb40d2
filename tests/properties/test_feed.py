"""Whatever happened and whenever a desk asked: what it has is what it would have if it began with nothing.

A history is made up as for the order of arrival, with changes of the catalogue, of people and of rules between; desks
of three places fetch now and then, some in small pages. In the end each must have the rows of a fresh desk.
"""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guisach.domain.catalogue.models import Copy, Record
from guisach.domain.catalogue.steps.feed import announce, begin
from guisach.domain.circulation.models import PolicyRule, Rulebook
from guisach.domain.journal.models import Operation
from guisach.domain.journal.steps import append
from guisach.domain.sync.models import FeedRow, FeedScope
from tests import builders
from tests.feeding import FeedDesk
from tests.properties.test_arrival_order import BARCODES, READERS, Rollback, operations, steps

pytestmark = pytest.mark.django_db

PLACES = (builders.COBA, builders.DAMTHUY, builders.TINH)
events = st.lists(
    st.one_of(
        st.tuples(st.just("operations"), st.integers(1, 6), st.integers(0, 99)),
        st.tuples(
            st.sampled_from(
                ["move", "edit", "merge", "unmerge", "erase", "rehome", "card", "base", "retitle", "delete", "restore",
                 "another_record", "rules", "fetch", "fetch", "page"]
            ),
            st.integers(0, 8),
            st.integers(0, 8),
        ),
    ),
    min_size=5,
    max_size=25,
)  # fmt: skip


@pytest.fixture
def world():
    builders.province()
    builders.lan(), builders.minh(), builders.hoa()
    title = builders.record()
    for barcode in BARCODES[:3]:
        builders.copy(barcode, of=title)
    builders.record("Tắt đèn", "Ngô Tất Tố")


class Province:
    """Tells the events to the hub, with numbers of its own."""

    def __init__(self, made: list[dict]) -> None:
        self.clock = builders.Clock()
        self.source = builders.hoa().source
        self.waiting = made
        self.count = 0
        self.merges: list[str] = []
        for number, reader in enumerate(READERS):  # everybody has a card, so that what they borrow is told of them
            person = {"reader": str(reader), "name": f"Bạn đọc {number}", "card": f"BD{number}", "consent": True}
            self.say("join", person, group="FARMER", home=PLACES[number], source="paper", occurred="2026-01-02")
        self.desks = [FeedDesk(place, self.clock, limit) for place, limit in zip(PLACES, (60, 90, 500), strict=True)]

    def record(self, batch: list[dict]) -> None:
        append([json.loads(json.dumps(one)) for one in batch], via=self.source, clock=self.clock)

    def say(self, kind: str, private: dict, **body) -> str:
        self.count += 1
        op = str(UUID(int=90_000 + self.count))
        self.record(
            [{"op": op, "v": 1, "kind": kind, "place": builders.TINH, "actor": "hoa", **body}
             | ({"private": private, "salt": f"{self.count:032x}"} if private else {})]
        )  # fmt: skip
        return op

    def happen(self, event: tuple[str, int, int]) -> None:
        kind, one, two = event
        reader, other = str(READERS[one % 3]), str(READERS[two % 3])
        place, barcode = PLACES[two % 3], BARCODES[one % 3]
        match kind:
            case "operations":
                batch, self.waiting = self.waiting[:one], self.waiting[one:]
                self.record(batch[::-1] if two % 2 else batch)
                self.desks[two % 3].fetch() if two % 4 else None
            case "move":
                self.say("transfer", {}, copy=barcode, to=place) if place != builders.TINH else None
            case "edit":
                self.say("edit_reader", {"reader": reader, "set": {"name": f"Tên {two}", "birth": "2015-02-03"}})
            case "rehome":
                self.say("edit_reader", {"reader": reader}, home=place)
            case "card":
                self.say("edit_reader", {"reader": reader, "set": {"card": f"BD{two % 4}"}}, replaces="LOST")
            case "merge" if reader != other:
                self.merges.append(self.say("merge_readers", {"reader": reader, "into": other}))
            case "unmerge" if self.merges:
                self.say("void", {}, target=self.merges[two % len(self.merges)])
            case "erase" if two == 0:
                self.say("erase_reader", {"reader": reader})
            case "rules":
                self._publish(one)
            case "fetch" | "page":
                desk = self.desks[two % len(self.desks)]
                desk.fetch() if kind == "fetch" else desk.page()
            case _:
                self._catalogue(kind, barcode, place)

    def _catalogue(self, kind: str, barcode: str, place: str) -> None:
        begin()
        copy, records = Copy.objects.filter(barcode=barcode).first(), list(Record.objects.order_by("pk"))
        touched = {copy.record_id} if copy else set()
        match kind:
            case "base" if copy:
                Copy.objects.filter(pk=copy.pk).update(base=place)
            case "another_record" if copy:
                Copy.objects.filter(pk=copy.pk).update(record=records[-1])
                touched.add(records[-1].pk)
            case "retitle":
                Record.objects.filter(pk=records[0].pk).update(title=f"Tên khác {place}")
                touched.add(records[0].pk)
            case "delete" if copy:
                copy.delete()
            case "restore" if copy is None:
                touched.add(builders.copy(barcode, of=records[0], place=place).record_id)
        announce(touched)

    def _publish(self, number: int) -> None:
        version = (Rulebook.objects.order_by("-pk").values_list("pk", flat=True).first() or 1) + 1
        book = Rulebook.objects.create(version=version, valid_from=date(2026, 1, 1), published_at=builders.START)
        terms = {"is_lendable": True, "until_next_visit": False, "on_fair_days": False, "renewals_max": 2}
        counts = {"loan_days": 10 + number, "loans_max": 3, "renewal_days": 7, "holds_max": 3}
        PolicyRule.objects.create(rulebook=book, **terms, **counts)


@pytest.mark.slow
@settings(max_examples=max(10, settings.default.max_examples // 2), suppress_health_check=list(HealthCheck))
@given(history=steps, told=events)
def test_what_a_desk_fetched_bit_by_bit_is_what_a_fresh_one_gets(world, history, told):
    try:
        with transaction.atomic():
            province = Province(operations(history))
            for event in told:
                province.happen(event)
            for desk in province.desks:
                desk.fetch()
            FeedRow.objects.all().delete()
            FeedScope.objects.all().delete()
            for desk in province.desks:
                fresh = FeedDesk(desk.place, province.clock).fetch()
                assert desk.rows == fresh.rows
                assert desk.fingerprint == fresh.fingerprint == fresh.own_fingerprint
                assert desk.seen == fresh.seen
            raise Rollback
    except Rollback:
        pass


def test_an_act_whose_number_came_late_is_fetched_all_the_same(world):
    """On PostgreSQL a transaction may show number 8 before number 7; here 7 is told afterwards."""
    province = Province([])
    lent = {"op": str(UUID(int=1)), "v": 1, "kind": "lend", "copy": BARCODES[0], "due": "2026-12-01",
            "place": builders.COBA, "private": {"reader": str(READERS[0])}, "salt": "0" * 32}  # fmt: skip
    province.record([lent])
    desk = FeedDesk(clock=province.clock).fetch()
    assert set(desk.of("loan")) == {BARCODES[0]}
    province.record([{"op": str(UUID(int=2)), "v": 1, "kind": "sighting", "copy": BARCODES[1], "place": builders.COBA}])
    province.record([{"op": str(UUID(int=3)), "v": 1, "kind": "return", "copy": BARCODES[0], "place": builders.COBA}])
    early, late = Operation.objects.order_by("-pk")[1], Operation.objects.order_by("-pk")[0]
    number = early.pk
    _renumber(early.op, number + 1000)
    _renumber(late.op, number + 1)
    desk.fetch()  # sees the later number; the earlier one is missing
    province.record([{"op": str(UUID(int=4)), "v": 1, "kind": "lend", "copy": BARCODES[1], "due": "2026-12-01",
                      "place": builders.COBA, "private": {"reader": str(READERS[1])}, "salt": "0" * 32}])  # fmt: skip
    _renumber(UUID(int=4), number)
    assert set(desk.fetch().of("loan")) == {BARCODES[1]}


def _renumber(op: UUID, number: int) -> None:
    with connection.cursor() as cursor:
        table = Operation._meta.db_table
        shown = op.hex if connection.vendor == "sqlite" else str(op)
        cursor.execute(f"UPDATE {table} SET hub_seq = %s WHERE op = %s", [number, shown])  # noqa: S608
