"""Books in the workbench: finding titles, the page of a record, the page of a copy and what happened to it."""

from __future__ import annotations

import re

from guisach.domain.circulation import queries as circulation
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from tests.web.work.conftest import earlier, lent, worker


class TestFinding:
    def test_by_words_without_marks_with_what_is_here(self, lan, minh, world):
        lent(world)
        assert "Here now: 5" in lan.text("/work/books/", q="de men")
        assert "At other places: 1" in minh.text("/work/books/", q="de men")

    def test_a_barcode_leads_to_its_copy(self, lan, world):
        assert lan.get("/work/books/", {"q": "cb000001"})["Location"] == "/work/copies/CB000001/"

    def test_only_what_is_kept_here(self, minh, world):
        assert "No title found" in minh.text("/work/books/", q="de men", here="1")

    def test_nothing_found_says_what_to_try(self, lan, world):
        assert "Try fewer words" in lan.text("/work/books/", q="khongcosachnay")

    def test_without_words_the_last_titles_are_shown_in_pages(self, lan, world):
        from tests import builders

        for number in range(25):
            builders.record(f"Sách mới {number}")
        first, second = lan.text("/work/books/"), lan.text("/work/books/", page="2")
        assert "Sách mới 24" in first
        assert "Dế Mèn" not in first
        assert "Dế Mèn" in second
        assert lan.get("/work/books/", {"page": "x" * 50}).status_code == 200


class TestRecord:
    def test_shows_where_each_copy_is(self, lan, world):
        due = lent(world).loan.due_on
        number = circulation.open_loan_of_copy("CB000001").record_id
        page = lan.text(f"/work/records/{number}/")
        assert f"due {due:%d/%m/%Y}" in page
        assert page.count("Thư viện xã Cô Ba") == 6

    def test_of_a_title_without_copies_says_so(self, lan, world):
        from tests import builders

        assert "knows no copy" in lan.text(f"/work/records/{builders.record('Truyện Kiều').pk}/")

    def test_that_does_not_exist_is_not_there(self, lan, world):
        assert lan.get("/work/records/999999/").status_code == 404


class TestCopy:
    def test_tells_who_has_it_and_what_happened_in_words(self, lan, world):
        lent(world, clock=earlier(days=30))
        page = lan.text("/work/copies/CB000001/")
        assert "Vàng Thị An" in page
        assert "days late" in page
        assert "Hoàng Thị Lan lent CB000001 to a reader." in page
        assert "Thư viện tỉnh Cao Bằng" in page  # the owner
        assert readers.accesses_of(world.an)[0][1] == "COPY"

    def test_does_not_name_a_reader_of_another_place(self, minh, world):
        lent(world)
        page = minh.text("/work/copies/CB000001/")
        assert "On loan to a reader" in page
        assert "Vàng" not in page
        assert readers.accesses_of(world.an) == []

    def test_never_names_who_had_it_before(self, lan, hoa, world):
        lent(world)
        lan.scan("CB000001")
        readers_before = len(readers.accesses_of(world.an))
        for client in (lan, hoa):
            assert "Vàng" not in client.text("/work/copies/CB000001/")
        assert len(readers.accesses_of(world.an)) == readers_before

    def test_offers_an_undo_to_whom_it_is_allowed(self, lan, minh, hoa, world):
        lent(world, clock=earlier(days=3))
        assert "/work/undo/" not in lan.text("/work/copies/CB000001/")
        assert "/work/undo/" not in minh.text("/work/copies/CB000001/")
        page = hoa.text("/work/copies/CB000001/")
        target = re.search(r'name="target" value="([^"]*)"', page)[1]
        back = "/work/copies/CB000001/"
        assert hoa.act("/work/undo/", target=target, next=back)["Location"] == back
        assert circulation.open_loan_of_copy("CB000001") is None
        assert "taken back: it does not count" in hoa.text(back)

    def test_that_nobody_touched_says_so(self, lan, world):
        page = lan.text("/work/copies/CB000006/")
        assert "Nothing has been written down" in page
        assert "should be at Thư viện xã Cô Ba" in page

    def test_known_only_from_a_scan_has_a_page_too(self, lan, hoa, world):
        from guisach.domain.circulation.actions import Override

        lent(world, "CB777777", by=world.hoa, override=Override("copy_unknown", "sách mới"))
        page = lan.text("/work/copies/CB777777/")
        assert "not yet in the catalogue" in page
        assert "went past a rule" in page

    def test_is_found_by_its_barcode_however_it_is_typed(self, lan, world):
        assert lan.get("/work/copies/cb000001/")["Location"] == "/work/copies/CB000001/"
        assert lan.get("/work/copies/CB999999/").status_code == 404
        assert lan.get(f"/work/copies/{'X' * 60}/").status_code == 404

    def test_is_taken_back_from_its_page(self, lan, world):
        lent(world)
        back = "/work/copies/CB000001/"
        lan.act("/work/loans/take-back/", code="CB000001", next=back, op=str(new_id()))
        assert "Returned" in lan.text(back)

    def test_a_cataloguer_sees_the_copy_and_not_the_reader(self, world):
        from tests import builders

        lent(world)
        page = worker(builders.thao()).text("/work/copies/CB000001/")
        assert "On loan to a reader" in page
        assert "/work/loans/" not in page

    def test_withdrawn_says_so(self, lan, world):
        from tests import builders

        builders.copy("CB000888", condition="WITHDRAWN")
        assert "Withdrawn from the stock" in lan.text("/work/copies/CB000888/")
        assert system_clock() > builders.START
