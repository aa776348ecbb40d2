"""Sheets of paper: what their lines mean, and that typing one in twice counts once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guisach.domain.circulation import actions, queries
from guisach.domain.circulation.actions.paper import PaperLine, PaperSheet, record_sheet
from guisach.domain.circulation.queries.paper import read_sheet, sheet_on_log
from guisach.domain.circulation.rules.paper import ATTEMPTS, Row, line_op
from guisach.domain.journal.models import Case, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import local_date
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

CODE = "K4M7-QX2T"
DAY = date(2026, 11, 12)


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


@pytest.fixture
def an(lan, clock):
    return builders.an(lan, clock)


@pytest.fixture
def stock(lan):
    """Two copies of Dế Mèn, one of Truyện Kiều."""
    de_men = builders.record()
    for number in (1, 2):
        builders.copy(f"CB00000{number}", of=de_men)
    builders.copy("CB000123", of=builders.record("Truyện Kiều", "Nguyễn Du"))


def read(*rows, place=builders.COBA):
    numbered = [Row(line=n, **{"day": "12/11", **row}) for n, row in enumerate(rows, 1)]
    on_log = sheet_on_log(place, CODE)
    return read_sheet(numbered, place=place, on_log=on_log, today=local_date(builders.START), readers_at=[place])


def line(number=1, **said):
    return PaperLine(**{"line": number, "day": DAY, "barcode": "CB000001", "is_out": True, **said})


def record(by, clock, *lines, **said):
    sheet = PaperSheet(**{"place": builders.COBA, "code": CODE, "lines": lines, **said})
    return record_sheet(sheet, by=by.source, clock=clock)


def undo(by, clock, number):
    clock.forward(seconds=1)
    target = line_op(builders.COBA, CODE, number, sheet_on_log(builders.COBA, CODE).attempts.get(number, 0))
    actions.void(op_id=new_id(), by=by.source, target=target, reason="", clock=clock)


class TestReading:
    @pytest.mark.parametrize("book", ["cb000123", "123", "truyen kieu", "Kiều"])
    def test_a_book_is_known_by_its_number_its_last_figures_or_its_title(self, stock, an, book):
        [line] = read({"book": book, "who": "Vàng Thị An"})
        assert (line.barcode, line.problems) == ("CB000123", [])
        assert line.day == DAY

    @pytest.mark.parametrize("who", ["vàng thị an", "Thị An", "AN"])
    def test_a_reader_is_known_by_a_name_written_with_or_without_marks(self, stock, an, who):
        [line] = read({"book": "CB000001", "who": who})
        assert (line.reader.id, line.problems) == (an, [])

    def test_a_reader_of_another_place_is_known_by_the_card_alone(self, stock, an, clock, lan):
        minh = builders.minh()
        far = builders.reader(minh, clock, builders.applicant("Nông Thị Xa"), place=builders.DAMTHUY)
        by_card, by_name = read(
            {"book": "CB000001", "who": readers.reader(far).card_no}, {"book": "CB000002", "who": "Nông Thị Xa"}
        )
        assert by_card.reader.id == far
        assert by_name.problems == ["who_unknown"]

    def test_what_is_not_understood_is_named_line_by_line_with_what_it_may_mean(self, stock, an, clock, lan):
        builders.reader(lan, clock, builders.applicant("Lý Thị An"))
        builders.copy("CB000200", of=builders.record("Truyện Kiều chú giải"))
        lines = read(
            {"book": "Không có sách này", "who": "Vàng Thị An"},
            {"book": "Truyện", "who": "An"},
            {"book": "CB999999"},
            {"who": "An", "day": "31/2"},
            {"book": "Dế Mèn", "way": "out"},
        )
        assert [line.problems for line in lines] == [
            ["book_unknown"],
            ["who_several", "book_several"],
            ["book_unknown"],
            ["day_unreadable", "who_several", "book_missing"],
            ["who_missing"],
        ]
        assert {copy.barcode for copy in lines[1].copies} == {"CB000123", "CB000200"}
        assert len(lines[1].readers) == 2

    def test_what_a_person_chose_is_taken_and_what_was_never_offered_is_not(self, stock, an, clock, lan):
        builders.copy("CB000200", of=builders.record("Truyện Kiều chú giải"))
        chosen, forged = read(
            {"book": "Truyện", "who": "An", "copy": "CB000200"}, {"book": "Truyện", "who": "An", "copy": "CB000001"}
        )
        assert (chosen.barcode, chosen.problems) == ("CB000200", [])
        assert forged.problems == ["book_several"]

    def test_a_number_that_nobody_catalogued_is_taken_when_a_person_says_so(self, stock):
        assert read({"book": "cb999999", "copy": "CB999999"})[0].barcode == "CB999999"
        assert read({"book": "cb999999", "copy": "CB999998"})[0].problems == ["book_unknown"]

    def test_an_empty_day_is_that_of_the_line_above(self, stock, an):
        lines = read({"book": "CB000001", "day": "3/11"}, {"book": "CB000002", "day": ""})
        assert [line.day for line in lines] == [date(2026, 11, 3)] * 2

    def test_two_lines_with_one_title_mean_two_copies_and_what_came_back_may_go_out_again(self, stock, an):
        title = "Dế Mèn phiêu lưu ký"
        lines = read(
            {"book": title, "who": "An"},
            {"book": title, "who": "An"},
            {"book": "CB000001"},
            {"book": title, "who": "An"},
        )
        assert [line.barcode for line in lines] == ["CB000001", "CB000002", "CB000001", "CB000001"]

    def test_what_comes_back_by_its_title_is_the_copy_that_this_reader_has(self, stock, an, lan, clock):
        binh = builders.binh(lan, clock)
        for barcode, reader in (("CB000001", an), ("CB000002", binh)):
            actions.lend(
                op_id=new_id(), by=lan.source, place=builders.COBA, barcode=barcode, reader=reader, clock=clock
            )
        [line] = read({"book": "Dế Mèn", "who": "Bình", "way": "in"})
        assert line.barcode == "CB000002"

    def test_only_what_the_place_holds_is_found_by_title(self, stock):
        assert read({"book": "Dế Mèn"}, place=builders.DAMTHUY)[0].problems == ["book_unknown"]
        assert read({"book": "CB000001"}, place=builders.DAMTHUY)[0].barcode == "CB000001"

    def test_a_full_sheet_asks_no_more_than_a_line(self, stock, an):
        rows = [{"book": f"Dế Mèn {n}", "who": f"Người {n}"} for n in range(25)]

        def cost(some):
            with CaptureQueriesContext(connection) as seen:
                read(*some)
            return len(seen)

        assert cost(rows) <= cost([{"book": "Dế Mèn", "who": "An"}]) <= 6


class TestWritingDown:
    def test_a_line_happened_on_its_day_and_its_due_date_runs_from_there(self, stock, an, lan, clock):
        [receipt] = record(lan, clock, line(reader=an, group="FARMER"))
        assert receipt.outcome == "LENT"
        loan = queries.open_loan_of_copy("CB000001")
        assert local_date(loan.lent_at) == DAY
        assert loan.due_on == DAY + timedelta(days=14)
        body = Operation.objects.get(kind="lend").body
        assert '"source":"paper"' in body
        assert str(an) not in body
        assert not Case.objects.exists()
        assert list(differences()) == []

    def test_a_sheet_typed_in_twice_counts_once_even_when_the_second_typist_reads_it_otherwise(
        self, stock, an, lan, clock
    ):
        lines = [line(1, reader=an), line(2, is_out=False), line(3, barcode="CB000002", reader=an)]
        foot = {"counted_on": DAY, "visits": {"CHILD": 4}, "uses": {"CHILD": 7}}
        assert len(record(lan, clock, *lines, **foot)) == 5
        clock.forward(days=2)
        other = [line(1, barcode="CB000123", reader=an), *lines[1:]]
        assert record(builders.hoa(), clock, *other, counted_on=DAY, visits={"CHILD": 9}, uses={"ELDER": 1}) == []
        assert Operation.objects.filter(kind__in=["lend", "return"]).count() == 3
        assert queries.tallies_of(builders.COBA, DAY) == {("VISITS", "CHILD"): 4, ("USES", "CHILD"): 7}
        assert queries.open_loan_of_copy("CB000001") is None

    def test_lines_that_were_left_out_are_added_later(self, stock, an, lan, clock):
        record(lan, clock, line(2, reader=an))
        assert len(record(lan, clock, line(1, barcode="CB000123", reader=an), line(2, reader=an))) == 1

    def test_a_line_that_was_taken_back_may_be_written_again_a_few_times(self, stock, an, lan, clock):
        for _attempt in range(ATTEMPTS):
            assert record(builders.hoa(), clock, line(reader=an))[0].outcome == "LENT"
            undo(builders.hoa(), clock, 1)
        assert record(builders.hoa(), clock, line(reader=an))[0].status == "duplicate"
        assert read({"book": "CB000001", "who": "An"})[0].problems == ["line_used_up"]

    def test_nothing_is_refused(self, stock, an, lan, clock):
        too_many = [line(n, barcode=f"CB00000{n}", reader=an) for n in range(1, 6)]
        assert [receipt.outcome for receipt in record(lan, clock, *too_many)] == ["LENT"] * 5
        assert set(Case.objects.values_list("kind", flat=True)) == {"lent_over_limit", "unknown_barcode"}

    def test_lines_of_other_numbers_than_a_sheet_has_are_left_out(self, stock, an, lan, clock):
        assert record(lan, clock, line(0, reader=an), line(26, reader=an)) == []
