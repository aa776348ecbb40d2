"""The example province with the cast: Lan in commune A, Minh in commune B, Hoa at the provincial library."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from guisach.domain.network import actions, models

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
# Imports of the product stand in the fixtures: pytest reads this file before Django's settings are chosen.


@pytest.fixture
def network(db: None) -> actions.Loaded:
    """Load the example: communes A and B, the provincial library in B, a library and a bookcase in A."""
    from guisach.domain.network import actions

    return actions.load_province(actions.DATA / "example", at=AT)


@pytest.fixture
def lan(network: actions.Loaded) -> models.Staff:
    """Librarian of commune A."""
    from guisach.domain.network import models

    return models.Staff.objects.get(username="lan")


@pytest.fixture
def minh(network: actions.Loaded) -> models.Staff:
    """Keeper at the one place of commune B."""
    from guisach.domain.network import actions

    person = actions.add_staff(username="minh", full_name="Lý Văn Minh", at=AT).staff
    actions.appoint(username="minh", role="KEEPER", place="TM-TVT", on=date(2026, 1, 1))
    return person


@pytest.fixture
def hoa(network: actions.Loaded) -> models.Staff:
    """Librarian and administrator of the whole province."""
    from guisach.domain.network import models

    return models.Staff.objects.get(username="hoa")
