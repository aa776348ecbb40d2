"""The fold of copies, as the journal calls it: load, compute by the pure rules, keep what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.domain.catalogue.queries import known_barcodes
from guisach.domain.circulation.models import Loan, Payment, Request, SetAside, StocktakeLine, Trouble, Use, Whereabouts
from guisach.domain.circulation.queries.overdue import subject_of
from guisach.domain.circulation.queries.policies import policies
from guisach.domain.circulation.rules.copy_fold import fold_copy
from guisach.domain.circulation.rules.one_person import cases_among_people, is_noted, passed_on
from guisach.domain.circulation.rules.policy import Policies
from guisach.domain.circulation.steps.rows import Rows
from guisach.domain.journal import kinds
from guisach.domain.journal.queries.histories import public_subjects
from guisach.domain.journal.rules.history import CaseDraft, Result
from guisach.domain.journal.steps import append, hub_source, refold
from guisach.domain.messages.steps import withdraw
from guisach.domain.readers.queries import families_of
from guisach.kernel.ids import new_id
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from uuid import UUID

    from guisach.domain.circulation.rules.copy_state import AsideState, CopyState, LoanState
    from guisach.domain.journal.rules.history import Entry, History
    from guisach.kernel.clock import Clock

_UNKNOWN = "unknown_barcode"
_CATALOGUING = "copies:cataloguing"
_FORGOTTEN_WITH = {"reader", "judged", "others"}
_LOAN_FIELDS = (
    "barcode", "reader", "place", "lent_at", "due_on", "renewals", "renewed_op", "policy", "group", "override",
    "request", "batch", "closed_at", "closed_by", "ended", "judged", "others",
)  # fmt: skip
_USE_FIELDS = ("barcode", "place", "at")
_ASIDE_FIELDS = ("barcode", "request", "place", "at", "closed_at", "closed_by", "ended")
_SEEN_FIELDS = (
    "place", "seen_at", "trouble", "troubled_op", "troubled_at", "going_to", "transfer_op", "sent_at", "sent_for",
    "aside_for", "asides", "uses", "counts",
)  # fmt: skip
_LINE_FIELDS = ("stocktake", "barcode", "is_missing", "dev", "actor", "place", "at", "scans")
_LATER_FIELDS = ("request", "batch")
"""In the digest only where they say something: it stays what it was before there were such fields."""


@dataclass(slots=True)
class _Copies:
    """What is computed and what is stored of some copies."""

    loans: Rows[Loan]
    asides: Rows[SetAside]
    uses: Rows[Use]
    seen: Rows[Whereabouts]
    lines: Rows[StocktakeLine]
    uncatalogued: dict[str, Result]
    passed: dict[str, _Passed]


@dataclass(slots=True)
class _Passed:
    """A copy that was lent on without a return, and what its own operations say is to be asked about that."""

    state: CopyState
    result: Result
    others: list[CaseDraft]
    """What is asked besides."""


class CopyFold:
    """Loans and whereabouts of copies."""

    subject_type = "copy"
    reads_private = False
    is_private = False
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Fold each copy; a barcode that nobody catalogued is a placeholder and a case (SYNC row 19)."""
        known = policies() if any(_needs_rules(history) for history in histories.values()) else Policies()
        states = {barcode: fold_copy(history.entries, known) for barcode, history in histories.items()}
        catalogued = known_barcodes(histories)
        results: dict[str, Result] = {}
        uncatalogued: dict[str, Result] = {}
        passed: dict[str, _Passed] = {}
        for barcode, history in histories.items():
            state, result = states[barcode], history.result
            result.outcomes.update(state.outcomes)
            if any(True for _ in passed_on(state)):
                passed[barcode] = _Passed(state, result, result.cases)
            else:
                result.cases.extend(state.cases)
            if barcode not in catalogued and history.entries:
                first = history.entries[0]
                result.cases.append(CaseDraft(_UNKNOWN, (first.op,), first.place, first.eff_at))
                uncatalogued[barcode] = result
            results[f"copy:{barcode}"] = result
        _ask_about(passed)
        copies = _copies(states, uncatalogued, passed)
        readers = {str(loan.reader) for key in copies.loans.differing() for loan in copies.loans.sides(key)}
        stocktakes = {str(line.stocktake) for key in copies.lines.differing() for line in copies.lines.sides(key)}
        touches = {
            "borrowing": readers,
            "request": _requests(copies),
            "payment": _payments(copies),
            "stocktake": stocktakes,
        }
        return kinds.Folding(results, {"copies": copies}, touches)

    def project(self, folding: kinds.Folding) -> None:
        """Write what differs."""
        copies: _Copies = folding.state["copies"]
        _ask_again_about(copies.passed)
        _look_again(copies.uncatalogued)
        if ended := _ended(copies.loans):
            withdraw(ended)  # nobody is reminded of a book that came back
        copies.loans.replace()
        copies.asides.replace()
        copies.uses.replace()
        copies.lines.replace()
        copies.seen.update()

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare loans, what was set aside, and whereabouts."""
        copies: _Copies = folding.state["copies"]
        for op in copies.loans.differing():
            barcode = next(copies.loans.sides(op)).barcode
            yield f"loan {op} of {barcode}: stored otherwise than the log says"
        for op in copies.asides.differing():
            barcode = next(copies.asides.sides(op)).barcode
            yield f"copy {barcode}: set aside by {op} is stored otherwise than the log says"
        for op in copies.uses.differing():
            yield f"use {op} of {next(copies.uses.sides(op)).barcode}: stored otherwise than the log says"
        for op in copies.lines.differing():
            barcode = next(copies.lines.sides(op)).barcode
            yield f"copy {barcode}: what a stocktake says of it by {op} is stored otherwise than the log says"
        for barcode in copies.seen.differing():
            yield f"copy {barcode}: last seen is stored otherwise than the log says"

    def subjects(self) -> Iterable[str]:
        """Return every barcode of the log and of the tables."""
        return public_subjects(self.subject_type).union(
            Loan.objects.values_list("barcode", flat=True),
            SetAside.objects.values_list("barcode", flat=True),
            Use.objects.values_list("barcode", flat=True),
            StocktakeLine.objects.values_list("barcode", flat=True),
            Whereabouts.objects.values_list("barcode", flat=True),
        )

    def rows(self) -> Iterator[str]:
        """Return loans, what was set aside, then whereabouts."""
        for loan in Loan.objects.iterator(chunk_size=2000):
            # Forgetting changes no figure and no hash: a loan that has ended is in the digest without its reader.
            reader = loan.reader if loan.closed_at is None else "-"
            values = [getattr(loan, name) for name in _LOAN_FIELDS if name not in {*_FORGOTTEN_WITH, *_LATER_FIELDS}]
            values += [f"{name}={value}" for name in _LATER_FIELDS if (value := getattr(loan, name))]
            yield f"loan|{loan.op}|{reader}|{'|'.join(map(str, values))}"
        for aside in SetAside.objects.iterator(chunk_size=2000):
            yield f"aside|{aside.op}|{'|'.join(str(getattr(aside, name)) for name in _ASIDE_FIELDS)}"
        for use in Use.objects.iterator(chunk_size=2000):
            yield f"use|{use.op}|{use.barcode}|{use.place}|{use.at.timestamp():.6f}"
        for line in StocktakeLine.objects.iterator(chunk_size=2000):
            yield f"counted|{line.op}|{'|'.join(str(getattr(line, name)) for name in _LINE_FIELDS)}"
        for seen in Whereabouts.objects.iterator(chunk_size=2000):
            at = seen.seen_at.timestamp() if seen.seen_at else 0
            more = [f"{name}={value}" for name in _SEEN_FIELDS[2:] if (value := getattr(seen, name))]
            yield "|".join((f"seen|{seen.barcode}|{seen.place}|{at:.6f}", *more))


def _ended(loans: Rows[Loan]) -> set[str]:
    """Name the loans that were open and are not any more."""
    stored = {op: loans.stored[op] for op in loans.differing() if op in loans.stored}
    still = {op for op in stored if op in loans.computed and loans.computed[op].closed_at is None}
    return {subject_of(op) for op, loan in stored.items() if loan.closed_at is None and op not in still}


def copies_changed(barcodes: Collection[str]) -> None:
    """A copy was catalogued that may have been lent before: fold it again, so that its case goes."""
    lock([_CATALOGUING])  # whoever lends one of them unseen by us looks again after our commit
    lent_before = set(Whereabouts.objects.filter(barcode__in=list(barcodes)).values_list("barcode", flat=True))
    lent_before |= set(Loan.objects.filter(barcode__in=list(barcodes)).values_list("barcode", flat=True))
    if lent_before:
        refold({("copy", barcode) for barcode in lent_before})


def copies_withdrawn(barcodes: Collection[str], clock: Clock) -> None:
    """Note in the log that copies left the stock, for what offline desks do with them meanwhile (SYNC row 15)."""
    _hub_says("withdraw", barcodes, clock)


def copies_reinstated(barcodes: Collection[str], clock: Clock) -> None:
    """Note in the log that withdrawn copies belong to the stock again."""
    _hub_says("reinstate", barcodes, clock)


def _hub_says(kind: str, barcodes: Collection[str], clock: Clock) -> None:
    operations = [{"op": str(new_id()), "v": 1, "kind": kind, "copy": barcode} for barcode in sorted(barcodes)]
    append(operations, via=hub_source(at=clock()), clock=clock)


def _copies(states: Mapping[str, CopyState], uncatalogued: dict[str, Result], passed: dict[str, _Passed]) -> _Copies:
    barcodes = list(states)
    loans = {loan.entry.op: _loan(barcode, loan) for barcode, state in states.items() for loan in state.loans}
    asides = {one.entry.op: _aside(barcode, one) for barcode, state in states.items() for one in state.asides}
    lines = {line.op: line for barcode, state in states.items() for line in _lines(barcode, state)}
    seen = {barcode: row for barcode, state in states.items() if (row := _seen(barcode, state)) is not None}
    before = Whereabouts.objects.in_bulk(barcodes)
    # Few copies were ever set aside: who has none, before and after, is not asked for.
    with_asides = {one.barcode for one in asides.values()} | {code for code, row in before.items() if row.asides}
    asides_before = SetAside.objects.filter(barcode__in=with_asides) if with_asides else ()
    uses = {one.op: _use(barcode, one) for barcode, state in states.items() for one in state.uses}
    with_uses = {one.barcode for one in uses.values()} | {code for code, row in before.items() if row.uses}
    uses_before = Use.objects.filter(barcode__in=with_uses) if with_uses else ()
    counted = {line.barcode for line in lines.values()} | {code for code, row in before.items() if row.counts}
    lines_before = StocktakeLine.objects.filter(barcode__in=counted) if counted else ()
    return _Copies(
        Rows(Loan, _LOAN_FIELDS, loans, {loan.op: loan for loan in Loan.objects.filter(barcode__in=barcodes)}),
        Rows(SetAside, _ASIDE_FIELDS, asides, {one.op: one for one in asides_before}),
        Rows(Use, _USE_FIELDS, uses, {one.op: one for one in uses_before}),
        Rows(Whereabouts, _SEEN_FIELDS, seen, before),
        Rows(StocktakeLine, _LINE_FIELDS, lines, {line.op: line for line in lines_before}),
        uncatalogued,
        passed,
    )


def _requests(copies: _Copies) -> set[str]:
    """Name the requests for which something changed; the database is asked only where a loan was renewed."""
    found: set[UUID | None] = {row.request for key in copies.asides.differing() for row in copies.asides.sides(key)}
    found |= {row.sent_for for key in copies.seen.differing() for row in copies.seen.sides(key)}
    renewed = set()
    for key in copies.loans.differing():
        for loan in copies.loans.sides(key):
            found.add(loan.request)
            if loan.renewed_op:
                renewed.add(loan.barcode)
    if renewed:
        found |= set(Request.objects.filter(awaits__in=renewed).values_list("pk", flat=True))
    return {str(request) for request in found if request is not None}


def _payments(copies: _Copies) -> set[str]:
    """Name what was paid for copies that were lost or are now; the database is asked only where there are such."""
    lost = {key for key in copies.seen.differing() for row in copies.seen.sides(key) if row.trouble == Trouble.LOST}
    if not lost:
        return set()
    return {str(op) for op in Payment.objects.filter(barcode__in=lost).values_list("pk", flat=True)}


def _needs_rules(history: History) -> bool:
    """Tell whether a lending leaves it to the rules when the book is due."""
    return any(entry.kind == "lend" and entry.body.due is None for entry in history.entries)


def _loan(barcode: str, loan: LoanState) -> Loan:
    return Loan(
        op=loan.entry.op,
        barcode=barcode,
        reader=loan.reader,
        place=loan.entry.place,
        lent_at=loan.entry.eff_at,
        due_on=loan.due_on,
        renewals=loan.renewals,
        renewed_op=loan.renewed_op,
        policy=loan.policy,
        group=loan.group,
        request=loan.entry.body.request,
        batch=loan.entry.body.batch,
        judged=None if loan.judged is None else list(loan.judged),
        others=loan.others,
        override=loan.override[:32] if loan.override.isprintable() else "",
        closed_at=loan.closed_at,
        closed_by=loan.closed_by,
        ended=loan.ended,
    )


def _aside(barcode: str, aside: AsideState) -> SetAside:
    return SetAside(
        op=aside.entry.op,
        barcode=barcode,
        request=aside.request,
        place=aside.entry.place,
        at=aside.entry.eff_at,
        closed_at=aside.closed_at,
        closed_by=aside.closed_by,
        ended=aside.ended,
    )


def _use(barcode: str, entry: Entry) -> Use:
    return Use(op=entry.op, barcode=barcode, place=entry.place, at=entry.eff_at)


def _lines(barcode: str, state: CopyState) -> Iterator[StocktakeLine]:
    for (stocktake, _dev), scan in state.scans.items():
        yield _line(barcode, stocktake, scan.entry, scans=scan.scans)
    for stocktake, missed in state.misses.items():
        yield _line(barcode, stocktake, missed, scans=0, is_missing=True)


def _line(barcode: str, stocktake: UUID, entry: Entry, *, scans: int, is_missing: bool = False) -> StocktakeLine:
    return StocktakeLine(
        op=entry.op,
        stocktake=stocktake,
        barcode=barcode,
        is_missing=is_missing,
        dev=entry.dev,
        actor=entry.actor,
        place=entry.place,
        at=entry.eff_at,
        scans=scans,
    )


def _seen(barcode: str, state: CopyState) -> Whereabouts | None:
    row = Whereabouts(barcode=barcode, place=state.place, seen_at=state.seen_at, asides=len(state.asides))
    row.uses = len(state.uses)
    row.counts = len(state.scans) + len(state.misses)
    if state.trouble is not None and state.troubled_by is not None:
        row.trouble, row.troubled_op, row.troubled_at = state.trouble, state.troubled_by.op, state.troubled_by.eff_at
    if (sent := state.transfer) is not None:
        row.going_to, row.transfer_op, row.sent_at, row.sent_for = sent.body.to, sent.op, sent.eff_at, sent.body.request
    if state.open_aside is not None:
        row.aside_for = state.open_aside.request
    is_known = state.seen_at is not None or row.trouble or row.going_to or row.asides or row.uses or row.counts
    return row if is_known else None


def _look_again(uncatalogued: Mapping[str, Result]) -> None:
    """Drop the case of a copy that another transaction catalogued after this one had looked."""
    if uncatalogued:
        lock([_CATALOGUING])
        for barcode in known_barcodes(uncatalogued):
            result = uncatalogued[barcode]
            result.cases = [draft for draft in result.cases if draft.kind != _UNKNOWN]


def _ask_about(passed: Mapping[str, _Passed]) -> None:
    """Ask about copies that were lent on without a return: less where both readers are one person (SYNC row 11)."""
    persons = {id_: family.id for id_, family in families_of(_readers(passed)).items()} if passed else {}
    for one in passed.values():
        asked = cases_among_people(one.state, lambda first, second: persons[first] == persons[second])
        one.result.cases = [*one.others, *asked]


def _ask_again_about(passed: Mapping[str, _Passed]) -> None:
    """Do it once more where nobody can put readers together, or take them apart, without looking here after us."""
    if readers := _readers(passed):
        lock({f"borrowing:{reader}" for reader in readers})
        _ask_about(passed)


def _readers(passed: Mapping[str, _Passed]) -> set[UUID]:
    """Name the readers of whom it matters whether they are one person."""
    pairs = (pair for one in passed.values() for pair in passed_on(one.state) if not is_noted(*pair))
    return {loan.reader for pair in pairs for loan in pair}
