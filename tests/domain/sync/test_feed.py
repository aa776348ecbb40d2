"""What a desk gets of its place: everything it needs, nothing else, and only once."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guisach.domain.catalogue.models import Copy
from guisach.domain.catalogue.steps.feed import announce, begin
from guisach.domain.circulation import actions as circulation
from guisach.domain.journal.actions import record as record_facts
from guisach.domain.journal.models import Operation
from guisach.domain.readers import actions as readers
from guisach.domain.sync.models import FeedRow, FeedScope
from guisach.domain.sync.queries import feed_rows
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import COBA, DAMTHUY, TINH
from tests.feeding import FeedDesk

pytestmark = pytest.mark.django_db
ONE, TWO = "CB000001", "CB000002"


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


@pytest.fixture
def minh(lan):
    return builders.minh()


@pytest.fixture
def an(lan, clock):
    return builders.an(lan, clock)


@pytest.fixture
def copy(lan):
    return builders.copy(ONE)


def lend(by, clock, reader, barcode=ONE, place=COBA):
    return circulation.lend(op_id=new_id(), by=by.source, place=place, barcode=barcode, reader=reader, clock=clock)


def take_back(by, clock, barcode=ONE, place=COBA):
    return circulation.take_back(op_id=new_id(), by=by.source, place=place, barcode=barcode, clock=clock)


def say(by, clock, kind, private=None, place=COBA, **body):
    operation = {"op": str(new_id()), "v": 1, "kind": kind, "place": place, "wall": clock().isoformat(), **body}
    record_facts(operations=[operation | ({"private": private} if private else {})], by=by.source, clock=clock)


def test_a_new_desk_gets_its_place_with_all_that_it_needs_for_lending(lan, an, copy, clock):
    lend(lan, clock, an)
    desk = FeedDesk(clock=clock).fetch()
    assert desk.of("place")["here"]["code"] == COBA
    assert desk.of("policy")["FARMER|BOOK"] == desk.of("policy")["|"]
    assert desk.of("policy")["FARMER|BOOK"]["loan_days"] == 14
    assert desk.of("policy")["CLASS|BOOK"]["loans_max"] == 60
    assert desk.of("calendar")["here"]["open_weekdays"] == [1, 2, 3, 4, 5]
    assert desk.of("copy") == {
        ONE: {"title": copy.record_id, "shelf": "", "condition": "NORMAL", "material": "BOOK", "place": COBA,
              "trouble": "", "going_to": "", "aside_for": None}
    }  # fmt: skip
    assert desk.of("title")[str(copy.record_id)]["title"] == "Dế Mèn phiêu lưu ký"
    loan = desk.of("loan")[ONE]
    assert (loan["reader"], loan["due"], loan["renewals"], loan["place"]) == (str(an), "2026-12-04", 0, COBA)
    assert desk.of("reader")[str(an)]["loans"] == 1
    assert desk.fingerprint == desk.own_fingerprint
    assert desk.seen == Operation.objects.order_by("-pk").first().pk


def test_a_reader_is_known_by_what_a_desk_needs_and_by_nothing_else(lan, copy, clock):
    who = builders.applicant(
        phone="0912345678", address="Xóm Nà Lốm", guardian="Nông Thị Xuân", guardian_phone="0987654321"
    )
    reader = builders.reader(lan, clock, who)
    lend(lan, clock, reader)
    take_back(lan, clock)
    desk = FeedDesk(clock=clock).fetch()
    assert set(desk.of("reader")[str(reader)]) == {
        "name", "card", "group", "expires", "birth_year", "is_child", "is_pending", "language",
        "merged_into", "loans",
    }  # fmt: skip
    everything = json.dumps([[*key, row] for key, row in desk.rows.items()], ensure_ascii=False)
    for secret in ("0912345678", "Nà Lốm", "Xuân", "0987654321", "1990-05-02"):
        assert secret not in everything
    assert not desk.of("loan"), "what was read is nobody's business any more"
    stored = json.dumps(list(FeedRow.objects.values_list("type", "key", "part")))
    assert "Vàng" not in stored


def test_a_desk_sees_nothing_of_another_places_readers_and_books(lan, minh, an, clock):
    builders.copy(TWO, place=DAMTHUY)
    theirs = builders.reader(minh, clock, builders.applicant("Nông Văn Tư"), place=DAMTHUY)
    lend(minh, clock, theirs, TWO, DAMTHUY)
    desk = FeedDesk(clock=clock).fetch()
    assert set(desk.of("reader")) == {str(an)}
    assert not desk.of("copy")
    assert not desk.of("loan")
    assert not desk.of("title")


def test_after_the_first_time_only_what_changed_comes(lan, an, copy, clock):
    desk = FeedDesk(clock=clock).fetch()
    assert not desk.page().items
    lend(lan, clock, an)
    assert {(item.type, item.id) for item in desk.page().items} == {("loan", ONE), ("reader", str(an))} | {
        ("copy", ONE) for _ in desk.of("copy") if desk.of("copy")[ONE]["place"] != COBA
    }
    take_back(lan, clock)
    gone = {(item.type, item.id): item.row for item in desk.page().items}
    assert gone["loan", ONE] is None
    assert gone["reader", str(an)]["loans"] == 0


def test_a_copy_on_its_way_here_is_in_scope_before_it_arrives_and_leaves_with_the_van(lan, minh, clock):
    builders.copy(TWO, place=DAMTHUY)
    desk = FeedDesk(clock=clock).fetch()
    assert TWO not in desk.of("copy")
    say(minh, clock, "transfer", place=DAMTHUY, copy=TWO, to=COBA)
    assert desk.fetch().of("copy")[TWO]["going_to"] == COBA
    say(lan, clock, "sighting", copy=TWO)
    assert desk.fetch().of("copy")[TWO] | {"title": 0} == {
        "title": 0, "shelf": "", "condition": "NORMAL", "material": "BOOK", "place": COBA, "trouble": "",
        "going_to": "", "aside_for": None,
    }  # fmt: skip
    say(minh, clock, "sighting", place=DAMTHUY, copy=TWO)
    assert TWO not in desk.fetch().of("copy")
    assert not desk.of("title")


def test_a_reader_of_another_place_is_known_here_while_they_have_a_book_of_here(lan, minh, copy, clock):
    guest = builders.reader(minh, clock, builders.applicant("Nông Văn Tư"), place=DAMTHUY)
    desk = FeedDesk(clock=clock).fetch()
    assert str(guest) not in desk.of("reader")
    lend(lan, clock, guest)
    assert str(guest) in desk.fetch().of("reader")
    take_back(minh, clock, place=DAMTHUY)  # brought back elsewhere: neither copy nor reader is lost from sight of base
    desk.fetch()
    assert str(guest) not in desk.of("reader")
    assert desk.of("copy")[ONE]["place"] == DAMTHUY


def test_a_reader_who_moved_was_erased_or_is_somebody_else_now(lan, minh, an, clock):
    hoa = builders.hoa()
    twin = builders.reader(lan, clock, builders.applicant("Vàng Thị An"))
    desk = FeedDesk(clock=clock).fetch()
    say(hoa, clock, "merge_readers", {"reader": str(twin), "into": str(an)}, place=TINH)
    desk.fetch()
    assert desk.of("reader")[str(twin)]["merged_into"] == str(an)
    assert desk.of("reader")[str(twin)]["name"] == ""
    assert {row["reader"] for row in desk.of("card").values()} == {str(an)}
    say(hoa, clock, "edit_reader", {"reader": str(an)}, place=TINH, home=DAMTHUY)
    assert str(an) in FeedDesk(DAMTHUY, clock).fetch().of("reader")
    readers.erase(op_id=new_id(), by=hoa.source, reader=an, basis="REQUEST", clock=clock)
    for place in (COBA, DAMTHUY):
        assert str(an) not in FeedDesk(place, clock).fetch().of("reader")
    assert str(an) not in desk.fetch().of("reader")
    assert "Vàng" not in json.dumps(list(desk.rows.values()), ensure_ascii=False)


def test_a_lost_card_is_known_as_a_former_one(lan, an, clock):
    desk = FeedDesk(clock=clock).fetch()
    before = desk.of("reader")[str(an)]["card"]
    say(builders.hoa(), clock, "edit_reader", {"reader": str(an), "set": {"card": "BD00099992"}}, place=TINH,
        replaces="LOST")  # fmt: skip
    desk.fetch()
    assert desk.of("reader")[str(an)]["card"] == "BD00099992"
    assert desk.of("card") == {before: {"reader": str(an)}}


def test_a_deleted_record_takes_its_title_and_copies_away(lan, copy, clock):
    desk = FeedDesk(clock=clock).fetch()
    record = copy.record_id
    begin()
    copy.delete()
    announce([record])
    desk.fetch()
    assert not desk.of("copy")
    assert not desk.of("title")


def test_a_case_of_this_place_comes_and_goes(lan, clock):
    desk = FeedDesk(clock=clock).fetch()
    say(lan, clock, "lend", {"reader": str(new_id())}, copy="LA-000001", due="2026-12-01")
    kinds = {row["kind"] for row in desk.fetch().of("case").values()}
    assert "copy_unknown" in kinds or "reader_unknown" in kinds
    assert not FeedDesk(DAMTHUY, clock).fetch().of("case")
    builders.copy("LA-000001")
    case = next(id_ for id_, row in desk.of("case").items() if row["kind"] == "reader_unknown")
    say(builders.hoa(), clock, "settle", case=case, decision="AS_IS")
    assert case not in desk.fetch().of("case")


def test_days_without_service_reach_the_desk(lan, clock):
    from guisach.domain.network.models import Closure

    desk = FeedDesk(clock=clock).fetch()
    Closure.objects.create(place_id=COBA, first_on=date(2027, 2, 5), last_on=date(2027, 2, 11), reason="Tết")
    assert desk.fetch().of("calendar")["here"]["closed"] == [["2027-02-05", "2027-02-11"]]


@pytest.mark.parametrize(
    "cursor", ["x", "0" * 16 + ".0.0", "-1", "a.b.c", "0" * 16 + ".99999999999999999999.0", "٣.0.0"]
)
def test_a_cursor_that_nobody_gave_out_begins_anew(lan, clock, cursor):
    desk = FeedDesk(clock=clock).fetch()
    desk.cursor = cursor
    assert desk.page().control == "must_refetch"
    assert desk.cursor == ""


def test_a_cursor_from_before_a_restore_begins_anew(lan, an, clock):
    desk = FeedDesk(clock=clock).fetch()
    FeedScope.objects.all().delete()  # as a restored database has none
    FeedRow.objects.all().delete()
    FeedDesk(clock=clock).fetch()
    assert desk.page().control == "must_refetch"
    assert desk.fetch().rows == FeedDesk(clock=clock).fetch().rows


def test_a_hub_whose_log_is_shorter_than_it_was_begins_anew(lan, an, clock):
    desk = FeedDesk(clock=clock).fetch()
    FeedScope.objects.update(log_position=10**6)  # the file of the database was put back as it was before
    assert desk.page().control == "must_refetch"
    assert str(an) in desk.fetch().of("reader")


def test_old_tombstones_go_and_a_desk_that_lacks_them_begins_anew(lan, an, copy, clock):
    desk, second = FeedDesk(clock=clock).fetch(), FeedDesk(clock=clock).fetch()
    lend(lan, clock, an)
    second.fetch()
    take_back(lan, clock)
    desk.fetch()
    clock.forward(days=100)
    desk.fetch()
    assert not FeedRow.objects.filter(type="loan").exists()
    assert second.page().control == "must_refetch"
    assert second.fetch().rows == desk.fetch().rows


def test_a_page_is_never_larger_than_asked_and_the_end_says_so(lan, an, copy, clock):
    desk = FeedDesk(clock=clock, limit=50)
    pages = [desk.page()]
    while pages[-1].control == "more":
        assert pages[-1].fingerprint is None
        pages.append(desk.page())
    assert all(len(page.items) <= 50 for page in pages)
    assert desk.rows == FeedDesk(clock=clock).fetch().rows
    assert desk.fingerprint == desk.own_fingerprint
    assert len(FeedDesk(clock=clock, limit=10**9).page().items) <= 1000


def test_what_was_so_only_while_a_page_was_sent_is_put_right(lan, an, copy, clock):
    """Numbered before, sent while the book was out, back before anybody looked again: as if nothing had been."""
    for n in range(20):
        builders.copy(f"CB1{n:05d}", of=copy.record)
    desk = FeedDesk(clock=clock, limit=5)
    pages = [desk.page()]
    lend(lan, clock, an)
    while not desk.of("reader"):
        pages.append(desk.page())
    assert desk.of("reader")[str(an)]["loans"] == 1
    assert pages[-1].control == "more"
    take_back(lan, clock)
    assert desk.fetch().rows == FeedDesk(clock=clock).fetch().rows
    assert desk.fingerprint == desk.own_fingerprint


def test_the_next_day_everything_is_looked_at_again(lan, clock):
    child = builders.reader(
        lan, clock, builders.applicant(birth_on=date(2010, 11, 21), guardian="Nông Thị Xuân", has_assent=True)
    )
    desk = FeedDesk(clock=clock).fetch()
    assert desk.of("reader")[str(child)]["is_child"]
    clock.forward(days=1)
    assert not desk.fetch().of("reader")[str(child)]["is_child"]


@pytest.mark.slow
def test_asking_costs_no_more_queries_with_more_rows(lan, an, clock):
    title = builders.record()
    desk = FeedDesk(clock=clock, limit=1000).fetch()

    def cost_after(numbers: range) -> int:
        for number in numbers:
            builders.copy(f"CB000{number}", of=title)
            say(lan, clock, "lend", {"reader": str(an)}, copy=f"CB000{number}", due="2026-12-01")
        with CaptureQueriesContext(connection) as asked:
            desk.fetch()
        return len(asked)

    quiet, few, many = (cost_after(numbers) for numbers in (range(0), range(100, 105), range(200, 280)))
    assert quiet <= 22
    assert many <= few <= 66  # as PostgreSQL counts them


def test_many_ids_are_named_in_pieces_that_sqlite_takes(lan, monkeypatch, clock):
    title = builders.record()
    for number in range(25):
        builders.copy(f"CB0000{number:02d}", of=title)
    monkeypatch.setattr(feed_rows.in_chunks, "__defaults__", (7,))
    desk = FeedDesk(clock=clock).fetch()
    assert len(desk.of("copy")) == 25
    assert desk.fingerprint == desk.own_fingerprint


def test_what_nobody_asked_for_in_a_month_is_not_kept(lan, an, clock):
    from guisach.domain.sync.actions.feeding import drop_unasked

    FeedDesk(clock=clock).fetch()
    clock.forward(days=20)
    drop_unasked(clock=clock)
    assert FeedScope.objects.count() == 1
    clock.at += timedelta(days=20)
    drop_unasked(clock=clock)
    assert not FeedScope.objects.exists()
    assert not FeedRow.objects.exists()


def test_a_copy_kept_for_a_reader_says_for_whom(lan, an, copy, clock):
    wanted = UUID(int=77)
    say(lan, clock, "request", {"reader": str(an)}, record=copy.record_id, pickup=COBA, op=str(wanted))
    say(lan, clock, "set_aside", copy=ONE, request=str(wanted))
    desk = FeedDesk(clock=clock).fetch()
    assert desk.of("copy")[ONE]["aside_for"] == str(an)
    say(lan, clock, "cancel_request", {"reader": str(an)}, request=str(wanted))
    assert desk.fetch().of("copy")[ONE]["aside_for"] is None
    assert Copy.objects.filter(barcode=ONE).exists()
