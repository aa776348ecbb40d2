"""A book's page: what it is, and at which place a copy is in or out until when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from guisach.domain.circulation.queries import Availability
from guisach.domain.network.queries import commune, places_by_code
from guisach.web.portal import books
from tests import builders

TODAY = date(2026, 11, 22)


@pytest.fixture
def book(reader):
    return builders.record(
        "Dế Mèn phiêu lưu ký",
        subtitle="truyện dài",
        authors=["Tô Hoài", "Tạ Huy Long"],
        publisher="Kim Đồng",
        year=2022,
        isbns=["9786042000000"],
        subjects=["Văn học thiếu nhi"],
        summary="Chú Dế Mèn rời tổ.",
        extent="148 tr.",
    )


def test_a_book_is_described_and_its_copies_stand_by_place(text, book):
    builders.copy("CB000001", of=book, shelf="Thiếu nhi", call_no="895 / T450D")
    builders.copy("CB000002", of=book, shelf="Thiếu nhi", call_no="895 / T450D")
    builders.copy("CB000003", of=book, place=builders.DAMTHUY, condition="REFERENCE")
    builders.copy("CB000004", of=book, place=builders.TINH, condition="WITHDRAWN")
    page = text(f"/records/{book.pk}/", near="01324")
    for words in ("2 copies are in", "shelf Thiếu nhi", "895 / T450D", "1 copy to read there", "9786042000000"):
        assert words in page
    assert "Thư viện tỉnh" not in page
    assert page.index("Thư viện xã Cô Ba") < page.index("Thư viện xã Đàm Thủy")
    assert "/search/?subject=V%C4%83n+h%E1%BB%8Dc+thi%E1%BA%BFu+nhi" in page
    assert "Tạ Huy Long" in page


def test_a_book_nobody_holds_says_so(text, book):
    assert "No place has a copy on record" in text(f"/records/{book.pk}/")


def test_made_up_records_are_marked(text, reader):
    assert "sample data" in text(f"/records/{builders.record(is_filler=True).pk}/")


def test_the_address_is_said_to_be_the_one_to_keep(reader, book):
    page = reader.get(f"/records/{book.pk}/?near=01324").content.decode()
    assert f'<link rel="canonical" href="http://testserver/records/{book.pk}/">' in page


@pytest.mark.parametrize("number", ["0", "999999", str(2**63 - 1), str(2**63), "9" * 400])
def test_an_unknown_book_is_not_found(reader, number):
    assert reader.get(f"/records/{number}/").status_code == 404


@pytest.mark.parametrize("path", ["/records/x/", "/records/-1/", "/records/%00/"])
def test_what_is_no_number_is_not_found(reader, path):
    assert reader.get(path).status_code == 404


def test_html_in_a_record_stays_text(text, reader):
    found = builders.record("<b>Đậm</b>", subjects=["<i>x</i>"], summary="<script>x</script>")
    page = text(f"/records/{found.pk}/")
    assert "<script>x" not in page
    assert "<b>Đậm" not in page
    assert "&lt;b&gt;Đậm" in page


@pytest.mark.parametrize("copies", [1, 40])
def test_queries_do_not_grow_with_the_copies(reader, book, copies, django_assert_max_num_queries):
    for number in range(copies):
        builders.copy(f"CB{number:06}", of=book, place=(builders.COBA, builders.DAMTHUY, builders.TINH)[number % 3])
    with django_assert_max_num_queries(12):
        reader.get(f"/records/{book.pk}/?near=01324")


# In one line ------------------------------------------------------------------------------------------------


def held(place: str, *, due: date | None = None, condition: str = "NORMAL", shelf: str = "") -> Availability:
    return Availability(f"X{place}{due}{shelf}", place, "", shelf, condition, due)


@pytest.fixture
def says(reader):
    """Give `says([copies], near="01324")`: state, text, note and detail in English."""
    from django.utils import translation

    known = places_by_code([builders.COBA, builders.DAMTHUY, builders.TINH])

    def told(*copies: Availability, near: str = "") -> books.Standing:
        with translation.override("en"):
            return books.standing(copies, known, commune(near) if near else None, TODAY)

    return told


def test_the_own_commune_comes_before_all(says):
    found = says(held(builders.TINH), held(builders.COBA), near="01324")
    assert (found.state, found.text) == ("here", "In now at Thư viện xã Cô Ba")
    assert found.detail == "and at 1 other place"


def test_else_the_nearest_place_is_named_with_its_distance(says):
    found = says(held(builders.DAMTHUY), held(builders.TINH), near="01324")
    assert (found.state, found.text) == ("near", "At Thư viện tỉnh Cao Bằng")
    assert "km away" in found.note


def test_a_copy_to_read_there_is_not_called_lendable(says):
    found = says(held(builders.COBA, condition="REFERENCE"), held(builders.TINH, due=TODAY))
    assert (found.state, found.text) == ("near", "To read at Thư viện xã Cô Ba")


def test_when_all_are_out_the_first_due_is_told(says):
    found = says(held(builders.COBA, due=date(2026, 12, 3)), held(builders.TINH, due=date(2026, 12, 9)))
    assert (found.state, found.note) == ("out", "due back 3/12")


def test_a_copy_that_is_late_is_not_promised(says):
    assert says(held(builders.COBA, due=TODAY - timedelta(days=1))).note == "was due back 21/11"


@pytest.mark.parametrize("copies", [[], [held(builders.COBA, condition="WITHDRAWN")], [held("GONE")]])
def test_without_a_copy_that_can_be_shown_a_librarian_is_asked(says, copies):
    assert says(*copies).state == "person"
