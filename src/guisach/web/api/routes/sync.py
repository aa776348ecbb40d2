"""What offline desks say to the province; docs/developer/sync-protocol.md is the contract."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from axes.helpers import get_client_ip_address
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from guisach.domain.circulation.actions import judge_wishes
from guisach.domain.journal.rules.envelope import EPOCH_MAX, SEQ_MAX
from guisach.domain.network import queries as network
from guisach.domain.sync import actions
from guisach.domain.sync.rules.protocol import NEWEST_DESK, OLDEST_DESK, PROTOCOL
from guisach.kernel.clock import system_clock
from guisach.web.api.devices import DeviceKey, desk_of
from guisach.web.api.schemas import ReceiptOut
from guisach.web.api.turns import turns

router = Router()

Version = Annotated[int, Field(ge=0, le=1_000_000)]


class EnrolIn(Schema):
    """A device asks to become a desk: the code of the QR page, its own id, and its public key (base64url of SPKI)."""

    code: Annotated[str, Field(max_length=100)]
    device: UUID
    key: Annotated[str, Field(max_length=1000)]
    label: Annotated[str, Field(max_length=200)] = ""
    desk: Version


class DeskPlaceOut(Schema):
    """The place that a desk belongs to."""

    code: str
    name: str
    kind: str
    commune: str


class EnrolledOut(Schema):
    """A desk is enrolled."""

    device: UUID
    credential: str
    expires: datetime
    place: DeskPlaceOut
    protocol: int = PROTOCOL


class KeeperIn(Schema):
    """Somebody proves who they are."""

    username: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=1000)]


class KeeperOut(Schema):
    """Who it is, and what they may do at the desk's place."""

    username: str
    name: str
    may: list[str]


class HelloIn(Schema):
    """How far a desk is: the highest number that it gave in this epoch, and what it waits to bring."""

    epoch: Annotated[int, Field(ge=1, le=EPOCH_MAX)]
    high: Annotated[int, Field(ge=0, le=SEQ_MAX)]
    desk: Version
    oldest: AwareDatetime | None = None


class EpochOut(Schema):
    """How far one epoch of the device is here."""

    epoch: int
    contiguous: int


class HelloOut(Schema):
    """What the hub has of the device, and until when it may come."""

    now: int
    epoch: int
    contiguous: int
    gaps: list[tuple[int, int]]
    backed_up_through: int
    revoked: bool
    credential: str | None
    expires: datetime
    oldest_desk: int = OLDEST_DESK
    newest_desk: int = NEWEST_DESK
    place: DeskPlaceOut
    epochs: list[EpochOut]
    restored: str


class DeskOperationsIn(Schema):
    """At most 200 operations, in the order of their numbers."""

    operations: list[Any]


class DeskReceiptOut(ReceiptOut):
    """The answer for one operation; `number` is its place in the hub's log, on the scale of the feed's `seen`."""

    number: int | None = None


class DeskReceiptsOut(Schema):
    """Answers in the order of the operations."""

    answers: list[DeskReceiptOut]


@router.post("/enrol", response={201: EnrolledOut}, operation_id="syncEnrol", url_name="sync_enrol")
def enrol(request: HttpRequest, wish: EnrolIn) -> Status[object]:
    """Enrol a device as a desk; the same device, key and code again is answered the same."""
    done = actions.enrol(
        code=wish.code,
        device=wish.device,
        key=wish.key,
        label="".join(sign for sign in wish.label if sign.isprintable()),
        version=wish.desk,
        address=get_client_ip_address(request) or "",
        clock=system_clock,
    )
    said = {"device": done.device, "credential": done.credential, "expires": done.expires_at}
    return Status(201, {**said, "place": _place(done.place)})


@router.post("/keepers", response=KeeperOut, auth=DeviceKey(), operation_id="syncKeepers", url_name="sync_keepers")
def keepers(request: HttpRequest, who: KeeperIn) -> object:
    """Prove who somebody is, once and online; from then on the desk may act in their name."""
    return actions.prove(
        username=who.username,
        password=who.password,
        desk=desk_of(request),
        address=get_client_ip_address(request) or "",
        clock=system_clock,
    )


@router.post("/hello", response=HelloOut, auth=DeviceKey(), operation_id="syncHello", url_name="sync_hello")
def hello(request: HttpRequest, said: HelloIn) -> dict[str, Any]:
    """Say how far the desk is; learn what the hub lacks of it and what is in a backup."""
    desk = desk_of(request)
    greeting = actions.greet(
        desk=desk, epoch=said.epoch, high=said.high, version=said.desk, waiting_since=said.oldest, clock=system_clock
    )
    return {
        "now": int(greeting.at.timestamp() * 1000),
        "epoch": said.epoch,
        "contiguous": greeting.contiguous,
        "gaps": greeting.gaps,
        "backed_up_through": greeting.backed_up_through,
        "revoked": desk.is_revoked,
        "credential": greeting.credential,
        "expires": greeting.expires_at,
        "place": _place(desk.place),
        "epochs": [{"epoch": epoch, "contiguous": contiguous} for epoch, contiguous in greeting.epochs],
        "restored": greeting.restored,
    }


@router.post("/ops", response=DeskReceiptsOut, auth=DeviceKey(), operation_id="syncOps", url_name="sync_ops")
def ops(request: HttpRequest, batch: DeskOperationsIn) -> dict[str, Any]:
    """Bring operations. Every one is answered after the whole batch is durable; none is ever refused.

    Where very many desks come at once, `hub_busy` (503) says with `Retry-After` when to send the same batch again.
    """
    desk = desk_of(request)
    with turns.of(desk.device):
        answers = actions.take(operations=batch.operations, desk=desk, clock=system_clock)
        if any(answer.outcome == "NOTED" for answer in answers):
            judge_wishes(clock=system_clock)
    return {"answers": answers}


def _place(code: str) -> dict[str, str]:
    found = network.place(code)
    if found is None:
        return {"code": code, "name": code, "kind": "", "commune": ""}
    return {"code": code, "name": found.name, "kind": found.kind, "commune": found.commune.name}
