"""The province at a glance: figures that lead to the very rows that they count, and a map that leaves nobody out."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guisach.domain.network.models import Commune, Place, PlaceKind
from guisach.domain.programme.models import Target
from guisach.domain.programme.queries import coverage
from guisach.kernel.clock import local_date, system_clock
from guisach.web.hq.mapping import map_of
from guisach.web.ui.formats import day
from tests import builders

QUERIES_MAX = 12  # besides reading and keeping the session
BOOKKEEPING = ("django_session", "SAVEPOINT", "BEGIN", "COMMIT")


def figures(page: str) -> list[int]:
    """Give the three figures on the scale."""
    return [int(n) for n in re.findall(r'class="measure-value">(\d+)', page)]


def rows(page: str) -> int:
    """Count the communes in the table."""
    return page.count('scope="rowgroup"')


def test_it_says_where_the_province_stands_and_that_it_is_provisional(dung):
    page = dung.text("/hq/")
    assert figures(page) == [2, 0, 0]
    assert "provisional" in page
    assert f"Figures up to {day(local_date(system_clock()))} · 3 communes and wards" in page
    assert "Commune libraries" in page


def test_the_first_loan_in_a_quiet_commune_moves_the_figure(dung, lend):
    before = figures(dung.text("/hq/"))
    lend()
    assert (before, figures(dung.text("/hq/"))) == ([2, 0, 0], [2, 1, 0])


def test_a_new_place_moves_the_figure(dung):
    builders.place("CB-TS1", commune="01273")
    assert figures(dung.text("/hq/")) == [3, 0, 0]


def test_the_goals_are_said_in_communes_with_what_is_missing(dung):
    page = dung.text("/hq/")
    assert "Reaches the goal of 2030; 1 commune short of that of 2045" in page
    assert "If only these counted: 1 commune short of the goal of 2026" in page
    table = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)[1]
    assert re.findall(r'"num">([^<]+)<', table) == ["15 %", "1", "enough", "50 %", "2", "enough", "90 %", "3", "1"]


def test_without_goals_the_page_says_so_and_asks_nothing_of_anybody(dung):
    Target.objects.all().delete()
    page = dung.text("/hq/")
    assert "No goals are entered." in page
    assert "If only these counted" not in page


def test_a_province_without_communes_says_what_to_do(dung):
    Place.objects.all().delete()
    Commune.objects.all().delete()
    page = dung.text("/hq/")
    assert "guisach import network" in page
    assert '<svg class="province"' not in page


def test_each_figure_leads_to_exactly_the_rows_that_it_counts(dung, lend):
    lend()
    builders.minimum(PlaceKind.COMMUNITY_LIBRARY, copies=0)
    builders.place("CB-TVCD", PlaceKind.COMMUNITY_LIBRARY, "01324")
    builders.place("CB-TS1")
    builders.place("CB-TS2")
    page = dung.text("/hq/")
    links = {
        unescape(href): int(count)
        for pattern in (
            r'class="measure-label"><a href="([^"]+)".*?class="measure-value">(\d+)',
            r'<li><a href="(/hq/coverage/\?kind=[^"]+)">.*?<b>(\d+) commune',
            r'<li><a href="(/hq/coverage/\?state=[^"]+)">(?:(?!</li>).)*<b>(\d+)</b>',
        )
        for href, count in re.findall(pattern, page, re.DOTALL)
    }
    assert len(links) == 3 + 5 + 5
    assert sorted(links.values(), reverse=True)[:3] == [2, 2, 2]
    assert {href: rows(dung.text(href)) for href in links} == links


def test_the_legend_counts_every_commune_once(dung, lend):
    lend()
    page = dung.text("/hq/")
    legend = re.search(r'class="legend plain">(.*?)</ul>', page, re.DOTALL)[1]
    assert sum(int(n) for n in re.findall(r"<b>(\d+)</b>", legend)[:4]) == 3


class TestTheMap:
    def today(self):
        return coverage(local_date(system_clock()))

    def test_has_a_link_with_its_name_for_every_commune(self, dung):
        page = dung.text("/hq/")
        cells = re.findall(
            r'<a class="cell cell--(\w+)" href="([^"]+)" aria-label="([^"]+)"><title>([^<]+)</title>', page
        )
        assert [(level, href) for level, href, _, _ in cells] == [
            ("quiet", "/hq/communes/01324/"),
            ("quiet", "/hq/communes/01501/"),
            ("none", "/hq/communes/01273/"),
        ]
        assert (
            cells[0][3]
            == "Cô Ba commune · on the border · has a place, nothing recorded in 12 months · counted places: 1"
        )
        assert page.count('class="border"') == 2

    def test_every_cell_lies_within_the_picture(self, dung):
        drawn = map_of(self.today())
        for cell in drawn.cells:
            corners = [tuple(map(float, pair.split(","))) for pair in cell.points.split()]
            assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in corners)

    def test_a_commune_without_coordinates_is_still_listed(self, dung):
        Commune.objects.filter(pk="01324").update(lat=None)
        page = dung.text("/hq/")
        assert "Without coordinates, so not on the map:" in page
        assert 'class="cell cell--quiet" href="/hq/communes/01324/"' not in page
        assert page.count('href="/hq/communes/01324/"') == 2  # under the map, and in the list

    def test_without_any_coordinates_there_is_a_list_and_no_map(self, dung):
        Commune.objects.update(lat=None)
        page = dung.text("/hq/")
        assert '<svg class="province"' not in page
        assert 'href="/hq/communes/01324/"' in page

    def test_communes_on_one_spot_both_have_a_cell(self, dung):
        Commune.objects.update(lat=22.7, lon=106.2)
        assert len({cell.points for cell in map_of(self.today()).cells}) == 3

    def test_places_without_coordinates_or_on_the_moon_are_marked_in_their_commune(self, dung):
        for number, (lat, lon) in enumerate([(None, None), (-80.0, -170.0), (23.02, 105.72), (23.02, 105.72)]):
            builders.place(f"CB-TS{number}", lat=lat, lon=lon)
        drawn = map_of(self.today())
        assert len(drawn.marks) == 6
        assert len({(mark.x, mark.y) for mark in drawn.marks}) == 6
        assert all(0 <= float(mark.x) <= drawn.width and 0 <= float(mark.y) <= drawn.height for mark in drawn.marks)

    def test_marks_differ_in_shape_by_what_is_known_of_the_place(self, dung, lend):
        lend()
        builders.minimum(copies=1)
        assert sorted(mark.shape for mark in map_of(self.today()).marks) == ["meeting", "quiet"]

    def test_places_that_do_not_count_are_not_marked(self, dung):
        Place.objects.exclude(pk=builders.TINH).update(kind=PlaceKind.SCHOOL)
        assert map_of(self.today()).marks == []

    def test_former_district_seats_are_named(self, dung):
        Commune.objects.filter(pk="01324").update(former_district="Cô Ba")
        assert [name.text for name in map_of(self.today()).names] == ["Cô Ba"]


def test_those_nearest_to_the_conditions_are_named_with_what_is_missing(dung):
    builders.minimum(copies=2000, area_m2=40, periodicals=2)
    Place.objects.filter(pk=builders.DAMTHUY).update(area_m2=34, periodicals=2)
    page = dung.text("/hq/")
    nearest = re.search(r'class="card nearest">(.*?)</ol>', page, re.DOTALL)[1]
    assert re.findall(r'class="wanting">([^<]+)<', nearest) == [
        "2.000 copies short, 6 m² short",
        "2.000 copies short, newspapers not written down, reading space not measured",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/hq/", "/hq/coverage/", "/hq/coverage/csv/", "/hq/communes/01324/", "/hq/places/CB-COBA/"]
)
def test_a_page_costs_few_queries_however_much_it_shows(dung, lend, path):
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert dung.get(path).status_code == 200
        return len([q for q in seen.captured_queries if not any(word in q["sql"] for word in BOOKKEEPING)])

    lend()
    few = cost()
    for number in range(30):
        Commune.objects.create(
            code=f"{number:05}",
            province_id="04",
            name=f"Xã {number}",
            lat=22.5 + number / 100,
            lon=106,
            valid_from="2025-07-01",
        )
        builders.place(f"CB-TS{number}", commune=f"{number:05}" if number % 2 else "01324")
        builders.copy(f"CB1000{number:02}", place=f"CB-TS{number}")
    assert cost() == few <= QUERIES_MAX
