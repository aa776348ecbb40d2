"""Whose card it is, where two readers have one number."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from guisach.domain.journal import kinds
from guisach.domain.journal.rules.history import Result
from guisach.domain.readers.models import Reader
from guisach.domain.readers.steps.naming import case_about, subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from guisach.domain.journal.rules.history import History


class CardFold:
    """Who had a number first keeps it; the other's card is pending until a person gives a new one (SYNC row 14)."""

    subject_type = "card"
    reads_private = False
    is_private = False
    is_derived = True

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Order the claimants of each number by when they got it."""
        claimants: dict[str, list[Reader]] = defaultdict(list)
        holders = Reader.objects.filter(card_no__in=list(histories), survivor__isnull=True)
        for reader in holders.order_by("card_at", "card_op", "pk"):
            claimants[reader.card_no].append(reader)
        results: dict[str, Result] = {}
        pending: dict[UUID, tuple[bool, bool]] = {}
        for number in histories:
            of_number = claimants[number]
            result = results[subject("card", number)] = Result()
            if len(of_number) > 1:
                result.cases.append(case_about("card_taken_twice", [_claim(one) for one in of_number]))
            for index, reader in enumerate(of_number):
                pending[reader.pk] = (reader.is_card_pending, index > 0)
        return kinds.Folding(results, {"pending": pending}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Mark the cards."""
        for value in (True, False):
            ids = [id_ for id_, (stored, computed) in folding.state["pending"].items() if stored != computed == value]
            if ids:
                Reader.objects.filter(pk__in=ids).update(is_card_pending=value)

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare the marks."""
        for id_, (stored, computed) in folding.state["pending"].items():
            if stored != computed:
                yield f"reader {id_}: card pending is {stored}, the log says {computed}"

    def subjects(self) -> Iterable[str]:
        """Return every card number in use."""
        return set(Reader.objects.filter(survivor__isnull=True).exclude(card_no="").values_list("card_no", flat=True))

    def rows(self) -> Iterator[str]:
        """Nothing of its own: the mark is in the reader's row."""
        return iter(())


def _claim(reader: Reader) -> tuple[UUID, str, datetime]:
    return reader.card_op or reader.joined_op, reader.place, reader.card_at or reader.joined_at
