"""A small network at work: Lan's desk at Cô Ba, Minh's elsewhere, and clients that read English, as the source does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from tests.worlds import standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.http import HttpResponse
    from pytest_django.plugin import DjangoDbBlocker

    from tests.builders import Person


class Worker(Client):
    """Somebody at work in a browser: signed in, with the ids that forms carry."""

    def act(self, path: str, *, htmx: bool = False, **data: Any) -> HttpResponse:
        """Send a form; `op` is made where none is given."""
        headers = {"HX-Request": "true"} if htmx else {}
        return self.post(path, {"op": str(new_id()), **data}, headers=headers)

    def scan(self, code: str, *, desk: str = "d1", **data: Any) -> str:
        """Scan at the desk as staff.js does; gives the answer as text."""
        return self.act("/work/desk/scan/", htmx=True, desk=desk, code=code, **data).content.decode()

    def text(self, path: str, status: int = 200, **query: Any) -> str:
        """Open a page; gives what stands between <main> and the end."""
        response = self.get(path, query)
        assert response.status_code == status, (response.status_code, response.content[:500])
        return response.content.decode().partition("<main")[2]


@dataclass
class World:
    """Everybody and everything in it."""

    lan: Person
    minh: Person
    hoa: Person
    an: UUID
    an_card: str


def worker(person: Person) -> Worker:
    client = Worker(headers={"accept-language": "en"})
    client.force_login(person.staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def small_world() -> World:
    """Make Cô Ba with An, a farmer, and six copies; the present is the machine's."""
    from guisach.domain.readers import queries as readers
    from tests import builders

    builders.province()
    lan = builders.lan()
    an = builders.an(lan, system_clock)
    record = builders.record()
    for number in range(1, 7):
        builders.copy(f"CB00000{number}", of=record)
    return World(lan, builders.minh(), builders.hoa(), an, readers.reader(an).card_no)


@pytest.fixture(scope="module")
def standing_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with standing(django_db_blocker, small_world) as made:
        yield made


@pytest.fixture
def world(standing_world: World, db: None) -> World:
    return standing_world


@pytest.fixture
def lan(world: World) -> Worker:
    return worker(world.lan)


@pytest.fixture
def minh(world: World) -> Worker:
    return worker(world.minh)


@pytest.fixture
def hoa(world: World) -> Worker:
    return worker(world.hoa)


def earlier(**ago: float) -> Any:
    """Give a clock that goes on from some time ago."""
    from tests import builders

    return builders.Clock(system_clock() - timedelta(**ago))


def lent(world: World, barcode: str = "CB000001", reader: UUID | None = None, clock: Any = None, **more: Any) -> Any:
    """Lend without a page."""
    from guisach.domain.circulation import actions
    from tests import builders

    return actions.lend(
        op_id=new_id(),
        by=more.pop("by", world.lan).source,
        place=more.pop("place", builders.COBA),
        barcode=barcode,
        reader=reader or world.an,
        clock=clock or system_clock,
        **more,
    )


def renewed(world: World, clock: Any, barcode: str = "CB000001") -> None:
    """Renew without a page."""
    from guisach.domain.circulation import actions
    from tests import builders

    actions.renew(op_id=new_id(), by=world.lan.source, place=builders.COBA, barcode=barcode, clock=clock)
