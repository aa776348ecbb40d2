"""Coverage as it is counted from the network, the log and the catalogue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from guisach.domain.circulation import actions as circulation
from guisach.domain.network.models import Commune, Place, PlaceKind
from guisach.domain.programme import queries
from guisach.domain.programme.actions import load_targets
from guisach.domain.programme.models import Target
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


def lend(by, clock, reader, barcode="CB000001", place=builders.COBA):
    return circulation.lend(op_id=new_id(), by=by.source, place=place, barcode=barcode, reader=reader, clock=clock)


def figures(on=TODAY):
    found = queries.coverage(on)
    return found.covered, found.active, found.meeting


class TestWhatCounts:
    def test_two_commune_libraries_cover_two_of_three_communes(self, lan):
        found = queries.coverage(TODAY)
        assert (found.total, found.covered, found.kinds) == (3, 2, {"COMMUNE_LIBRARY": 2})

    def test_a_new_bookcase_covers_its_commune(self, lan):
        builders.place("CB-TS1", commune="01273")
        found = queries.coverage(TODAY)
        assert (found.covered, found.kinds["COMMUNITY_BOOKCASE"]) == (3, 1)

    def test_two_places_of_a_kind_in_one_commune_cover_it_once(self, lan):
        builders.place("CB-TS1", commune="01273")
        builders.place("CB-TS2", commune="01273")
        found = queries.coverage(TODAY)
        assert found.kinds["COMMUNITY_BOOKCASE"] == 1
        assert found.places_by_kind["COMMUNITY_BOOKCASE"] == 2

    def test_a_school_or_a_border_post_does_not_count_but_is_reported(self, lan):
        builders.place("CB-TH1", PlaceKind.SCHOOL, "01273")
        builders.place("CB-DBP1", PlaceKind.BORDER_POST, "01273")
        found = queries.coverage(TODAY)
        assert found.covered == 2
        assert not found.reports["CB-TH1"].is_counted
        assert "SCHOOL" not in found.places_by_kind

    def test_a_place_counts_only_on_its_days_of_service(self, lan):
        builders.place("CB-TS1", commune="01273", active_from=date(2026, 1, 1), active_to=date(2026, 7, 1))
        assert [queries.coverage(day).covered for day in (date(2025, 12, 31), date(2026, 6, 30), date(2026, 7, 1))] == [
            2,
            3,
            2,
        ]

    def test_a_commune_that_has_ended_is_left_out(self, lan):
        Commune.objects.filter(pk="01324").update(valid_to=date(2026, 6, 1))
        found = queries.coverage(TODAY)
        assert (found.total, found.covered) == (2, 1)
        assert found.held("01324") is None

    def test_communes_stand_in_the_order_of_the_dictionary(self, lan):
        names = [queries.coverage(TODAY).units[one.commune].name for one in queries.coverage(TODAY).communes]
        assert names == ["Cô Ba", "Đàm Thủy", "Thục Phán"]

    def test_one_kind_alone_covers_fewer(self, lan):
        builders.place("CB-TS1")
        found = queries.coverage(TODAY)
        assert [one.commune for one in found.of_kind("COMMUNITY_BOOKCASE") if one.has_place] == ["01324"]

    def test_an_empty_province_has_figures_too(self):
        found = queries.coverage(TODAY)
        assert (found.total, found.covered, found.targets, found.nearest(3)) == (0, 0, [], [])


class TestActivity:
    def test_the_first_book_lent_in_a_quiet_commune_raises_the_figure(self, lan, clock):
        builders.copy(place=builders.DAMTHUY)
        reader = builders.an(lan, clock)  # enrolled at Cô Ba, which is an activity of Cô Ba
        before = figures()
        lend(builders.minh(), clock, reader, place=builders.DAMTHUY)
        assert (before, figures()) == ((2, 1, 0), (2, 2, 0))
        assert queries.activity(TODAY)[builders.DAMTHUY].loans == 1

    def test_a_loan_taken_back_as_a_mistake_is_no_activity(self, lan, clock):
        builders.copy(place=builders.DAMTHUY)
        minh, reader = builders.minh(), builders.an(lan, clock)
        lent = lend(minh, clock, reader, place=builders.DAMTHUY)
        circulation.void(op_id=new_id(), by=minh.source, target=lent.loan.op, reason="nhầm sách", clock=clock)
        assert figures() == (2, 1, 0)
        assert queries.coverage(TODAY).reports[builders.DAMTHUY].last_at is None

    def test_it_fades_after_a_year(self, lan, clock):
        builders.an(lan, clock)
        on = clock.at.astimezone(UTC).date()
        assert figures(on + timedelta(days=364))[1] == 1
        assert figures(on + timedelta(days=365))[1] == 0
        assert queries.coverage(on + timedelta(days=365)).reports[builders.COBA].last_at is not None

    def test_what_is_yet_to_come_does_not_count(self, lan, clock):
        builders.an(lan, clock)
        assert figures(TODAY - timedelta(days=1))[1] == 0

    def test_activity_at_a_place_that_does_not_count_leaves_its_commune_uncovered(self, lan, clock):
        hoa = builders.hoa()
        circulation.tally_visits(
            op_id=new_id(), by=hoa.source, place=builders.TINH, on=TODAY, counts={"CHILD": 3}, clock=clock
        )
        found = queries.coverage(TODAY)
        assert found.reports[builders.TINH].is_active
        assert found.active == 0


class TestConditions:
    @pytest.fixture
    def minimum(self, lan):
        return builders.minimum(copies=2, area_m2=40, periodicals=2)

    def furnish(self, copies=2, **facts):
        for number in range(copies):
            builders.copy(f"CB00000{number}")
        Place.objects.filter(pk=builders.COBA).update(**{"area_m2": 40, "periodicals": 2, **facts})

    def test_everything_at_its_minimum_meets_it(self, minimum):
        self.furnish()
        assert figures() == (2, 0, 1)

    @pytest.mark.parametrize(
        ("short", "measure", "gap"),
        [({"copies": 1}, "COPIES", 1), ({"area_m2": 34}, "AREA_M2", 6), ({"periodicals": None}, "PERIODICALS", 2)],
    )
    def test_one_thing_missing_is_named_with_its_gap(self, minimum, short, measure, gap):
        self.furnish(**short)
        found = queries.coverage(TODAY)
        assert [(one.measure, one.gap) for one in found.reports[builders.COBA].shortfalls] == [(measure, gap)]
        assert found.meeting == 0

    def test_withdrawn_copies_are_not_held(self, minimum):
        self.furnish(copies=1)
        builders.copy("CB000009", condition="WITHDRAWN")
        assert queries.coverage(TODAY).reports[builders.COBA].holding.copies == 1

    def test_a_kind_without_a_minimum_cannot_meet_one(self, minimum):
        builders.place("CB-TS1", commune="01273")
        assert queries.coverage(TODAY).reports["CB-TS1"].meets_minimum is None

    def test_the_nearest_comes_first_and_who_meets_it_is_left_out(self, minimum):
        self.furnish(copies=1)
        builders.place("CB-TV3", PlaceKind.COMMUNE_LIBRARY, "01273", area_m2=39, periodicals=2)
        nearest = queries.coverage(TODAY).nearest(5)
        assert [near.commune.pk for near in nearest] == ["01324", "01273", "01501"]
        assert len(queries.coverage(TODAY).nearest(1)) == 1
        builders.copy("CB000002")
        assert "01324" not in [near.commune.pk for near in queries.coverage(TODAY).nearest(5)]


class TestTargets:
    def test_the_targets_that_come_with_the_product_are_said_in_communes(self, lan):
        assert load_targets() == 3
        assert load_targets() == 0
        lines = queries.coverage(TODAY).targets
        assert [(line.year, line.communes_needed, line.communes_missing) for line in lines] == [
            (2026, 1, 0),
            (2030, 2, 0),
            (2045, 3, 1),
        ]

    def test_targets_of_other_indicators_are_not_among_them(self, lan):
        Target.objects.create(indicator="T6", year=2026, percent=20, source="x")
        assert queries.coverage(TODAY).targets == []


class TestMonths:
    def test_a_year_ends_in_the_month_of_the_day(self):
        months = queries.months_until(date(2026, 2, 28), 12)
        assert (months[0], months[-1], len(months)) == (date(2025, 3, 1), date(2026, 2, 1), 12)

    def test_a_loan_belongs_to_the_month_in_vietnam(self, lan):
        # 23:30 of 31 October in UTC is the morning of 1 November in Cao Bằng.
        clock = builders.Clock(datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
        builders.copy()
        lend(lan, clock, builders.an(lan, clock))
        by_month = {one.month: one.loans for one in queries.activity_by_month(builders.COBA, TODAY)}
        assert len(by_month) == 12
        assert (by_month[date(2026, 11, 1)], by_month[date(2026, 10, 1)]) == (1, 0)

    def test_loans_visits_and_uses_stay_apart(self, lan, clock):
        for count, tally in ((4, circulation.tally_visits), (9, circulation.tally_uses)):
            tally(op_id=new_id(), by=lan.source, place=builders.COBA, on=TODAY, counts={"FARMER": count}, clock=clock)
        last = queries.activity_by_month(builders.COBA, TODAY)[-1]
        assert (last.loans, last.visits, last.uses) == (0, 4, 9)
        assert sum(one.visits for one in queries.activity_by_month(builders.DAMTHUY, TODAY)) == 0
