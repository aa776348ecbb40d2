"""The desk: one field, a card calls its reader, a book goes out or comes back; refusals say what to do."""

from __future__ import annotations

import re

import pytest

from guisach.domain.circulation import queries as circulation
from guisach.domain.journal import queries as journal
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from tests.web.work.conftest import earlier, lent, renewed


def fields(html: str, action: str) -> dict[str, str]:
    """Read the hidden fields of the first form with this action."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', html, re.DOTALL)
    assert form, f"no form for {action}"
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


def test_a_card_then_a_book_is_a_loan(lan, world):
    assert "Vàng Thị An" in lan.scan(world.an_card)
    answer = lan.scan("cb000001")
    assert "Dế Mèn phiêu lưu ký" in answer
    assert 'data-sound="done"' in answer
    assert "has 1 of 3 books" in answer
    assert circulation.open_loan_of_copy("CB000001").reader == world.an


def test_scans_that_leave_before_the_answer_still_reach_the_reader_before_them(lan, world):
    """Every scan of the page carries the same fields: the page knows its desk, only the server knows the reader."""
    for code in (world.an_card, "CB000001", "CB000002"):
        lan.scan(code)
    assert [loan.barcode for loan in circulation.loans_of_reader(world.an)] == ["CB000001", "CB000002"]


def test_two_desks_of_one_person_do_not_mix_readers(lan, world):
    from tests import builders

    binh = builders.binh(world.lan, system_clock)
    lan.scan(world.an_card, desk="a")
    lan.scan(readers.reader(binh).card_no, desk="b")
    lan.scan("CB000001", desk="a")
    assert circulation.open_loan_of_copy("CB000001").reader == world.an


def test_the_same_form_twice_is_one_loan(lan, world):
    lan.scan(world.an_card)
    op = str(new_id())
    for _ in range(2):
        assert "has 1 of 3 books" in lan.scan("CB000001", op=op)
    assert len(journal.timeline(subject="copy:CB000001")) == 1


def test_without_a_card_a_book_on_loan_comes_back(lan, world):
    lent(world)
    answer = lan.scan("CB000001")
    assert "Returned" in answer
    assert "Vàng Thị An" in answer
    assert circulation.open_loan_of_copy("CB000001") is None


def test_without_a_card_a_book_that_is_in_is_only_shown(lan, world):
    answer = lan.scan("CB000001")
    assert "scan the reader&#x27;s card first" in answer
    assert journal.timeline(subject="copy:CB000001") == []


def test_how_late_a_book_came_back_is_said(lan, world):
    lent(world, clock=earlier(days=30))
    assert re.search(r"\d+ days late", lan.scan("CB000001"))


def test_a_book_of_another_place_is_to_be_put_aside(lan, world):
    from tests import builders

    builders.copy("CB000777", place=builders.DAMTHUY)
    answer = lan.act("/work/loans/take-back/", htmx=True, code="CB000777").content.decode()
    assert "Belongs to Thư viện xã Đàm Thủy" in answer


def test_finishing_with_a_reader_leaves_nobody_at_the_desk(lan, world):
    lan.scan(world.an_card)
    answer = lan.act("/work/desk/done/", htmx=True, desk="d1").content.decode()
    assert "No reader at the desk" in answer
    lan.scan("CB000001")
    assert circulation.open_loan_of_copy("CB000001") is None


@pytest.mark.parametrize("code", ["BD00000026", "BD99999998"])
def test_a_wrong_card_sends_the_reader_before_away_so_that_nothing_is_lent_to_them(lan, world, code):
    from guisach.domain.readers.rules.cards import is_mistyped

    lan.scan(world.an_card)
    answer = lan.scan(code)
    assert ("wrong digit" if is_mistyped(code) else "No reader has card") in answer
    assert "No reader at the desk" in answer
    lan.scan("CB000001")
    assert circulation.open_loan_of_copy("CB000001") is None


def test_a_reader_taken_back_meanwhile_is_nobody_at_the_desk(lan, world):
    from guisach.domain.circulation import actions

    lan.scan(world.an_card)
    target = readers.reader(world.an).joined_op
    actions.void(op_id=new_id(), by=world.lan.source, target=target, reason="", clock=system_clock)
    assert "Not on loan" in lan.scan("CB000001")


def test_a_name_can_be_typed_without_marks(lan, world):
    answer = lan.scan("vang thi")
    chosen = fields(answer, "/work/desk/choose/")
    assert chosen["reader"] == str(world.an)
    assert "has 0 of 3 books" in lan.act("/work/desk/choose/", htmx=True, **chosen).content.decode()
    assert readers.accesses_of(world.an)[0][1] == "VIEW"


def test_nobody_is_found_by_a_name_of_another_place(minh, world):
    assert "No reader of this place" in minh.scan("vang thi an")


def test_a_number_that_is_card_and_book_at_once_is_asked_back(lan, world):
    from tests import builders

    old = builders.reader(world.lan, system_clock, builders.applicant("Lý A Páo"), card="0412")
    builders.copy("0412")
    answer = lan.scan("0412")
    assert "Which is it?" in answer
    assert "Lý A Páo" in lan.scan("0412", **{"as": "card"})
    lan.scan("0412", **{"as": "copy"})
    assert circulation.open_loan_of_copy("0412").reader == old


class TestRefusals:
    def test_a_book_written_down_to_another_is_taken_back_and_lent_in_one_go(self, lan, world):
        from tests import builders

        binh = builders.binh(world.lan, system_clock)
        lent(world, reader=binh)
        lan.scan(world.an_card)
        answer = lan.scan("CB000001")
        assert "is written down to another reader" in answer
        assert 'data-sound="look"' in answer
        both = fields(answer, "/work/desk/scan/")
        for _ in range(2):  # a double click is one act
            lan.act("/work/desk/scan/", htmx=True, **both)
        assert circulation.open_loan_of_copy("CB000001").reader == world.an
        assert [loan.ended for loan in circulation.loans_of_reader(binh, is_open=False)] == ["RETURNED"]

    def test_a_scanner_that_reads_a_barcode_twice_alarms_nobody(self, lan, world):
        lan.scan(world.an_card)
        lan.scan("CB000001")
        answer = lan.scan("CB000001")
        assert "Scanned twice: it counts once." in answer
        assert 'data-sound="done"' in answer
        assert len(journal.timeline(subject="copy:CB000001")) == 1

    def test_a_book_that_the_reader_has_can_be_renewed_or_taken_back(self, lan, world):
        due = lent(world, clock=earlier(days=3)).loan.due_on
        lan.scan(world.an_card)
        answer = lan.scan("CB000001")
        renew, back = fields(answer, "/work/loans/renew/"), fields(answer, "/work/loans/take-back/")
        assert renew["op"] != back["op"]
        lan.act("/work/loans/renew/", htmx=True, **renew)
        assert circulation.open_loan_of_copy("CB000001").due_on > due
        lan.act("/work/loans/take-back/", htmx=True, **back)
        assert circulation.open_loan_of_copy("CB000001") is None

    def test_a_keeper_is_told_whom_to_call_where_only_a_librarian_may_go_on(self, lan, world):
        for number in range(1, 4):
            lent(world, f"CB00000{number}")
        lan.scan(world.an_card)
        answer = lan.scan("CB000004")
        assert "3 of at most 3" in answer
        assert "call the provincial library" in answer
        assert "go_past" not in answer
        forced = lan.scan("CB000004", go_past="over_limit", reason="đọc cho cả bản")
        assert "cannot be gone past" in forced
        assert circulation.open_loan_of_copy("CB000004") is None

    def test_a_librarian_goes_on_with_a_reason_and_not_without(self, hoa, world):
        for number in range(1, 4):
            lent(world, f"CB00000{number}")
        hoa.scan(world.an_card)
        past = fields(hoa.scan("CB000004"), "/work/desk/scan/")
        assert past["go_past"] == "over_limit"
        assert "write why" in hoa.act("/work/desk/scan/", htmx=True, **past, reason=" ").content.decode()
        assert circulation.open_loan_of_copy("CB000004") is None
        hoa.act("/work/desk/scan/", htmx=True, **past, reason="đọc cho cả bản nghe")
        assert circulation.open_loan_of_copy("CB000004").reader == world.an

    @pytest.mark.parametrize("code", ["X" * 5000, "CB999999", "A:B1", "\0\0", "  "])
    def test_a_code_that_says_nothing_is_answered_and_nothing_is_written(self, lan, world, code):
        for card in ("", world.an_card):
            if card:
                lan.scan(card)
            response = lan.act("/work/desk/scan/", htmx=True, desk="d1", code=code)
            assert response.status_code in {409, 422}
            assert 'data-sound="look"' in response.content.decode()
        assert circulation.loans_of_reader(world.an) == []

    def test_a_form_without_the_id_of_its_act_is_not_understood(self, lan, world):
        lan.scan(world.an_card)
        assert lan.post("/work/desk/scan/", {"desk": "d1", "code": "CB000001", "op": "x"}).status_code == 400


class TestWithoutScript:
    def test_the_desk_works_with_plain_forms(self, lan, world):
        response = lan.act("/work/desk/scan/", desk="d1", code=world.an_card)
        assert response["Location"] == "/work/?desk=d1"
        assert "Vàng Thị An" in lan.text("/work/?desk=d1")
        lan.act("/work/desk/scan/", desk="d1", code="CB000001")
        page = lan.text("/work/?desk=d1")
        assert "Dế Mèn phiêu lưu ký" in page
        lan.act("/work/undo/", **fields(page, "/work/undo/"))
        assert circulation.open_loan_of_copy("CB000001") is None
        assert "Taken back" in lan.text("/work/?desk=d1")

    def test_a_refusal_is_shown_on_the_desk(self, lan, world):
        lan.act("/work/desk/scan/", desk="d1", code=world.an_card)
        response = lan.act("/work/desk/scan/", desk="d1", code="CB999999")
        assert response.status_code == 409
        assert "No copy has barcode CB999999" in response.content.decode()
        assert "Vàng Thị An" in response.content.decode()

    def test_a_refusal_on_another_page_has_a_page_of_its_own_with_a_way_back(self, lan, hoa, world):
        clock = earlier(days=5)
        lent(world, clock=clock)
        for _ in range(2):
            clock.forward(days=1)
            renewed(world, clock)
        for someone, may_go_on in ((lan, False), (hoa, True)):
            response = someone.act("/work/loans/renew/", code="CB000001", next="/work/copies/CB000001/")
            assert response.status_code == 409
            page = response.content.decode()
            assert "renewed 2 times already" in page
            assert 'href="/work/copies/CB000001/"' in page
            assert ("go_past" in page) is may_go_on
        past = {**fields(page, "/work/loans/renew/"), "reason": "đang ôn thi"}
        assert hoa.act("/work/loans/renew/", **past)["Location"] == "/work/copies/CB000001/"
        assert circulation.open_loan_of_copy("CB000001").renewals == 3
        assert journal.timeline(subject="copy:CB000001")[-1].body["override"] == "renewals_used_up"

    def test_a_way_back_leads_nowhere_else(self, lan, world):
        lent(world)
        response = lan.act("/work/loans/renew/", code="CB000001", next="https://example.org/")
        assert response["Location"] == "/work/"


class TestUndo:
    def test_its_author_takes_an_act_back(self, lan, world):
        lan.scan(world.an_card)
        undo = fields(lan.scan("CB000001"), "/work/undo/")
        answer = lan.act("/work/undo/", htmx=True, **undo).content.decode()
        assert "has 0 of 3 books" in answer
        assert "slip--gone" in answer
        assert circulation.open_loan_of_copy("CB000001") is None

    def test_twice_is_once(self, lan, world):
        lan.scan(world.an_card)
        undo = fields(lan.scan("CB000001"), "/work/undo/")
        for _ in range(2):
            assert lan.act("/work/undo/", htmx=True, **undo).status_code == 200
        assert len(journal.timeline(subject="copy:CB000001")) == 1

    def test_a_keeper_of_another_place_cannot(self, minh, world):
        loan = lent(world).loan
        response = minh.act("/work/undo/", htmx=True, target=str(loan.op))
        assert response.status_code == 409
        assert circulation.open_loan_of_copy("CB000001") is not None

    def test_a_librarian_of_another_commune_cannot_however_they_stand(self, world):
        from guisach.domain.network.models import Role
        from tests import builders
        from tests.web.work.conftest import worker

        tuan = worker(builders.person("tuan", "Nông Anh Tuấn", Role.LIBRARIAN, place=builders.DAMTHUY))
        loan = lent(world).loan
        assert tuan.act("/work/undo/", target=str(loan.op), desk="d1").status_code == 409
        assert circulation.open_loan_of_copy("CB000001") is not None

    def test_a_librarian_can_on_a_later_day(self, hoa, world):
        loan = lent(world, clock=earlier(days=3)).loan
        assert hoa.act("/work/undo/", htmx=True, target=str(loan.op)).status_code == 200
        assert circulation.open_loan_of_copy("CB000001") is None

    def test_what_is_not_there_cannot_be_taken_back(self, lan, world):
        assert "nothing here to take back" in lan.act("/work/undo/", htmx=True, target=str(new_id())).content.decode()
        assert lan.act("/work/undo/", target="x").status_code == 400


class TestReaderFromElsewhere:
    def test_may_borrow_anywhere_but_only_name_and_number_of_books_are_shown(self, minh, world):
        lent(world)
        answer = minh.scan(world.an_card)
        assert "Vàng Thị An" in answer
        assert "has 1 of 3 books" in answer
        assert "Dế Mèn" not in answer
        assert str(world.an) not in answer
        assert world.an_card not in answer
        minh.scan("CB000002")
        assert circulation.open_loan_of_copy("CB000002").reader == world.an

    def test_the_scan_leaves_a_trace(self, minh, world):
        minh.scan(world.an_card)
        assert readers.accesses_of(world.an)[0][:2] == ("Nông Văn Minh", "CARD")

    def test_cannot_be_called_by_the_address(self, minh, world):
        assert minh.get(f"/work/?reader={world.an}").status_code == 404
        assert minh.act("/work/desk/choose/", desk="d1", reader=str(world.an)).status_code == 404

    def test_the_name_is_not_shown_when_their_book_comes_back(self, minh, world):
        lent(world)
        assert "Vàng Thị An" not in minh.scan("CB000001")
        assert readers.accesses_of(world.an) == []


class TestReturns:
    def test_one_book_after_another_comes_back(self, lan, world):
        lent(world)
        lent(world, "CB000002")
        for code in ("CB000001", "CB000002", "CB000003"):
            assert lan.act("/work/loans/take-back/", htmx=True, code=code).status_code == 200
        assert circulation.loans_of_reader(world.an) == []
        page = lan.text("/work/returns/")
        assert page.count("slip--done") == 3
        assert "it was not on loan" in page

    def test_without_script_the_page_comes_again(self, lan, world):
        lent(world)
        assert lan.act("/work/loans/take-back/", code="CB000001")["Location"] == "/work/returns/"
        refused = lan.act("/work/loans/take-back/", code="CB999999")
        assert refused.status_code == 409
        assert "No copy has barcode" in refused.content.decode()
