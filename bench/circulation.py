"""How many books a second go out, are asked for and come back through the real server, small library and large network.

    python bench/circulation.py

`guisach serve` is started on free ports; 1, 2 and 4 client processes lend, take back, ask for titles (a hold) and
cancel over connections that they keep open. On SQLite in a library of 2,000 copies; on PostgreSQL (started from its
wheel) with 10,000 copies and with 1,000,000 copies, 200,000 readers and 2,000,000 past loans, which take turns round
by round: how much slower the large one is, is the growth (limit 1.5). The peer is a bare prepared insert of the rows
that one lend writes, committed one lend at a time by one process into the same database in the same run. Times are
milliseconds, medians over the rounds.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from desks.clients import Clients, Phase, served, summary
from desks.databases import command, inside, postgresql, sqlite
from desks.worlds import LOANS_EACH, PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from desks.clients import Served

CLIENTS = (1, 2, 4)
ROUNDS = 5
SMALL = 10_000  # copies
ACTS = ("lend", "return", "hold")
GROWTH_MAX = 1.5


def run(lends: int = 120, copies: int = 1_000_000, readers: int = 200_000, loans: int = 2_000_000) -> dict[str, Any]:
    """Measure `lends` lends and returns a round, everywhere; the last three sizes are of the large network."""
    sizes = {"lends": lends, "rounds": ROUNDS, "copies": copies, "readers": readers, "past_loans": loans}
    with sqlite() as env:
        command(env, "migrate")
        world = inside(env, "few", max(2_000, lends), max(200, lends // LOANS_EACH), max(CLIENTS))
        with served(env) as server:
            few = measure({"few": Library(env, server, world)}, lends)["few"]
    with network(SMALL, 2_000, 20_000, lends) as small, network(copies, readers, loans, lends) as large:
        both = measure({"small": small, "large": large}, lends)
    growth = {n: {act: _growth(both, n, act) for act in ACTS} for n in CLIENTS}
    return {"sizes": sizes, "sqlite": few, "postgresql": both, "growth": growth, "limits": {"growth": GROWTH_MAX}}


@dataclass(frozen=True)
class Library:
    """An installation that serves, and what clients must know of it. Where it is small the whole log can be checked."""

    env: dict[str, str]
    server: Served
    world: dict[str, Any]
    is_small: bool = True
    filled_s: float = 0


@contextmanager
def network(copies: int, readers: int, loans: int, lends: int) -> Iterator[Library]:
    """Fill a network of this size on a PostgreSQL of its own, and serve it."""
    with postgresql() as env:
        command(env, "migrate")
        begin = time.perf_counter()
        world = inside(env, "many", copies, readers, loans, max(CLIENTS), lends * ROUNDS)
        command(env, "reindex")
        filled_s = time.perf_counter() - begin
        with served(env) as server:
            yield Library(env, server, world, copies <= SMALL, filled_s)


def measure(libraries: dict[str, Library], lends: int) -> dict[str, dict[str, Any]]:
    """Lend, take back and ask with 1, 2 and 4 clients, and insert the same rows without all that.

    Several libraries take turns round by round, so that whatever else the machine does meanwhile meets all of them.
    A small one also folds its whole log again: what was filled in and what was done must both be what the log says.
    """
    found: dict[str, dict[str, Any]] = {name: {"clients": {}} for name in libraries}
    for library in libraries.values():
        library.server.settle()
        _round(library, lends, clients=1, number=0)  # everything is loaded once
    for clients in CLIENTS:
        phases: dict[str, list[dict[str, Phase]]] = {name: [] for name in libraries}
        for number in range(ROUNDS):
            for name, library in libraries.items():
                phases[name].append(_round(library, lends, clients=clients, number=number))
        for name, rounds in phases.items():
            found[name]["clients"][clients] = {act: summary([phase[act] for phase in rounds]) for act in ACTS}
    for name, library in libraries.items():
        if library.is_small:
            found[name]["differences"] = json.loads(command(library.env, "check", "--json"))["differences"]
        bare = inside(library.env, "bare", lends * ROUNDS)
        found[name] |= {"bare_insert": bare, "ratios": _ratios(found[name]["clients"], bare)}
        if library.filled_s:
            found[name]["filled_s"] = round(library.filled_s)
    return found


def _ratios(clients: dict[int, dict[str, Any]], bare: dict[str, float]) -> dict[str, float]:
    one = clients[1]["lend"]
    best = max(each["lend"]["per_second"] for each in clients.values())
    return {
        "latency_to_bare": round(one["p50_ms"] / bare["p50_ms"], 1),
        "cpu_to_bare": round(one["server_cpu_ms"] / bare["cpu_ms"], 1),
        "bare_per_second_to_best": round(bare["per_second"] / best, 1),
    }


def _round(library: Library, lends: int, *, clients: int, number: int) -> dict[str, Phase]:
    """Let the clients share `lends` lends, take all of it back, and ask for as many titles.

    Each number has copies of its own. What was asked for is cancelled again, unmeasured, so that every round finds the
    same library.
    """
    acts = _acts(library.world, lends, number)
    loans = [{"copy": act["copy"], "card": act["card"], "place": PLACE} for act in acts]
    returns = [{"copy": act["copy"], "place": PLACE} for act in acts]
    holds = [{"op": str(uuid4()), "record": act["record"], "card": act["asks"], "place": PLACE} for act in acts]
    with Clients(library.server, library.world["tokens"][:clients]) as desks:
        lent = desks.post("/api/v1/loans", loans)
        returned = desks.post("/api/v1/returns", returns)
        held = desks.post("/api/v1/requests", holds)
        desks.delete([f"/api/v1/requests/{hold['op']}" for hold in holds])
    return {"lend": lent, "return": returned, "hold": held}


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


def _growth(both: dict[str, Any], clients: int, act: str) -> dict[str, float]:
    one, other = (both[name]["clients"][clients][act] for name in ("small", "large"))
    return {name: round(other[name] / one[name], 2) for name in one if name != "per_second"}


if __name__ == "__main__":
    print(json.dumps(run(*map(int, sys.argv[1:])), indent=1))
