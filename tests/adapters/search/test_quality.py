"""How often the title meant is found: the figures that the design promises."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    path = Path(__file__).parents[3] / "bench" / "search.py"
    spec = importlib.util.spec_from_file_location("bench_search", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def misses(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: row for name, row in answer["success"].items() if row["at_10"] < row["target"]}


def test_made_titles_are_found_as_often_as_promised(bench: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "real_titles", list)
    monkeypatch.setattr(bench, "ASKED", 150)
    answer = bench.run(2000)
    assert answer["real_titles"] == 0
    assert all(row["asked"] >= 100 for row in answer["success"].values())
    assert misses(answer) == {}
    assert answer["inverted"] <= answer["inverted_limit"]


@pytest.mark.slow
def test_real_titles_are_found_as_often_as_promised(bench: ModuleType, shared_data: Path) -> None:
    answer = bench.run(10_000)
    assert answer["real_titles"] > 3000
    assert misses(answer) == {}
    assert answer["inverted"] <= answer["inverted_limit"]
