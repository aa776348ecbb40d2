"""Which places are nearest to their minimum conditions: where a little help goes furthest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.domain.network.rules.places import Shortfall


def wanting(shortfalls: Iterable[Shortfall]) -> float:
    """Add up what is wanting, each measure as a share of its minimum (0 nothing … 1 all of it).

    What nobody has written down counts as wanting altogether: the next step there is to go and look.
    """
    return sum(min(1.0, max(0.0, one.gap / one.needs)) for one in shortfalls if one.needs > 0)
