"""Paper: sheets printed, typed in line by line, looked at before anything is written down."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guisach.domain.circulation import queries as circulation
from guisach.domain.journal.models import Operation
from guisach.kernel.clock import local_date, system_clock
from tests.web.work.test_queries import BOOKKEEPING, QUERIES_MAX

CODE = "203N-940H"
PATH = f"/work/paper/{CODE}/"


@pytest.fixture
def day():
    return f"{local_date(system_clock()):%d/%m/%Y}"


def form(*lines: tuple[str, str, str], **more: str) -> dict[str, str]:
    """Fill in a sheet: day, book, who of each line."""
    said = dict(more)
    for n, (day, book, who) in enumerate(lines, 1):
        said |= {f"day-{n}": day, f"book-{n}": book, f"who-{n}": who}
    return said


def seen(page: str) -> dict[str, str]:
    """Read what a look at the sheet understood, as the browser sends it back."""
    return dict(re.findall(r'name="(seen-\d+)" value="([^"]+)"', page))


def look(client, said: dict[str, str]) -> str:
    response = client.post(PATH, {**said, "do": "check"})
    assert response.status_code == 200
    return response.content.decode()


def lends() -> int:
    return Operation.objects.filter(kind="lend").count()


def test_a_look_writes_nothing_and_then_what_was_seen_is_written(lan, day):
    said = form((day, "CB000001", "Vàng Thị An"), ("", "Dế Mèn", "An"))
    page = look(lan, said)
    assert "Everything is understood" in page
    assert "Write down 2 lines" in page
    assert lends() == 0
    saved = lan.post(PATH, {**said, **seen(page), "do": "save"})
    assert saved["Location"] == PATH
    assert lends() == 2
    page = lan.text(PATH)
    assert "Dế Mèn phiêu lưu ký · CB000002 · Vàng Thị An" in page
    assert 'name="book-1"' not in page
    assert 'name="book-3"' in page


def test_what_is_not_understood_stays_as_it_was_typed_and_the_rest_is_written(lan, day):
    said = form((day, "CB000001", "An"), (day, "Sách lạ", "Người lạ"))
    page = look(lan, said)
    assert "One line is not understood yet" in page
    assert "/work/readers/join/?name=Ng%C6%B0%E1%BB%9Di+l%E1%BA%A1" in page
    saved = lan.post(PATH, {**said, **seen(page), "do": "save"})
    assert saved.status_code == 200
    page = saved.content.decode()
    assert 'value="Sách lạ"' in page
    assert 'value="Người lạ"' in page
    assert lends() == 1


def test_what_nobody_has_seen_is_not_written(lan, day):
    page = look(lan, form((day, "CB000001", "An")))
    changed = form((day, "CB000002", "An"))
    lan.post(PATH, {**changed, **seen(page), "do": "save"})
    assert lends() == 0


def test_the_same_sheet_twice_is_written_once(lan, day):
    said = form((day, "CB000001", "An"), visits="", **{"visits-CHILD": "6", "uses-CHILD": "9"})
    filled = {**said, **seen(look(lan, said)), "do": "save"}
    for _ in range(2):
        lan.post(PATH, filled)
    assert lends() == 1
    assert circulation.tallies_of("CB-COBA", local_date(system_clock())) == {
        ("VISITS", "CHILD"): 6, ("USES", "CHILD"): 9,
    }  # fmt: skip


@pytest.mark.parametrize("number", ["-1", "x", "10001", "9" * 4000])
def test_an_impossible_count_at_the_foot_is_told_and_nothing_is_written(lan, day, number):
    said = form((day, "CB000001", "An"), **{"visits-CHILD": number})
    page = lan.post(PATH, {**said, **seen(look(lan, said)), "do": "save"}).content.decode()
    assert "whole numbers from 0" in page
    assert lends() == 0


def test_several_readers_of_one_name_are_offered_and_one_is_chosen(lan, world, day):
    from tests import builders

    other = builders.reader(world.lan, system_clock, builders.applicant("Vàng Thị An", phone="0912"))
    said = form((day, "CB000001", "Vàng Thị An"))
    page = look(lan, said)
    assert "Which of these readers?" in page
    said |= {"reader-1": str(other)}
    lan.post(PATH, {**said, **seen(look(lan, said)), "do": "save"})
    assert circulation.open_loan_of_copy("CB000001").reader == other


def test_a_keeper_elsewhere_sees_nothing_of_these_readers(minh, world, day):
    page = look(minh, form((day, "CB000001", "Vàng Thị An"), (day, "CB000002", world.an_card)))
    assert "No reader of this place" in page
    assert "Vàng Thị An" not in page.replace('value="Vàng Thị An"', "")
    assert world.an_card in page


def test_a_wrong_number_of_a_sheet_is_told(lan):
    assert "There is no such sheet number" in lan.text("/work/paper/", 422, code="K4M7-0000")
    assert lan.get("/work/paper/K4M7-0000/").status_code == 404
    sloppy = CODE.lower().replace("-", " ")
    assert lan.get("/work/paper/", {"code": sloppy})["Location"] == PATH
    assert lan.get(f"/work/paper/{CODE.lower()}/")["Location"] == PATH


def test_printed_sheets_have_numbers_of_their_own(lan):
    answer = lan.get("/work/paper/print/", {"n": "3"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert lan.get("/work/paper/print/", {"n": "9" * 500}).status_code == 200


def test_a_full_sheet_asks_the_database_no_more_than_a_page_may(lan, world, day):
    def cost(*lines):
        said = {**form(*lines), "do": "check"}
        with CaptureQueriesContext(connection) as watched:
            lan.post(PATH, said)
        return [q["sql"] for q in watched.captured_queries if not any(word in q["sql"] for word in BOOKKEEPING)]

    first = [(day, f"CB00000{n}", "An") for n in range(1, 5)]
    lan.post(PATH, {**form(*first), **seen(look(lan, form(*first))), "do": "save"})
    full = cost(*first, *[(day, f"Dế Mèn {n}", f"Người {n}") for n in range(21)])
    assert len(full) <= QUERIES_MAX, "\n".join(full)
    assert len(full) <= len(cost(*first, (day, "Dế Mèn 0", "Người 0")))
