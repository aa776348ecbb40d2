"""Typing in what was written on paper: facts of days gone by, so nothing is refused and nothing counts twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from guisach.domain.circulation.actions.due_dates import due_date, situation_at
from guisach.domain.circulation.queries.paper import OnLog, sheet_on_log
from guisach.domain.circulation.queries.policies import policies
from guisach.domain.circulation.rules.paper import ATTEMPTS, SHEET_LINES, USES, VISITS, line_op
from guisach.domain.journal.steps import Receipt, append, in_one_transaction
from guisach.domain.network.queries import service_of
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from guisach.domain.circulation.rules.policy import LoanPolicy
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock

_FOOT = {VISITS: ("visit_tally", "counts"), USES: ("open_shelf_tally", "uses")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """A line that was understood. `reader` may be missing where a book came back."""

    line: int
    day: date
    barcode: str
    is_out: bool
    reader: UUID | None = None
    group: str = ""
    material: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSheet:
    """What of a sheet is to be written down; the counts at its foot are those of one day."""

    place: str
    code: str
    lines: Sequence[PaperLine] = ()
    counted_on: date | None = None
    visits: Mapping[str, int] = field(default_factory=dict)
    uses: Mapping[str, int] = field(default_factory=dict)


@in_one_transaction
def record_sheet(sheet: PaperSheet, *, by: Source, clock: Clock) -> list[Receipt]:
    """Write a sheet down, each line on its day; the receipts of what is new.

    What stands in the log from this sheet already is left alone, whatever it says; a line that was taken back is
    written anew. Lines are numbered from 1 to SHEET_LINES.
    """
    lock([f"sheet:{sheet.place}:{sheet.code}"])  # before all others: nobody who holds another asks for this one
    on_log = sheet_on_log(sheet.place, sheet.code)
    operations = [*_lines(sheet, on_log), *_foot(sheet, on_log)]
    return append(operations, via=by, clock=clock) if operations else []


def _lines(sheet: PaperSheet, on_log: OnLog) -> list[dict[str, Any]]:
    found = []
    here, known = service_of(sheet.place), policies()
    due: dict[tuple[LoanPolicy, date], date] = {}  # most lines of a sheet are of one day and under one rule
    for line in sheet.lines:
        if line.line in on_log.entries or not 0 < line.line <= SHEET_LINES:
            continue
        kind = "lend" if line.is_out else "return"
        operation = _operation(sheet, line.line, on_log, kind, line.day, copy=line.barcode)
        if line.is_out:
            rules = known.on(line.day)
            policy = rules.policy(situation_at(sheet.place, here, line.group, line.material))
            if (policy, line.day) not in due:
                due[policy, line.day] = due_date(policy, here, start=line.day)
            operation |= {
                "due": due[policy, line.day].isoformat(),
                "policy": policy.version,
                "group": line.group,
            }
        if line.reader is not None:
            operation["private"] = {"reader": str(line.reader)}
        found.append(operation)
    return found


def _foot(sheet: PaperSheet, on_log: OnLog) -> list[dict[str, Any]]:
    found = []
    for name, counts in ((VISITS, sheet.visits), (USES, sheet.uses)):
        if counts and sheet.counted_on is not None and name not in on_log.entries:
            kind, key = _FOOT[name]
            body = {key: dict(counts), "on": sheet.counted_on.isoformat()}
            found.append(_operation(sheet, name, on_log, kind, sheet.counted_on, **body))
    return found


def _operation(sheet: PaperSheet, line: int | str, on_log: OnLog, kind: str, day: date, **body: Any) -> dict[str, Any]:
    attempt = min(on_log.attempts.get(line, 0), ATTEMPTS - 1)
    return {
        "op": str(line_op(sheet.place, sheet.code, line, attempt)),
        "v": 1,
        "kind": kind,
        "place": sheet.place,
        **body,
        "source": "paper",
        "occurred": day.isoformat(),
        "line": line if isinstance(line, int) else SHEET_LINES + 1,
        "sheet": sheet.code,
    }
