"""What must come of a log, said a second time and in the simplest words: who holds which copy, and what was counted.

It reads stamped operations and knows only the kinds that a run makes. Nothing is shared with the folds it judges.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps

from guisach.kernel.clock import local_date

_ONE_LOAN = timedelta(hours=12)
_IN_HAND = {"lend", "return", "sighting", "use", "find"}
HELD = {"QUARANTINED", "LEFT_OUT"}
_NOT_APPLIED = HELD | {"PENDING"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the log."""

    op: UUID
    dev: UUID
    epoch: int
    seq: int
    numbered_itself: bool
    kind: str
    place: str
    actor: str
    standing: str
    eff_at: datetime
    unc_ms: int
    received_at: datetime
    clock_ms: int
    target: UUID | None
    reader: UUID | None
    outcome: str | None
    body: dict[str, Any]

    @property
    def order(self) -> tuple[datetime, str, int, int, str]:
        """Return where it stands among all others."""
        number = self.seq if self.numbered_itself else 0
        return (self.eff_at, str(self.dev), self.epoch, number, str(self.op))


@dataclass
class Expected:
    """Open loans (reader, due day, renewals, lending), sums of days, and cases by id with what they are."""

    loans: dict[str, tuple[UUID | None, str, int, UUID]] = field(default_factory=dict)
    ended: dict[UUID, str] = field(default_factory=dict)
    sums: dict[tuple[str, str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    voided: set[UUID] = field(default_factory=set)
    cases: dict[str, str] = field(default_factory=dict)

    def case(self, kind: str, *ops: UUID) -> None:
        """Expect a case of this kind about these operations."""
        text = "\n".join([kind, *sorted(map(str, ops))])
        self.cases[hashlib.sha256(text.encode()).hexdigest()[:32]] = f"{kind} {' '.join(map(str, ops))}"


KINDS_OF_CASES = (
    "lent_twice", "lent_twice_order_unknown", "lent_again_to_same_reader", "renewed_without_loan", "void_not_allowed",
    "void_of_void", "found_after_lost", "outside_scope", "clock", "fork", "seen_while_on_loan",
)  # fmt: skip


def log() -> list[Row]:
    """Read the whole log."""
    rows = apps.get_model("journal", "Operation").objects.order_by("hub_seq").values_list(
        "op", "dev", "epoch", "seq", "has_own_seq", "kind", "place", "actor", "standing", "eff_at", "unc_ms",
        "received_at", "clock_ms", "target", "private_part__reader", "outcome__code", "body",
    )  # fmt: skip
    return [Row(*row[:-1], body=json.loads(row[-1])) for row in rows]


def expected(rows: list[Row]) -> Expected:
    """Work out what must have come of these lines."""
    found = Expected()
    applied = sorted((row for row in rows if row.outcome not in _NOT_APPLIED), key=lambda row: row.order)
    by_op = {row.op: row for row in applied}
    _take_back(applied, by_op, found)
    copies: dict[str, list[Row]] = defaultdict(list)
    for row in applied:
        if row.op in found.voided:
            continue
        if row.kind in _IN_HAND | {"renew", "lose"}:
            copies[row.body["copy"].strip().upper()].append(row)
        elif row.kind in {"visit_tally", "open_shelf_tally"}:
            measure = "visits" if row.kind == "visit_tally" else "uses"
            day = row.body.get("on") or str(local_date(row.eff_at))
            for group, count in row.body["counts" if measure == "visits" else "uses"].items():
                found.sums[row.place, day, measure, group] += count
    for copy, happened in copies.items():
        _Copy(copy, found).go_through(happened)
    for row in rows:
        if row.place and not row.standing:
            found.case("outside_scope", row.op)
        if abs(row.clock_ms) > 10 * 60 * 1000:
            found.case("clock", row.op)
    forks: Any = apps.get_model("journal", "Fork").objects.values_list("op", "stored")
    for op, rival in forks:
        found.case("fork", *{rival, op})
    return found


def _take_back(applied: list[Row], by_op: dict[UUID, Row], found: Expected) -> None:
    for void in (row for row in applied if row.kind == "void"):
        target = by_op.get(void.target) if void.target else None
        if target is None or target.op in found.voided:
            continue
        if target.kind == "void":
            found.case("void_of_void", void.op)
            continue
        is_librarian = void.standing == "LIBRARIAN" and void.place in {target.place, ""}
        is_author = bool(void.actor) and void.actor == target.actor
        if is_librarian or (is_author and local_date(void.eff_at) == local_date(target.eff_at)):
            found.voided.add(target.op)
        else:
            found.case("void_not_allowed", target.op, void.op)


class _Copy:
    """One copy's story."""

    def __init__(self, barcode: str, found: Expected) -> None:
        self._barcode, self._found = barcode, found
        self._loan: Row | None = None
        self._before: Row | None = None  # the loan before, when none is open
        self._due, self._renewals, self._renewed_on = "", 0, ""
        self._lost: Row | None = None
        self._seen: Row | None = None

    def go_through(self, happened: list[Row]) -> None:
        for row in happened:
            if row.kind in _IN_HAND and self._lost is not None:
                self._found.case("found_after_lost", self._lost.op, row.op)
                self._lost = None
            getattr(self, f"_{row.kind}", lambda _row: None)(row)
            if row.kind in _IN_HAND:
                self._seen = row if self._loan is not None and row.kind != "lend" else None
        if self._loan is not None:
            self._found.loans[self._barcode] = (self._loan.reader, self._due, self._renewals, self._loan.op)
            if self._seen is not None:
                self._found.case("seen_while_on_loan", self._loan.op, self._seen.op)

    def _lend(self, row: Row) -> None:
        loan = self._loan
        if loan is not None and loan.reader == row.reader:
            if row.eff_at - loan.eff_at > _ONE_LOAN:
                self._prolong(row)
                self._found.case("lent_again_to_same_reader", loan.op, row.op)
            return
        if loan is not None:
            self._end("IMPLIED")
            is_certain = row.eff_at - loan.eff_at > timedelta(milliseconds=row.unc_ms + loan.unc_ms)
            self._found.case("lent_twice" if is_certain else "lent_twice_order_unknown", loan.op, row.op)
        self._loan, self._due, self._renewals, self._renewed_on = row, row.body["due"], 0, ""

    def _return(self, _row: Row) -> None:
        if self._loan is not None:
            self._end("RETURNED")

    def _lose(self, row: Row) -> None:
        if self._loan is not None:
            self._end("LOST")
        self._lost = self._lost or row

    def _renew(self, row: Row) -> None:
        if self._loan is None or row.reader not in {None, self._loan.reader}:
            before = self._loan or self._before
            self._found.case("renewed_without_loan", *([before.op] if before else []), row.op)
            return
        self._prolong(row)

    def _prolong(self, row: Row) -> None:
        day = str(local_date(row.eff_at))
        self._due = max(self._due, row.body["due"])
        self._renewals += self._renewed_on != day
        self._renewed_on = day

    def _end(self, how: str) -> None:
        if self._loan is not None:
            self._found.ended[self._loan.op] = how
        self._before, self._loan = self._loan, None
