"""What a desk shows while its own operations wait: the hub's rows with these on top, by the copy's whole fold.

The fold is given everything that happened, at the hub and on the desk; the desk is given the hub's rows and its own
operations. Where the desk shows something else than the fold, one of them is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from guisach.domain.circulation.rules import kinds
from guisach.domain.circulation.rules.copy_fold import CopyState, fold_copy
from guisach.domain.journal.rules.envelope import Envelope, canonical, open_envelope
from guisach.domain.journal.rules.history import Entry, history

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE, ELSEWHERE = "CB-BL-COBA", "CB-TK-DAMTHUY"
DEVICE, OTHER = UUID(int=0xD1), UUID(int=0xD2)
AN, BINH = str(UUID(int=0xA)), str(UUID(int=0xB))
ONE, TWO = "CB000001", "CB000002"
TITLES = {ONE: 7, TWO: 7}
BEGIN = datetime.fromisoformat("2026-12-27T08:00:00+07:00")
_BODIES: dict[str, tuple[type, type]] = {
    "lend": (kinds.LendBody, kinds.LendPrivate),
    "return": (kinds.CopyBody, kinds.MaybeReader),
    "renew": (kinds.RenewBody, kinds.MaybeReader),
    "sighting": (kinds.SightingBody, kinds.MaybeReader),
    "use": (kinds.CopyBody, kinds.MaybeReader),
    "lose": (kinds.CopyBody, kinds.MaybeReader),
    "claim_returned": (kinds.CopyBody, kinds.MaybeReader),
    "miss": (kinds.MissBody, kinds.MaybeReader),
    "damage": (kinds.CopyBody, kinds.MaybeReader),
    "transfer": (kinds.TransferBody, kinds.MaybeReader),
    "set_aside": (kinds.SetAsideBody, kinds.MaybeReader),
}


@dataclass
class Told:
    """A story: what the hub has in its rows, and what waits on the desk, in the order of its numbers."""

    name: str
    hub: list[dict[str, Any]] = field(default_factory=list)
    waits: list[dict[str, Any]] = field(default_factory=list)


def act(kind: str, at_h: float, copy: str = ONE, *, own: bool = True, reader: str = "", **body: Any) -> dict[str, Any]:
    """Write an operation, of this desk or of another place."""
    number = int(at_h * 100) + (0 if own else 1)
    operation: dict[str, Any] = {
        "op": str(UUID(int=0x7000_0000 + number + (0x100_0000 if copy == TWO else 0))), "v": 1,
        "dev": str(DEVICE if own else OTHER), "epoch": 1, "seq": max(1, number + 100_000), "kind": kind,
        "actor": "lan" if own else "minh", "place": HERE if own else ELSEWHERE,
        "wall": (BEGIN + timedelta(hours=at_h)).isoformat(), "off": 0, "unc": 0,
    }  # fmt: skip
    if kind != "void":
        operation["copy"] = copy
    operation |= body
    return operation | ({"private": {"reader": reader}} if reader else {})


def lend(reader: str, at_h: float, due: str = "2027-01-10", **rest: Any) -> dict[str, Any]:
    return act("lend", at_h, reader=reader, due=due, policy=1, group="PUPIL", **rest)


def void(target: dict[str, Any], at_h: float, **rest: Any) -> dict[str, Any]:
    operation = act("void", at_h, target=target["op"], **rest)
    return {key: value for key, value in operation.items() if key != "copy"}


def stories() -> Iterable[Told]:
    seen = act("sighting", -200)
    there = act("sighting", -200, own=False)
    lent = lend(AN, -100)
    taken = lend(BINH, -100, own=False)
    fresh = lend(AN, 1)
    yield Told("nothing waits, nothing is on loan", [seen])
    yield Told("a copy of which the hub knows only that it is there", [], [lend(AN, 1)])
    yield Told("lent here", [seen], [fresh])
    yield Told("lent here and brought back here", [seen], [fresh, act("return", 2)])
    yield Told("lent here and undone the same day", [seen], [fresh, void(fresh, 2)])
    yield Told("an undoing on the next day is for a librarian to decide", [seen], [fresh, void(fresh, 20)])
    yield Told("brought back here, undone", [lent], [back := act("return", 1), void(back, 1.5)])
    yield Told("on loan at the hub, brought back here", [lent], [act("return", 1)])
    yield Told("brought back twice", [lent], [act("return", 1), act("return", 2)])
    yield Told("brought back that was not on loan", [there], [act("return", 1)])
    yield Told("lent by another place, brought back here", [there, taken], [act("return", 1)])
    yield Told("on loan to another at the hub, lent here", [taken], [fresh])
    yield Told("lent here twice in a row to two people", [seen], [fresh, lend(BINH, 2, "2027-01-12")])
    yield Told("scanned twice for one reader: one loan", [seen], [fresh, lend(AN, 3, "2027-02-01")])
    yield Told("twelve hours later for one reader: still one", [seen], [fresh, lend(AN, 13, "2027-02-01")])
    yield Told("longer than twelve hours later: it goes on", [seen], [fresh, lend(AN, 13.1, "2027-02-01")])
    yield Told("lent again to who has it by the hub: it goes on", [lent], [lend(AN, 1, "2027-02-01")])
    yield Told("renewed", [lent], [act("renew", 1, due="2027-01-17", reader=AN)])
    yield Told("renewed, the earlier of two days does not shorten it", [lent], [act("renew", 1, due="2027-01-02")])
    yield Told("renewed twice", [lent], [act("renew", 1, due="2027-01-17"), act("renew", 2, due="2027-01-24")])
    yield Told("renewed for another than who has it", [taken], [act("renew", 1, due="2027-01-17", reader=AN)])
    yield Told("renewed without a loan", [seen], [act("renew", 1, due="2027-01-17", reader=AN)])
    yield Told("renewed after it came back", [lent], [act("return", 1), act("renew", 2, due="2027-01-17", reader=AN)])
    yield Told("lent here, renewed here", [seen], [fresh, act("renew", 2, due="2027-01-24", reader=AN)])
    yield Told("seen here while on loan: the loan stands", [taken], [act("sighting", 1)])
    yield Told("read here while on loan: the loan stands", [lent], [act("use", 1)])
    yield Told("seen here, last seen elsewhere", [there], [act("sighting", 1)])
    yield Told("given up as lost, brought back here", [lent, act("lose", -50)], [act("return", 1)])
    yield Told("given up as lost, lent here", [lent, act("lose", -50)], [lend(BINH, 1)])
    yield Told("missing, seen here", [seen, act("miss", -50)], [act("sighting", 1)])
    yield Told("said to be back, seen here: the loan is over", [lent, act("claim_returned", -50)], [act("sighting", 1)])
    yield Told("said to be back, lent here to another", [lent, act("claim_returned", -50)], [lend(BINH, 1)])
    yield Told("said to be back, lent here to the same", [lent, act("claim_returned", -50)], [lend(AN, 1)])
    yield Told("damaged, lent here", [act("damage", -50)], [fresh])
    yield Told("damaged, brought back here", [lent, act("damage", -50)], [act("return", 1)])
    yield Told("on the hold shelf, seen here", [seen, act("set_aside", -50, request=AN)], [act("sighting", 1)])
    yield Told("on the hold shelf, lent here", [seen, act("set_aside", -50, request=AN)], [lend(BINH, 1)])
    yield Told(
        "on a hold shelf elsewhere, seen here",
        [act("set_aside", -50, request=AN, own=False)],
        [act("sighting", 1)],
    )
    yield Told("on its way here, seen here", [act("transfer", -50, to=HERE, own=False)], [act("sighting", 1)])
    yield Told("sent elsewhere, nothing waits", [act("transfer", -50, to=ELSEWHERE)])
    yield Told("sent elsewhere, lent here all the same", [act("transfer", -50, to=ELSEWHERE)], [fresh])
    yield Told("what waits is older than the hub's loan", [lend(BINH, 5, own=False)], [lend(AN, 1), act("return", 2)])
    yield Told("two copies of one title", [seen, act("sighting", -200, TWO)], [fresh, lend(BINH, 2, copy=TWO)])
    yield Told("one copy out, the other back", [lent, lend(BINH, -99, copy=TWO)], [act("return", 1, TWO)])
    yield Told("a clock that is off: the offset counts", [lent], [lend(AN, 1, "2027-02-01") | {"off": -95 * 3_600_000}])


def overlay() -> dict[str, Any]:
    return {
        "about": "The hub's rows and the operations that wait on the desk, with what the desk shows then: for every "
        "copy who has it, until when (`due`), whether the lending itself still waits (`is_mine`), where it is, what is "
        "wrong with it, whether it stands on a hold shelf; open loans by reader; copies and free copies by title.",
        "here": HERE,
        "stories": [_story(told) for told in stories()],
    }


def _story(told: Told) -> dict[str, Any]:
    before, after = _fold(told.hub), _fold([*told.hub, *told.waits])
    waiting = {UUID(operation["op"]) for operation in told.waits}
    rows: list[dict[str, Any]] = []
    loans = {reader: {"before": 0, "after": 0} for reader in (AN, BINH)}
    copies, free = {}, 0
    for barcode in sorted(after):
        known, now = before.get(barcode, CopyState()), after[barcode]
        rows.append({"type": "copy", "id": barcode, "row": _copy_row(barcode, known)})
        if (loan := known.open_loan) is not None:
            rows.append({"type": "loan", "id": barcode, "row": _loan_row(loan)})
            loans[str(loan.reader)]["before"] += 1
        loan = now.open_loan
        if loan is not None:
            loans[str(loan.reader)]["after"] += 1
        shown = _copy_row(barcode, now)
        is_free = loan is None and not (shown["trouble"] or shown["going_to"] or shown["aside_for"])
        free += is_free and shown["place"] == HERE
        copies[barcode] = {
            "on_loan_to": str(loan.reader) if loan else None,
            "due": str(loan.due_on) if loan else None,
            "is_mine": loan is not None and loan.entry.op in waiting,
            "place": shown["place"],
            "trouble": shown["trouble"],
            "is_aside": shown["aside_for"] is not None,
        }
    elsewhere = 1  # each has one more, of a place whose copies this desk does not know
    rows += [{"type": "reader", "id": r, "row": {"loans": elsewhere + count["before"]}} for r, count in loans.items()]
    return {
        "name": told.name,
        "rows": rows,
        "waits": told.waits,
        "shows": {
            "copies": copies,
            "readers": {reader: {"loans": elsewhere + count["after"]} for reader, count in loans.items()},
            "titles": {"7": {"copies": len(copies), "free": free}},
        },
    }


def _copy_row(barcode: str, state: CopyState) -> dict[str, Any]:
    """Write as much of the row as the overlay reads."""
    aside = state.open_aside
    return {
        "title": TITLES[barcode],
        "condition": "NORMAL",
        "place": state.place or HERE,
        "trouble": state.trouble.value if state.trouble else "",
        "going_to": state.transfer.body.to if state.transfer else "",
        "aside_for": str(aside.request) if aside else None,
    }


def _loan_row(loan: Any) -> dict[str, Any]:
    return {
        "reader": str(loan.reader),
        "due": str(loan.due_on),
        "since": loan.entry.eff_at.isoformat(),
        "renewals": loan.renewals,
        "policy": loan.policy,
        "place": loan.entry.place,
    }


def _fold(operations: list[dict[str, Any]]) -> dict[str, CopyState]:
    entries = [_entry(operation) for operation in operations]
    targets = {entry.op: entry.body.copy for entry in entries if entry.target is None}
    by_copy: dict[str, list[Entry]] = {barcode: [] for barcode in targets.values()}
    for entry in entries:
        by_copy[targets[entry.target] if entry.target else entry.body.copy].append(entry)
    folded = {}
    for barcode, own in by_copy.items():
        kept = history([e for e in own if e.target is None], [e for e in own if e.target is not None])
        folded[barcode] = fold_copy(kept.entries)
    return folded


def _entry(operation: dict[str, Any]) -> Entry:
    """Stamp an operation with the time that its device guessed."""
    envelope = open_envelope(operation)
    assert isinstance(envelope, Envelope)
    assert envelope.wall_at is not None
    body = private = None
    if envelope.kind != "void":
        body_type, private_type = _BODIES[envelope.kind]
        body = msgspec.json.decode(canonical(envelope.raw), type=body_type)
        private = msgspec.json.decode(canonical(envelope.private), type=private_type)
    return Entry(
        op=envelope.op, kind=envelope.kind, eff_at=envelope.wall_at + timedelta(milliseconds=envelope.off_ms),
        unc_ms=0, dev=envelope.dev or DEVICE, epoch=1, seq=envelope.seq or 0, has_own_seq=True, place=envelope.place,
        actor=envelope.actor, standing="KEEPER", received_at=BEGIN, body=body, private=private,
        reader=getattr(private, "reader", None), target=UUID(envelope.raw["target"]) if body is None else None,
    )  # fmt: skip
