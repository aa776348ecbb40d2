"""What the words of a kind of case consist of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class CaseText:
    """The words of one kind of case."""

    title: _StrPromise
    what: _StrPromise  # what happened and what the system decided meanwhile
    steps: tuple[_StrPromise, ...]  # what to do before deciding: at most two
    decisions: tuple[str, ...]  # codes of DECISIONS, the likeliest first
