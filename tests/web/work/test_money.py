"""Pages of deposits and compensation: nowhere to be seen until a province turns them on, then with slips."""

from __future__ import annotations

import re

import pytest

from guisach.domain.circulation import actions
from guisach.domain.circulation.models import MoneyRule, Payment
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders_money import money
from tests.web.work.conftest import lent, worker
from tests.web.work.test_queries import QUERIES_MAX, cost

WORDS = re.compile(r"deposit|compensation|đồng", re.IGNORECASE)


@pytest.fixture
def on(world):
    money(system_clock)


def lost(world, barcode="CB000001"):
    lent(world, barcode)
    actions.lose(op_id=new_id(), by=world.lan.source, place=builders.COBA, barcode=barcode, clock=system_clock)


def deposited(lan, world, amount="50.000", **more):
    return lan.act(f"/work/readers/{world.an}/deposit/", amount=amount, **more)


def test_nothing_of_it_appears_where_nobody_turned_it_on(lan, hoa, world):
    lost(world)
    for path in (f"/work/readers/{world.an}/", f"/work/readers/{world.an}/things/", "/work/copies/CB000001/"):
        assert not WORDS.search(lan.text(path)), path
    for path in ("/work/money/", f"/work/readers/{world.an}/deposit/", "/work/compensation/CB000001/"):
        assert lan.get(path).status_code == 404
    assert "no fee and no deposit" in lan.text("/work/policies/")
    assert "/work/policies/money/" not in lan.text("/work/policies/")


def test_who_administers_turns_it_on_with_a_reason_and_everybody_may_read_it(lan, world):
    kien = worker(builders.kien())
    assert "/work/policies/money/" in kien.text("/work/policies/")
    said = {
        "valid_from": local_date(system_clock()).isoformat(),
        "deposit": "60.000 đ",
        "compensation": "",
        "times": "1",
    }
    faulty = kien.act("/work/policies/money/", **said, reason="theo nghị quyết")
    assert faulty.status_code == 422
    assert "needs a decision" in faulty.content.decode()
    assert 'value="60.000 đ"' in faulty.content.decode()
    assert lan.act("/work/policies/money/", **said, reason="x").status_code == 404
    assert not MoneyRule.objects.exists()
    assert kien.act("/work/policies/money/", **said, decision="15/QĐ", reason="nghị quyết").status_code == 302
    assert "A deposit of at most 60.000" in lan.text("/work/policies/money/")
    assert "A deposit of at most 60.000" in lan.text("/work/policies/")
    assert "compensation" not in lan.text("/work/copies/CB000001/")


def test_a_deposit_is_taken_printed_and_given_back(lan, world, on):
    assert "Take a deposit" in lan.text(f"/work/readers/{world.an}/things/")
    there = deposited(lan, world)["Location"]
    assert "50.000" in lan.text(there)
    assert "Vàng Thị An" in lan.text(there)
    assert lan.get(f"{there}slip/").content.startswith(b"%PDF")
    assert lan.get(f"{there}slip/?back=1").status_code == 404
    assert "Deposit PT 0001" in lan.text(f"/work/readers/{world.an}/things/")
    assert "Held for readers: 50.000" in lan.text("/work/money/")
    assert "Vàng Thị An" in lan.text("/work/money/", part="HELD")
    assert lan.act(there).status_code == 302
    assert lan.get(f"{there}slip/?back=1").content.startswith(b"%PDF")
    again = lan.act(there)
    assert again.status_code == 409
    assert "given back already (slip PC 0001)" in again.content.decode()
    assert "Vàng Thị An" not in lan.text("/work/money/", part="HELD")
    assert "Held for readers: 0" in lan.text("/work/money/")


@pytest.mark.parametrize(("amount", "words"), [("50.001", "to 50.000"), ("0", "to 50.000"), ("một trăm", "in figures")])
def test_an_amount_that_cannot_be_is_said_and_what_was_typed_stays(lan, world, on, amount, words):
    answer = deposited(lan, world, amount, words="mẹ của An nộp")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert f'value="{amount}"' in page
    assert "mẹ của An nộp" in page
    assert not Payment.objects.exists()


def test_who_lost_the_book_is_proposed_and_makes_it_good_and_a_found_book_asks_for_it_back(lan, hoa, world, on):
    lost(world)
    assert "A reader makes it good" in lan.text("/work/copies/CB000001/")
    page = lan.text("/work/compensation/CB000001/")
    assert f'value="{world.an_card}"' in page
    form = {"card": world.an_card, "way": "MONEY", "amount": ""}
    assert lan.act("/work/compensation/CB000001/", **form).status_code == 422
    assert lan.act("/work/compensation/CB000001/", **{**form, "card": "KHONG-CO"}).status_code == 422
    there = lan.act("/work/compensation/CB000001/", **{**form, "amount": "80000"})["Location"]
    assert "Nobody pays twice" in lan.text("/work/compensation/CB000001/")
    assert "to give back" not in lan.text("/work/money/").split("<ul")[-1]
    lan.act("/work/loans/take-back/", code="CB000001")
    assert "no longer lost" in lan.text(there)
    assert "to give back" in lan.text("/work/money/").split("<ul")[-1]
    assert "A reader gave something for a book that is no longer lost" in hoa.text("/work/cases/")
    case = re.search(r"/work/cases/[0-9a-f]{32}/", hoa.text("/work/cases/", kind="compensation_to_give_back"))[0]
    assert there in hoa.text(case)
    lan.act(there)
    assert case not in hoa.text("/work/cases/")
    assert lan.get(f"{there}slip/?back=1").content.startswith(b"%PDF")


def test_in_kind_needs_no_amount(lan, world, on):
    lost(world)
    there = lan.act("/work/compensation/CB000001/", card=world.an_card, way="KIND")["Location"]
    assert "The same title, in its place" in lan.text(there)
    assert lan.get(f"{there}slip/").content.startswith(b"%PDF")


def test_a_slip_of_the_hand_is_undone(lan, world, on):
    there = deposited(lan, world)["Location"]
    op = there.rstrip("/").rpartition("/")[2]
    assert lan.act("/work/undo/", target=op, next="/work/").status_code == 302
    assert lan.get(there).status_code == 404


def test_another_place_sees_nothing_of_it(lan, minh, world, on):
    there = deposited(lan, world)["Location"]
    for path in (there, f"{there}slip/", f"/work/readers/{world.an}/deposit/", f"/work/readers/{world.an}/things/"):
        assert minh.get(path).status_code == 404, path
    assert minh.act(there).status_code == 404
    assert "Vàng Thị An" not in minh.text("/work/money/", part="ALL")
    lost(world)
    page = minh.text("/work/compensation/CB000001/")
    assert world.an_card not in page
    refused = minh.act("/work/compensation/CB000001/", card=world.an_card, way="KIND")
    assert refused.status_code == 422


def test_the_pages_cost_the_same_with_little_and_with_much(lan, world, on):
    there = deposited(lan, world)["Location"]
    lost(world)
    paths = [there, "/work/money/?part=ALL", f"/work/readers/{world.an}/things/", "/work/policies/money/"]
    lan.act("/work/compensation/CB000001/", card=world.an_card, way="KIND")
    little = [len(cost(lan, path)) for path in paths]
    for n in range(2, 6):
        lost(world, f"CB00000{n}")
        lan.act(f"/work/compensation/CB00000{n}/", card=world.an_card, way="KIND")
        money(system_clock)
    assert [len(cost(lan, path)) for path in paths] == little
    assert max(little) <= QUERIES_MAX
    assert len(cost(lan, "/work/copies/CB000002/")) <= QUERIES_MAX
