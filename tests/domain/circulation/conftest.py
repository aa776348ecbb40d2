"""The small world in which the stories of conflict rows happen."""

from __future__ import annotations

import pytest


@pytest.fixture
def world(db):
    from tests import builders  # Django's models: not before the tests chose their database
    from tests.stories import AN, BINH, COPY, XUAN, arrive

    builders.province()
    builders.lan(), builders.minh(), builders.hoa()
    builders.copy(COPY)
    # Everybody has a card already, so that no case is about that.
    arrive(
        [
            {
                "op": f"00000000-0000-0000-0000-0000000000f{n}", "v": 1, "kind": "join", "place": builders.TINH,
                "group": "FARMER", "expires": "2030-01-01", "source": "paper", "occurred": "2026-01-02",
                "private": {"reader": str(reader), "name": f"Bạn đọc {n}", "consent": True},
            }
            for n, reader in enumerate((AN, BINH, XUAN))
        ]
    )  # fmt: skip
