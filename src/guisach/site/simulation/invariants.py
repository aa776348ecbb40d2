"""What must be true when everything has healed (the names are those of the specification: I1 … I11)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import apps

from guisach.domain.journal.queries.checking import differences
from guisach.site.simulation import reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guisach.site.simulation.desks import Desk, Told
    from guisach.site.simulation.reference import Row

_SHOWN = 5  # violations of one kind that are told; all are counted
_CLOSE = timedelta(seconds=10)


@dataclass
class Found:
    """Violations, each a sentence that begins with its invariant; what was lost and what counted twice."""

    violations: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    count: int = 0

    def add(self, invariant: str, sentences: Iterable[str]) -> None:
        """Note sentences about one invariant."""
        for n, sentence in enumerate(sentences):
            self.count += 1
            if n < _SHOWN:
                self.violations.append(f"{invariant}: {sentence}")


def of_the_log(told: dict[str, Told], gone: set[str], falsified: set[str], rows: list[Row], found: Found) -> None:
    """I1, I2, I8: everything written down anywhere is in the log once, or is a fork of what is there.

    `gone` are operations of which no device and no file is left and that were never acknowledged.
    """
    counted = Counter(str(row.op) for row in rows)
    forks = {str(op) for op in apps.get_model("journal", "Fork").objects.values_list("op", flat=True)}
    found.lost |= {op for op in told if op not in counted and op not in forks and op not in gone}
    found.twice |= {op for op, times in counted.items() if times > 1}
    found.add("I1", (f"operation {op} ({told[op].operation['kind']}) is lost" for op in sorted(found.lost)))
    found.add("I2", (f"operation {op} is in the log twice" for op in sorted(found.twice)))
    found.add("I2", (f"operation {row.op} has no outcome" for row in rows if row.outcome is None))
    both = forks & set(counted) - falsified
    wrong = [op for op in both if op in told and not _is_rival(op, told)]
    found.add("I2", (f"operation {op} is in the log and a fork of itself" for op in sorted(wrong)))


def _is_rival(op: str, told: dict[str, Told]) -> bool:
    """Say whether a cloned device made another operation under this number: then either may have come first."""
    one = told[op].operation
    number = (one["dev"], one["epoch"], one["seq"])
    return any(
        other is not told[op] and (o["dev"], o["epoch"], o["seq"]) == number
        for other in told.values()
        for o in (other.operation,)
    )


def of_the_stamps(told: dict[str, Told], rows: list[Row], cloned: set[UUID], found: Found) -> None:
    """Row 26 and I9: sane clocks are believed, wrong ones bounded, and a device's own order is kept.

    Twins of a cloned device share one row of numbers, which then says nothing of when things happened.
    """
    found.add("stamp", (f"{row.kind} {row.op} happens after it was received" for row in rows if _is_ahead(row)))
    by_number = sorted((row for row in rows if row.numbered_itself), key=lambda r: (str(r.dev), r.epoch, r.seq))
    for earlier, later in pairwise(by_number):
        if later.dev in cloned or (earlier.dev, earlier.epoch) != (later.dev, later.epoch):
            continue
        if later.eff_at < earlier.eff_at:
            found.add("I9", [f"{later.op} (number {later.seq}) is stamped before number {earlier.seq}"])
    went_wrong: dict[tuple[UUID, int], int] = {}  # what follows a wrong clock is bounded by what that said
    for row in by_number:
        made = told.get(str(row.op))
        if made is None or not made.has_sane_clock:
            went_wrong.setdefault((row.dev, row.epoch), row.seq)
    for row in by_number:
        made = told.get(str(row.op))
        if made is None or row.dev in cloned or went_wrong.get((row.dev, row.epoch), row.seq + 1) <= row.seq:
            continue
        if abs(row.eff_at - made.true_at) > _CLOSE:
            off = row.eff_at - made.true_at
            found.add("stamp", [f"{row.kind} {row.op} of a sane clock is stamped {off} off"])


def _is_ahead(row: Row) -> bool:
    return row.eff_at > row.received_at + timedelta(seconds=1)


def of_the_revoked(told: dict[str, Told], rows: list[Row], revoked: dict[UUID, datetime], found: Found) -> None:
    """Row 29: what a revoked device made afterwards waits for a person, and is applied by nobody else."""
    for row in rows:
        made = told.get(str(row.op))
        revoked_at = revoked.get(row.dev)
        if made is None or revoked_at is None or not made.has_sane_clock or row.outcome in reference.HELD:
            continue
        if made.true_at > revoked_at + _CLOSE:
            found.add("row 29", [f"{row.kind} {row.op} of a revoked device is {row.outcome}"])


def of_the_state(rows: list[Row], found: Found) -> None:
    """I3, I4, I6, and the table of conflict rules: the projections are what the log says, said in simplest words."""
    found.add("I6", differences())
    expected = reference.expected(rows)
    loan = apps.get_model("circulation", "Loan")
    stored = {
        barcode: (reader, str(due), renewals, op)
        for barcode, reader, due, renewals, op in loan.objects.filter(closed_at__isnull=True).values_list(
            "barcode", "reader", "due_on", "renewals", "op"
        )
    }
    open_of = Counter(loan.objects.filter(closed_at__isnull=True).values_list("barcode", flat=True))
    found.add("I3", (f"copy {barcode} is lent {n} times at once" for barcode, n in open_of.items() if n > 1))
    for barcode in sorted({*stored, *expected.loans}):
        is_, ought = stored.get(barcode), expected.loans.get(barcode)
        if is_ != ought:
            found.add("I5", [f"copy {barcode} is {_words(is_)}, the log says {_words(ought)}"])
    ended = dict(loan.objects.filter(closed_at__isnull=False).values_list("op", "ended"))
    for op in sorted({*ended, *expected.ended}, key=str):
        if ended.get(op) != expected.ended.get(op):
            found.add("I5", [f"loan {op} ended {ended.get(op)}, the log says {expected.ended.get(op)}"])
    _sums(expected, found)
    _cases(rows, expected, found)
    for row in rows:
        if (row.outcome == "VOIDED") != (row.op in expected.voided):
            found.add("I5", [f"{row.kind} {row.op} is {row.outcome}; taken back: {row.op in expected.voided}"])


def _words(loan: tuple[UUID | None, str, int, UUID] | None) -> str:
    if loan is None:
        return "not lent"
    return f"lent to {loan[0]} until {loan[1]}, renewed {loan[2]} times, by {loan[3]}"


def _sums(expected: reference.Expected, found: Found) -> None:
    tally = apps.get_model("circulation", "Tally").objects
    stored = {
        (place, str(on), measure.lower(), group): count
        for place, on, measure, group, count in tally.values_list("place", "on", "measure", "group", "count")
        if measure.lower() in {"visits", "uses"}
    }
    for key in sorted({*stored, *expected.sums}):
        is_, ought = stored.get(key, 0), expected.sums.get(key, 0)
        if is_ != ought:
            if is_ > ought:
                found.twice.add("|".join(key))
            found.add("I5", [f"{' '.join(key)}: {is_} are counted, {ought} were told"])


def _cases(rows: list[Row], expected: reference.Expected, found: Found) -> None:
    """I4, and I10: what was decided stays decided."""
    case = apps.get_model("journal", "Case").objects
    stored = dict(case.exclude(status="GONE").filter(kind__in=reference.KINDS_OF_CASES).values_list("id", "kind"))
    for id_ in sorted({*stored, *expected.cases}):
        if id_ not in stored:
            found.add("I4", [f"there is no case about {expected.cases[id_]}"])
        elif id_ not in expected.cases:
            found.add("I4", [f"case {id_} ({stored[id_]}) is about nothing"])
    status_of = dict(case.values_list("id", "status"))
    for row in rows:
        if row.kind == "settle" and row.outcome == "APPLIED" and status_of.get(row.body["case"]) == "OPEN":
            found.add("I10", [f"case {row.body['case']} was settled by {row.op} and is open"])
    waiting = {str(row.op) for row in rows if row.outcome in {"PENDING", "WAITING"}}
    subjects = set(case.filter(kind="not_understood").exclude(status="GONE").values_list("subject", flat=True))
    missing = {f"unread:{op}" for op in waiting} - subjects
    found.add("I4", (f"nobody is told that {subject} waits" for subject in sorted(missing)))
    pending = [row for row in rows if row.outcome == "PENDING"]
    found.add("row 30", (f"{row.kind} {row.op} is still not understood after the update" for row in pending))


def of_the_feed(desk: Desk, fresh: Desk, found: Found) -> None:
    """I7: what a desk has by following the feed is what one has that begins with nothing."""
    for key in sorted({*desk.rows, *fresh.rows}):
        is_, ought = desk.rows.get(key), fresh.rows.get(key)
        if is_ != ought:
            found.add("I7", [f"{desk.name} has {key[0]} {key[1]} as {is_}, the hub says {ought}"])
    if fresh.fingerprint != fresh.own_fingerprint():
        found.add("I7", [f"the hub's fingerprint for {desk.name} is not that of the rows it sent"])
