"""How many books a second go out, are asked for and come back through the real server, small library and large network.

    python bench/circulation.py

`guisach serve` is started on a free port; 1, 2 and 4 client processes lend, take back, ask for titles (a hold) and
cancel over connections that they keep open. On SQLite in a library of 2,000 copies; on PostgreSQL (started from its
wheel) with 10,000 copies and with 1,000,000 copies, 200,000 readers and 2,000,000 past loans: how much slower the
large one is, is the growth (limit 1.5). The peer is a bare prepared insert of the rows that one lend writes, committed
one lend at a time by one process into the same database in the same run. Times are milliseconds, medians over the
rounds.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from desks.clients import Clients, Phase, Served, served, summary
from desks.databases import command, inside, postgresql, sqlite
from desks.worlds import LOANS_EACH, PLACE

if TYPE_CHECKING:
    from collections.abc import Sequence

CLIENTS = (1, 2, 4)
ROUNDS = 5
ACTS = ("lend", "return", "hold")
GROWTH_MAX = 1.5


def run(lends: int = 120, copies: int = 1_000_000, readers: int = 200_000, loans: int = 2_000_000) -> dict[str, Any]:
    """Measure `lends` lends and returns a round, everywhere; the last three sizes are of the large network."""
    sizes = {"lends": lends, "rounds": ROUNDS, "copies": copies, "readers": readers, "past_loans": loans}
    with sqlite() as env:
        command(env, "migrate")
        world = inside(env, "few", max(2_000, lends), max(200, lends // LOANS_EACH), max(CLIENTS))
        few = measure(env, world, lends, is_checked=True)
    small = network(10_000, 2_000, 20_000, lends, is_checked=True)
    large = network(copies, readers, loans, lends)
    return {
        "sizes": sizes,
        "sqlite": few,
        "postgresql": {"small": small, "large": large},
        "growth": {act: _growth(small, large, act) for act in ACTS},
        "limits": {"growth": GROWTH_MAX},
    }


def network(copies: int, readers: int, loans: int, lends: int, *, is_checked: bool = False) -> dict[str, Any]:
    """Measure a network of this size on PostgreSQL."""
    with postgresql() as env:
        command(env, "migrate")
        begin = time.perf_counter()
        world = inside(env, "many", copies, readers, loans, max(CLIENTS), lends * ROUNDS)
        command(env, "reindex")
        filled_s = time.perf_counter() - begin
        return measure(env, world, lends, is_checked=is_checked) | {"filled_s": round(filled_s)}


def measure(env: dict[str, str], world: dict[str, Any], lends: int, *, is_checked: bool = False) -> dict[str, Any]:
    """Serve, lend and take back with 1, 2 and 4 clients, and insert the same rows without all that.

    Checked, it also folds the whole log again: what was filled in and what was done must both be what the log says.
    """
    by_clients: dict[int, dict[str, Any]] = {}
    with served(env) as server:
        server.settle()
        _rounds(server, world, lends, clients=1, rounds=1)  # everything is loaded once
        for clients in CLIENTS:
            phases = _rounds(server, world, lends, clients=clients, rounds=ROUNDS)
            by_clients[clients] = {act: summary(phases[act]) for act in ACTS}
    checked = {"differences": json.loads(command(env, "check", "--json"))["differences"]} if is_checked else {}
    bare = inside(env, "bare", lends * ROUNDS)
    one = by_clients[1]["lend"]
    best = max(each["lend"]["per_second"] for each in by_clients.values())
    ratios = {
        "latency_to_bare": round(one["p50_ms"] / bare["p50_ms"], 1),
        "cpu_to_bare": round(one["server_cpu_ms"] / bare["cpu_ms"], 1),
        "bare_per_second_to_best": round(bare["per_second"] / best, 1),
    }
    return {"clients": by_clients, "bare_insert": bare, "ratios": ratios, **checked}


def _rounds(server: Served, world: dict[str, Any], lends: int, *, clients: int, rounds: int) -> dict[str, list[Phase]]:
    """Let the clients share `lends` lends, take all of it back, and ask for as many titles; each time of other copies.

    What was asked for is cancelled again, unmeasured, so that every round finds the same library.
    """
    phases: dict[str, list[Phase]] = {act: [] for act in ACTS}
    with Clients(server, world["tokens"][:clients]) as desks:
        for number in range(rounds):
            acts = _acts(world, lends, number)
            loans = [{"copy": act["copy"], "card": act["card"], "place": PLACE} for act in acts]
            holds = [{"op": str(uuid4()), "record": a["record"], "card": a["asks"], "place": PLACE} for a in acts]
            phases["lend"].append(desks.post("/api/v1/loans", loans))
            phases["return"].append(desks.post("/api/v1/returns", [{"copy": a["copy"], "place": PLACE} for a in acts]))
            phases["hold"].append(desks.post("/api/v1/requests", holds))
            desks.delete([f"/api/v1/requests/{hold['op']}" for hold in holds])
    return phases


def _acts(world: dict[str, Any], lends: int, number: int) -> Sequence[dict[str, Any]]:
    copies, records, cards = world["copies"], world["records"], world["cards"]
    first = number * lends
    return [
        {
            "copy": copies[k % len(copies)],
            "record": records[k % len(records)],
            "card": cards[k // LOANS_EACH % len(cards)],
            "asks": cards[k % len(cards)],
        }
        for k in range(first, first + lends)
    ]


def _growth(small: dict[str, Any], large: dict[str, Any], act: str) -> dict[str, float]:
    one, other = (side["clients"][1][act] for side in (small, large))
    return {name: round(other[name] / one[name], 2) for name in one if name != "per_second"}


if __name__ == "__main__":
    print(json.dumps(run(*map(int, sys.argv[1:])), indent=1))
