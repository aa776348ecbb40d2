"""What circulation keeps of people, for whoever erases them or hands them their data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guisach.domain.circulation.actions.forgetting import forget_person
from guisach.domain.circulation.actions.forgetting_payments import forget_payments_of
from guisach.domain.circulation.actions.forgetting_requests import forget_requests_of
from guisach.domain.circulation.queries import loans_of_reader, requests_of_reader
from guisach.domain.circulation.queries.payments import deposits_held, payments_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from guisach.kernel.clock import Clock

_TOLD_MAX = 10_000  # of one person, since what ended is forgotten after a month


class Loans:
    """Books that somebody has, or had not long ago."""

    name = "loans"

    def obstacles(self, person: Collection[UUID]) -> list[str]:
        """Name the books that they still have."""
        return [loan.barcode for loan in loans_of_reader(next(iter(person)))]

    def told(self, person: Collection[UUID]) -> list[Mapping[str, Any]]:
        """Give the open loans, and those that ended and are not forgotten yet."""
        reader = next(iter(person))
        both = [loans_of_reader(reader, is_open=is_open, limit=_TOLD_MAX) for is_open in (True, False)]
        return [
            {
                "title": loan.title,
                "barcode": loan.barcode,
                "place": loan.place,
                "lent_at": loan.lent_at.isoformat(),
                "due_on": loan.due_on.isoformat(),
                "renewals": loan.renewals,
                "ended_at": loan.closed_at.isoformat() if loan.closed_at else None,
            }
            for loans in both
            for loan in loans
        ]

    def forget(self, person: Collection[UUID], clock: Clock) -> None:
        """Put pseudonyms in the place of whoever borrowed."""
        forget_person(person, clock)


class Requests:
    """Books that somebody waits for, or asked for not long ago."""

    name = "requests"

    def obstacles(self, person: Collection[UUID]) -> list[str]:
        """Nothing that was asked for keeps anybody from being erased."""
        return []

    def told(self, person: Collection[UUID]) -> list[Mapping[str, Any]]:
        """Give the open requests, and those that ended and are not forgotten yet."""
        return [
            {
                "title": one.title,
                "pickup": one.pickup,
                "since": one.since.isoformat(),
                "state": one.state,
                "ended_at": one.closed_at.isoformat() if one.closed_at else None,
            }
            for is_open in (True, False)
            for one in requests_of_reader(person, is_open=is_open, limit=_TOLD_MAX)
        ]

    def forget(self, person: Collection[UUID], clock: Clock) -> None:
        """End the open ones, and put pseudonyms in the place of whoever asked."""
        forget_requests_of(person, clock)


class Payments:
    """Deposits, and what somebody gave for a book that was lost or damaged."""

    name = "payments"

    def obstacles(self, person: Collection[UUID]) -> list[str]:
        """Name the deposits that are still held: they are the reader's money."""
        return [one.slip or str(one.label) for one in deposits_held(person)]

    def told(self, person: Collection[UUID]) -> list[Mapping[str, Any]]:
        """Give what was taken and given back, in whole đồng, with the numbers of the slips."""
        return [
            {
                "payment": one.sort,
                "amount_vnd": one.amount,
                "way": one.way or None,
                "title": one.title or None,
                "barcode": one.barcode or None,
                "place": one.place,
                "at": one.at.isoformat(),
                "slip": one.slip,
                "ended_at": one.back_at.isoformat() if one.back_at else None,
                "back_slip": one.back_slip or None,
            }
            for one in payments_of(person, limit=_TOLD_MAX)
        ]

    def forget(self, person: Collection[UUID], clock: Clock) -> None:
        """Put pseudonyms in the place of whoever paid."""
        forget_payments_of(person, clock)
