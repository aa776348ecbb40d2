"""The measurement of synchronisation runs as it is told to, and what it sent is what the log says afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

KEYS = {"sizes", "sqlite", "limits", "benchmark", "machine", "versions"}


def measured(**sizes):
    words = [word for name, size in sizes.items() for word in ("--set", f"{name}={size}")]
    command = [Path(sys.executable).with_name("guisach"), "bench", "sync", "--json", *words]
    own = {key: value for key, value in os.environ.items() if not key.startswith(("GUISACH_", "DJANGO_"))}
    done = subprocess.run(command, env=own, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_a_tiny_province_is_measured_from_end_to_end():
    found = measured(operations=20, rounds=1, devices=6, each=60, on_postgresql=0, beside_morango=0)
    assert set(found) == KEYS
    sqlite = found["sqlite"]
    assert set(sqlite) == {"batches", "bare_insert", "pure_fold", "ratios", "crowd", "check"}
    for size in ("1", "20", "200"):
        assert sqlite["batches"][size]["per_second"] > 0
        assert sqlite["batches"][size]["bytes_up"] > 50
        assert sqlite["bare_insert"][size]["per_cpu_second"] > sqlite["batches"][size]["per_cpu_second"]
        assert sqlite["ratios"]["cpu_to_bare_insert"][size] > 1
    # Each operation costs less in a batch: the reason why there are batches at all.
    assert sqlite["ratios"]["cpu_of_1_to_200"] > 3
    for crowd in sqlite["crowd"].values():
        assert crowd["operations"] == 6 * 60
        assert crowd["batch_of_20_ms"]["p95"] <= crowd["batch_of_20_with_waits_ms"]["max"]
        assert 0 < crowd["bytes_up"] < 1000
    # One to warm up, three alone, twice a crowd; the rows of the bare insert are gone again.
    joined = sqlite["check"]["operations"] - (20 + 3 * 20 + 2 * 6 * 60)
    assert sqlite["check"]["differences"] == 0
    assert joined == 16 * 12  # who joined before
