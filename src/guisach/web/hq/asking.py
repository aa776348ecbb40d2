"""What somebody asks of the table of communes: a kind of place, what must be so, an order. Nonsense is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from guisach.domain.programme.rules.coverage import COUNTED_KINDS, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import QueryDict

_PARAMETERS_MAX: Final = 50

OPPOSITES: Final = (
    (State.COVERED, State.UNCOVERED),
    (State.ACTIVE, State.QUIET),
    (State.MEETING, State.SHORT),
    (State.BORDER,),
)
"""What cannot be so at once: choosing one of a group drops the other."""


class Sort(StrEnum):
    """What the table is ordered by."""

    NAME = "name"
    COPIES = "copies"
    AREA = "area"
    LAST = "last"
    LOANS = "loans"
    VISITS = "visits"
    USES = "uses"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the table. `kind` is empty for all counted kinds."""

    kind: str = ""
    states: frozenset[State] = frozenset()
    sort: Sort = Sort.NAME
    is_down: bool = False

    @property
    def query(self) -> str:
        """The question as the part of an address after the question mark; always the same for the same question."""
        pairs = [("kind", self.kind)] if self.kind else []
        pairs += [("state", state.lower()) for state in State if state in self.states]
        if self.order != Sort.NAME:
            pairs.append(("sort", self.order))
        return urlencode(pairs)

    @property
    def order(self) -> str:
        """The order as an address says it: ``-loans`` from the largest on."""
        return ("-" if self.is_down else "") + self.sort

    def toggled(self, state: State) -> Asked:
        """Ask for one more thing, or not any more for it."""
        if state in self.states:
            return replace(self, states=self.states - {state})
        rivals = next(group for group in OPPOSITES if state in group)
        return replace(self, states=self.states - set(rivals) | {state})

    def sorted_by(self, sort: Sort) -> Asked:
        """Ask for another order: names from A on, figures from the largest on, and the other way at a second click."""
        is_down = not self.is_down if sort == self.sort else sort != Sort.NAME
        return replace(self, sort=sort, is_down=is_down)


def asked(params: QueryDict) -> Asked:
    """Read the question out of an address."""
    kind = params.get("kind", "")
    sort = params.get("sort", "")
    return Asked(
        kind if kind in COUNTED_KINDS else "",
        _states(params.getlist("state")[:_PARAMETERS_MAX]),
        Sort(sort.removeprefix("-")) if sort.removeprefix("-") in set(Sort) else Sort.NAME,
        sort.startswith("-") and sort.removeprefix("-") in set(Sort),
    )


def _states(texts: Iterable[str]) -> frozenset[State]:
    return frozenset(State(text.upper()) for text in texts if text.upper() in set(State))
