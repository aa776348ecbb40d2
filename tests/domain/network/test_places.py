"""Places, communes, opening hours and fairs, as others ask for them."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.utils import translation

from guisach.domain.network import actions, models, queries
from guisach.domain.network.rules.places import Shortfall

TODAY = date(2026, 11, 22)
pytestmark = pytest.mark.usefixtures("network")


def codes(found: list[models.Place]) -> list[str]:
    return [place.pk for place in found]


def test_the_province_is_the_one_that_was_loaded() -> None:
    assert str(queries.province()) == "Tỉnh Mẫu"


def test_places_are_found_by_commune_kind_and_code_with_their_communes(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert [(one.pk, one.commune.name) for one in queries.places()] == [
            ("NM-TV", "Nà Mẫu"),
            ("NM-TS", "Nà Mẫu"),
            ("TM-TVT", "Khuổi Mẫu"),
        ]
    assert codes(queries.places(commune="99002")) == ["TM-TVT"]
    assert codes(queries.places(kinds=["COMMUNITY_BOOKCASE", "SCHOOL"])) == ["NM-TS"]
    assert codes(queries.places(codes=["NM-TS", "NO-SUCH"])) == ["NM-TS"]
    assert codes(queries.places(kinds=[])) == []
    assert set(queries.places_by_code(["NM-TV", "NM-TV", "NO-SUCH"])) == {"NM-TV"}
    assert queries.place("NO-SUCH") is None


def test_places_in_service_are_those_that_have_begun_and_not_ended() -> None:
    assert codes(queries.places(commune="99001", on=date(2025, 8, 1))) == ["NM-TV"]
    assert codes(queries.places(commune="99001", on=date(2025, 9, 1))) == ["NM-TV", "NM-TS"]
    models.Place.objects.filter(pk="NM-TV").update(active_to=TODAY)
    assert codes(queries.places(commune="99001", on=TODAY)) == ["NM-TS"]


def test_communes_have_coordinates_and_dates() -> None:
    found = queries.communes(TODAY)
    assert [(one.pk, one.lat, one.is_border) for one in found] == [("99001", 22.71, True), ("99002", 22.66, False)]
    assert queries.communes(date(2025, 6, 30)) == []
    assert len(queries.communes()) == 2
    commune = queries.commune("99001")
    assert commune is not None
    assert commune.predecessors == ["Xã Nà Mẫu", "Xã Bản Thử"]


def test_opening_hours_are_a_sign_on_the_door() -> None:
    with translation.override("en"):
        assert [line.text for line in queries.opening_hours("TM-TVT")] == [
            "Monday – Friday: 07:30–11:30, 13:30–17:00",
            "Saturday: 08:00–11:00",
        ]
    assert queries.opening_hours("NM-TS") == []


def test_open_weekdays_leave_out_the_days_between() -> None:
    assert queries.open_weekdays("NM-TV") == {1, 2, 3, 4, 5, 7}
    assert queries.open_weekdays("NM-TS") == frozenset()


def test_the_hours_of_many_places_are_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = queries.openings_by_place(["NM-TV", "TM-TVT", "NM-TS"])
    assert set(found) == {"NM-TV", "TM-TVT"}
    assert found["NM-TV"][0].opens == time(7, 30)


def test_a_place_is_compared_with_the_minimum_of_its_kind() -> None:
    minima = queries.minimum_conditions()
    library, bookcase = queries.place("NM-TV"), queries.place("NM-TS")
    assert library is not None
    assert bookcase is not None
    assert queries.shortfalls(library, minima.get(library.kind), 2100, 900) == [Shortfall("AREA_M2", 40, 38)]
    assert minima.get(bookcase.kind) is None
    assert queries.shortfalls(bookcase, None, 0, 0) == []


# Fairs -----------------------------------------------------------------------------------------------------


def test_the_next_fair_days_of_a_place_have_both_dates(django_assert_num_queries: Any) -> None:
    library = queries.place("NM-TV")
    assert library is not None
    with django_assert_num_queries(1):
        found = queries.next_fair_days(library, TODAY, 3)
    # 22/11/2026 is 14 tháng Mười.
    assert [(day.on, day.lunar.day, day.fair.pk) for day in found] == [
        (date(2026, 11, 23), 15, "na-mau"),
        (date(2026, 11, 28), 20, "na-mau"),
        (date(2026, 12, 3), 25, "na-mau"),
    ]
    with translation.override("vi"):
        assert found[0].lunar_text == "15 tháng Mười âm"
        assert queries.lunar_text(found[0].on, is_long=True) == "ngày 15 tháng Mười âm lịch"
    with translation.override("en"):
        assert found[0].lunar_text == "lunar 15/10"


def test_a_place_in_a_commune_without_fairs_has_no_fair_days() -> None:
    library = queries.place("TM-TVT")
    assert library is not None
    assert queries.next_fair_days(library, TODAY, 3) == []


def test_fairs_near_a_place_are_its_own_and_those_within_reach() -> None:
    library = queries.place("TM-TVT")
    bookcase = queries.place("NM-TS")
    assert library is not None
    assert bookcase is not None
    (near,) = queries.fairs_near(library, within_km=10)
    assert near.fair.pk == "na-mau"
    assert near.distance_km == pytest.approx(8.1, abs=0.5)
    assert queries.fairs_near(library, within_km=5) == []
    assert [one.distance_km for one in queries.fairs_near(bookcase, within_km=0)] == [0]


def test_fairs_of_a_commune_merge_in_order_of_date() -> None:
    models.Fair.objects.create(code="chu-nhat", name="Chủ nhật", commune_id="99001", schedule_kind="WEEKDAY", days=[7])
    models.Fair.objects.create(code="chua-ro", name="Chưa rõ", commune_id="99001", schedule_kind="UNKNOWN")
    library = queries.place("NM-TV")
    assert library is not None
    assert [(day.on.day, day.fair.pk) for day in queries.next_fair_days(library, TODAY, 4)] == [
        (22, "chu-nhat"),
        (23, "na-mau"),
        (28, "na-mau"),
        (29, "chu-nhat"),
    ]
    assert [one.pk for one in queries.fairs("99001")] == ["chu-nhat", "chua-ro", "na-mau"]
    assert queries.fairs("99002") == []
    calendar = queries.fair_calendar(TODAY, date(2026, 11, 24))
    assert [(day.on.day, day.fair.pk) for day in calendar] == [(22, "chu-nhat"), (23, "na-mau")]


@pytest.mark.parametrize(
    ("kind", "days", "text"),
    [
        ("LUNAR_DAY_SET", [3, 8], "lunar days 3, 8"),
        ("SOLAR_DAY_SET", [2, 7], "days 2, 7 of the month"),
        ("ZODIAC_DAY_SET", [5, 11], "days of Tỵ, Hợi"),
        ("WEEKDAY", [7], "every Sunday"),
        ("DATES", ["2027-01-30", "2026-12-30"], "on 30/12/2026, 30/01/2027"),
        ("UNKNOWN", [], "days not established"),
    ],
)
def test_a_fairs_rule_is_written_for_people(kind: str, days: list[Any], text: str) -> None:
    fair = models.Fair(code="x", name="X", schedule_kind=kind, days=days)
    with translation.override("en"):
        assert queries.schedule_text(fair) == text


def test_cao_bang_meets_on_the_days_that_its_sources_print() -> None:
    # Loaded beside nothing else: one installation serves one province.
    models.Appointment.objects.all().delete()
    models.Place.objects.all().delete()
    models.Fair.objects.all().delete()
    models.Commune.objects.all().delete()
    models.Province.objects.all().delete()
    from datetime import UTC, datetime

    actions.load_province(actions.DATA / "cao-bang", at=datetime(2026, 11, 22, tzinfo=UTC))
    nuoc_hai = queries.fair("nuoc-hai")
    assert nuoc_hai is not None
    assert nuoc_hai.commune is not None
    assert nuoc_hai.commune.name == "Hòa An"
    assert [day.lunar.day for day in queries.next_days_of(nuoc_hai, TODAY, 6)] == [18, 23, 28, 3, 8, 13]
    assert len([one for one in queries.fairs() if one.schedule_kind == "UNKNOWN"]) == 2
