"""Identifiers made without asking anybody: UUIDv7 (RFC 9562), never ordered by the time inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uuid_utils.compat import uuid7

if TYPE_CHECKING:
    from uuid import UUID


def new_id() -> UUID:
    """Return a fresh UUIDv7: index-friendly, unique without a central counter."""
    return uuid7()
