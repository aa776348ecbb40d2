"""The whole protocol, played from seeds over the real views: nothing is lost, nothing counts twice, and faults show."""

from __future__ import annotations

import json

import pytest

from guisach.site.cli.simulating import play, summed
from guisach.site.simulation.mutants import MUTANTS
from tests.sizes import size

pytestmark = [pytest.mark.slow]

OPERATIONS = 40
RUNS = size(commit=300, soak=20_000)
PARTS = 10  # so that no worker plays alone in the end

# Seeds at which faults were noticed that few runs notice: they are tried first there, and then at all others.
NOTICED_AT = {
    "renewals-summed": 40, "restored-unmarked": 35, "revoked-applied": 14, "numbers-unchecked": 8, "no-new-numbers": 7,
    "duplicate-by-id-only": 3, "fork-as-duplicate": 3, "stamp-unclamped": 3, "pending-forgotten": 3,
}  # fmt: skip


@pytest.fixture
def reports(installation):
    """Play runs from an empty database that is at hand: migrations take as long as three runs."""
    migrated = installation("sqlite").folder / "guisach.sqlite3"

    def play_them(seed: int, runs: int, mutant: str = "", **how):
        return list(play(seed, runs, OPERATIONS, mutant, migrated=migrated, **how))

    return play_them


@pytest.mark.parametrize("part", range(PARTS))
def test_runs_of_desks_and_mishaps_break_nothing(reports, part):
    runs = RUNS // PARTS
    found = summed(reports(1 + part * runs, runs))
    assert found["details"] == []
    assert (found["violations"], found["lost"], found["applied_twice"]) == (0, 0, 0)
    # A quiet run would prove nothing: what was planned to go wrong went wrong.
    assert {"answer lost", "request lost", "delayed", "repeated", "clone", "wipe", "restore", "export"} <= set(
        found["mishaps"]
    )
    assert {"fork", "clock", "lent_twice"} <= set(found["cases"])


def test_a_hub_restored_in_mid_run_loses_nothing_that_it_had_acknowledged(reports):
    runs = size(commit=10, soak=200)
    found = summed(reports(100_001, runs, restored=True))
    assert found["details"] == []
    assert (found["lost"], found["mishaps"]["restore"]) == (0, runs)


def test_the_same_seed_gives_the_same_bytes_in_another_process(reports):
    first, second = reports(7, 2), reports(7, 2)
    assert first == second
    assert first[0]["digest"] != first[1]["digest"]


@pytest.mark.parametrize("part", [0, 1])
def test_every_planted_fault_is_found(reports, part):
    names = list(MUTANTS)[part::2]
    begin = (f"{name}@{NOTICED_AT[name]}" if name in NOTICED_AT else name for name in names)
    found = reports(1, RUNS, ",".join(begin), until_violation=True)
    noticed = {one["mutant"]: f"seed {one['seed']}, {one['details'][0]}" for one in found if one["violations"]}
    for name in names:
        print(f"{name}: {noticed.get(name, 'NOT NOTICED')}")
    assert [name for name in names if name not in noticed] == []


def test_the_command_prints_one_document_and_fails_on_violations(installation):
    place = installation()
    answer = place.answer("sync-simulate", "--seed", 3, "--operations", 20)
    assert (answer["violations"], answer["lost"], answer["applied_twice"], answer["seed"]) == (0, 0, 0, 3)
    assert answer["operations"] >= 20
    listed = place.answer("sync-simulate", "--mutants")["mutants"]
    assert set(listed) == set(MUTANTS)
    assert len(listed) >= 15
    broken = place.run("sync-simulate", "--runs", 3, "--mutant", "stamp-by-receipt", "--json")
    assert broken.returncode == 1
    assert json.loads(broken.stdout)["violations"] > 0
    assert place.run("sync-simulate", "--mutant", "no-such").returncode == 1
