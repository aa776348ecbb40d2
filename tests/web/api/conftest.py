"""Fixtures: scripts of the cast, each with a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.api.scripts import Script


@pytest.fixture
def world(transactional_db: None) -> None:
    """Two places with a copy at Cô Ba."""
    from tests import builders

    builders.province()
    builders.copy()


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
