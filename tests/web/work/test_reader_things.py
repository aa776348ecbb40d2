"""What a reader waits for, and asking for them; a renewal that somebody waits for; a withdrawn copy comes back."""

from __future__ import annotations

import re

import pytest

from guisach.domain.catalogue.models import Copy
from guisach.domain.circulation import actions
from guisach.domain.circulation.models import Loan, Request
from guisach.domain.circulation.steps.copies import copies_withdrawn
from guisach.domain.journal.models import Operation
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from tests import builders
from tests.web.work.conftest import lent, worker
from tests.web.work.test_queries import QUERIES_MAX, cost


@pytest.fixture
def title(world):
    found = builders.record("Đất rừng phương Nam", "Đoàn Giỏi")
    builders.copy("CB000050", of=found)
    return found


def asked(world, reader, record):
    return actions.ask_for(
        op_id=new_id(), by=world.lan.source, place=builders.COBA, reader=reader, record=record.pk,
        pickup=builders.COBA, clock=system_clock,
    ).request.op  # fmt: skip


def test_the_page_of_a_reader_leads_to_what_they_wait_for_and_cancels_it(lan, minh, world, title):
    there = f"/work/readers/{world.an}/things/"
    assert f'hx-get="{there}"' in lan.text(f"/work/readers/{world.an}/")
    assert "Waits for nothing" in lan.text(there)
    op = asked(world, world.an, title)
    page = lan.text(there)
    assert "Đất rừng phương Nam" in page
    assert "Waiting · Thư viện xã Cô Ba" in page
    part = lan.get(there, headers={"HX-Request": "true"}).content.decode()
    assert "Đất rừng phương Nam" in part
    assert "<html" not in part
    sent = lan.act("/work/requests/act/", do="cancel", request=op, next=f"/work/readers/{world.an}/")
    assert sent["Location"] == f"/work/readers/{world.an}/"
    assert Request.objects.get(pk=op).state == "CANCELLED"
    assert minh.get(there).status_code == 404


def test_a_book_is_asked_for_from_the_page_of_the_reader(lan, world, title):
    form = lan.text(f"/work/requests/new/{title.pk}/", card=world.an_card)
    assert f'value="{world.an_card}"' in form
    assert lan.act(f"/work/requests/new/{title.pk}/", card=world.an_card, pickup=builders.COBA).status_code == 302
    assert Request.objects.get(record=title.pk).reader == world.an


def test_the_part_costs_the_same_with_little_and_with_much(lan, world, title):
    there = f"/work/readers/{world.an}/things/"
    asked(world, world.an, title)
    little = len(cost(lan, there))
    for n in (1, 2):
        other = builders.record(f"Sách {n}")
        builders.copy(f"CB00006{n}", of=other)
        asked(world, world.an, other)
    assert len(cost(lan, there)) == little <= QUERIES_MAX


def test_a_keeper_goes_past_who_waits_with_a_reason(lan, world, title):
    lent(world, "CB000050")
    binh = builders.binh(world.lan, system_clock)
    asked(world, binh, title)
    slip = lan.act("/work/loans/renew/", htmx=True, code="CB000050")
    assert slip.status_code == 409
    page = slip.content.decode()
    assert "Another reader waits for this title" in page
    assert "Renew all the same" in page
    assert "call the provincial library" not in page
    past = {"code": "CB000050", "go_past": "wanted_by_others"}
    assert lan.act("/work/loans/renew/", htmx=True, **past, reason="đang ôn thi").status_code == 200
    assert Loan.objects.get(barcode="CB000050").renewals == 1
    other = lan.act("/work/loans/renew/", htmx=True, code="CB000050", go_past="renewals_used_up", reason="đang ôn thi")
    assert other.status_code != 200


def test_an_answer_to_a_suggestion_is_told_to_who_made_it_once(hoa, world):
    from guisach.domain.messages.models import Message
    from guisach.domain.messages.queries.composing import words_of

    actions.suggest(
        op_id=new_id(), by=world.lan.source, place=builders.COBA, reader=world.an, wanted="Lịch sử Cao Bằng",
        author="", why="", clock=system_clock,
    )  # fmt: skip
    actions.suggest(
        op_id=new_id(), by=world.lan.source, place=builders.COBA, wanted="Không của ai", author="", why="",
        clock=system_clock,
    )  # fmt: skip
    sent = {"decision": "DECLINED", "words": "Đã tuyệt bản.", "op": str(new_id())}
    for row in Request.objects.filter(sort="SUGGESTION"):
        for _ in range(2):
            hoa.act("/work/suggestions/answer/", **{**sent, "op": str(row.op)[:-4] + "abcd"}, request=row.op)
    message = Message.objects.get(kind="suggestion_answered")
    assert (message.reader, message.place) == (world.an, builders.COBA)
    words = words_of([message], system_clock())[message.pk]
    assert "Lịch sử Cao Bằng" in words.text
    assert "Đã tuyệt bản." in words.text
    assert all("Lịch sử" not in short for short in words.short)


def test_a_withdrawn_copy_is_taken_into_the_stock_again_by_who_keeps_it(lan, hoa, world, title):
    assert "into the stock again" not in hoa.text("/work/copies/CB000050/")
    Copy.objects.filter(barcode="CB000050").update(condition="WITHDRAWN")
    copies_withdrawn(["CB000050"], system_clock)
    assert "into the stock again" not in lan.text("/work/copies/CB000050/")
    assert lan.post("/work/stock/reinstate/", {"copy": "CB000050"}).status_code == 403
    tuan = worker(builders.person("tuan", "Nông Anh Tuấn", "LIBRARIAN", place=builders.DAMTHUY))
    assert tuan.post("/work/stock/reinstate/", {"copy": "CB000050"}).status_code == 404
    assert "into the stock again" in hoa.text("/work/copies/CB000050/")
    for _ in range(2):
        assert hoa.post("/work/stock/reinstate/", {"copy": "CB000050"}).status_code == 302
    assert Copy.objects.get(barcode="CB000050").condition == "NORMAL"
    assert list(Operation.objects.filter(kind="reinstate").values_list("outcome__code", flat=True)) == ["REINSTATED"]
    assert re.search(r"belongs to the stock again", hoa.text("/work/copies/CB000050/"))
    lent(world, "CB000050")
