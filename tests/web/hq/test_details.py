"""One commune, one place: what is there, what is missing, what happened."""

from __future__ import annotations

import re
from datetime import date

import pytest

from guisach.domain.circulation import actions
from guisach.domain.network.models import Commune, Fair, Place, PlaceKind
from guisach.domain.network.rules.places import Shortfall
from guisach.domain.programme.rules.coverage import target_line
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.ids import new_id
from guisach.web.hq import scales, words
from tests import builders


class TestACommune:
    def test_says_what_it_is_and_what_it_came_from(self, dung):
        Commune.objects.filter(pk="01324").update(
            former_district="Bảo Lạc",
            predecessors=["Xã Thượng Hà", "Xã Cô Ba"],
            population=8397,
            population_note="cần kiểm tra",
            area_km2=134.52,
            neighbours=["01501"],
        )
        page = dung.text("/hq/communes/01324/")
        for said in (
            "Cô Ba commune",
            "border commune",
            "Bảo Lạc",
            "Xã Thượng Hà, Xã Cô Ba",
            "8.397",
            "cần kiểm tra",
            "134,52 km²",
        ):
            assert said in page
        assert re.search(r'class="plain neighbours".*?href="/hq/communes/01501/"', page, re.DOTALL)

    def test_names_what_is_missing_in_its_nearest_place(self, dung):
        builders.minimum(copies=1, area_m2=40)
        builders.copy()
        Place.objects.filter(pk=builders.COBA).update(area_m2=34)
        page = dung.text("/hq/communes/01324/")
        assert re.search(r'class="card next-step">.*?Thư viện xã Cô Ba</a>: <strong[^>]*>6 m² short<', page, re.DOTALL)

    def test_says_so_when_nothing_is_missing(self, dung):
        builders.minimum(copies=0)
        assert "Nothing: a place here meets the minimum conditions." in dung.text("/hq/communes/01324/")

    def test_says_so_when_no_place_there_has_a_minimum_to_meet(self, dung):
        assert "The decree sets no minimum for the kinds of place that are here." in dung.text("/hq/communes/01324/")

    def test_without_a_place_it_gives_a_first_step(self, dung):
        page = dung.text("/hq/communes/01273/")
        assert "There is no place here that counts." in page
        assert "Thư viện tỉnh Cao Bằng" in page  # listed among those that do not count

    def test_shows_its_fairs_with_their_next_days(self, dung):
        Fair.objects.create(
            code="co-ba", name="Chợ Cô Ba", commune_id="01324", schedule_kind="LUNAR_DAY_SET", days=[5, 10, 15]
        )
        page = dung.text("/hq/communes/01324/")
        assert "Chợ Cô Ba" in page
        assert "Lunar days 5, 10, 15" in page
        assert len(re.findall(r"<li>\w+day \d\d/\d\d/\d{4} ", page)) == 3

    def test_one_that_has_ended_says_so_and_is_not_counted(self, dung):
        Commune.objects.filter(pk="01501").update(valid_to=date(2026, 1, 1))
        page = dung.text("/hq/communes/01501/")
        assert "This commune ended on 01/01/2026; it is no longer counted." in page


class TestAPlace:
    def test_sets_each_condition_beside_the_fact(self, dung):
        builders.minimum(copies=2, area_m2=40, periodicals=2, staff="tốt nghiệp trung học phổ thông")
        builders.copy()
        Place.objects.filter(pk=builders.COBA).update(area_m2=41)
        page = dung.text("/hq/places/CB-COBA/")
        lines = re.findall(r'verdict verdict--(\w+)">(?:<svg.*?</svg>)?([^<]+)<', page, re.DOTALL)
        assert lines == [
            ("short", "1 copy short"),
            ("free", "–"),
            ("unknown", "newspapers not written down"),
            ("met", "enough"),
            ("look", "not kept in this system: ask at the place"),
        ]
        assert "does not meet the minimum conditions yet" in page
        assert 'href="/places/CB-COBA/"' in page

    def test_what_is_only_encouraged_is_never_wanting(self, dung):
        builders.minimum(PlaceKind.READING_ROOM, copies=300, is_required=False)
        builders.place("CB-PD1", PlaceKind.READING_ROOM)
        page = dung.text("/hq/places/CB-PD1/")
        assert "encouraged, not required" in page
        assert "does not meet" not in page
        assert "not counted towards coverage" in page
        assert "Encouraged: 300 copies short" in dung.text("/hq/communes/01324/")

    def test_draws_twelve_months_of_three_counts_with_their_figures_in_words(self, dung, lend):
        lend()
        actions.tally_visits(
            op_id=new_id(),
            by=builders.lan().source,
            place=builders.COBA,
            on=local_date(system_clock()),
            counts={"CHILD": 7},
            clock=system_clock,
        )
        page = dung.text("/hq/places/CB-COBA/")
        assert page.count('class="month"') == 36
        assert page.count('class="bar-month"') == 2
        assert "Loans by month: 1 in all, most in a month 1" in page
        assert "Visits by month: 7 in all, most in a month 7" in page
        assert page.count('<th scope="row">') >= 12

    def test_one_out_of_service_says_since_when(self, dung):
        builders.place("CB-TS1", active_to=date(2026, 1, 1))
        assert "Out of service since 01/01/2026" in dung.text("/hq/places/CB-TS1/")


class TestWords:
    def test_a_gap_is_said_in_things_that_one_can_bring(self):
        said = words.missing(
            [
                Shortfall("COPIES", 2000, 1860),
                Shortfall("TITLES", 50_000, 49_999),
                Shortfall("PERIODICALS", 2, 1),
                Shortfall("AREA_M2", 40, 34.5),
            ]
        )
        assert said == "140 copies short, 1 title short, 1 newspaper short, 5,5 m² short"

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (0, "9 communes short of the goal of 2026"),
            (8, "1 commune short of the goal of 2026"),
            (9, "reaches the goal of 2026; 19 communes short of that of 2030"),
            (51, "reaches the goal of 2045"),
        ],
    )
    def test_the_way_to_the_next_goal_is_said_in_communes(self, value, said):
        lines = [
            target_line(year=year, percent=percent, communes=56, covered=value)
            for year, percent in ((2026, 15), (2030, 50), (2045, 90))
        ]
        assert words.gap(value, lines) == said
        assert words.gap(value, []) == ""

    @pytest.fixture(autouse=True)
    def _in_english(self):
        from django.utils import translation

        with translation.override("en"):
            yield


class TestPictures:
    def test_goals_stand_on_the_scale_where_they_belong(self):
        lines = [
            target_line(year=year, percent=percent, communes=56, covered=0)
            for year, percent in ((2026, 2), (2030, 50), (2045, 100))
        ]
        ticks = scales.ticks(lines, 56, lines[0])
        assert [(tick.x, tick.anchor, tick.is_next) for tick in ticks] == [
            ("3.57%", "start", True),
            ("50.00%", "middle", False),
            ("100.00%", "end", False),
        ]

    def test_a_scale_of_no_communes_is_empty(self):
        assert scales.scale(0, 0, []).done == "0.00%"

    def test_a_month_with_something_never_looks_like_one_with_nothing(self):
        chart = scales.months("Loans", [(date(2026, 1, 1), 100_000), (date(2026, 2, 1), 1), (date(2026, 3, 1), 0)])
        assert chart.bars[1].height >= 2
        assert chart.bars[2].height == 0
        assert all(bar.y >= 0 for bar in chart.bars)
