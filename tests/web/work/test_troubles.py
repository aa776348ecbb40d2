"""Lost, missing, claimed, damaged: from the copy, the loan, the list of a place and by scan, with undo."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from guisach.domain.circulation import queries as circulation
from guisach.domain.journal import queries as journal
from guisach.kernel.clock import local_date, system_clock
from tests.web.work.conftest import earlier, lent
from tests.web.work.test_queries import QUERIES_MAX, cost

ACT = "/work/troubles/act/"
LIST = "/work/troubles/"


def trouble(barcode="CB000001"):
    return circulation.copy_now(barcode).trouble


class TestOnThePageOfACopy:
    def test_offers_what_makes_sense_as_the_copy_stands(self, lan, world):
        page = lan.text("/work/copies/CB000001/")
        assert "Not in its place" in page
        assert "It is here" not in page
        lan.act(ACT, code="CB000001", do="miss", next="/work/copies/CB000001/")
        page = lan.text("/work/copies/CB000001/")
        assert "It is here" in page
        assert "Look again on the shelf" in page
        assert "Damaged, to be mended" not in page

    def test_what_was_noted_by_mistake_is_taken_back(self, lan, world):
        lan.act(ACT, code="CB000001", do="damage", reason="rách bìa", next="/work/")
        page = lan.text("/work/copies/CB000001/")
        target = re.search(r'name="target" value="([^"]+)"', page)[1]
        lan.act("/work/undo/", target=target, next="/work/")
        assert trouble() == ""

    def test_a_strange_keeper_cannot_give_up_a_copy_of_ours(self, minh, world):
        for act in ("lose", "miss"):
            assert minh.act(ACT, code="CB000001", do=act).status_code == 404
        assert trouble() == ""

    def test_but_whoever_has_it_in_hand_finds_it_anywhere(self, lan, minh, world):
        lan.act(ACT, code="CB000001", do="lose", next="/work/")
        assert minh.act(ACT, code="CB000001", do="find", next="/work/").status_code == 302
        assert circulation.copy_now("CB000001").place == "CB-DAMTHUY"

    def test_a_librarian_of_the_province_acts_for_the_place_of_the_copy(self, hoa, world):
        assert hoa.act(ACT, code="CB000001", do="miss", next="/work/").status_code == 302
        assert journal.timeline(subject="copy:CB000001")[-1].place == "CB-COBA"

    @pytest.mark.parametrize(
        ("act", "code"),
        [("claim_returned", "not_on_loan"), ("find", "nothing_wrong"), ("mend", "nothing_wrong")],
    )
    def test_what_makes_no_sense_is_refused_and_not_written_down(self, lan, world, act, code):
        response = lan.act(ACT, code="CB000001", do=act, next="/work/")
        assert response.status_code == 409
        assert "Not written down" in response.content.decode()
        assert not journal.timeline(subject="copy:CB000001")

    def test_what_is_on_loan_is_neither_missing_nor_damaged_here(self, lan, world):
        lent(world)
        assert lan.act(ACT, code="CB000001", do="miss", next="/work/").status_code == 409
        assert lan.act(ACT, code="CB000001", do="damage", next="/work/").status_code == 409
        assert trouble() == ""

    def test_the_same_is_not_noted_twice(self, lan, world):
        lan.act(ACT, code="CB000001", do="lose", next="/work/")
        assert lan.act(ACT, code="CB000001", do="lose", next="/work/").status_code == 409


class TestALoan:
    def test_a_claim_frees_the_reader_of_reminders_and_counts(self, lan, world):
        lent(world, clock=earlier(days=60))
        today = local_date(system_clock())
        assert circulation.overdue_count(places=None, on=today) == 1
        assert "Not to be had back?" in lan.text(f"/work/readers/{world.an}/")
        lan.act(ACT, code="CB000001", do="claim_returned", next="/work/")
        page = lan.text(f"/work/readers/{world.an}/").partition("</main>")[0]
        assert "said to be brought back" in page
        assert "days late" not in page
        assert circulation.overdue_count(places=None, on=today) == 0
        assert circulation.open_loans(places=None, overdue_on=today) == []

    def test_giving_it_up_ends_the_loan_and_a_scan_finds_it(self, lan, world):
        lent(world)
        lan.act(ACT, code="CB000001", do="lose", next="/work/")
        assert circulation.open_loan_of_copy("CB000001") is None
        slip = lan.scan("CB000001")
        assert "It is here" in slip
        lan.act(ACT, code="CB000001", do="find", htmx=True)
        assert trouble() == ""


class TestAtTheDesk:
    def test_a_returned_book_can_be_noted_as_damaged_and_is_then_not_lent(self, lan, world):
        lent(world)
        slip = lan.act("/work/loans/take-back/", htmx=True, code="CB000001").content.decode()
        assert "Damaged, to be mended" in slip
        lan.act(ACT, htmx=True, code="CB000001", do="damage")
        lan.scan(world.an_card)
        refusal = lan.scan("CB000001")
        assert "waits to be mended" in refusal
        lan.act(ACT, htmx=True, code="CB000001", do="mend")
        assert "due" in lan.scan("CB000001")

    def test_readers_do_not_see_it_as_available(self, lan, world, client):
        record = circulation.availability_of_records([lent_record()])
        for barcode in [copy.barcode for copies in record.values() for copy in copies]:
            lan.act(ACT, code=barcode, do="miss", next="/work/")
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        page = client.get(reverse("portal:record", args=[lent_record()])).content.decode()
        assert "being looked for" in page
        assert "In now at" not in page
        assert "being looked for" in lan.text(f"/work/records/{lent_record()}/")


def lent_record():
    from guisach.domain.catalogue.queries import copy_by_barcode

    return copy_by_barcode("CB000001").record_id


class TestTheList:
    def test_shows_what_is_in_trouble_with_age_and_next_step(self, lan, world):
        from guisach.domain.circulation import actions
        from guisach.kernel.ids import new_id

        for barcode, days in (("CB000001", 45), ("CB000002", 3)):
            actions.miss(
                op_id=new_id(), by=world.lan.source, place="CB-COBA", barcode=barcode, clock=earlier(days=days)
            )
        page = lan.text(LIST)
        assert page.index("45 days") < page.index("3 days")
        assert "give it up as lost, if it is nowhere" in page
        assert "look again" in page

    def test_ticked_ones_are_settled_together_and_only_those_of_the_place(self, lan, hoa, world):
        from tests import builders

        builders.copy("DT000001", place=builders.DAMTHUY)
        for barcode in ("CB000001", "CB000002", "DT000001"):
            hoa.act(ACT, code=barcode, do="miss", next="/work/")
        lan.act(LIST, place="CB-COBA", tab="MISSING", do="lose", copy=["CB000001", "CB000002", "DT000001"])
        assert [trouble(code) for code in ("CB000001", "CB000002", "DT000001")] == ["LOST", "LOST", "MISSING"]

    def test_sent_twice_is_one_act(self, lan, world):
        lan.act(ACT, code="CB000001", do="miss", next="/work/")
        for _again in range(2):
            lan.post(LIST, {"op": f"{7:032x}", "place": "CB-COBA", "tab": "MISSING", "do": "lose", "copy": "CB000001"})
        assert [e.kind for e in journal.timeline(subject="copy:CB000001")] == ["miss", "lose"]

    def test_lost_ones_are_proposed_for_weeding_once(self, hoa, world):
        from guisach.domain.catalogue.queries import stock

        hoa.act(ACT, code="CB000001", do="lose", next="/work/")
        for _again in range(2):
            hoa.act(LIST, place="CB-COBA", tab="LOST", do="weed", copy=["CB000001"])
        lists = stock.withdrawals(["CB-TINH"])
        assert [(one.reason, one.proposed) for one in lists] == [("LOST", 1)]

    def test_another_place_is_not_shown(self, minh, world):
        assert minh.get(LIST, {"place": "CB-COBA"}).status_code == 404

    def test_costs_the_same_with_little_and_with_much(self, lan, world):
        lent(world)
        lan.act(ACT, code="CB000001", do="claim_returned", next="/work/")
        lan.get(LIST)
        little = cost(lan, LIST)
        for number in range(2, 7):
            lent(world, f"CB00000{number}", by=world.hoa, override=None) if number < 4 else None
            lan.act(ACT, code=f"CB00000{number}", do="claim_returned", next="/work/")
        much = cost(lan, LIST)
        assert len(little) == len(much) <= QUERIES_MAX, "\n".join(much)
