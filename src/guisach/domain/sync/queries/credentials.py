"""Credentials of desks: the device and an end, signed by the hub.

Nothing is kept of one: after a restore from a backup the desks that the backup knows come in as before. Without the
device's key a credential is of no use; without a credential the key is of none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.core.signing import BadSignature, Signer

_LENGTH_MAX = 200


def credential(device: UUID, expires_at: datetime) -> str:
    """Return the credential of a device until then; the same for the same."""
    return _signer().sign(f"{device.hex}.{int(expires_at.timestamp())}")


def read_credential(text: str) -> tuple[UUID, datetime] | None:
    """Return the device and the end that a credential of this hub says, expired or not."""
    try:
        device, _, end = _signer().unsign(text[:_LENGTH_MAX]).partition(".")
        return UUID(device), datetime.fromtimestamp(int(end), UTC)
    except (BadSignature, ValueError, OverflowError):
        return None


def _signer() -> Signer:
    return Signer(salt="guisach.sync.desk")
