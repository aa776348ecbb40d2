"""Places by commune, and one place: hours today first, how it lends, what is around it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guisach.domain.network.models import Commune, Place
from guisach.domain.network.queries import place as place_of
from guisach.domain.network.queries import places
from guisach.site.indexing import rebuild
from guisach.web.portal import spots
from tests import builders
from tests.web.portal.conftest import always_open, fair


def bookcase(number: int, **changes):
    fields = {
        "name": f"Tủ sách xóm {number}",
        "kind": "COMMUNITY_BOOKCASE",
        "service_mode": "OPEN_SHELF",
        "commune_id": "01324",
        **changes,
    }
    return Place.objects.create(code=f"TS-{number}", **fields)


class TestTheList:
    def test_places_stand_under_their_communes(self, text):
        page = text("/places/")
        assert "3 places in the province" in page
        assert page.index("Cô Ba commune") < page.index("Đàm Thủy commune") < page.index("Thục Phán ward")
        assert page.count("on the border") == 2

    @pytest.mark.parametrize("q", ["co ba", "CÔ BA", "thư viện xã cô", "Cô Ba\0"])
    def test_a_name_is_found_with_marks_or_without(self, text, q):
        page = text("/places/", q=q)
        assert "CB-COBA" in page
        assert "CB-TINH" not in page

    def test_a_commune_is_found_by_its_former_name(self, text):
        Commune.objects.filter(pk="01324").update(predecessors=["Xã Thượng Hà"])
        page = text("/places/", q="thuong ha")
        assert "CB-COBA" in page
        assert "formerly Xã Thượng Hà" in page

    def test_a_name_that_nobody_bears_offers_them_all(self, text):
        assert "Show every place" in text("/places/", q="xyzzy")

    def test_a_commune_without_a_place_is_not_hidden(self, text):
        Place.objects.filter(pk=builders.DAMTHUY).delete()
        page = text("/places/")
        assert "Đàm Thủy" in page.partition("No place yet")[2]

    def test_from_a_commune_the_own_places_come_first_with_distances(self, text):
        page = text("/places/", near="01501")
        assert page.index("CB-DAMTHUY") < page.index("CB-COBA")
        assert "km away" in page

    def test_a_place_out_of_service_is_left_out(self, text, today):
        Place.objects.filter(pk=builders.DAMTHUY).update(active_to=today)
        assert "CB-DAMTHUY" not in text("/places/")

    @pytest.mark.parametrize("params", [{"q": "x" * 5000}, {"q": "\0"}, {"near": "'; --"}, {"page": "9"}])
    def test_absurd_parameters_are_answered(self, reader, params):
        assert reader.get("/places/", params).status_code == 200

    @pytest.mark.parametrize("more", [0, 30])
    def test_queries_do_not_grow_with_the_places(self, reader, more, django_assert_max_num_queries):
        for number in range(more):
            always_open(bookcase(number))
        with django_assert_max_num_queries(6):
            reader.get("/places/?near=01324")


class TestOnePlace:
    def test_it_says_whether_it_is_open_and_shows_the_week(self, text):
        always_open(Place.objects.get(pk=builders.COBA))
        page = text("/places/CB-COBA/")
        assert "Open now" in page
        assert page.count("<dt>") == 7
        assert page.index("today</small>") < page.index("<dt>", page.index("<dt>") + 1)

    def test_unknown_hours_are_said_to_be_unknown(self, text):
        bookcase(1)
        page = text("/places/TS-1/")
        assert "Nobody has told us the opening hours" in page
        assert "Ask there when it opens" in page

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("mode", "words"),
        [("STAFFED", "Lends by name"), ("KEPT", "keeper writes it down"), ("OPEN_SHELF", "No card is needed")],
    )
    def test_how_it_lends_is_told_in_words(self, text, mode, words):
        Place.objects.filter(pk=builders.COBA).update(service_mode=mode)
        assert words in text("/places/CB-COBA/")

    def test_the_telephone_can_be_dialled(self, text):
        Place.objects.filter(pk=builders.COBA).update(phone="0206 385.22", address="Trung tâm xã")
        page = text("/places/CB-COBA/")
        assert 'href="tel:020638522"' in page
        assert "Trung tâm xã" in page

    def test_its_newest_books_are_shown_and_all_can_be_listed(self, text):
        found = builders.record("Truyện Kiều")
        builders.copy(of=found)
        builders.copy("CB000002", of=builders.record("Ở nơi khác"), place=builders.TINH)
        rebuild()
        page = text("/places/CB-COBA/")
        assert f"/records/{found.pk}/" in page
        assert "Ở nơi khác" not in page
        assert "/search/?place=CB-COBA" in page

    def test_the_next_fairs_come_with_lunar_days_and_unknown_ones_are_said(self, text):
        fair()
        fair("pac-miau", name="Pác Miầu", schedule_kind="UNKNOWN", days=[])
        page = text("/places/CB-COBA/")
        assert page.count("lunar ") == 3
        assert "in this commune" in page
        assert "Its days are not established yet" in page

    def test_other_places_are_drawn_and_listed(self, text):
        bookcase(1, lat=23.05, lon=105.75)
        page = text("/places/CB-COBA/")
        assert "<svg viewBox" in page
        assert "/places/TS-1/" in page

    def test_a_place_that_closed_says_since_when(self, text, today):
        Place.objects.filter(pk=builders.COBA).update(active_to=today - timedelta(days=2))
        assert "closed for good" in text("/places/CB-COBA/")

    @pytest.mark.parametrize("code", ["NOWHERE", "cb-coba", "%00", "x" * 3000, "CB-COBA%00", "%F0%9F%93%9A"])
    def test_an_unknown_place_is_not_found(self, reader, code):
        assert reader.get(f"/places/{code}/").status_code == 404

    @pytest.mark.parametrize("more", [0, 30])
    def test_queries_do_not_grow_with_what_is_around(self, reader, more, django_assert_max_num_queries):
        for number in range(more):
            fair(f"fair-{number}")
            bookcase(number)
            builders.copy(f"CB{number:06}", of=builders.record(f"Sách {number}"))
        rebuild()
        with django_assert_max_num_queries(12):
            reader.get("/places/CB-COBA/?near=01324")


class TestTheMap:
    def test_neighbours_stand_where_they_lie(self, reader):
        north = bookcase(1, lat=23.12, lon=105.72)
        east = bookcase(2, lat=23.02, lon=105.80)
        here = place_of(builders.COBA)
        found = spots.drawn(here, spots.around(here, [north, east], limit=8))
        assert {(round(dot.x), round(dot.y)) for dot in found.dots} == {(160, 26), (222, 110)}
        assert found.ring_km == 10

    def test_names_cover_neither_dots_nor_each_other(self, reader):
        for number in range(12):
            bookcase(number, lat=23.02 + number * 0.002, lon=105.74, commune_id=("01501", "01273")[number % 2])
        here = place_of(builders.COBA)
        found = spots.drawn(here, spots.around(here, places(), limit=8))
        labels = [dot for dot in found.dots if dot.label]
        assert len({dot.label for dot in labels}) == len(labels)
        for dot in found.dots:
            assert 0 < dot.x < found.width
            assert 0 < dot.y < found.height

    def test_without_coordinates_there_is_no_map(self, reader):
        Commune.objects.update(lat=None, lon=None)
        here = place_of(builders.COBA)
        assert spots.around(here, places(), limit=8) == []
        assert spots.drawn(here, []) is None
