"""A device becomes an offline desk of a place, and people prove on it who they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.db.models import Q

from guisach.domain.journal.models import Device, DeviceKind
from guisach.domain.journal.steps import drop_cases, in_one_transaction
from guisach.domain.network import queries as network
from guisach.domain.network.queries import Permission
from guisach.domain.readers.actions.refusals import TooManyTries
from guisach.domain.readers.actions.tries import count_try, enrolment_keys_of, forgive, keeper_keys_of
from guisach.domain.sync.actions.refusals import (
    CodeWrong,
    DeskTriesRest,
    DeviceTaken,
    KeyUnusable,
    NoRoleHere,
    SignInWrong,
    UpgradeNeeded,
)
from guisach.domain.sync.models import Desk, EnrolmentCode, Keeper
from guisach.domain.sync.queries.credentials import credential
from guisach.domain.sync.rules.codes import code_digest, new_code
from guisach.domain.sync.rules.protocol import CODE_VALID, CREDENTIAL_VALID, OLDEST_DESK, PRINTED_CODE_VALID
from guisach.domain.sync.rules.signatures import read_key
from guisach.kernel.clock import local_date
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from guisach.domain.network.models import Staff
    from guisach.domain.readers.rules.waits import Patience
    from guisach.domain.sync.queries import DeskCaller
    from guisach.kernel.clock import Clock

_LABEL_MAX = 120
_AT_A_DESK = (Permission.LEND, Permission.JOIN, Permission.SEE_READERS, Permission.OVERRIDE, Permission.SETTLE_CASES)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a new desk is told."""

    device: UUID
    credential: str
    expires_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class Proved:
    """Who somebody is, and what they may do at the desk's place (names of permissions)."""

    username: str
    name: str
    may: list[str]


@in_one_transaction
def make_code(*, place: str, by: Staff, is_printed: bool, at: datetime) -> tuple[str, datetime]:
    """Make an enrolment code for one device of a place; returns it and its end. It cannot be shown again."""
    code = new_code()
    expires_at = at + (PRINTED_CODE_VALID if is_printed else CODE_VALID)
    EnrolmentCode.objects.filter(expires_at__lt=at - PRINTED_CODE_VALID).delete()
    EnrolmentCode.objects.create(
        digest=code_digest(code), place_id=place, made_by=by, made_at=at, expires_at=expires_at
    )  # fmt: skip
    return code, expires_at


def enrol(
    *, code: str, device: UUID, key: str, label: str, version: int, address: str, clock: Clock
) -> Enrolled:  # fmt: skip
    """Enrol a device with a code. The same device, key and code again within the code's life is answered the same.

    Raises UpgradeNeeded, KeyUnusable, CodeWrong, DeviceTaken, DeskTriesRest.
    """
    if version < OLDEST_DESK:
        raise UpgradeNeeded
    try:
        kept = read_key(key)
    except ValueError:
        raise KeyUnusable from None
    tries = enrolment_keys_of(address)
    _count(tries, clock)
    return _enrol(code_digest(code), device, kept, label[:_LABEL_MAX], version, tries, clock)


@in_one_transaction
def _enrol(
    digest: str, device: UUID, key: str, label: str, version: int, tries: dict[str, Patience], clock: Clock
) -> Enrolled:
    lock({f"device:{device}", f"code:{digest}"})
    at = clock()
    code = EnrolmentCode.objects.filter(Q(device__isnull=True) | Q(device=device), pk=digest, expires_at__gt=at).first()
    if code is None:
        raise CodeWrong
    desk = Desk.objects.select_related("device").filter(pk=device).first()
    if desk is not None and (desk.key != key or desk.device.revoked_at is not None):
        raise DeviceTaken
    if code.device is None:
        desk = _make(device, desk, code, key, label, version, at)
        code.device = device
        code.save(update_fields=["device"])
    elif desk is None:
        raise CodeWrong
    forgive(tries)
    return Enrolled(device, credential(device, desk.expires_at), desk.expires_at, desk.place_id)


def _make(
    device: UUID, desk: Desk | None, code: EnrolmentCode, key: str, label: str, version: int, at: datetime
) -> Desk:
    known, _is_new = Device.objects.get_or_create(
        pk=device, defaults={"kind": DeviceKind.DESK, "label": label, "created_at": at}
    )
    if known.kind != DeviceKind.DESK:
        raise DeviceTaken
    Device.objects.filter(pk=device).update(label=label, brought_at=None)
    drop_cases({f"device:{device}"})  # now it is known
    former: list[str] = []
    if desk is not None:
        former = sorted({*desk.former_places, desk.place_id} - {code.place_id})
    fields = {
        "place_id": code.place_id,
        "former_places": former,
        "key": key,
        "version": version,
        "enrolled_at": at,
        "enrolled_by_id": code.made_by_id,
        "expires_at": (at + CREDENTIAL_VALID).replace(microsecond=0),
        "contact_at": at,
    }
    return Desk.objects.update_or_create(device_id=device, defaults=fields)[0]


def prove(*, username: str, password: str, desk: DeskCaller, address: str, clock: Clock) -> Proved:
    """Let somebody prove on a desk who they are; from then on it may act in their name.

    Raises SignInWrong, NoRoleHere, DeskTriesRest.
    """
    tries = keeper_keys_of(username, address)
    _count(tries, clock)
    person = network.staff(username[:100])
    is_usable = person is not None and person.is_active
    # An unusable password costs Django one hash as well.
    kept = person.password if person is not None and is_usable else UNUSABLE_PASSWORD_PREFIX
    if not check_password(password, kept) or person is None:
        raise SignInWrong
    grants = network.permissions_of(person, local_date(clock()))
    may = [permission.value for permission in _AT_A_DESK if grants.may(permission, desk.place)]
    _note_proof(person, desk, tries, has_role=bool(may), clock=clock)
    if not may:
        raise NoRoleHere(place=desk.place)
    return Proved(person.username, person.full_name, may)


@in_one_transaction
def _note_proof(person: Staff, desk: DeskCaller, tries: dict[str, Patience], *, has_role: bool, clock: Clock) -> None:
    forgive(tries)
    if has_role:
        Keeper.objects.update_or_create(desk_id=desk.device, staff=person, defaults={"proved_at": clock()})


def _count(tries: dict[str, Patience], clock: Clock) -> None:
    try:
        count_try(tries, clock)
    except TooManyTries as rest:
        raise DeskTriesRest(**rest.data) from rest
