"""Records that wait for a person: beside what they may be the same as, decided in one step, the next at once."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guisach.domain.catalogue import queries
from tests import builders
from tests.builders_marc import book, data
from tests.web.work.conftest import worker
from tests.web.work.test_imports import imported


@pytest.fixture
def thao(world):
    return worker(builders.thao())


def asked(client, *records: bytes, treatment: str = "ask") -> int:
    """Bring records in of which whatever is here already waits."""
    from guisach.site.importing import Importer
    from tests.web.work.test_imports import given

    number = given(client, SimpleUploadedFile("cu.mrc", b"".join(records)))
    client.post(f"/work/imports/{number}/columns/", {"place": "CB-COBA"})
    client.post(f"/work/imports/{number}/policy/", {"treatment": treatment, "years_matter": "on"})
    client.post(f"/work/imports/{number}/check/")
    assert Importer().step()
    return number


def isbn(number: str) -> tuple[str, bytes]:
    return ("020", data(("a", number)))


@pytest.fixture
def three(thao):
    """Three books that are here, and the same three again, with a copy each."""
    numbers = ("9786042130288", "9786049760198", "9786041145191")
    ours = [book(f"Sách số {at}", number=f"a{at}", source="A", more=(isbn(no),)) for at, no in enumerate(numbers)]
    imported(thao, SimpleUploadedFile("ta.mrc", b"".join(ours)))
    theirs = [
        book(f"Sách số {at}", author="Tô Hoài", number=f"b{at}", source="B", barcodes=(f"X{at}",), more=(isbn(no),))
        for at, no in enumerate(numbers)
    ]
    return asked(thao, *theirs)


def first(client, import_: int) -> int:
    return int(re.search(r"/work/waiting/(\d+)/", client.text("/work/waiting/", **{"import": import_}))[1])


class TestOne:
    def test_is_shown_beside_what_is_here_field_by_field(self, thao, three):
        page = thao.text("/work/waiting/")
        assert "Is this book here already?" in page
        assert "the same ISBN" in page
        assert "X0" in page
        assert re.search(r'class="how-same"><th scope="row">Title', page)
        assert "3 left" in page

    def test_merged_leads_to_the_next_at_once(self, thao, three):
        one = first(thao, three)
        response = thao.post(f"/work/waiting/{one}/", {"decision": "MERGE", "import": three}, follow=True)
        page = response.content.decode()
        assert "Merged." in page
        assert "2 left" in page
        assert queries.copy_by_barcode("X0") is not None
        assert queries.waiting_record(one).decision == "MERGE"

    def test_another_book_is_added(self, thao, three):
        before = queries.count_records()
        thao.post(f"/work/waiting/{first(thao, three)}/", {"decision": "ADD"})
        assert queries.count_records() == before + 1

    def test_not_wanted_is_left_out(self, thao, three):
        before = queries.count_records()
        thao.post(f"/work/waiting/{first(thao, three)}/", {"decision": "DISCARD"})
        assert queries.count_records() == before
        assert queries.count_waiting() == 2

    def test_later_shows_the_next_and_comes_round_again(self, thao, three):
        one = first(thao, three)
        page = thao.text("/work/waiting/", after=one)
        assert f"/work/waiting/{one}/" not in page
        assert f"/work/waiting/{one}/" in thao.text("/work/waiting/", after=99999)

    @pytest.mark.slow
    @pytest.mark.parametrize("said", [{}, {"decision": "WIZARD"}, {"decision": "MERGE", "record": "999999"}])
    def test_nothing_chosen_or_a_title_that_is_not_there_is_refused(self, thao, three, said):
        response = thao.post(f"/work/waiting/{first(thao, three)}/", said)
        assert response.status_code in (409, 422)
        assert queries.count_waiting() == 3

    def test_decided_meanwhile_otherwise_is_said(self, thao, hoa, three):
        one = first(thao, three)
        hoa.post(f"/work/waiting/{one}/", {"decision": "DISCARD"})
        response = thao.post(f"/work/waiting/{one}/", {"decision": "MERGE"})
        assert response.status_code == 409
        assert "already decided" in response.content.decode()

    def test_is_not_for_keepers(self, lan, thao, three):
        assert lan.get("/work/waiting/").status_code == 403
        assert lan.post(f"/work/waiting/{first(thao, three)}/", {"decision": "ADD"}).status_code == 403
        assert queries.count_waiting() == 3


class TestMany:
    def test_with_the_same_isbn_and_title_are_merged_at_once(self, thao, three):
        page = thao.text("/work/waiting/")
        assert "Merge all 3" in page
        ids = re.findall(r'name="waiting" value="(\d+)"', page)
        response = thao.post("/work/waiting/alike/", {"waiting": ids, "import": three}, follow=True)
        assert "3 titles were merged" in response.content.decode()
        assert "Nothing waits" in response.content.decode()

    def test_those_that_are_gone_are_counted_as_left(self, thao, three):
        ids = [*re.findall(r'name="waiting" value="(\d+)"', thao.text("/work/waiting/")), "99999"]
        assert "1 still waits" in thao.post("/work/waiting/alike/", {"waiting": ids}, follow=True).content.decode()


def test_nothing_waits_is_good_news(thao):
    assert "Every record that was brought in has found its place" in thao.text("/work/waiting/")
    assert thao.get("/work/waiting/", {"import": "x", "after": "-"}).status_code == 200
