"""A small network as readers meet it, and a client that reads English, the language of the source."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from guisach.kernel.clock import local_date, system_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from guisach.domain.network.models import Fair, Place


@pytest.fixture
def today() -> date:
    return local_date(system_clock())


@pytest.fixture
def reader(db: None) -> Client:
    """Somebody without a name or an account."""
    from tests import builders  # models, which cannot be imported before the settings are read

    builders.province()
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def text(reader: Client) -> Callable[..., str]:
    """Give `text("/places/", q="co ba")`: the page that answers 200, as words without its head."""

    def read(path: str, **params: str) -> str:
        response = reader.get(path, params)
        assert response.status_code == 200, response.content[:300]
        return response.content.decode().partition("<main")[2]

    return read


def always_open(place: Place) -> None:
    """Open a place at every hour of every day, so that a test needs no particular day."""
    place.opening_hours.all().delete()
    for weekday in range(1, 8):
        place.opening_hours.create(weekday=weekday, opens=time(0), closes=time(23, 59, 59))


def fair(code: str = "bao-lac", **changes: Any) -> Fair:
    """Make a fair of Cô Ba that meets every day."""
    from guisach.domain.network.models import Fair

    fields: dict[str, Any] = {
        "name": "Bảo Lạc",
        "commune_id": "01324",
        "schedule_kind": "WEEKDAY",
        "days": [1, 2, 3, 4, 5, 6, 7],
        "opens": time(5),
        "closes": time(12),
        "confidence": "HIGH",
    }
    return Fair.objects.create(code=code, **{**fields, **changes})
