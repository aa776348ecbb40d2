"""Identifiers made without asking anybody: UUIDv7 (RFC 9562), never ordered by the time inside."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a fresh UUIDv7: index-friendly, unique without a central counter."""
    return uuid7()


def beside(id_: UUID) -> UUID:
    """Return the id of a second operation that one act records, so that a repeat finds it too."""
    return UUID(int=id_.int ^ 2)
