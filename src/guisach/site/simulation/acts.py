"""What people do: at a desk without a network, where it is written down, and online, where the rules are asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from guisach.kernel.clock import local_date
from guisach.site.simulation.fixed import id_from
from guisach.site.simulation.world import ACTORS, GROUPS, PLACES

if TYPE_CHECKING:
    import random

    from guisach.site.simulation.desks import Desk, Told
    from guisach.site.simulation.fixed import Time
    from guisach.site.simulation.link import Answer, Hub
    from guisach.site.simulation.world import World

_AT_DESKS = {
    "lend": 34, "return": 18, "renew": 9, "sighting": 6, "use": 5, "visit_tally": 6, "open_shelf_tally": 4, "void": 9,
    "join": 3, "settle": 3,
}  # fmt: skip
_ONLINE = {"lend": 6, "return": 5, "renew": 3, "sight": 2, "void": 2, "visits": 2, "request": 2, "fact": 3, "settle": 3}
_UNKNOWN = "CHUANHAP"  # a barcode that nobody entered yet


class People:
    """Those who act in a run, and what they have done so far: what can be taken back or told twice."""

    def __init__(self, settled: World, time: Time, dice: random.Random) -> None:
        self._world, self._time, self._dice = settled, time, dice
        self._readers = list(settled.readers)
        self._done: list[str] = []  # ids of operations
        self._wanted_kinds: list[str] = list(_AT_DESKS)

    # At a desk -------------------------------------------------------------------------------------------------------

    def at_desk(self, desk: Desk) -> Told:
        """Let somebody come to a desk."""
        kind = self._dice.choices(list(_AT_DESKS), list(_AT_DESKS.values()))[0]
        if kind == "settle" and not self._cases_at(desk):
            kind = "lend"
        body, private = getattr(self, f"_{kind}")(desk)
        told = desk.write(kind, body, private, self._time())
        self._done.append(told.op)
        return told

    def _lend(self, desk: Desk) -> tuple[dict[str, Any], dict[str, Any]]:
        group = self._dice.choice([*GROUPS, ""])
        return {"copy": self._copy(), "due": self._due(desk), "policy": 1, "group": group}, {"reader": self._reader()}

    def _return(self, _desk: Desk) -> tuple[dict[str, Any], None]:
        return {"copy": self._copy()}, None

    _sighting = _use = _return

    def _renew(self, desk: Desk) -> tuple[dict[str, Any], dict[str, Any] | None]:
        who = {"reader": self._reader()} if self._dice.random() < 0.3 else None
        return {"copy": self._copy(), "due": self._due(desk)}, who

    def _visit_tally(self, desk: Desk) -> tuple[dict[str, Any], None]:
        counts = {self._dice.choice(GROUPS): self._dice.randrange(1, 30)}
        return {"counts": counts} | ({"on": self._day(desk)} if self._dice.random() < 0.5 else {}), None

    def _open_shelf_tally(self, desk: Desk) -> tuple[dict[str, Any], None]:
        return {"uses": {self._dice.choice(GROUPS): self._dice.randrange(1, 30)}, "on": self._day(desk)}, None

    def _void(self, desk: Desk) -> tuple[dict[str, Any], None]:
        own = [told.op for told in desk.outbox.values()][-4:]
        some = own if own and self._dice.random() < 0.7 else self._done[-30:]
        return {"target": self._dice.choice(some) if some else str(UUID(int=77))}, None

    def _join(self, _desk: Desk) -> tuple[dict[str, Any], dict[str, Any]]:
        reader = id_from(self._dice, self._time.at)
        self._readers.append(reader)
        number = self._dice.randrange(10)
        private = {"reader": str(reader), "name": f"Người mới {number}", "card": f"SN{number:05d}", "consent": True}
        return {"group": "FARMER", "expires": "2099-01-01"}, {**private, "birth": f"199{number}-01-01"}

    def _settle(self, desk: Desk) -> tuple[dict[str, Any], None]:
        return {"case": self._dice.choice(self._cases_at(desk)), "decision": "DONE"}, None

    def _cases_at(self, desk: Desk) -> list[str]:
        return sorted(id_ for kind, id_ in desk.rows if kind == "case")

    # Online ----------------------------------------------------------------------------------------------------------

    def online(self, hub: Hub) -> tuple[str, Answer]:
        """Let somebody act at the workbench or in a script; returns the operation's id and the answer."""
        place = self._dice.choice(PLACES)
        token, op = self._world.tokens[ACTORS[place]], str(id_from(self._dice, self._time.at))
        kind = self._dice.choices(list(_ONLINE), list(_ONLINE.values()))[0]
        method, path, document = self._request(kind, place, op, hub, token)
        answer = hub.script(token, method, path, document)
        if self._dice.random() < 0.1:
            again = hub.script(token, method, path, document)  # a finger, or a proxy, twice
            if answer.status < 300 <= again.status:
                hub.broken.append(f"{method} {path} answered {answer.status}, and {again.status} the second time")
        if answer.status < 300:
            self._done.append(op)
        return op, answer

    def _request(self, kind: str, place: str, op: str, hub: Hub, token: str) -> tuple[str, str, dict[str, Any]]:
        act: dict[str, Any] = {"op": op, "place": place}
        match kind:
            case "lend":
                return "POST", "/loans", {**act, "copy": self._copy(), "reader": self._reader()}
            case "return" | "renew" | "sight":
                path = {"return": "/returns", "renew": "/renewals", "sight": "/sightings"}[kind]
                return "POST", path, {**act, "copy": self._copy()}
            case "void" if self._done:
                return "POST", "/voids", {"op": op, "target": self._dice.choice(self._done[-20:])}
            case "request":
                wanted = {"record": self._dice.choice(self._world.records), "reader": self._reader()}
                return "POST", "/requests", {**act, **wanted}
            case "fact":
                kind_of = self._dice.choice(["lose", "find", "sighting", "return"])
                fact = {"op": op, "v": 1, "kind": kind_of, "place": place, "copy": self._copy()}
                return "POST", "/operations", {"operations": [fact]}
            case "settle":
                cases = hub.script(token, "GET", "/cases?limit=20").document.get("cases", [])
                if cases:
                    chosen = self._dice.choice(cases)["id"]
                    return "POST", f"/cases/{chosen}/settle", {"op": op, "decision": "DONE"}
        return "POST", "/tallies/visits", {**act, "counts": {self._dice.choice(GROUPS): self._dice.randrange(1, 9)}}

    # Choices ---------------------------------------------------------------------------------------------------------

    def _copy(self) -> str:
        # A few books go from hand to hand: where nothing meets, nothing can go wrong.
        few = self._world.copies[: max(4, len(self._world.copies) // 2)]
        copy = self._dice.choice([*few, self._dice.choice(self._world.copies)])
        return _UNKNOWN if self._dice.random() < 0.03 else copy

    def _reader(self) -> str:
        return str(self._dice.choice(self._readers[-40:] if self._dice.random() < 0.5 else self._readers[:4]))

    def _day(self, desk: Desk) -> str:
        return local_date(desk.clock.wall(self._time.at)).isoformat()

    def _due(self, desk: Desk) -> str:
        days = timedelta(days=self._dice.randrange(3, 30))
        return local_date(desk.clock.wall(self._time.at) + days).isoformat()
