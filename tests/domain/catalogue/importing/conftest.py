"""Small files are imported here without the command line."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from guisach.domain.catalogue.rules.imports.policies import Terms
    from tests import builders


@dataclass(frozen=True)
class Brought:
    """An import that came to its end."""

    id: int
    outcomes: list[str]
    records: list[int | None]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(self.outcomes))


@pytest.fixture
def clock() -> builders.Clock:
    from tests import builders

    return builders.Clock()


@pytest.fixture
def bring(tmp_path: Path, clock: builders.Clock, db: None) -> Callable[..., Brought]:
    """Import chunks as a file: `bring(book(), policy="ask")`; what was told first of each chunk is what is returned."""
    from guisach.domain.catalogue.rules.imports.policies import Policy, Terms, Treatment
    from tests import builders

    builders.province()

    def run(*chunks: bytes, policy: str = "usual", fields: tuple[str, ...] = (), name: str = "sách.mrc") -> Brought:
        path = tmp_path / name
        path.write_bytes(b"".join(chunks))
        terms = Terms(place=builders.COBA, policy=Policy(Treatment(policy), fields))
        return finish(path, terms, clock)

    return run


def finish(path: Path, terms: Terms, clock: builders.Clock) -> Brought:
    from guisach.domain.catalogue.actions import importing

    print_ = hashlib.sha256(path.read_bytes()).hexdigest()
    id_ = importing.begin_import(file=path.name, file_print=print_, terms=terms, clock=clock)
    told = list(importing.run_import(import_=id_, path=path, clock=clock))
    return Brought(id_, [str(one.outcome) for one in told], [one.record for one in told])
