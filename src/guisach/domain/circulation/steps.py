"""The folds of circulation, as the journal calls them: load, compute by the pure rules, keep what differs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from guisach.domain.catalogue.kinds import on_copies_changed
from guisach.domain.catalogue.queries import known_barcodes
from guisach.domain.circulation.models import Loan, Measure, Tally, Whereabouts
from guisach.domain.circulation.queries.borrowing import borrowed_by
from guisach.domain.circulation.queries.policies import policies
from guisach.domain.circulation.rules.borrowing_fold import Membership, judge
from guisach.domain.circulation.rules.copy_fold import CopyState, LoanState, fold_copy
from guisach.domain.circulation.rules.kinds import (
    BorrowersTallyBody,
    CopyBody,
    LendBody,
    LendPrivate,
    MaybeReader,
    OpenShelfTallyBody,
    RenewBody,
    VisitTallyBody,
    borrowers_subject,
    copy_subject,
    tally_subject,
)
from guisach.domain.circulation.rules.policy import Policies
from guisach.domain.journal import kinds
from guisach.domain.journal.queries.histories import public_subjects
from guisach.domain.journal.rules.history import CaseDraft, Result
from guisach.domain.journal.steps import refold
from guisach.domain.readers.queries import expiries_of
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from guisach.domain.journal.rules.history import History

_UNKNOWN = "unknown_barcode"
_CATALOGUING = "copies:cataloguing"
_FORGOTTEN_WITH = {"reader", "judged", "others"}
_MEASURES = {
    "visit_tally": Measure.VISITS,
    "open_shelf_tally": Measure.USES,
    "borrowers_tally": Measure.BORROWERS,
}
_LOAN_FIELDS = (
    "barcode", "reader", "place", "lent_at", "due_on", "renewals", "renewed_op", "policy", "group", "override",
    "closed_at", "closed_by", "ended", "judged", "others",
)  # fmt: skip


@dataclass(slots=True)
class _Copies:
    """What is computed and what is stored, by barcode."""

    states: dict[str, CopyState]
    loans: dict[str, dict[UUID, Loan]] = field(default_factory=dict)
    stored: dict[str, dict[UUID, Loan]] = field(default_factory=dict)
    seen: dict[str, Whereabouts] = field(default_factory=dict)
    uncatalogued: dict[str, Result] = field(default_factory=dict)


class CopyFold:
    """Loans and whereabouts of copies."""

    subject_type = "copy"
    reads_private = False
    is_private = False
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Fold each copy; a barcode that nobody catalogued is a placeholder and a case (SYNC row 19)."""
        known = policies() if any(_needs_rules(history) for history in histories.values()) else Policies()
        copies = _Copies({barcode: fold_copy(history.entries, known) for barcode, history in histories.items()})
        catalogued = known_barcodes(histories)
        results: dict[str, Result] = {}
        for barcode, history in histories.items():
            state, result = copies.states[barcode], history.result
            result.outcomes.update(state.outcomes)
            result.cases.extend(state.cases)
            if barcode not in catalogued and history.entries:
                first = history.entries[0]
                result.cases.append(CaseDraft(_UNKNOWN, (first.op,), first.place, first.eff_at))
                copies.uncatalogued[barcode] = result
            results[f"copy:{barcode}"] = result
            copies.loans[barcode] = {loan.entry.op: _loan(barcode, loan) for loan in state.loans}
        copies.stored = defaultdict(dict)
        for loan in Loan.objects.filter(barcode__in=list(histories)):
            copies.stored[loan.barcode][loan.op] = loan
        copies.seen = Whereabouts.objects.in_bulk(list(histories))
        return kinds.Folding(results, {"copies": copies}, {"borrowing": set(_readers_concerned(copies))})

    def project(self, folding: kinds.Folding) -> None:
        """Write what differs. Rows go before they come, so that a copy never has two open loans on the way."""
        copies: _Copies = folding.state["copies"]
        _look_again(copies.uncatalogued)
        stale: list[UUID] = []
        fresh: list[Loan] = []
        for barcode, computed in copies.loans.items():
            stored = copies.stored[barcode]
            stale += [op for op in stored if op not in computed or not _equal(stored[op], computed[op])]
            fresh += [loan for op, loan in computed.items() if op not in stored or not _equal(stored[op], loan)]
        if stale:
            Loan.objects.filter(pk__in=stale).delete()
        Loan.objects.bulk_create(fresh, batch_size=1000)
        moved, gone = [], []
        for barcode, state in copies.states.items():
            seen = copies.seen.get(barcode)
            if state.seen_at is None:
                gone += [barcode] if seen else []
            elif seen is None or (seen.place, seen.seen_at) != (state.place, state.seen_at):
                moved.append(Whereabouts(barcode=barcode, place=state.place, seen_at=state.seen_at))
        Whereabouts.objects.bulk_create(
            moved, update_conflicts=True, update_fields=["place", "seen_at"], unique_fields=["barcode"]
        )
        if gone:
            Whereabouts.objects.filter(pk__in=gone).delete()

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare loans and whereabouts."""
        copies: _Copies = folding.state["copies"]
        for barcode, computed in copies.loans.items():
            stored = copies.stored[barcode]
            for op in computed.keys() | stored.keys():
                if op not in computed or op not in stored or not _equal(stored[op], computed[op]):
                    yield f"loan {op} of {barcode}: stored otherwise than the log says"
            state, seen = copies.states[barcode], copies.seen.get(barcode)
            if (state.place, state.seen_at) != ((seen.place, seen.seen_at) if seen else ("", None)):
                yield f"copy {barcode}: last seen is stored otherwise than the log says"

    def subjects(self) -> Iterable[str]:
        """Return every barcode of the log and of the tables."""
        return (
            public_subjects(self.subject_type)
            | set(Loan.objects.values_list("barcode", flat=True))
            | set(Whereabouts.objects.values_list("barcode", flat=True))
        )

    def rows(self) -> Iterator[str]:
        """Return loans, then whereabouts."""
        for loan in Loan.objects.iterator(chunk_size=2000):
            # Forgetting changes no figure and no hash: a loan that has ended is in the digest without its reader.
            reader = loan.reader if loan.closed_at is None else "-"
            values = (getattr(loan, name) for name in _LOAN_FIELDS if name not in _FORGOTTEN_WITH)
            yield f"loan|{loan.op}|{reader}|{'|'.join(map(str, values))}"
        for seen in Whereabouts.objects.iterator(chunk_size=2000):
            yield f"seen|{seen.barcode}|{seen.place}|{seen.seen_at.timestamp():.6f}"


class BorrowingFold:
    """A reader's loans together; runs after copies and readers and only opens cases."""

    subject_type = "borrowing"
    reads_private = False
    is_private = False
    is_derived = True

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Judge each reader's loans by the card that they have."""
        ids = [UUID(reader) for reader in histories]
        members = expiries_of(ids)
        loans = borrowed_by(ids)
        known = cache(policies)
        results = {}
        for id_ in ids:
            membership = Membership(members[id_]) if id_ in members else None
            results[f"borrowing:{id_}"] = Result(cases=list(judge(loans[id_], membership, known)))
        return kinds.Folding(results, {}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Nothing to keep but the cases."""

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Nothing to compare but the cases."""
        return iter(())

    def subjects(self) -> Iterable[str]:
        """Return every reader with a loan."""
        return {str(reader) for reader in Loan.objects.values_list("reader", flat=True).distinct()}

    def rows(self) -> Iterator[str]:
        """Nothing of its own."""
        return iter(())


class TallyFold:
    """Counts of a place on a day are the sum of what its devices counted (SYNC row 22)."""

    subject_type = "tally"
    reads_private = False
    is_private = False
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Add up."""
        results: dict[str, Result] = {}
        sums: dict[str, dict[tuple[str, str], int]] = {}
        for subject, history in histories.items():
            total: dict[tuple[str, str], int] = defaultdict(int)
            for entry in history.entries:
                history.result.outcomes[entry.op] = "COUNTED"
                counts = entry.body.uses if entry.kind == "open_shelf_tally" else entry.body.counts
                for group, count in counts.items():
                    total[_MEASURES[entry.kind], group] += count
            results[f"tally:{subject}"] = history.result
            sums[subject] = {key: count for key, count in total.items() if count}
        return kinds.Folding(results, {"sums": sums, "stored": _stored_tallies(sums)}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Write the sums that differ."""
        fresh: list[Tally] = []
        stale: list[int] = []
        for subject, computed in folding.state["sums"].items():
            stored: dict[tuple[str, str], Tally] = folding.state["stored"].get(subject, {})
            place, _, on = subject.rpartition(":")
            stale += [tally.pk for key, tally in stored.items() if key not in computed]
            for (measure, group), count in computed.items():
                known = stored.get((measure, group))
                if known is None or known.count != count:
                    fresh.append(Tally(place=place, on=on, measure=measure, group=group, count=count))
        if stale:
            Tally.objects.filter(pk__in=stale).delete()
        Tally.objects.bulk_create(
            fresh,
            update_conflicts=True,
            update_fields=["count"],
            unique_fields=["place", "on", "measure", "group"],
        )

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare the sums."""
        for subject, computed in folding.state["sums"].items():
            stored = {key: tally.count for key, tally in folding.state["stored"].get(subject, {}).items()}
            if stored != computed:
                yield f"tally {subject}: stored {stored}, the log says {computed}"

    def subjects(self) -> Iterable[str]:
        """Return every place and day of the log and of the table."""
        counted = Tally.objects.values_list("place", "on").distinct().order_by()
        return public_subjects(self.subject_type) | {f"{place}:{on}" for place, on in counted}

    def rows(self) -> Iterator[str]:
        """Return the sums."""
        for tally in Tally.objects.iterator(chunk_size=2000):
            yield f"tally|{tally.place}|{tally.on}|{tally.measure}|{tally.group}|{tally.count}"


def _needs_rules(history: History) -> bool:
    """Tell whether a lending leaves it to the rules when the book is due."""
    return any(entry.kind == "lend" and entry.body.due is None for entry in history.entries)


def _stored_tallies(subjects: Iterable[str]) -> dict[str, dict[tuple[str, str], Tally]]:
    wanted = [subject.rpartition(":") for subject in subjects]
    found: dict[str, dict[tuple[str, str], Tally]] = defaultdict(dict)
    for tally in Tally.objects.filter(place__in={w[0] for w in wanted}, on__in={w[2] for w in wanted}):
        found[f"{tally.place}:{tally.on}"][tally.measure, tally.group] = tally
    return found


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
        judged=None if loan.judged is None else list(loan.judged),
        others=loan.others,
        override=loan.override[:32] if loan.override.isprintable() else "",
        closed_at=loan.closed_at,
        closed_by=loan.closed_by,
        ended=loan.ended,
    )


def _values(loan: Loan) -> tuple[Any, ...]:
    return tuple(getattr(loan, name) for name in _LOAN_FIELDS)


def _equal(one: Loan, other: Loan) -> bool:
    return _values(one) == _values(other)


def _readers_concerned(copies: _Copies) -> Iterator[str]:
    """Readers of whose loans anything changes, before or after."""
    for barcode, computed in copies.loans.items():
        stored = copies.stored[barcode]
        for op in computed.keys() | stored.keys():
            if op in computed and op in stored and _equal(stored[op], computed[op]):
                continue
            yield from {str(side[op].reader) for side in (computed, stored) if op in side}


def _look_again(uncatalogued: Mapping[str, Result]) -> None:
    """Drop the case of a copy that another transaction catalogued after this one had looked."""
    if uncatalogued:
        lock([_CATALOGUING])
        for barcode in known_barcodes(uncatalogued):
            result = uncatalogued[barcode]
            result.cases = [draft for draft in result.cases if draft.kind != _UNKNOWN]


def copies_changed(barcodes: Collection[str]) -> None:
    """A copy was catalogued that may have been lent before: fold it again, so that its case goes."""
    lock([_CATALOGUING])  # whoever lends one of them unseen by us looks again after our commit
    lent_before = set(Whereabouts.objects.filter(barcode__in=list(barcodes)).values_list("barcode", flat=True))
    lent_before |= set(Loan.objects.filter(barcode__in=list(barcodes)).values_list("barcode", flat=True))
    if lent_before:
        refold({("copy", barcode) for barcode in lent_before})


def register() -> None:
    """Make the room's kinds and folds known to the journal, and listen for new copies."""

    def reader(private: LendPrivate | MaybeReader) -> UUID | None:
        return private.reader

    for kind in (
        kinds.Kind("lend", "copy", LendBody, copy_subject, private=LendPrivate, reader=reader),
        kinds.Kind("return", "copy", CopyBody, copy_subject, private=MaybeReader, reader=reader),
        kinds.Kind("renew", "copy", RenewBody, copy_subject, private=MaybeReader, reader=reader),
        kinds.Kind("sighting", "copy", CopyBody, copy_subject),
        kinds.Kind("visit_tally", "tally", VisitTallyBody, tally_subject),
        kinds.Kind("open_shelf_tally", "tally", OpenShelfTallyBody, tally_subject),
        kinds.Kind("borrowers_tally", "tally", BorrowersTallyBody, borrowers_subject),
    ):
        kinds.register_kind(kind)
    for fold in (CopyFold(), BorrowingFold(), TallyFold()):
        kinds.register_fold(fold)
    on_copies_changed(copies_changed)
