"""One run: a story of desks, keepers and mishaps told by a seed, healed in the end, and judged."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps

from guisach.kernel.digest import LineDigest
from guisach.site.simulation import databases, invariants, reference, replay
from guisach.site.simulation.fixed import Time, fixed
from guisach.site.simulation.invariants import Found
from guisach.site.simulation.story import Story

if TYPE_CHECKING:
    from pathlib import Path

    from guisach.site.simulation.world import World


@dataclass
class Report:
    """What a run came to."""

    seed: int
    operations: int = 0
    violations: int = 0
    details: list[str] = field(default_factory=list)
    lost: int = 0
    applied_twice: int = 0
    unaccounted: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    cases: Counter[str] = field(default_factory=Counter)
    mishaps: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    digest: str = ""

    def document(self) -> dict[str, Any]:
        """Return it for printing."""
        counters = {name: dict(sorted(getattr(self, name).items())) for name in ("outcomes", "cases", "mishaps")}
        plain = ("seed", "operations", "violations", "lost", "applied_twice", "unaccounted", "requests", "digest")
        return {**{name: getattr(self, name) for name in plain}, **counters, "details": self.details}


def run(seed: int, operations: int, settled: World, folder: Path, *, is_restored: bool = False) -> Report:
    """Play the run of a seed on the present database, which is written over.

    With `is_restored` a backup is taken after a third, and the hub restored after two thirds.
    """
    databases.begin_with(settled.file)
    time, dice = Time(), random.Random(f"guisach-sync-{seed}")  # noqa: S311  (a simulation, not a secret)
    with fixed(time, dice):
        story = Story(settled, time, dice, folder)
        if is_restored:
            story.tell(operations // 3)
            story.back_up()
            story.tell(operations * 2 // 3)
            story.restore()
        story.tell(operations)
        story.heal()
        return _judge(seed, story, settled)


def _judge(seed: int, story: Story, settled: World) -> Report:
    found, report = Found(), Report(seed)
    found.add("server", story.hub.broken)
    for desk in story.all_desks:
        found.add("protocol", desk.faults)
    rows = reference.log()
    gone = story.gone()
    invariants.of_the_log(story.told, gone, story.falsified, rows, found)
    invariants.of_the_stamps(story.told, rows, story.cloned, found)
    invariants.of_the_revoked(story.told, rows, story.revoked, found)
    invariants.of_the_state(rows, found)
    for desk, fresh in story.feeds():
        invariants.of_the_feed(desk, fresh, found)
    state, recorded = replay.state(), replay.recorded()
    digest = LineDigest()
    for line in (*state, *(f"{n}|{line}" for n, line in enumerate(story.journal))):
        digest.add(line)
    found.add("protocol", story.faults)
    report.cases.update(apps.get_model("journal", "Case").objects.exclude(status="GONE").values_list("kind", flat=True))
    if any(row.outcome in reference.HELD for row in rows):
        again = state  # another server would have to be told of the revocation too
    else:
        databases.begin_with(settled.file)
        again = replay.in_another_order(recorded, random.Random(seed))  # noqa: S311  (as above)
    found.add("I5", (f"in another order of arrival there is not: {line}" for line in sorted(state - again)))
    found.add("I5", (f"only in another order of arrival there is: {line}" for line in sorted(again - state)))
    report.operations = len(rows)
    report.violations, report.details = found.count, [f"seed {seed}: {line}" for line in found.violations]
    report.lost, report.applied_twice, report.unaccounted = len(found.lost), len(found.twice), len(gone)
    report.outcomes.update(f"{row.kind} {row.outcome}" for row in rows)
    report.mishaps.update(story.link.mishaps)
    report.mishaps.update(story.happened)
    report.requests, report.digest = story.hub.requests, digest.hexdigest()
    return report
