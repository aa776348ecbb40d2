"""A province of three communes, looked at by Dũng, the programme officer, who reads English as the source does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from guisach.kernel.clock import system_clock
from tests.worlds import standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

    from tests.builders import Person


class Officer(Client):
    """Somebody signed in who looks at pages."""

    def text(self, path: str, status: int = 200, **query: Any) -> str:
        """Open a page; gives what stands between <main> and the end."""
        response = self.get(path, query)
        assert response.status_code == status, (response.status_code, response.content[:500])
        return response.content.decode().partition("<main")[2]


def officer(person: Person, language: str = "en") -> Officer:
    client = Officer(headers={"accept-language": language})
    client.force_login(person.staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def small_province() -> None:
    """Make three communes, two with a library, and the targets of the programme."""
    from guisach.domain.programme.actions import load_targets
    from tests import builders

    builders.province()
    load_targets()


@pytest.fixture(scope="module")
def standing_province(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with standing(django_db_blocker, small_province):
        yield


@pytest.fixture
def province(standing_province: None, db: None) -> None:
    pass


@pytest.fixture
def dung(province: None) -> Officer:
    from tests import builders

    return officer(builders.dung())


@pytest.fixture
def lend(province: None):
    """Give `lend()`: An borrows a book of Lan's library, now."""
    from guisach.domain.circulation import actions
    from guisach.kernel.ids import new_id
    from tests import builders

    def act(barcode: str = "CB000001") -> Any:
        lan = builders.lan()
        builders.copy(barcode)
        reader = builders.an(lan, system_clock)
        return actions.lend(
            op_id=new_id(), by=lan.source, place=builders.COBA, barcode=barcode, reader=reader, clock=system_clock
        )

    return act
