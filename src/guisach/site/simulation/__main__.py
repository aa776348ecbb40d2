"""Runs of the simulation in this process, which must have an installation of its own: see `site.cli.simulating`.

`python -m guisach.site.simulation --seed 1 --runs 300 --operations 40` prints a line of JSON for each run.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_COPIES_EACH = 60  # a copy more for so many operations: histories as long as in life
_LEAST = 8


def main() -> None:
    """Play the runs asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--operations", type=int, default=40)
    parser.add_argument("--mutant", default="", help="several, between commas; NAME@SEED begins there, and goes round")
    parser.add_argument("--until-violation", action="store_true")
    parser.add_argument("--migrated", type=Path, default=None, help="an empty database of this version, to begin with")
    parser.add_argument("--restored", action="store_true", help="the hub is restored in the middle of each run")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guisach-simulation-") as name:
        _settle(Path(name))
        from guisach.site.simulation import mutants, running, world

        settled = world.build(Path(name), _LEAST + words.operations // _COPIES_EACH, words.migrated)
        for mutant, _, first in (one.partition("@") for one in words.mutant.split(",")):
            for seed in _round(words.seed, words.runs, int(first or words.seed)):
                with mutants.planted(mutant):
                    report = running.run(seed, words.operations, settled, Path(name), is_restored=words.restored)
                document = report.document() | ({"mutant": mutant} if mutant else {})
                print(json.dumps(document, ensure_ascii=False), flush=True)  # noqa: T201  (its only output)
                if words.until_violation and report.violations:
                    break
        _leave()


def _round(seed: int, runs: int, first: int) -> Iterator[int]:
    """Give each seed once, from one of them on."""
    yield from (seed + (first - seed + n) % runs for n in range(runs))


def _settle(folder: Path) -> None:
    """Make this process an installation in the folder, whatever installation it was started beside."""
    for name in [name for name in os.environ if name.startswith(("GUISACH_", "DJANGO_"))]:
        del os.environ[name]
    data = folder / "data"
    (data / "static").mkdir(parents=True)
    chosen: dict[str, Any] = {"GUISACH_DATA": str(data), "GUISACH_SECRET_KEY": "of-a-simulation"}
    os.environ.update(chosen, DJANGO_SETTINGS_MODULE="guisach.site.settings")
    import logging

    import django

    django.setup()
    warnings.filterwarnings("ignore", message="No directory at")  # no static files are served here
    logging.disable(logging.ERROR)  # faults of the server are counted; what they say would hide the answer
    from guisach.site.passwords import Argon2

    Argon2.time_cost, Argon2.memory_cost = 1, 8  # nobody lives here


def _leave() -> None:
    from django.db import connections

    connections.close_all()


if __name__ == "__main__":
    main()
