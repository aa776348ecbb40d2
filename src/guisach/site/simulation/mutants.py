"""Faults to be planted into rules and server, one at a time and only within a run: each must be noticed.

Each is a change of one name in one module. What they stand for is a mistake that somebody could make; a run that does
not notice it would not notice the mistake either. None of this is imported by anything that serves.
"""

from __future__ import annotations

import importlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from guisach.site.simulation.fixed import put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_RULES = "guisach.domain.circulation.rules"
_STEPS = "guisach.domain.journal.steps"
_SYNC = "guisach.domain.sync"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault: what it does, where (see `fixed.put`), and what stands there instead, made from what stood there."""

    about: str
    where: str
    name: str
    instead: Callable[[Any], Any]


# Rules -------------------------------------------------------------------------------------------------------------


def _lend_beside(original: Any) -> Any:
    """Lend without closing the loan before."""

    def lend(state: Any, entry: Any, policies: Any) -> None:
        loan = state.open_loan
        if loan is None or loan.reader == entry.reader:
            original(state, entry, policies)
            return
        state.outcomes[entry.op] = "LENT"

    return lend


def _summed(original: Any) -> Any:
    """Count every renewal, also a second one of the same day."""

    def prolong(state: Any, loan: Any, entry: Any, due_on: Any) -> None:
        original(state, replace(loan, renewed_on=None), entry, due_on)

    return prolong


def _by_arrival(_original: Any) -> Any:
    return property(lambda entry: (entry.received_at, str(entry.op)))


def _first_come_first(_original: Any) -> Any:
    """Count loans against the limit in the order in which they arrived."""
    from django.apps import apps

    def place(loan: Any) -> int:
        found = apps.get_model("journal", "Operation").objects.filter(op=loan.op).values_list("hub_seq", flat=True)
        return int(found[0])

    return place


def _case_by_arrival(_original: Any) -> Any:
    import hashlib

    def case_id(kind: str, operations: Any) -> str:
        return hashlib.sha256("\n".join([kind, *map(str, operations)][:2]).encode()).hexdigest()[:32]

    return case_id


# Server ------------------------------------------------------------------------------------------------------------


def _by_id_only(_original: Any) -> Any:
    return lambda *_: True


def _stamp_by_receipt(original: Any) -> Any:
    def stamp(*, guess_at: Any, unc_ms: int, not_before: Any, not_after: Any) -> Any:
        return original(guess_at=not_after, unc_ms=unc_ms, not_before=not_before, not_after=not_after)

    return stamp


def _unclamped(original: Any) -> Any:
    def stamp(*, guess_at: Any, unc_ms: int, not_before: Any, not_after: Any) -> Any:
        return original(guess_at=guess_at, unc_ms=unc_ms, not_before=None, not_after=guess_at)

    return stamp


def _answer_before_commit(original: Any) -> Any:
    """Answer, and lose every seventh batch after that: the power failed before the commit."""
    from django.db import transaction

    count = 0

    def take(*args: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count % 7:
            return original(*args, **named)
        with transaction.atomic():
            before = transaction.savepoint()
            answers = original.__wrapped__(*args, **named)
            transaction.savepoint_rollback(before)
        return answers

    return take


def _forks_as_duplicates(original: Any) -> Any:
    def recognise(arrived: Any) -> Any:
        found = original(arrived)
        found.forks = []
        found.status = ["duplicate" if status == "fork" else status for status in found.status]
        return found

    return recognise


def _without_numbers(_original: Any) -> Any:
    return lambda _arrived: {}


def _without_private(original: Any) -> Any:
    """Lose the private part of what arrives together with something known already: a careless retry."""

    def number(new: Any, **named: Any) -> Any:
        if len(new) > 1:
            new = [replace(envelope, private={}, salt=None) if n else envelope for n, envelope in enumerate(new)]
        return original(new, **named)

    return number


def _no_gaps(_original: Any) -> Any:
    """Take the highest number for the end of a whole chain."""

    def reach(chain: Any) -> int:
        from django.apps import apps
        from django.db.models import Max

        rows = apps.get_model("journal", "Operation").objects.filter(dev=chain.dev, epoch=chain.epoch)
        return int(rows.aggregate(most=Max("seq"))["most"] or chain.contiguous)

    return reach


def _all_safe(original: Any) -> Any:
    def greet(**said: Any) -> Any:
        greeting = original(**said)
        return replace(greeting, backed_up_through=greeting.contiguous)

    return greet


def _unmarked(original: Any) -> Any:
    return lambda **said: replace(original(**said), restored="")


def _no_tombstones(original: Any) -> Any:
    def feed(**asked: Any) -> Any:
        page = original(**asked)
        return replace(page, items=[one for one in page.items if one.row is not None])

    return feed


def _no_touches(original: Any) -> Any:
    def fold(self: Any, histories: Any) -> Any:
        folding = original(self, histories)
        folding.touches.clear()
        return folding

    return fold


def _nothing(_original: Any) -> Any:
    return lambda *_args, **_named: None


def _never(_original: Any) -> Any:
    return lambda *_args, **_named: False


def _empty_set(_original: Any) -> Any:
    return lambda *_args, **_named: set()


def _first_outcome_stays(original: Any) -> Any:
    def put_outcomes(outcomes: Any, known: Any) -> None:
        original({op: code for op, code in outcomes.items() if known.get(op) is None}, known)

    return put_outcomes


def _last_tally_only(original: Any) -> Any:
    def fold(self: Any, histories: Any) -> Any:
        for history in histories.values():
            history.entries = history.entries[-1:]
        return original(self, histories)

    return fold


_HISTORY = "guisach.domain.journal.rules.history"
_ACTIONS = "guisach.domain.journal.actions"
_TALLIES = "guisach.domain.circulation.steps:TallyFold"
_ALL = {
    "later-lend-leaves-earlier": (
        f"{_RULES}.copy_loans", "lend", _lend_beside, "a second lending does not close the first"),
    "renewals-summed": (f"{_RULES}.copy_loans", "_prolong", _summed, "two renewals of one day count twice"),
    "every-scan-is-one": (
        f"{_RULES}.copy_loans", "SAME_SCAN", lambda _: timedelta(days=9999), "the same reader never takes it again"),
    "sorted-by-arrival": (f"{_HISTORY}:Entry", "order", _by_arrival, "histories are sorted by receipt"),
    "limits-by-arrival": (
        f"{_RULES}.borrowing_fold", "in_order_of_lending", _first_come_first, "the limit goes by arrival"),
    "case-id-by-arrival": (f"{_STEPS}.publish", "case_id", _case_by_arrival, "a case is known by its first operation"),
    "void-ignored": (_HISTORY, "may_void", _never, "nothing can be taken back"),
    "void-ignored-late": (f"{_STEPS}.append", "touched_by_voids", _empty_set, "what is taken back later stays"),
    "duplicate-by-id-only": (f"{_STEPS}.recognise", "is_same", _by_id_only, "a known id with other content is known"),
    "fork-as-duplicate": (f"{_STEPS}.append", "recognise", _forks_as_duplicates, "a second content counts as known"),
    "numbers-unchecked": (f"{_STEPS}.recognise", "_taken", _without_numbers, "numbers of devices are not compared"),
    "stamp-by-receipt": (f"{_STEPS}.stamping", "stamp", _stamp_by_receipt, "things happen when they are received"),
    "stamp-unclamped": (f"{_STEPS}.stamping", "stamp", _unclamped, "every clock is believed"),
    "answer-before-commit": (f"{_SYNC}.actions.contact", "_take", _answer_before_commit, "answered, and then lost"),
    "private-part-lost": (f"{_STEPS}.append", "number", _without_private, "who it was is lost from a batch"),
    "gap-ignored": (f"{_SYNC}.steps.numbers", "reach", _no_gaps, "the highest number counts as whole"),
    "outcome-never-updated": (f"{_STEPS}.publish", "put_outcomes", _first_outcome_stays, "the first outcome stays"),
    "tally-overwritten": (_TALLIES, "fold", _last_tally_only, "the last count of a day replaces the others"),
    "voids-of-voids": (f"{_STEPS}.append", "close_dangling_voids", _empty_set, "taking back a taking back goes unseen"),
    "no-new-numbers": ("guisach.site.backups", "_leave_a_gap", _nothing, "a restored hub gives its numbers again"),
    "restored-unmarked": (
        f"{_SYNC}.actions", "greet", _unmarked, "desks do not hear that the hub was restored"),
    "backed-up-too-high": (f"{_SYNC}.actions", "greet", _all_safe, "what is here counts as in a backup"),
    "feed-without-tombstones": ("guisach.web.api.routes.feed", "feed", _no_tombstones, "what is gone stays on desks"),
    "reader-not-judged": (
        "guisach.domain.circulation.steps:CopyFold", "fold", _no_touches, "a loan never makes its reader looked at"),
    "revoked-applied": (f"{_STEPS}.append", "doubt", lambda _: lambda *_: [], "a revoked device counts as any other"),
    "pending-forgotten": (_ACTIONS, "retry_pending", lambda _: lambda: 0, "an update reads nothing again"),
}  # fmt: skip
MUTANTS = {name: Mutant(about, where, what, instead) for name, (where, what, instead, about) in _ALL.items()}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Plant a fault for a while; none where the name is empty. Raises KeyError."""
    if not name:
        yield
        return
    mutant = MUTANTS[name]
    module, _, inner = mutant.where.partition(":")
    owner: Any = importlib.import_module(module)
    for part in filter(None, inner.split(".")):
        owner = getattr(owner, part)
    with put((mutant.where, mutant.name, mutant.instead(owner.__dict__[mutant.name]))):
        yield
