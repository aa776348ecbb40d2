"""Pages of sets: lending one, what stops it, its page, its list."""

from __future__ import annotations

import re

import pytest

from guisach.domain.circulation.models import Loan
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from tests import builders
from tests.web.work.conftest import lent
from tests.web.work.test_queries import QUERIES_MAX, cost

CODES = "CB000001\nCB000002\ncb000003\nCB000004"


@pytest.fixture
def four_a(world):
    return builders.school_class(world.lan, system_clock)


def send(client, codes=CODES, who="4A", **more):
    return client.act("/work/sets/", codes=codes, who=who, **more)


@pytest.mark.slow
def test_a_set_is_lent_shown_and_comes_back_in_parts(lan, world, four_a):
    there = send(lan)["Location"]
    page = lan.text(there)
    assert "Lớp 4A" in page
    assert "Nông Thị Xuân answers for it" in page
    assert "4 books are out." in page
    assert re.search(r'<input[^>]*name="code"', page)  # the page knows a name of its own, which is the class's
    assert "0 of" not in lan.text("/work/sets/")
    assert "4 of 4 books out" in lan.text("/work/sets/")
    assert lan.act("/work/loans/take-back/", code="CB000002", next=there)["Location"] == there
    assert "3 books are out. One is back." in lan.text(there)
    assert lan.act(f"{there}renew/")["Location"] == there
    assert "3 books renewed" in lan.text(there)
    assert lan.get(f"{there}list/").content.startswith(b"%PDF")


def test_what_stops_a_set_is_said_and_left_out_with_one_press(lan, world, four_a):
    lent(world, "CB000003")
    op = str(new_id())
    stopped = send(lan, op=op)
    assert stopped.status_code == 409
    page = stopped.content.decode()
    assert "Nothing is lent yet: 1 of the books cannot go" in page
    assert 'name="leave_out" value="CB000003" checked' in page
    assert "CB000001\nCB000002\nCB000003\nCB000004</textarea>" in page
    assert Loan.objects.filter(batch__isnull=False).count() == 0
    assert send(lan, op=op, leave_out="CB000003").status_code == 302
    assert Loan.objects.filter(batch=op).count() == 3


@pytest.mark.parametrize(
    ("who", "text"),
    [
        ("Vàng Thị An", "A set goes on the card of a class"),
        ("Lớp 9C", "No class or body of this place"),
        ("Lớp", "Which of these?"),
    ],
)
def test_who_cannot_be_meant_is_told_and_nothing_typed_is_lost(lan, world, four_a, who, text):
    builders.reader(
        world.lan, system_clock, builders.applicant("Lớp 5B", kind="CLASS", birth_on=None, guardian="Lý Thị Mai")
    )
    answer = send(lan, who=who)
    assert answer.status_code in {409, 422}
    page = answer.content.decode()
    assert text in page
    assert f'value="{who}"' in page
    assert "CB000004</textarea>" in page


def test_only_who_may_go_past_the_rules_chooses_the_day(lan, hoa, world, four_a):
    assert 'name="due"' not in lan.text("/work/sets/")
    assert 'name="due"' in hoa.text("/work/sets/")
    send(lan, due="2027-05-31")
    assert "2027-05-31" not in {f"{loan.due_on}" for loan in Loan.objects.all()}


def test_a_set_of_another_place_is_not_there(lan, minh, world, four_a):
    there = send(lan)["Location"]
    for path in (there, f"{there}list/"):
        assert minh.get(path).status_code == 404
    assert minh.act(f"{there}renew/").status_code == 404
    assert "Lớp 4A" not in minh.text("/work/sets/")
    assert lan.get(f"/work/sets/{new_id()}/").status_code == 404


def test_the_desk_knows_the_limit_of_a_class(lan, world, four_a):
    lan.scan(readers.reader(four_a).card_no)
    assert re.search(r"has 0 of 60 books", lan.text("/work/", desk="d1"))


@pytest.mark.slow
def test_the_pages_cost_the_same_with_little_and_with_much(lan, world, four_a):
    there = send(lan, "CB000001")["Location"]
    little = [cost(lan, there), cost(lan, "/work/sets/")]
    for number in range(2, 7):
        send(lan, f"CB00000{number}")
    large = send(lan, "\n".join(builders.copy(f"CB0001{n}").barcode for n in range(10, 30)))["Location"]
    much = [cost(lan, large), cost(lan, "/work/sets/")]
    assert [len(one) for one in much] == [len(one) for one in little]
    assert max(len(one) for one in much) <= QUERIES_MAX
