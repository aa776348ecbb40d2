"""Making the sources of operations: the workbench of a person, the token of a script."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F

from guisach.domain.journal.models import Device, DeviceKind, Token
from guisach.domain.journal.queries import Source
from guisach.domain.journal.queries.sources import token_digest
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from guisach.domain.network.models import Staff


def workbench_source(*, staff: Staff, at: datetime) -> Source:
    """Return the source of a person's acts in the pages; the device behind it is made at the first one."""
    device = Device.objects.filter(staff=staff, kind=DeviceKind.WEB).values_list("pk", flat=True).first()
    if device is None:
        device = _make_workbench(staff, at)
    return Source(device, staff.pk, staff.username)


@in_one_transaction
def _make_workbench(staff: Staff, at: datetime) -> UUID:
    made, _ = Device.objects.get_or_create(
        staff=staff, kind=DeviceKind.WEB, defaults={"id": new_id(), "label": staff.username, "created_at": at}
    )
    return made.pk


def portal_source(*, at: datetime) -> Source:
    """Return the source of what readers do on their own pages: one device for all of them, and nobody's name.

    Who it was stands in the private part of the operation, as at any desk.
    """
    device = Device.objects.filter(kind=DeviceKind.PORTAL).values_list("pk", flat=True).first()
    return Source(device or _make_portal(at), 0, "")


@in_one_transaction
def _make_portal(at: datetime) -> UUID:
    made, _ = Device.objects.get_or_create(
        kind=DeviceKind.PORTAL, defaults={"id": new_id(), "label": "portal", "created_at": at}
    )
    return made.pk


@in_one_transaction
def issue_token(*, staff: Staff, label: str, at: datetime, valid_for: timedelta) -> str:
    """Make a bearer token with a device of its own and return it: it cannot be shown again."""
    secret = f"gs_{secrets.token_urlsafe(32)}"
    device = Device.objects.create(
        id=new_id(), kind=DeviceKind.TOKEN, label=label or staff.username, staff=staff, created_at=at
    )
    Token.objects.create(
        digest=token_digest(secret),
        staff=staff,
        device=device,
        label=label,
        created_at=at,
        expires_at=at + valid_for,
    )
    return secret


@in_one_transaction
def revoke_token(*, secret: str, at: datetime) -> bool:
    """End a token at once; says whether there was one."""
    return bool(Token.objects.filter(digest=token_digest(secret), revoked_at__isnull=True).update(revoked_at=at))


def start_new_epoch() -> None:
    """After a restore: whatever this hub numbered since the backup is unknown to it now, so it counts anew.

    Must run inside a transaction. Devices that number their operations themselves go on as they were.
    """
    Device.objects.exclude(kind__in=[DeviceKind.DESK, DeviceKind.BOX]).update(epoch=F("epoch") + 1, last_seq=0)
