"""Two processes that take accession numbers at the same time get different ones, and leave no gap."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.installations import PATIENCE_S


@pytest.mark.slow
def test_two_processes_never_give_the_same_number(installation):
    here = installation()
    [record] = here.work("prepare_stock")
    both = [here.start("take_numbers", record, 60, seed, stdin=subprocess.PIPE) for seed in (1, 2)]
    for process in both:
        assert json.loads(process.stdout.readline()) == "ready"
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=PATIENCE_S)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    numbers = [json.loads(line) for text in said for line in text.splitlines()]
    assert min(len(text) for text in said) > 0
    assert sorted(numbers) == [f"VN{n:06d}" for n in range(1, len(numbers) + 1)]
    # Both were at it at the same time: neither was through before the other began.
    first, second = (sorted(json.loads(line) for line in text.splitlines()) for text in said)
    assert first[0] < second[-1] and second[0] < first[-1]
