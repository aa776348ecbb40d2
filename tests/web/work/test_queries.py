"""Pages cost a constant, small number of queries, however many readers, slips and cases they show."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guisach.domain.readers import queries as readers
from guisach.kernel.clock import system_clock
from tests.web.work.conftest import earlier, lent

QUERIES_MAX = 12  # besides reading and keeping the session, and the trace that looking at a reader leaves
BOOKKEEPING = ("django_session", 'readers_readeraccess" (', "SAVEPOINT", "BEGIN", "COMMIT")


def cost(client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return [q["sql"] for q in seen.captured_queries if not any(word in q["sql"] for word in BOOKKEEPING)]


@pytest.fixture
def little_and_much(world, lan):
    """Give `fill()`, after which every page has much more to show."""
    from tests import builders

    lan.scan(world.an_card)
    lan.scan("CB000001")

    def fill() -> None:
        people = [
            builders.reader(world.lan, system_clock, builders.applicant(f"Vàng Thị {n}", phone="0912345678"))
            for n in ("Mỷ", "Dí", "Xuân", "Pham")
        ]
        for number, reader in enumerate(people, 2):
            lan.scan(readers.reader(reader).card_no)
            lan.scan(f"CB00000{number}")
        lan.scan(world.an_card)
        lan.scan("CB000006")
        for number in range(3):
            builders.record(f"Dế Mèn {number}")

    return fill


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        "/work/?desk=d1",
        "/work/returns/",
        "/work/readers/?q=vang",
        "/work/readers/{an}/",
        "/work/readers/join/",
        "/work/count/",
        "/work/paper/",
        "/work/books/?q=de men",
        "/work/records/{record}/",
        "/work/copies/CB000001/",
        "/work/cases/",
        "/work/place/",
        "/work/password/",
    ],
)
def test_a_page_costs_the_same_with_little_and_with_much(lan, world, little_and_much, path):
    from guisach.domain.catalogue.queries import copy_by_barcode

    address = path.format(an=world.an, record=copy_by_barcode("CB000001").record_id)
    lan.get(address)
    little = cost(lan, address)
    little_and_much()
    much = cost(lan, address)
    assert len(much) <= QUERIES_MAX, "\n".join(much)
    # What had nothing to show asked less; what shows more asks nothing more.
    assert len(much) - len(little) in ({0} if "cases" not in path else {0, 1, 2}), "\n".join(much)


def test_the_page_of_a_case_stays_within_bounds(hoa, world):
    from guisach.domain.circulation.actions import Override
    from guisach.domain.journal import queries as journal
    from tests import builders

    binh = builders.binh(world.lan, earlier(days=6))
    lent(world)
    lent(world, reader=binh, by=world.hoa, override=Override("copy_on_loan", "đang cầm trên tay"))
    case = journal.cases(journal.CaseFilter(places=None), at=system_clock())[0]
    queries = cost(hoa, f"/work/cases/{case.id}/")
    assert len(queries) <= QUERIES_MAX, "\n".join(queries)
