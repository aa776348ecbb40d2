"""Fixtures: scripts of the cast, each with a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.worlds import standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

    from tests.web.api.scripts import Script


def small_world() -> None:
    """Make two places, with a copy at Cô Ba, and those who work there."""
    from tests import builders

    builders.province()
    builders.copy()
    for person in (builders.lan, builders.minh, builders.hoa):
        person()


@pytest.fixture(scope="module")
def standing_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with standing(django_db_blocker, small_world):
        yield


@pytest.fixture
def world(standing_world: None, db: None) -> None:
    pass


@pytest.fixture
def lan(world: None) -> Script:
    from tests import builders
    from tests.web.api.scripts import script

    return script(builders.lan())


@pytest.fixture
def minh(world: None) -> Script:
    from tests import builders
    from tests.web.api.scripts import script

    return script(builders.minh())


@pytest.fixture
def hoa(world: None) -> Script:
    from tests import builders
    from tests.web.api.scripts import script

    return script(builders.hoa())


@pytest.fixture
def nobody(world: None) -> Script:
    from tests.web.api.scripts import Script

    return Script()


@pytest.fixture
def an(lan: Script) -> str:
    """An's card."""
    from tests.web.api.scripts import join

    return join(lan)
