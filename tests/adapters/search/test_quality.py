"""How often the title meant is found: the figures that the design promises."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    path = Path(__file__).parents[3] / "bench" / "search.py"
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location("bench_search", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def misses(answer: dict[str, Any]) -> dict[str, Any]:
    rows = [*answer["success"].items(), *answer["success_not_seen"].items()]
    return {name: row for name, row in rows if row["at_10"] < row["target"]}


@pytest.mark.slow
def test_made_titles_are_found_as_often_as_promised(bench: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "real_titles", list)
    monkeypatch.setattr(bench, "ASKED", 100)
    answer = bench.run(2000, pages=0)
    assert answer["real_titles"] == 0
    assert all(row["asked"] >= 60 for row in answer["success"].values())
    assert misses(answer) == {}
    assert answer["inverted"] <= answer["inverted_limit"]


@pytest.mark.slow
def test_real_titles_are_found_as_often_as_promised(bench: ModuleType, shared_data: Path) -> None:
    answer = bench.run(10_000, pages=0)
    assert answer["real_titles"] > 3000
    assert misses(answer) == {}
    assert answer["inverted"] <= answer["inverted_limit"]
