"""What circulation keeps of people, for whoever erases them or hands them their data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guisach.domain.circulation.actions.forgetting import forget_person
from guisach.domain.circulation.actions.forgetting_requests import forget_requests_of
from guisach.domain.circulation.queries import loans_of_reader, requests_of_reader

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
