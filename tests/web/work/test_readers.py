"""Readers: finding, joining, and the page of one; what is shown leaves a trace, and only where it may be shown."""

from __future__ import annotations

import re
from datetime import date

import pytest

from guisach.domain.circulation import queries as circulation
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from tests.web.work.conftest import earlier, lent


class TestFinding:
    @pytest.mark.parametrize("text", ["vang thi an", "Vàng Thị An", "BD00000018", "an"])
    def test_by_name_with_or_without_marks_and_by_card(self, lan, world, text):
        assert "Vàng Thị An" in lan.text("/work/readers/", q=text)

    def test_a_search_leaves_a_trace_and_an_empty_page_does_not(self, lan, world):
        from guisach.domain.readers.models import ReaderAccess

        lan.text("/work/readers/")
        assert not ReaderAccess.objects.exists()
        lan.text("/work/readers/", q="vang")
        assert list(ReaderAccess.objects.values_list("act", "found")) == [("SEARCH", 1)]

    def test_readers_of_another_place_are_not_found(self, minh, hoa, world):
        assert "Nobody found here" in minh.text("/work/readers/", q="vang thi an")
        assert "Vàng Thị An" in hoa.text("/work/readers/", q="vang thi an")

    def test_a_name_that_nobody_has_is_offered_to_the_joining_form(self, lan, world):
        page = lan.text("/work/readers/", q="Nông Thị Mới")
        href = re.search(r'href="(/work/readers/join/\?name=[^"]*)"', page)[1]
        assert 'value="Nông Thị Mới"' in lan.text(href)


class TestPage:
    def test_shows_what_is_at_home_and_not_what_came_back(self, lan, world):
        from tests import builders

        builders.copy("CB000020", of=builders.record("Đất rừng phương Nam"))
        lent(world, clock=earlier(days=40))
        lent(world, "CB000020", clock=earlier(days=40))
        lan.scan("CB000020")
        page = lan.text(f"/work/readers/{world.an}/")
        assert "Dế Mèn phiêu lưu ký" in page
        assert "Đất rừng phương Nam" not in page
        assert "days late" in page

    def test_who_looked_is_told_to_whoever_looks(self, lan, hoa, world):
        hoa.text(f"/work/readers/{world.an}/")
        page = lan.text(f"/work/readers/{world.an}/")
        assert "Bế Thị Hoa" in page
        assert "opened the reader&#x27;s page" in page
        assert [act for _name, act, _at in readers.accesses_of(world.an)] == ["VIEW", "VIEW"]

    def test_is_not_there_for_a_keeper_of_another_place(self, minh, world):
        assert minh.get(f"/work/readers/{world.an}/").status_code == 404
        assert minh.get(f"/work/readers/{new_id()}/").status_code == 404
        assert readers.accesses_of(world.an) == []

    def test_renews_and_takes_back_by_plain_forms(self, lan, world):
        loan = lent(world).loan
        page = lan.text(f"/work/readers/{world.an}/")
        form = dict(re.findall(r'type="hidden" name="(op|code|next)" value="([^"]*)"', page))
        assert lan.act("/work/loans/renew/", **form)["Location"] == f"/work/readers/{world.an}/"
        assert circulation.loan_of_op(loan.op).due_on > loan.due_on
        assert "Renewed" in lan.text(form["next"])
        form["op"] = str(new_id())
        lan.act("/work/loans/take-back/", **form)
        assert circulation.loans_of_reader(world.an) == []

    def test_leads_to_the_desk_with_this_reader(self, lan, world):
        start = lan.get(f"/work/?reader={world.an}")
        assert "Vàng Thị An" in lan.text(start["Location"])
        assert lan.get("/work/?reader=x").status_code == 404

    def test_warns_of_a_card_that_ended(self, lan, world):
        from tests import builders

        old = builders.reader(world.lan, earlier(days=3 * 366 + 5), builders.applicant("Lý A Páo"))
        assert "The card ended on" in lan.text(f"/work/readers/{old}/")


ADULT = {"name": "Nông Thị Xuân", "group": "FARMER", "has_consent": "on"}
CHILD = {"name": "Vàng A Bình", "group": "CHILD", "birth_on": f"05/09/{date.today().year - 9}", "has_consent": "on"}  # noqa: DTZ011


class TestJoining:
    def test_name_group_and_consent_are_enough_and_the_reader_stands_at_the_desk(self, lan, world):
        response = lan.act("/work/readers/join/", **ADULT)
        desk = lan.text(lan.get(response["Location"])["Location"])
        assert "Card number: BD00000026" in desk
        assert "has 0 of 3 books" in desk
        found = readers.reader_by_card("BD00000026")
        assert (found.full_name, found.place) == ("Nông Thị Xuân", "CB-COBA")

    def test_the_same_form_twice_is_one_reader(self, lan, world):
        op = str(new_id())
        for _ in range(2):
            lan.act("/work/readers/join/", **ADULT, op=op)
        assert readers.count_readers() == 2

    @pytest.mark.parametrize(
        ("typed", "born"),
        [("05/09/1968", date(1968, 9, 5)), ("5-9-1968", date(1968, 9, 5)), ("1968", date(1968, 1, 1))],
    )
    def test_a_birth_date_is_read_as_people_write_it(self, lan, world, typed, born):
        lan.act("/work/readers/join/", **ADULT, birth_on=typed)
        assert readers.find_readers("nong thi xuan", places=None)[0].birth_on == born

    def test_a_child_joins_with_a_guardian_and_its_own_yes(self, lan, world):
        lan.act("/work/readers/join/", **CHILD, guardian="Vàng Thị An", has_assent="on", phone="0912 345 678")
        found = readers.find_readers("vang a binh", places=None)[0]
        assert (found.guardian_name, found.phone) == ("Vàng Thị An", "0912345678")

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({**ADULT, "name": ""}, "required"),
            ({**ADULT, "group": "MARTIAN"}, "Select a valid choice"),
            ({**ADULT, "birth_on": "31/02/1990"}, "day/month/year"),
            ({**ADULT, "birth_on": "01/01/2999"}, "birth date cannot be right"),
            ({**ADULT, "has_consent": ""}, "must agree that these data are kept"),
            (CHILD, "needs a guardian"),
            ({**CHILD, "guardian": "Vàng Thị An"}, "the child must agree too"),
            ({**ADULT, "card": "BD00000010"}, "wrong digit"),
            ({**ADULT, "card": "X" * 40}, "cannot be a card number"),
            ({**ADULT, "name": "A\0B"}, "Null characters"),
        ],
    )
    def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(self, lan, world, said, words):
        op = str(new_id())
        response = lan.act("/work/readers/join/", **said, address="Nà Tao", op=op)
        assert response.status_code == 422
        page = response.content.decode()
        assert words in page
        assert 'value="Nà Tao"' in page
        assert f'name="op" value="{op}"' in page
        assert 'aria-invalid="true"' in page
        assert readers.count_readers() == 1

    def test_a_card_of_somebody_else_is_refused(self, lan, world):
        response = lan.act("/work/readers/join/", **ADULT, card=world.an_card)
        assert response.status_code == 409
        assert "belongs to another reader" in response.content.decode()

    def test_a_new_reader_can_be_taken_back_at_once(self, lan, world):
        lan.get(lan.act("/work/readers/join/", **ADULT)["Location"])
        page = lan.text("/work/")
        target = re.search(r'name="target" value="([^"]*)"', page)[1]
        lan.act("/work/undo/", target=target, desk="d1")
        assert readers.count_readers() == 1


def test_a_likely_double_is_a_case_for_a_person(lan, world):
    from guisach.domain.journal import queries as journal

    lan.act("/work/readers/join/", name="Vàng Thị An", group="FARMER", birth_on="02/05/1990", has_consent="on")
    found = journal.cases(journal.CaseFilter(places=None), at=system_clock())
    assert [case.kind for case in found] == ["same_name_and_birth"]
