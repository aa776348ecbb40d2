"""Erasing a reader on request (Law 91/2025/QH15): what names the person goes, what is only a number stays."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from guisach.domain.journal.queries import librarian_at, operations_of, people_of
from guisach.domain.journal.steps import Receipt, forget_words, in_one_transaction, refold
from guisach.domain.readers import queries
from guisach.domain.readers.actions.enrolment import Enrolment
from guisach.domain.readers.actions.refusals import EraseNeedsLibrarian, ReaderGone, ReaderHasThings
from guisach.domain.readers.kinds import all_belongings, was_erased
from guisach.domain.readers.models import ReaderAccess, ReaderCode, ReaderPin, ReaderSession, SignInTries
from guisach.kernel.clock import local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection

    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock

BASES = ("REQUEST", "CONSENT", "MISTAKE", "DEATH")
"""Why: asked by the reader or the guardian, consent withdrawn, written down by mistake, or nobody is left to ask."""


def obstacles(reader: UUID) -> list[str]:
    """Name what must be settled before this reader can be erased: the barcodes of books they still have."""
    person = queries.ids_of(reader)
    return [thing for room in all_belongings() for thing in room.obstacles(person)]


@in_one_transaction
def erase(*, op_id: UUID, by: Source, reader: UUID, basis: str, clock: Clock) -> Receipt:
    """Erase a reader, under all ids they are known by. It cannot be undone. The same `op_id` twice is one erasure.

    Raises ReaderGone, EraseNeedsLibrarian, ReaderHasThings; ValueError for a basis that does not exist.
    """
    if basis not in BASES:
        raise ValueError(basis)
    person = queries.ids_of(reader)
    act = Enrolment("erase_reader", op_id, by, person[0], "", clock)
    if (before := act.begin()) is not None:
        return before.receipt
    known = queries.reader(person[0])
    if known is None or known.erased_at is not None:
        raise ReaderGone
    place = librarian_at(by, known.place, on=local_date(clock()))
    if place is None:
        raise EraseNeedsLibrarian
    lock({f"borrowing:{id_}" for id_ in person})
    if things := obstacles(known.id):
        raise ReaderHasThings(things=", ".join(things))
    cards = {one.card_no for one in queries.readers(person).values()}
    done = Enrolment("erase_reader", op_id, by, person[0], place, clock).record({"basis": basis}, {}, card_no="")
    _forget_beside(person, cards, clock)
    transaction.on_commit(was_erased, robust=True)
    return done.receipt


@in_one_transaction
def erase_again(*, operations: Collection[UUID], clock: Clock) -> int:
    """Forget anew what a backup from before the erasures brought back; returns how many readers are without name now.

    `operations` are those that `queries.erased_operations` once named.
    """
    found = people_of(operations)
    if not found:
        return 0
    forget_words(list(found), keep=("reader", "into"), at=clock())
    people = set(found.values())
    cards = {one.card_no for one in queries.readers(people).values()}
    refold({("reader", str(id_)) for id_ in people})
    _forget_beside(people, cards, clock)
    return len(people)


def _forget_beside(person: Collection[UUID], cards: Collection[str], clock: Clock) -> None:
    """Forget what lies beside the log: in the rooms above, ways to sign in, at whom somebody looked."""
    forget_words(operations_of(person, ("note", "attend")), keep=("reader",), at=clock())
    for room in all_belongings():
        room.forget(person, clock)
    ReaderPin.objects.filter(pk__in=list(person)).delete()
    ReaderCode.objects.filter(pk__in=list(person)).delete()
    ReaderSession.objects.filter(reader__in=list(person)).delete()
    SignInTries.objects.filter(pk__in=[SignInTries.key_of("card", card) for card in cards if card]).delete()
    ReaderAccess.objects.filter(reader__in=list(person)).update(reader=None)
