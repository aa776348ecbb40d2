"""Two processes at one copy: never two open loans, and nothing that was acknowledged is ever missing."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time

import pytest

from tests.sizes import size

ACTS = size(commit=100, soak=500)  # of each of the two desks, all on one copy
KILLS = size(commit=8, soak=200)

# One open loan for each copy, in whatever way the database is asked.
TWO_OPEN = "SELECT barcode FROM circulation_loan WHERE closed_at IS NULL GROUP BY barcode HAVING count(*) > 1"


@pytest.mark.slow
def test_two_desks_with_one_copy_never_make_two_open_loans_and_lose_nothing(installation):
    here = installation(filled=True)
    desks = [here.start("desk", name, ACTS, "both", seed) for seed, name in enumerate(("lan", "minh"))]
    answers = [[json.loads(line) for line in desk.communicate(timeout=600)[0].splitlines()] for desk in desks]
    assert [desk.returncode for desk in desks] == [0, 0]
    assert [len(said) for said in answers] == [ACTS, ACTS], "every act is answered"
    acknowledged = {op for said in answers for op, _kind, _outcome in said if op}
    refused = {outcome for said in answers for op, _kind, outcome in said if not op}
    assert refused <= {"copy_on_loan", "copy_with_this_reader", "over_limit"}, refused
    assert len(acknowledged) > ACTS
    assert acknowledged <= {row[0] for row in here.work("operations")}
    assert here.work("rows", TWO_OPEN) == []
    found = here.answer("check")
    assert found["differences"] == 0


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_desks_are_killed(installation):
    here, dice = installation(filled=True), random.Random(7)
    acknowledged: set[str] = set()
    running = []
    for kill in range(KILLS):
        writer = here.start("keep_writing", dice.choice(["lan", "minh"]), kill, stderr=subprocess.DEVNULL)
        assert json.loads(writer.stdout.readline()) == "ready"
        running.append(writer)
        if len(running) == 2:  # the other one goes on writing meanwhile
            acknowledged |= _kill(running.pop(0), dice)
    for writer in running:
        acknowledged |= _kill(writer, dice)
    assert len(acknowledged) > KILLS
    assert acknowledged <= {row[0] for row in here.work("operations")}
    assert here.work("rows", TWO_OPEN) == []
    assert here.answer("check")["differences"] == 0


def _kill(writer, dice) -> set[str]:
    time.sleep(dice.random() * 0.15)
    writer.send_signal(signal.SIGKILL)
    said, _ = writer.communicate(timeout=60)
    # A line cut off in the middle was not an acknowledgement.
    return {json.loads(line) for line in said.splitlines(keepends=True) if line.endswith("\n")} - {"ready"}
