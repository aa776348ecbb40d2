"""Stocktakes in the workbench: begun, scanned together, pasted, closed, printed; nobody else's business."""

from __future__ import annotations

import re

import pytest

from guisach.domain.circulation import queries as circulation
from guisach.domain.circulation.queries import stocktakes as taking
from guisach.kernel.clock import system_clock
from tests.web.work.conftest import lent
from tests.web.work.test_queries import QUERIES_MAX, cost

LIST = "/work/stocktakes/"


@pytest.fixture
def count(lan, world):
    """A stocktake of all that Cô Ba keeps, begun by Lan; gives its address."""
    return lan.act(LIST, place="CB-COBA", scope="place")["Location"]


def scan(worker, count, code, **more):
    return worker.act(f"{count}scan/", htmx=True, code=code, **more).content.decode()


def of(count):
    return taking.stocktake(count.rstrip("/").rpartition("/")[2])


class TestBeginning:
    def test_a_shelf_a_collection_or_all_of_it(self, lan, world):
        from guisach.domain.catalogue.models import Collection, Copy

        Copy.objects.filter(barcode="CB000001").update(shelf="A1")
        Copy.objects.filter(barcode="CB000002").update(collection=Collection.objects.create(code="LUAT", name="Luật"))
        for said, name, expected in (
            ({"scope": "shelf", "first": "A1"}, "Shelf A1", 1),
            ({"scope": "collection", "collection": "LUAT"}, "Collection: Luật", 1),
            ({"scope": "place"}, "Everything the place keeps", 6),
        ):
            begun = lan.act(LIST, place="CB-COBA", **said)["Location"]
            assert name in lan.text(begun)
            assert taking.progress(of(begun)).expected == expected
        assert lan.text(LIST).count("being counted") == 3

    def test_a_shelf_without_books_is_refused_and_nothing_typed_is_lost(self, lan, world):
        response = lan.act(LIST, place="CB-COBA", scope="shelf", first="Z9")
        assert response.status_code == 422
        assert 'value="Z9"' in response.content.decode()

    def test_one_begun_by_mistake_is_taken_back(self, lan, count):
        page = lan.text(count)
        target = re.search(r'name="target" value="([^"]+)"', page)[1]
        lan.act("/work/undo/", target=target, next=LIST)
        assert of(count) is None
        assert lan.get(count).status_code == 404


class TestScanning:
    def test_each_scan_is_a_slip_and_what_is_wrong_is_said_with_what_to_do(self, lan, world, count):
        from tests import builders

        builders.copy("DT000001", place=builders.DAMTHUY)
        lent(world, "CB000005")
        assert "Is here" in scan(lan, count, "CB000001")
        assert "Scanned before" in scan(lan, count, "cb000001")
        assert "Belongs to another place" in scan(lan, count, "DT000001")
        assert "Not in the catalogue" in scan(lan, count, "LA-LAM-9")
        slip = scan(lan, count, "CB000005")
        assert "On loan in the books" in slip
        assert "/work/loans/take-back/" in slip
        assert "ISBN on the cover" in scan(lan, count, "9786042089333")
        stand = taking.progress(of(count))
        assert (stand.seen, stand.scanned, stand.again) == (2, 4, 1)

    def test_what_was_missing_is_found_again(self, lan, count):
        lan.act("/work/troubles/act/", code="CB000001", do="miss", next="/work/")
        assert "Found again" in scan(lan, count, "CB000001")
        assert circulation.copy_now("CB000001").trouble == ""

    def test_works_without_a_script(self, lan, count):
        response = lan.act(f"{count}scan/", code="CB000001")
        page = response.content.decode()
        assert response.status_code == 200
        assert "Is here" in page
        assert "data-autofocus" in page
        assert lan.text(count).count("CB000001") >= 1

    def test_a_scan_taken_back_does_not_count(self, lan, count):
        slip = scan(lan, count, "CB000001")
        target = re.search(r'name="target" value="([^"]+)"', slip)[1]
        lan.act("/work/undo/", htmx=True, target=target)
        assert taking.progress(of(count)).scanned == 0

    def test_a_pile_is_pasted_with_bounds(self, lan, count):
        pasted = "CB000001\r\nCB000002, cb000003\n9786042089333\n"
        lan.act(count, do="pile", codes=pasted)
        page = lan.text(count)
        assert "3 books counted." in page
        assert "9786042089333" in page
        too_many = lan.act(count, do="pile", codes="\n".join(f"X{n}" for n in range(2001)))
        assert too_many.status_code == 409
        assert "X2000" in too_many.content.decode()  # nothing that was pasted is lost
        assert taking.progress(of(count)).scanned == 3


class TestTheEnd:
    def test_two_scan_both_say_done_one_closes_and_the_rest_is_missing(self, lan, hoa, count):
        for worker, codes in ((lan, ("CB000001", "CB000002")), (hoa, ("CB000003",))):
            for code in codes:
                scan(worker, count, code)
        lan.act(count, do="done")
        assert "Close all the same" in lan.act(count, do="close").content.decode()
        page = lan.text(f"{count}progress/")
        assert page == ""  # a part of a page has no <main>
        part = lan.get(f"{count}progress/").content.decode()
        assert "Hoàng Thị Lan" in part
        assert part.count("done") == 1
        hoa.act(count, do="done")
        lan.act(count, do="close")
        page = lan.text(count)
        assert "Missing: 3" in page
        assert 'id="scan"' not in page
        missing = lan.text(f"{count}lines/")
        assert "CB000004" in missing
        assert "CB000001" not in missing
        assert circulation.copy_now("CB000004").trouble == "MISSING"

    def test_minutes_and_table(self, lan, world, count):
        scan(lan, count, "CB000001")
        for form in ("", "csv"):
            answer = lan.get(f"{count}minutes/", {"form": form})
            assert answer.status_code == 200
        lan.act(count, do="close", even_so="1")
        pdf = lan.get(f"{count}minutes/")
        assert pdf["Content-Type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF")
        table = b"".join(lan.get(f"{count}minutes/", {"form": "csv"}).streaming_content).decode()
        assert len(table.strip().splitlines()) == 1 + 5

    def test_it_is_nobody_elses_business(self, minh, count):
        for path in ("", "progress/", "lines/", "minutes/"):
            assert minh.get(f"{count}{path}").status_code == 404
        assert minh.act(f"{count}scan/", code="CB000001").status_code == 404
        assert minh.act(count, do="close", even_so="1").status_code == 404


@pytest.mark.slow
def test_pages_cost_the_same_with_little_and_with_much(lan, world, count):
    from tests import builders

    scan(lan, count, "CB000001")
    paths = (LIST, count, f"{count}progress/", f"{count}lines/", f"{count}lines/?what=ELSEWHERE")
    for path in paths:
        lan.get(path)
    little = {path: len(cost(lan, path)) for path in paths}
    record = builders.record()
    for n in range(60):
        builders.copy(f"TT{n:06}", of=record)
        builders.copy(f"DX{n:06}", of=record, place=builders.DAMTHUY)
    lan.act(count, do="pile", codes="\n".join(f"DX{n:06}" for n in range(60)))
    for path in paths:
        much = cost(lan, path)
        assert len(much) <= QUERIES_MAX, "\n".join(much)
        assert len(much) <= little[path] + 1, path
    assert lan.text(f"{count}lines/").count("<tr>") == 1 + 50


def test_sees_only_now(lan, count):
    """What came back before the count began proves nothing; what comes back during it does."""
    before = system_clock()
    assert of(count).begun_at <= before
    lan.act("/work/loans/take-back/", htmx=True, code="CB000002")
    assert taking.progress(of(count)).seen == 1
