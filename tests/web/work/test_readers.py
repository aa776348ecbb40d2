"""Readers: finding, joining, and the page of one; what is shown leaves a trace, and only where it may be shown."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

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
        assert [act for _name, act, *_at in readers.accesses_of(world.an)] == ["VIEW", "VIEW"]

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


@pytest.fixture
def expired(world):
    """Páo, whose card ended some days ago."""
    from tests import builders

    return builders.reader(world.lan, earlier(days=3 * 366 + 5), builders.applicant("Lý A Páo"))


def filled(worker, reader, **changes):
    """Read the prefilled form as a browser would send it back, with what somebody changes."""
    page = worker.text(f"/work/readers/{reader}/correct/")
    form = page[page.index('<form method="post" class="card join"') :]
    said = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)[1]
        value = re.search(r'value="([^"]*)"', tag)
        if 'type="checkbox"' not in tag:
            said[name] = unescape(value[1]) if value else ""
        elif re.search(r"\bchecked\b", tag):
            said[name] = "on"
    said["group"] = re.search(r'<option value="(\w+)" selected', form)[1]
    return {**said, **changes}


class TestCorrecting:
    def test_the_form_holds_all_that_is_known_and_sending_it_back_changes_nothing(self, lan, world):
        from tests import builders

        child = builders.binh(world.lan, earlier(days=3))
        before = readers.reader(child)
        response = lan.act(f"/work/readers/{child}/correct/", **filled(lan, child))
        assert response["Location"] == f"/work/readers/{child}/"
        assert readers.reader(child) == before

    def test_what_is_changed_is_saved_and_leaves_a_trace(self, lan, world):
        page = lan.text(f"/work/readers/{world.an}/")
        assert f'href="/work/readers/{world.an}/correct/"' in page
        said = filled(lan, world.an, name="Vàng Thị Ân", birth_on="1991")
        saved = lan.text(lan.act(f"/work/readers/{world.an}/correct/", **said)["Location"])
        assert "Saved: the data of Vàng Thị Ân" in saved
        found = readers.reader(world.an)
        assert (found.full_name, found.birth_on, found.card_no) == ("Vàng Thị Ân", date(1991, 1, 1), world.an_card)
        assert [act for _n, act, *_at in readers.accesses_of(world.an)] == ["VIEW", "CORRECT", "VIEW", "VIEW"]
        assert "mended the data" in saved

    def test_a_new_card_is_the_next_number_or_the_one_that_is_scanned(self, lan, world):
        path = f"/work/readers/{world.an}/correct/"
        lan.act(path, **filled(lan, world.an, takes_next_card="on"))
        assert readers.reader(world.an).card_no == "BD00000026"
        lan.act(path, **filled(lan, world.an, card="CU0001"))
        assert readers.reader(world.an).card_no == "CU0001"
        both = lan.act(path, **filled(lan, world.an, card="CU0002", takes_next_card="on"))
        assert both.status_code == 422
        assert "choose one of the two" in both.content.decode()
        assert readers.reader(world.an).card_no == "CU0001"

    def test_the_card_is_renewed_where_it_is_ticked_and_only_there(self, lan, world, expired):
        path = f"/work/readers/{expired}/correct/"
        until = readers.reader(expired).expires_on
        lan.act(path, **filled(lan, expired, phone="0912345678"))
        assert readers.reader(expired).expires_on == until
        lan.act(path, **filled(lan, expired, renews="on"))
        assert readers.reader(expired).expires_on > until.replace(year=until.year + 2)

    @pytest.mark.parametrize(
        ("said", "status", "words"),
        [
            ({"name": ""}, 422, "required"),
            ({"birth_on": "31/02/1990"}, 422, "day/month/year"),
            ({"has_consent": ""}, 422, "must agree that these data are kept"),
            ({"group": "CHILD", "birth_on": ""}, 422, "needs a guardian"),
            ({"card": "BD00000010"}, 422, "wrong digit"),
            ({"card": "CU0001"}, 409, "belongs to another reader"),
        ],
    )
    def test_what_is_refused_is_said_at_its_field_and_nothing_typed_is_lost(self, lan, world, said, status, words):
        from tests import builders

        builders.reader(world.lan, earlier(days=1), builders.applicant("Lý A Páo"), card="CU0001")
        before = readers.reader(world.an)
        sent = filled(lan, world.an, **{"address": "Nà Tao", **said})
        response = lan.act(f"/work/readers/{world.an}/correct/", **sent)
        page = response.content.decode()
        assert response.status_code == status
        assert words in page
        assert 'value="Nà Tao"' in page
        assert f'name="op" value="{sent["op"]}"' in page
        assert readers.reader(world.an) == before

    def test_the_same_form_twice_counts_once(self, lan, world):
        sent = filled(lan, world.an, takes_next_card="on")
        for _ in range(2):
            assert lan.act(f"/work/readers/{world.an}/correct/", **sent).status_code == 302
        assert readers.reader(world.an).card_no == "BD00000026"

    def test_a_page_opened_before_the_card_changed_does_not_bring_the_old_number_back(self, lan, world):
        path = f"/work/readers/{world.an}/correct/"
        opened = filled(lan, world.an, phone="0912345678")
        lan.act(path, **filled(lan, world.an, card="CU0001"))
        lan.act(path, **opened)
        found = readers.reader(world.an)
        assert (found.card_no, found.phone) == ("CU0001", "0912345678")

    def test_is_not_there_for_a_keeper_of_another_place(self, minh, hoa, world):
        before = readers.reader(world.an)
        for path in ("correct", "renew-card"):
            assert minh.act(f"/work/readers/{world.an}/{path}/", **filled(hoa, world.an)).status_code == 404
            assert minh.act(f"/work/readers/{new_id()}/{path}/").status_code == 404
        assert minh.get(f"/work/readers/{world.an}/correct/").status_code == 404
        assert readers.reader(world.an) == before
        assert {name for name, _act, *_at in readers.accesses_of(world.an)} == {"Bế Thị Hoa"}


class TestRenewingACard:
    def test_takes_one_press_on_the_page_of_the_reader_and_can_be_taken_back(self, lan, world, expired):
        page = lan.text(f"/work/readers/{expired}/")
        form = page[page.index(f'action="/work/readers/{expired}/renew-card/"') :]
        said = dict(re.findall(r'type="hidden" name="(op|next)" value="([^"]*)"', form))
        until = readers.reader(expired).expires_on
        for _ in range(2):
            response = lan.act(f"/work/readers/{expired}/renew-card/", **said)
            assert response["Location"] == f"/work/readers/{expired}/"
        after = lan.text(response["Location"])
        assert "card valid until" in after
        assert "The card ended on" not in after
        assert "renewed the card" in after
        lan.act("/work/undo/", target=said["op"], desk="d1")
        assert readers.reader(expired).expires_on == until

    def test_is_offered_at_the_desk_where_an_ended_card_stopped_a_loan(self, lan, world, expired):
        card = readers.reader(expired).card_no
        lan.scan(card)
        refused = lan.scan("CB000001")
        assert "ended on" in refused
        assert "call the provincial library" not in refused
        answer = lan.act(f"/work/readers/{expired}/renew-card/", htmx=True, desk="d1").content.decode()
        assert f'action="/work/readers/{expired}/renew-card/"' in refused
        assert "slip--done" in answer
        assert "The card ended on" not in answer
        assert "slip--done" in lan.scan("CB000001")

    def test_is_not_offered_for_a_reader_of_another_place(self, minh, world, expired):
        minh.scan(readers.reader(expired).card_no)
        refused = minh.scan("CB000001")
        assert "ended on" in refused
        assert "renew-card" not in refused
        assert "call the provincial library" in refused

    def test_asks_for_what_is_missing_on_the_form(self, lan, world):
        from tests import builders

        born = date(date.today().year - 8, 1, 5)  # noqa: DTZ011
        small = builders.applicant("Vàng A Bình", group="CHILD", birth_on=born, guardian="Vàng Thị An")
        child = builders.reader(world.lan, earlier(days=3 * 366 + 5), small)
        response = lan.act(f"/work/readers/{child}/renew-card/", next=f"/work/readers/{child}/")
        assert response.status_code == 422
        assert "the child must agree too" in response.content.decode()
        assert f'href="/work/readers/{child}/correct/"' in response.content.decode()


def test_a_likely_double_is_a_case_for_a_person(lan, world):
    from guisach.domain.journal import queries as journal

    lan.act("/work/readers/join/", name="Vàng Thị An", group="FARMER", birth_on="02/05/1990", has_consent="on")
    found = journal.cases(journal.CaseFilter(places=None), at=system_clock())
    assert [case.kind for case in found] == ["same_name_and_birth"]


def test_a_case_tells_mending_from_joining(lan, world):
    from guisach.domain.journal import queries as journal
    from guisach.domain.readers import actions
    from tests import builders

    known = readers.reader(world.an).applicant
    actions.renew_card(op_id=new_id(), by=world.minh.source, reader=world.an, place=builders.COBA, clock=system_clock)
    (case,) = journal.cases(journal.CaseFilter(places=None), at=system_clock())
    assert case.kind == "outside_scope"
    told = lan.text(f"/work/cases/{case.id}/")
    assert f"Nông Văn Minh mended the data of {known.name}" in told
    assert "wrote down a new reader" not in told
