"""How fast the province takes in what offline desks bring: alone in batches of every size, and two hundred at once.

    python bench/sync.py

`guisach serve` is started on SQLite and on PostgreSQL (from its wheel). Devices have keys, number and chain what they
do, pack and sign it, and send it over connections that they keep open. In turns, round by round: one device brings
batches of 1, 20 and 200; as many bare rows are inserted into the same database; the pure fold goes over as many
operations; Morango serialises and deserialises as many records in batches of the same size (a database of its own,
on the same server where there is one). Then all devices come back at once with what they did, without a pause: first
as a desk sends (20, then twice as many after each success), then in batches of 20. In the end the whole log is folded
again and must say what is stored. CPU is of server and database together; the load's own is told beside.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desks.clients import served
from desks.databases import command, inside, postgresql, sqlite
from syncing.load import Load
from syncing.peer import morango

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from desks.clients import Served

BATCHES = (1, 20, 200)
FIRST, LARGEST = 20, 200  # as the desk begins, and where it ends
P95_MAX_MS = 1000
FOLD_MAX_S = 30 * 60  # of a million rows
MILLION = 1_000_000


def run(
    operations: int = 400,
    rounds: int = 5,
    devices: int = 200,
    each: int = 500,
    workers: int = 2,
    on_postgresql: int = 1,
    beside_morango: int = 1,
    in_twenties: int = 1,
) -> dict[str, Any]:
    """Measure with so many operations in each round, then with so many devices of `each` operations at once.

    `workers` are serving processes on PostgreSQL (SQLite has one, as docs/admin/operate.md says);
    `on_postgresql=0` and `beside_morango=0` leave these out, `in_twenties=0` the second crowd.
    """
    sizes = {"operations": operations, "rounds": rounds, "devices": devices, "each": each, "workers": workers}
    sizes["crowds"] = 2 if in_twenties else 1
    with ExitStack() as stack:
        kinds = {"sqlite": (sqlite, 1)} | ({"postgresql": (postgresql, workers)} if on_postgresql else {})
        hubs = {
            name: stack.enter_context(_hub(database, serving, sizes, beside_morango))
            for name, (database, serving) in kinds.items()
        }
        found = _alone(hubs, operations, rounds)
        _show(found)
        for name, hub in hubs.items():
            found[name]["crowd"] = {"as_a_desk_sends": hub.crowd(_growing(each))}
            if in_twenties:
                found[name]["crowd"]["batches_of_20"] = hub.crowd(_even(each, FIRST))
            found[name]["check"] = hub.check()
            _show({name: {part: found[name][part] for part in ("crowd", "check")}})
    limits = {"p95_ms": P95_MAX_MS, "fold_of_a_million_s": FOLD_MAX_S}
    return {"sizes": sizes, **found, "limits": limits}


def _show(part: dict[str, Any]) -> None:
    """Print what is known: the rest takes long, and not everybody has the patience."""
    print(json.dumps(part), file=sys.stderr, flush=True)


@dataclass
class Hub:
    """An installation that serves, the devices that have not come yet, and Morango beside it."""

    env: dict[str, str]
    server: Served
    load: Load
    devices: Iterator[dict[str, Any]]
    crowd_of: int
    morango: Callable[[int, int], dict[str, Any]] | None

    def alone(self, operations: int, size: int) -> dict[str, Any]:
        """Let one device bring so much in batches of a size."""
        self.load.prepare([next(self.devices)], _even(operations, size))
        before = self.server.used()
        told = self.load.send(self.server.port)
        after = self.server.used()
        return {
            "operations": operations,
            "wall_s": told["wall_s"],
            "cpu_s": sum(after[name] - before[name] for name in after) / 1000,
            "server_cpu_s": (after["server"] - before["server"]) / 1000,
            "ms": [one["ms"] for one in told["sent"]],
            "bytes_up": sum(one["up"] for one in told["sent"]) / operations,
            "bytes_down": sum(one["down"] for one in told["sent"]) / operations,
        }

    def crowd(self, sizes: Sequence[int]) -> dict[str, Any]:
        """Let all devices come at once, each with batches of these sizes one after another."""
        self.load.prepare([next(self.devices) for _ in range(self.crowd_of)], sizes)
        before, load_before = self.server.used(), os.getloadavg()[0]
        told = self.load.send(self.server.port)
        after = self.server.used()
        operations = self.crowd_of * sum(sizes)
        twenty = [one for one in told["sent"] if one["size"] == FIRST] or told["sent"]
        return {
            "operations": operations,
            "all_in_s": round(told["wall_s"], 1),
            "per_second": round(operations / told["wall_s"]),
            "cpu_ms": {name: round((after[name] - before[name]) / operations, 3) for name in after},
            "load_cpu_s": round(told["load_cpu_s"], 1),
            "batch_of_20_ms": _spread([one["ms"] for one in twenty]),
            "batch_of_20_with_waits_ms": _spread([one["through_ms"] for one in twenty]),
            "any_batch_ms": _spread([one["ms"] for one in told["sent"]]),
            "sent_away_ms": _spread(told["away_ms"]) if told["away_ms"] else None,
            "sent_away": round(sum(one["refused"] for one in told["sent"]) / len(told["sent"]), 2),
            "bytes_up": round(sum(one["up"] * (one["refused"] + 1) for one in told["sent"]) / operations, 1),
            "bytes_down": round(sum(one["down"] for one in told["sent"]) / operations, 1),
            "machine_load_before": round(load_before, 2),
        }

    def check(self) -> dict[str, Any]:
        """Fold the whole log again, and say what a million rows would take."""
        begin = time.perf_counter()
        told = json.loads(command(self.env, "check", "--json"))
        took = time.perf_counter() - begin
        rows = told["operations"]
        return {
            "operations": rows,
            "differences": told["differences"],
            "took_s": round(took, 1),
            "a_million_would_take_s": round(took * MILLION / rows),
        }


@contextmanager
def _hub(database: Any, workers: int, sizes: dict[str, int], beside_morango: int) -> Iterator[Hub]:
    alone = sizes["rounds"] * len(BATCHES) + 1
    with ExitStack() as stack:
        env = stack.enter_context(database())
        command(env, "migrate")
        world = inside(env, "settle", alone + sizes["crowds"] * sizes["devices"], module="syncing.worlds")
        peer = stack.enter_context(morango(env)) if beside_morango else None
        server = stack.enter_context(served(env, "--workers", str(workers)))
        hub = Hub(env, server, stack.enter_context(Load()), iter(world["devices"]), sizes["devices"], peer)
        server.settle()
        hub.alone(FIRST, FIRST)  # everything is loaded once
        if peer is not None:
            peer(FIRST, FIRST)
        yield hub


def _alone(hubs: dict[str, Hub], operations: int, rounds: int) -> dict[str, dict[str, Any]]:
    """Take turns, so that whatever else the machine does meanwhile meets everybody."""
    ours, bare, theirs, folds = (_by(hubs) for _ in range(4))
    for _ in range(rounds):
        for name, hub in hubs.items():
            for size in BATCHES:
                ours[name][size].append(hub.alone(operations, size))
                if hub.morango is not None:
                    theirs[name][size].append(hub.morango(operations, size))
            told = inside(hub.env, "floor", operations, *BATCHES, module="syncing.floor")
            for size in BATCHES:
                bare[name][size].append(told["bare"][str(size)])
            folds[name][0].append(told["fold"])
    return {
        name: {
            "batches": {
                size: {
                    **_rates(ours[name][size]),
                    "request_ms": _spread([ms for one in ours[name][size] for ms in one["ms"]]),
                    **{
                        key: round(statistics.median(one[key] for one in ours[name][size]), 1)
                        for key in ("bytes_up", "bytes_down")
                    },
                }
                for size in BATCHES
            },
            "bare_insert": {size: _rates(bare[name][size]) for size in BATCHES},
            "pure_fold": _rates(folds[name][0]),
            **_beside(theirs[name]),
            "ratios": _ratios(ours[name], bare[name], theirs[name], folds[name][0]),
        }
        for name in hubs
    }


def _by(hubs: dict[str, Hub]) -> dict[str, dict[int, list[dict[str, Any]]]]:
    return {name: {size: [] for size in (0, *BATCHES)} for name in hubs}


def _beside(theirs: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    if not theirs[BATCHES[0]]:
        return {}
    told = theirs[BATCHES[0]][0]
    versions = {key: told[key] for key in ("morango", "django", "python")}
    return {"morango": {"versions": versions, **{size: _rates(theirs[size]) for size in BATCHES}}}


def _rates(rounds: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Give medians over the rounds: operations (or records) a second, and a second of processor time."""
    return {
        "per_second": round(statistics.median(one["operations"] / one["wall_s"] for one in rounds)),
        "per_cpu_second": round(statistics.median(_per_cpu(one) for one in rounds)),
    }


def _per_cpu(one: dict[str, Any]) -> float:
    return float(one["operations"] / max(one["cpu_s"], 1e-6))


def _ratios(
    ours: dict[int, list[Any]], bare: dict[int, list[Any]], theirs: dict[int, list[Any]], fold: list[Any]
) -> dict[str, Any]:  # fmt: skip
    """Compare processor time round by round, and give the median of the ratios."""

    def ratio(one: Sequence[Any], other: Sequence[Any]) -> float:
        return round(statistics.median(_per_cpu(a) / _per_cpu(b) for a, b in zip(one, other, strict=True)), 2)

    found: dict[str, Any] = {
        "cpu_to_bare_insert": {size: ratio(bare[size], ours[size]) for size in BATCHES},
        "cpu_to_pure_fold": {size: ratio(fold, ours[size]) for size in BATCHES},
        "cpu_of_1_to_200": ratio(ours[LARGEST], ours[1]),
    }
    if theirs[1]:
        found["cpu_of_morango_to_ours"] = {size: ratio(ours[size], theirs[size]) for size in BATCHES}
    return found


def _spread(ms: Sequence[float]) -> dict[str, float]:
    ordered = sorted(ms)
    points = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
    return {name: round(ordered[int(len(ordered) * at)], 1) for name, at in points.items()} | {
        "max": round(ordered[-1], 1)
    }


def _even(operations: int, size: int) -> list[int]:
    return [min(size, operations - at) for at in range(0, operations, size)]


def _growing(operations: int) -> list[int]:
    sizes, size = [], FIRST
    while operations > 0:
        sizes.append(min(size, operations))
        operations -= sizes[-1]
        size = min(LARGEST, size * 2)
    return sizes


if __name__ == "__main__":
    print(json.dumps(run(*map(int, sys.argv[1:])), indent=1))
