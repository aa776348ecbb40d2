"""Trying synchronisation out in advance, on a database of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _

from guisach.site.cli.output import fail, json_option, progress, result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SUMS = ("operations", "violations", "lost", "applied_twice", "unaccounted", "requests")
_TALLIES = ("outcomes", "cases", "mishaps")
_SHOWN = 20  # violations told; all are counted


@click.command("sync-simulate")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**31), help="Same seed, same run.")
@click.option("--operations", default=40, show_default=True, type=click.IntRange(1, 10_000_000), help="In each run.")
@click.option("--runs", default=1, show_default=True, type=click.IntRange(1, 10_000_000), help="Seeds from SEED on.")
@click.option("--mutant", default="", metavar="NAME", help="Plant this fault: violations must be found.")
@click.option("--mutants", "as_list", is_flag=True, help="List the faults that can be planted.")
@json_option
def simulate(seed: int, operations: int, runs: int, mutant: str, as_list: bool, as_json: bool) -> None:
    """Play desks, keepers and a bad network from a seed, heal everything, and judge; status 1 on violations.

    Neither reads nor writes anything of this installation.
    """
    from guisach.site.simulation.mutants import MUTANTS

    if as_list:
        names = {name: one.about for name, one in MUTANTS.items()}
        result({"mutants": names}, as_json=as_json, text="\n".join(f"{name}: {about}" for name, about in names.items()))
        return
    if mutant and mutant not in MUTANTS:
        fail(_("There is no fault of that name. There are: %(names)s") % {"names": ", ".join(MUTANTS)})
    reports: list[dict[str, Any]] = []
    with progress(runs, _("Simulating")) as bar:
        for report in play(seed, runs, operations, mutant):
            reports.append(report)
            bar.update()
    values = {"seed": seed, "runs": runs, **({"mutant": mutant} if mutant else {}), **summed(reports)}
    lines = [*values["details"]]
    lines.append(
        _(
            "%(operations)s operations, %(violations)s violations, %(lost)s lost, %(applied_twice)s applied twice, "
            "digest %(digest)s"
        )
        % values
    )
    result(values, as_json=as_json, text="\n".join(lines))
    if values["violations"]:
        sys.exit(1)


def play(
    seed: int,
    runs: int,
    operations: int,
    mutant: str = "",
    *,
    until_violation: bool = False,
    migrated: Path | None = None,
    restored: bool = False,
) -> Iterator[dict[str, Any]]:
    """Play runs in a process with a database of its own; yields the report of each. Raises RuntimeError.

    `migrated` is an empty SQLite database of this version, where one is at hand; with `restored` the hub is restored in
    the middle of each run.
    """
    words: list[object] = ["--seed", seed, "--runs", runs, "--operations", operations, "--mutant", mutant]
    words += ["--migrated", migrated] if migrated is not None else []
    words += ["--restored"] if restored else []
    command = [sys.executable, "-m", "guisach.site.simulation", *map(str, words)]
    process = subprocess.Popen(  # noqa: S603  (our own program, with numbers and a name from our list)
        [*command, *(["--until-violation"] if until_violation else [])], stdout=subprocess.PIPE, text=True
    )
    if process.stdout is None:
        raise RuntimeError("no answer")
    for line in process.stdout:
        yield json.loads(line)
    if process.wait():
        raise RuntimeError(f"the simulation ended with status {process.returncode}")


def summed(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Put the reports of runs together; the digest is that of the only run, or of the digests of all."""
    from guisach.kernel.digest import LineDigest

    values: dict[str, Any] = {name: sum(report[name] for report in reports) for name in _SUMS}
    for name in _TALLIES:
        total: Counter[str] = Counter()
        for report in reports:
            total.update(report[name])
        values[name] = dict(sorted(total.items()))
    digest = LineDigest()
    for report in reports:
        digest.add(f"{report['seed']}|{report['digest']}")
    values["digest"] = reports[0]["digest"] if len(reports) == 1 else digest.hexdigest()
    values["details"] = [line for report in reports for line in report["details"]][:_SHOWN]
    values["seeds_with_violations"] = [report["seed"] for report in reports if report["violations"]]
    return values
