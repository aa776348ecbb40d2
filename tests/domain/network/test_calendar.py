"""Days without service: for the whole network, a commune or a place."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from guisach.domain.network import actions, queries
from tests import builders
from tests.builders import refused

pytestmark = pytest.mark.django_db

DAY = date(2027, 2, 5)


@pytest.fixture(autouse=True)
def province():
    builders.province()


def reasons(place):
    service = queries.service_of(place)
    assert service is not None
    return [closure.reason for closure in queries.closures_of(service, DAY)]


def test_a_place_is_closed_with_its_commune_and_with_everybody():
    actions.close(first_on=DAY, last_on=DAY + timedelta(days=6), reason="Tết Nguyên đán")
    actions.close(first_on=DAY, last_on=DAY, reason="Chợ phiên", commune="01324")
    actions.close(first_on=DAY, last_on=DAY, reason="Kiểm kê", place=builders.DAMTHUY)
    assert reasons(builders.COBA) == ["Tết Nguyên đán", "Chợ phiên"]
    assert reasons(builders.DAMTHUY) == ["Tết Nguyên đán", "Kiểm kê"]


def test_what_is_over_is_no_longer_asked():
    actions.close(first_on=DAY - timedelta(days=3), last_on=DAY - timedelta(days=1), reason="Mất điện")
    assert reasons(builders.COBA) == []
    assert len(queries.closures(DAY - timedelta(days=1))) == 1


def test_a_closure_can_be_taken_back():
    closure = actions.close(first_on=DAY, last_on=DAY, reason="Nhầm")
    actions.take_closure_back(closure)
    actions.take_closure_back(closure)
    assert queries.closures(DAY) == []


@pytest.mark.parametrize(
    "wrong",
    [{"last_on": DAY - timedelta(days=1)}, {"last_on": DAY + timedelta(days=366)}, {"reason": "  "}],
)
def test_days_that_run_backwards_or_for_ever_or_without_a_reason_are_refused(wrong):
    with refused("closure_unusable"):
        actions.close(**{"first_on": DAY, "last_on": DAY, "reason": "Lũ", **wrong})


@pytest.mark.parametrize(
    "scope", [{"place": "NOWHERE"}, {"commune": "99999"}, {"place": builders.COBA, "commune": "01324"}]
)
def test_it_is_one_place_or_one_commune_or_all(scope):
    with refused("closure_scope_unknown"):
        actions.close(first_on=DAY, last_on=DAY, reason="Lũ", **scope)


def test_how_a_place_serves_is_asked_in_one_question(django_assert_num_queries):
    with django_assert_num_queries(1):
        service = queries.service_of(builders.COBA)
    assert service is not None
    assert (service.kind, service.commune, service.open_weekdays) == (
        "COMMUNE_LIBRARY",
        "01324",
        frozenset(range(1, 6)),
    )
    assert queries.service_of("NOWHERE") is None
