"""Legal documents, local studies, periodicals, lists and covers as readers see them."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from guisach.domain.catalogue.actions import follow_headings
from guisach.domain.catalogue.actions.covers import set_cover
from guisach.domain.catalogue.actions.laws import Particulars, describe_law
from guisach.domain.catalogue.actions.lists import add_to_list, make_list
from guisach.domain.catalogue.actions.periodicals import Came, Terms, receive_issues, subscribe
from guisach.domain.catalogue.models import Change, Collection
from guisach.domain.catalogue.queries.covers import covers_of
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, to_json
from guisach.kernel.clock import system_clock
from guisach.site.indexing import rebuild
from tests import builders


def law(title: str, **said: object) -> int:
    record = builders.record(title, author="Quốc hội", kind="LAW", ddc="344.597").pk
    describe_law(record=record, said=Particulars(**said))  # type: ignore[arg-type]
    return record


def described(title: str, *fields: tuple[str, str], **more: object) -> int:
    made = (Field("245", "10", (("a", title),)), *(Field(tag, " 7", (("a", text),)) for tag, text in fields))
    row = builders.record(title, marc=to_json(Incoming(" " * 24, made)), **more)
    Change.objects.create(record=row.pk)
    follow_headings()
    return row.pk


class TestLaws:
    def test_they_are_listed_with_where_they_stand_today(self, text, reader, today):
        new = law("Luật mới", number="2/2026/QH15", issuer="Quốc hội", valid_from=today)
        law("Luật cũ", valid_from=today - timedelta(days=9), replaced_by=new)
        law("Luật chưa tới", valid_from=today + timedelta(days=9))
        law("Luật sắp hết", valid_from=today - timedelta(days=9), valid_to=today + timedelta(days=9))
        builders.record("Không rõ", kind="LAW")
        page = text("/laws/")
        for words in ("2/2026/QH15", "In force", "Not in force yet", "No longer in force since", "until before"):
            assert words in page
        assert f'<a href="/records/{new}/">Luật mới</a>' in page
        assert "Luật cũ" not in text("/laws/", state="IN_FORCE")
        assert "Luật chưa tới" in text("/laws/", q="chua toi", field="344", state="NOT_YET")
        assert "No such document" in text("/laws/", field="999", q="khong co")

    @pytest.mark.parametrize(
        "asked",
        [{"page": "9999999"}, {"page": "-1"}, {"state": "x"}, {"field": "\0"}, {"q": "\0" * 5}, {"q": "%" * 500}],
    )
    def test_any_address_is_answered(self, reader, asked):
        law("Luật")
        assert reader.get("/laws/", asked).status_code in {200, 400}

    def test_the_page_of_a_law_shows_its_dates_and_its_neighbours(self, text, reader, today):
        new = law("Luật mới", number="2/2026/QH15", issued_on=today, valid_from=today)
        old = law("Luật cũ", valid_from=today - timedelta(days=9), replaced_by=new)
        page = text(f"/records/{old}/")
        assert "No longer in force since" in page
        assert f'<a href="/records/{new}/">Luật mới</a>' in page
        assert "Luật cũ" in text(f"/records/{new}/")

    def test_results_of_a_search_say_whether_a_law_holds(self, text, reader, today):
        law("Luật Thư viện", valid_from=today)
        law("Luật Thư viện cũ", replaced_by=law("Luật khác"))
        rebuild()
        page = text("/search/", q="luat thu vien")
        assert "In force" in page
        assert "Replaced by another document" in page

    @pytest.mark.parametrize("count", [1, 40])
    def test_queries_do_not_grow(self, reader, count, today, django_assert_max_num_queries):
        for number in range(count):
            law(f"Luật {number}", valid_from=today)
        with django_assert_max_num_queries(12):
            reader.get("/laws/", {"near": "01324"})


class TestLocalStudies:
    def test_they_stand_by_commune(self, text, reader):
        one = described("Lễ hội", ("651", "Cô Ba (xã)"), kind="LOCAL")
        page = text("/local/", near="01324")
        assert "commune=01324" in page
        assert "your commune" in page
        page = text("/local/", commune="01324")
        assert "Written about Cô Ba commune" in page
        assert f"/records/{one}/" in page
        assert "knows nothing about this commune" in text("/local/", commune="01501")

    def test_without_any_nothing_is_promised(self, text):
        assert "No record names a commune yet" in text("/local/")

    @pytest.mark.parametrize("commune", ["99999", "x", "00000"])
    def test_an_unknown_commune_is_not_found(self, reader, commune):
        assert reader.get("/local/", {"commune": commune}).status_code == 404

    @pytest.mark.parametrize("count", [1, 25])
    def test_queries_do_not_grow(self, reader, count, django_assert_max_num_queries):
        for number in range(count):
            described(f"Sách {number}", ("651", "Cô Ba"), kind="LOCAL")
        for asked in ({}, {"commune": "01324"}):
            with django_assert_max_num_queries(12):
                reader.get("/local/", {"near": "01324", **asked})


class TestPeriodicals:
    @pytest.fixture
    def paper(self, reader, today):
        record = builders.record("Nhân Dân", author="", kind="SERIAL").pk
        terms = Terms("DAILY", today - timedelta(days=5))
        sub = subscribe(record=record, place=builders.COBA, terms=terms)
        came = [Came(sub, today, "25431"), Came(sub, today - timedelta(days=1), "25430")]
        receive_issues(issues=came, clock=system_clock)
        return record

    def test_a_place_shows_its_latest_issues(self, text, paper):
        page = text(f"/places/{builders.COBA}/")
        assert "no. 25431" in page
        assert "25430" not in page
        assert "Nhân Dân" not in text(f"/places/{builders.DAMTHUY}/")

    def test_the_title_says_where_it_can_be_read(self, text, paper):
        page = text(f"/records/{paper}/", near="01324")
        assert "To read at Thư viện xã Cô Ba" in page
        assert "no. 25431" in page
        assert "No place has a copy on record" not in page


class TestLists:
    def test_published_lists_are_shown_and_others_are_not(self, text, reader):
        record = builders.record("Dế Mèn").pk
        shown = make_list(name="Mùa đông", by=None, clock=system_clock, note="Bên bếp lửa", is_public=True)
        hidden = make_list(name="Nháp", by=None, clock=system_clock)
        add_to_list(list_=shown, record=record, clock=system_clock, note="Đọc to cho nhau nghe")
        page = text("/lists/")
        assert "Mùa đông" in page
        assert "Nháp" not in page
        page = text(f"/lists/{shown}/")
        for words in ("Bên bếp lửa", "Đọc to cho nhau nghe", "Dế Mèn", f"http://testserver/lists/{shown}/"):
            assert words in page
        assert reader.get(f"/lists/{hidden}/").status_code == 404
        assert reader.get("/lists/999999999999999999999/").status_code == 404
        assert "Mùa đông" in text("/")
        assert "Mùa đông" in text(f"/records/{record}/")

    def test_without_any_the_page_says_so(self, text):
        assert "No list yet" in text("/lists/")

    def test_an_empty_list_says_so(self, text, reader):
        shown = make_list(name="Mùa đông", by=None, clock=system_clock, is_public=True)
        assert "Nothing stands on this list yet" in text(f"/lists/{shown}/")

    @pytest.mark.parametrize("count", [1, 30])
    def test_queries_do_not_grow(self, reader, count, django_assert_max_num_queries):
        for number in range(3):
            made = make_list(name=f"Danh sách {number}", by=None, clock=system_clock, is_public=True)
            for n in range(count):
                add_to_list(list_=made, record=builders.record(f"Cuốn {n}").pk, clock=system_clock)
        for path in ("/lists/", f"/lists/{made}/", "/"):
            with django_assert_max_num_queries(12):
                reader.get(path, {"near": "01324"})


class TestCovers:
    @pytest.fixture
    def book(self, reader):
        record = builders.record(subjects=["Thiếu nhi"], series="Tủ sách Vàng ; 1")
        out = io.BytesIO()
        Image.new("RGB", (300, 450), "red").save(out, "PNG")
        set_cover(record=record.pk, picture=out.getvalue(), by=None, clock=system_clock)
        rebuild()
        return record

    def test_a_list_shows_the_small_form_late_and_a_page_the_large_one(self, text, reader, book):
        print_ = covers_of([book.pk])[book.pk].print
        listed = text("/search/", q="de men")
        assert f'src="/covers/{print_}-120.webp" width="120" height="180" alt="" loading="lazy"' in listed
        page = text(f"/records/{book.pk}/")
        assert f'src="/covers/{print_}-400.webp" width="300" height="450" alt="" loading="eager"' in page

    def test_the_file_may_be_kept_for_ever_and_is_nothing_but_a_picture(self, reader, book):
        print_ = covers_of([book.pk])[book.pk].print
        answer = reader.get(f"/covers/{print_}-120.webp")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/webp"
        assert "immutable" in answer["Cache-Control"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert not answer.cookies

    @pytest.mark.parametrize("name", [f"{'0' * 64}-120", "x-120", f"{'a' * 64}-121", f"{'A' * 64}-120"])
    def test_there_is_no_other_file(self, reader, name):
        assert reader.get(f"/covers/{name}.webp").status_code == 404


class TestAround:
    def test_other_volumes_stand_in_their_order(self, text, reader):
        volumes = [
            described(f"Truyện tập {n}", ("490", "Tủ sách Vàng"), series=f"Tủ sách Vàng ; {n}") for n in (3, 1, 2)
        ]
        page = text(f"/records/{volumes[1]}/")
        assert "More of the series “Tủ sách Vàng”" in page
        assert page.index("Truyện tập 2") < page.index("Truyện tập 3")

    def test_a_place_names_its_collections(self, text, reader):
        Collection.objects.update_or_create(code="THU", defaults={"name": "Tủ sách thử"})
        builders.copy("CB000001", collection_id="THU")
        page = text(f"/places/{builders.COBA}/")
        assert "Tủ sách thử" in page
        assert "1 title" in page

    def test_a_page_of_any_kind_stays_within_its_queries(self, reader, today, django_assert_max_num_queries):
        for kind in ("BOOK", "LAW", "SERIAL", "LOCAL"):
            id_ = described(
                kind, ("490", "Tủ"), ("653", "Thơ"), kind=kind, series="Tủ ; 1", subjects=["Thơ"], author="Lan"
            )
            described(f"{kind} 2", ("490", "Tủ"), kind=kind, series="Tủ ; 2", subjects=["Thơ"])
            describe_law(record=id_, said=Particulars(valid_from=today))
            builders.copy(f"CB-{kind}", of=builders.Record.objects.get(pk=id_))
            rebuild()
            with django_assert_max_num_queries(12):
                assert reader.get(f"/records/{id_}/", {"near": "01324"}).status_code == 200
