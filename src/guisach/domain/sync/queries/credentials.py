"""Credentials of desks: the device and an end, signed by the hub.

Nothing is kept of one: after a restore from a backup the desks that the backup knows come in as before. Who a device
is, its own signature proves; the credential says only until when it is sent anything.
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
    """Return the device that a credential names and its end; None for what is no credential.

    One that this hub did not sign (it has a new secret key since it moved to another machine) has ended: its device
    proves by its signature who it is, may bring what it has, and is given a new one.
    """
    said = text[:_LENGTH_MAX].partition(":")[0]
    device, _, end = said.partition(".")
    try:
        _signer().unsign(text[:_LENGTH_MAX])
        return UUID(device), datetime.fromtimestamp(int(end), UTC)
    except BadSignature:
        return _of_another_key(device)
    except (ValueError, OverflowError):
        return None


def _of_another_key(device: str) -> tuple[UUID, datetime] | None:
    try:
        return UUID(device), datetime.fromtimestamp(0, UTC)
    except ValueError:
        return None


def _signer() -> Signer:
    return Signer(salt="guisach.sync.desk")
