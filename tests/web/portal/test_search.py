"""Searching: what is found with where it is now, what is not found with what to try; nothing breaks it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from guisach.domain.circulation import actions as circulation
from guisach.kernel.ids import new_id
from guisach.site.indexing import rebuild
from tests import builders


@pytest.fixture
def book(reader):
    found = builders.record("Dế Mèn phiêu lưu ký", publisher="Kim Đồng", year=2022, ddc="895.92", kind="COMIC")
    builders.copy("CB000001", of=found, shelf="Thiếu nhi", call_no="895 / T450D")
    builders.record("Truyện Kiều", "Nguyễn Du")
    rebuild()
    return found


def lend(barcode: str) -> None:
    lan, clock = builders.lan(), builders.Clock()
    person = builders.an(lan, clock)
    circulation.lend(op_id=new_id(), by=lan.source, place=builders.COBA, barcode=barcode, reader=person, clock=clock)


def test_a_title_without_marks_is_found_with_where_it_is(text, book):
    page = text("/search/", q="de men")
    assert "1 title for “de men”" in page
    assert reverse("portal:record", args=[book.pk]) in page
    assert "In now at Thư viện xã Cô Ba" in page
    assert "Kim Đồng, 2022" in page


def test_from_another_commune_the_distance_is_told(text, book):
    page = text("/search/", q="de men", near="01273")
    assert "At Thư viện xã Cô Ba" in page
    assert "km away" in page


def test_from_the_own_commune_it_is_here(text, book):
    page = text("/search/", q="de men", near="01324")
    assert "avail--here" in page
    assert "km away" not in page


def test_raw_telex_finds_the_book_and_says_how_it_was_read(text, book):
    page = text("/search/", q="dees mefn")
    assert "In now at" in page
    assert "dế mèn" in page
    assert "Also read as typed" in page


def test_a_lent_copy_is_out_until_a_day(text, book):
    lend("CB000001")
    page = text("/search/", q="de men")
    assert "All copies are out" in page
    assert "due back" in page


def test_a_book_without_a_copy_sends_to_a_librarian(text, book):
    assert "no copy is recorded yet" in text("/search/", q="truyen kieu")


def test_nothing_found_keeps_the_words_and_says_what_to_try(reader, text, book):
    page = text("/search/", q="xyzzy", kind="LAW")
    assert "No book found yet for “xyzzy”" in page
    assert "Look again without the filters" in page
    assert 'value="xyzzy"' in reader.get("/search/", {"q": "xyzzy"}).content.decode()


def test_filters_narrow_and_can_be_taken_off(text, book):
    page = text("/search/", kind="COMIC")
    assert "1 title" in page
    assert 'aria-current="true"' in page
    assert 'href="/search/"' in page


def test_a_page_beyond_the_end_leads_back(text, book):
    assert "Back to the first page" in text("/search/", page="7")


def test_pages_follow_one_another(text, reader):
    for number in range(25):
        builders.record(f"Sách số {number}")
    rebuild()
    assert "page=2" in text("/search/")
    assert 'rel="prev"' in text("/search/", page="2")


def test_without_an_index_titles_are_searched_and_the_page_says_so(text, book, settings):
    import shutil

    shutil.rmtree(settings.DATA / "index", ignore_errors=True)
    page = text("/search/", q="de men")
    assert "only titles are searched" in page
    assert "Dế Mèn" in page


@pytest.mark.slow
@pytest.mark.parametrize(
    "params",
    [
        {"q": "x" * 5000},
        {"q": "a\0b"},
        {"q": "\udcff"},
        {"q": "   "},
        {"q": '"(*:^~\\ AND OR'},
        {"q": "<script>alert(1)</script>"},
        {"page": "-1"},
        {"page": "1e9"},
        {"kind": "NO_SUCH_KIND"},
        {"place": "nowhere\0", "language": "x" * 999, "subject": "%", "year": "9999-0000"},
        {"near": "\0"},
        {"near": "99999"},
        {"unknown": "1"},
    ],
)
def test_absurd_parameters_are_answered(reader, book, params):
    from urllib.parse import urlencode

    response = reader.get("/search/?" + urlencode(params, errors="surrogatepass"))
    assert response.status_code == 200
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize("raw", ["q=%ff%fe", "q=%00", "q[]=1", "q=a&q=b", "&&&==", "q=%ED%A0%80"])
def test_a_broken_address_is_answered(reader, book, raw):
    assert reader.get(f"/search/?{raw}").status_code == 200


def test_search_engines_are_kept_from_result_pages(reader, book):
    assert b'name="robots" content="noindex"' in reader.get("/search/").content


@pytest.mark.parametrize("rows", [1, 20])
def test_queries_do_not_grow_with_what_is_found(reader, rows, django_assert_max_num_queries):
    for number in range(rows):
        found = builders.record(f"Con trâu {number}")
        for copy in range(3):
            builders.copy(f"CB{number:03}{copy:03}", of=found, place=(builders.COBA, builders.DAMTHUY)[copy % 2])
    rebuild()
    with django_assert_max_num_queries(12):
        assert "Con trâu" in reader.get("/search/", {"q": "con trau", "near": "01324"}).content.decode()


def test_due_days_far_off_carry_their_year(today):
    from guisach.web.portal.words import short_day

    assert short_day(today + timedelta(days=400), today).count("/") == 2
    assert short_day(today + timedelta(days=4), today).count("/") == 1


# Narrowing, order, spelling, suggestions ------------------------------------------------------------------------


@pytest.fixture
def two(book):
    """Beside the book in Cô Ba, one in Đàm Thủy that is lent more."""
    other = builders.record("Dế Mèn bênh kẻ yếu", "Tô Hoài", year=1990)
    builders.copy("CB000009", of=other, place=builders.DAMTHUY)
    rebuild()
    return book, other


def test_what_is_in_now_is_a_chip_that_narrows(text, two):
    lend("CB000001")
    rebuild()
    page = text("/search/", q="de men")
    assert "available=1" in page
    page = text("/search/", q="de men", available="1")
    assert "1 title for" in page
    assert "Dế Mèn bênh kẻ yếu" in page


def test_the_nearest_come_first_where_that_is_asked_for(text, two):
    page = text("/search/", q="de men", near="01501", sort="near")
    assert page.index("bênh kẻ yếu") < page.index("phiêu lưu ký")
    assert "Nearest to me" in page
    assert "Nearest to me" not in text("/search/", q="de men")


@pytest.mark.parametrize("sort", ["year", "title", "popular", "newest", "no such order"])
def test_results_can_be_put_in_order(text, two, sort):
    page = text("/search/", q="de men", sort=sort)
    assert "2 titles for" in page


def test_titles_in_dictionary_order(text, two):
    page = text("/search/", q="de men", sort="title")
    assert page.index("bênh kẻ yếu") < page.index("phiêu lưu ký")
    assert 'aria-current="true">Title, A to Z' in page


def test_a_misspelt_question_is_asked_back_as_the_catalogue_writes_it(text, book):
    page = text("/search/", q="de men phiu luu ky")
    assert "Did you mean" in page
    assert ">Dế Mèn phiêu lưu ký</a>?" in page
    assert "Did you mean" not in text("/search/", q="de men phieu luu ky")


def test_a_librarian_may_name_a_field(text, book):
    assert "1 title for" in text("/search/", q='tác giả:"nguyễn du"')
    assert "No book found yet" in text("/search/", q='nhan đề:"nguyễn du"')


def test_a_collection_keeps_while_another_word_is_tried(reader, book):
    page = reader.get("/search/", {"q": "x", "collection": "LAW", "place": builders.COBA}).content.decode()
    assert '<input type="hidden" name="collection" value="LAW">' in page
    assert f'<input type="hidden" name="place" value="{builders.COBA}">' in page


def test_suggestions_lead_to_the_record_or_to_a_search(reader, book):
    found = reader.get("/suggest/", {"q": "de m"})
    assert found["Cache-Control"] == "public, max-age=120"
    (one,) = found.json()["suggestions"]
    assert one == {"text": "Dế Mèn phiêu lưu ký", "note": "Tô Hoài", "href": reverse("portal:record", args=[book.pk])}
    first = reader.get("/suggest/", {"q": "nguyen d"}).json()["suggestions"][0]
    assert first == {"text": "Nguyễn Du", "note": "author · 1 title", "href": "/search/?q=Nguy%E1%BB%85n+Du"}


@pytest.mark.parametrize("q", ["", "d", "\0", "x" * 5000, '"(*:', "<script>"])
def test_any_beginning_is_answered(reader, book, q):
    assert reader.get("/suggest/", {"q": q}).status_code == 200
