"""What a place does for readers who wait, on its pages."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue.models import Record
from guisach.domain.circulation import actions
from guisach.domain.circulation.models import Request
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from tests import builders
from tests.web.work.conftest import worker
from tests.web.work.test_queries import QUERIES_MAX, cost

PAGE = "/work/requests/"


@pytest.fixture
def title(world):
    return Record.objects.get()


def ask(world, record, *, pickup=builders.COBA, reader=None):
    return actions.ask_for(
        op_id=new_id(), by=world.lan.source, place=builders.COBA, reader=reader or world.an, record=record.pk,
        pickup=pickup, clock=system_clock,
    ).request  # fmt: skip


def test_a_keeper_asks_for_a_reader_with_a_card_and_sets_the_book_aside(world, lan, title):
    form = lan.text(f"/work/requests/new/{title.pk}/")
    assert "Thư viện xã Cô Ba" in form
    assert "Thư viện xã Đàm Thủy" not in form
    answer = lan.act(f"/work/requests/new/{title.pk}/", card=world.an_card, pickup=builders.COBA)
    assert answer.status_code == 302
    asked = Request.objects.get()
    text = lan.text(PAGE)
    assert "Vàng Thị An" in text
    assert "CB000001" in text
    lan.act("/work/requests/act/", do="set_aside", code="CB000001", request=str(asked.pk), next=PAGE)
    asked.refresh_from_db()
    assert asked.state == "READY"
    assert "CB000001" in lan.text(PAGE, part="shelf")
    assert "Nothing to do here" in lan.text(PAGE)


def test_a_refused_request_keeps_what_was_typed(world, lan, title):
    answer = lan.act(f"/work/requests/new/{title.pk}/", card="BD99999999", pickup=builders.COBA, note="cho cháu")
    assert answer.status_code == 409
    assert "BD99999999" in answer.content.decode()
    assert "cho cháu" in answer.content.decode()
    assert not Request.objects.exists()


def test_another_place_sees_a_number_and_never_a_name(world, lan, minh):
    other = builders.record("Đất rừng phương Nam")
    builders.copy("DT000001", of=other, place=builders.DAMTHUY)
    asked = ask(world, other)
    text = minh.text(PAGE)
    assert "DT000001" in text
    assert asked.number in text
    assert "Vàng Thị An" not in text
    minh.act("/work/requests/act/", do="send", code="DT000001", request=str(asked.op), to=builders.COBA, next=PAGE)
    arriving = lan.text(PAGE, part="arriving")
    assert "Vàng Thị An" in arriving
    lan.act("/work/requests/act/", do="receive", code="DT000001", next=PAGE)
    assert Request.objects.get().state == "READY"
    assert "Vàng Thị An" not in minh.text(PAGE, part="waiting")


def test_a_request_of_another_place_cannot_be_cancelled_or_guessed(world, minh, title):
    asked = ask(world, title)
    for request in (str(asked.op), str(new_id())):
        assert minh.act("/work/requests/act/", do="cancel", request=request).status_code == 404
    assert Request.objects.get().state == "WAITING"


def test_a_keeper_cancels_and_what_stood_there_is_put_back(world, lan, title):
    asked = ask(world, title)
    lan.act("/work/requests/act/", do="set_aside", code="CB000001", request=str(asked.op), next=PAGE)
    assert lan.act("/work/requests/act/", do="cancel", request=str(asked.op)).status_code == 302
    assert "Nobody waits for it any more." in lan.text(PAGE, part="shelf")
    lan.act("/work/requests/act/", do="put_back", code="CB000001", next=PAGE)
    assert "Nothing to do here" in lan.text(PAGE, part="shelf")


def test_who_takes_a_book_back_hears_at_once_for_whom_it_is(world, lan, title):
    for number in range(1, 7):
        reader = builders.reader(world.lan, system_clock, builders.applicant(f"Bạn {number}"))
        actions.lend(
            op_id=new_id(), by=world.lan.source, place=builders.COBA, barcode=f"CB00000{number}", reader=reader,
            clock=system_clock,
        )  # fmt: skip
    asked = ask(world, title)
    answer = lan.act("/work/loans/take-back/", htmx=True, code="CB000003").content.decode()
    assert "Set aside" in answer
    assert "Vàng Thị An" in answer
    assert str(asked.op) in answer
    elsewhere = ask(
        world, title, pickup=builders.DAMTHUY,
        reader=builders.reader(world.lan, system_clock, builders.applicant("Xuân Thị Mới")),
    )  # fmt: skip
    lan.act("/work/requests/act/", do="set_aside", code="CB000003", request=str(asked.op), next=PAGE)
    answer = lan.act("/work/loans/take-back/", htmx=True, code="CB000004").content.decode()
    assert "Thư viện xã Đàm Thủy" in answer
    assert str(elsewhere.op) in answer


def test_a_copy_that_waits_for_another_is_not_lent_by_a_scan(world, lan, title):
    asked = ask(world, title)
    lan.act("/work/requests/act/", do="set_aside", code="CB000001", request=str(asked.op), next=PAGE)
    other = builders.reader(world.lan, system_clock, builders.applicant("Bạn khác"))
    from guisach.domain.readers import queries as readers

    lan.scan(readers.reader(other).card_no)
    assert "waits for another reader" in lan.scan("CB000001")


@pytest.mark.parametrize("data", [{}, {"do": "x"}, {"do": "set_aside", "code": "CB000001"}, {"do": "cancel"}])
def test_a_broken_form_is_a_bad_request(world, lan, data):
    assert lan.act("/work/requests/act/", **data).status_code == 400


@pytest.mark.slow
@pytest.mark.parametrize("part", ["pull", "arriving", "shelf", "waiting"])
def test_no_part_asks_more_with_more_readers(world, lan, part):
    def asks() -> list[str]:
        return cost(lan, f"{PAGE}?part={part}")

    def fill(first: int, last: int) -> None:
        for n in range(first, last):
            title = builders.record(f"Sách số {n}")
            builders.copy(f"CB1{n:05d}", of=title)
            reader = builders.reader(world.lan, system_clock, builders.applicant(f"Người {n}"))
            asked = ask(world, title, reader=reader)
            code, request_id = f"CB1{n:05d}", asked.op
            here = {"by": world.lan.source, "barcode": code, "clock": system_clock}
            if part == "shelf":
                actions.set_aside(op_id=new_id(), place=builders.COBA, request_id=request_id, **here)
            if part == "arriving":
                actions.send(op_id=new_id(), place=builders.DAMTHUY, to=builders.COBA, request_id=request_id, **here)

    fill(0, 2)
    asks()
    few = asks()
    fill(2, 8)
    many = asks()
    assert len(many) == len(few), many
    assert len(many) <= QUERIES_MAX, many


def test_the_page_is_for_who_lends(world):
    assert worker(builders.thao()).get(PAGE).status_code == 403
