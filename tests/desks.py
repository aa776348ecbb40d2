"""An offline desk for tests: it has a key, numbers its operations, keeps them until the hub has them, and speaks the
protocol of docs/developer/sync-protocol.md.

    desk = TestDesk(connect())           # over Django's test client; connect("http://127.0.0.1:8101") over a socket
    desk.enrol(enrolment_code(builders.COBA, builders.hoa().staff))
    desk.prove("lan", builders.PASSWORD)
    desk.make("return", copy="CB000001")
    desk.sync()

Nothing here waits, retries or knows a rule: that is for whoever uses it.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from guisach.kernel.clock import LOCAL
from guisach.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = "/api/v1/sync"
_HALF = 32


@dataclass
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: Any


def connect(url: str = "", **options: Any) -> Callable[[str, str, bytes, dict[str, str]], Answer]:
    """Give the way to a hub: in this process, or at a URL. `options` go to Django's or httpx's client."""
    if url:
        import httpx

        caller = httpx.Client(base_url=url, **options)

        def over_a_socket(method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
            told = caller.request(method, path, content=body, headers=headers)
            return Answer(told.status_code, _read(told.headers.get("Content-Type", ""), told.content), told.headers)

        return over_a_socket
    from django.test import Client

    client = Client(raise_request_exception=False, headers={"Accept-Language": "vi"}, **options)

    def in_this_process(method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        told: Any = client.generic(method, path, body, content_type="application/json", headers=headers)
        content = b"".join(told.streaming_content) if told.streaming else told.content
        return Answer(told.status_code, _read(told.headers.get("Content-Type", ""), content), told.headers)

    return in_this_process


def _read(kind: str, content: bytes) -> Any:
    return json.loads(content) if "json" in kind else content


class Key:
    """A P-256 key as WebCrypto makes it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def public(self) -> str:
        der = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return _text(der)

    def sign(self, text: bytes) -> str:
        r, s = utils.decode_dss_signature(self._key.sign(text, ec.ECDSA(SHA256())))
        return _text(r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def canonical(value: object) -> str:
    """Write JSON as it is hashed; on purpose not the hub's own function."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


@dataclass
class TestDesk:
    """A desk. `clock` is the device's own; `outbox` holds operations by number until the hub has them."""

    __test__ = False

    send: Callable[[str, str, bytes, dict[str, str]], Answer]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    device: str = field(default_factory=lambda: str(uuid4()))
    key: Key = field(default_factory=Key)
    version: int = 1
    epoch: int = 1
    high: int = 0
    actor: str = ""
    place: str = ""
    credential: str = ""
    seen: int | None = None
    restored: str = ""
    """The mark of the newest restoration of the hub that this desk has heard of."""
    off_ms: int = 0
    is_gzipping: bool = True
    made: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Every operation of this epoch by number: a desk forgets none before it is in a backup."""
    outbox: dict[int, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The hub's newest answer by operation."""

    # Talking ---------------------------------------------------------------------------------------------

    def ask(
        self, method: str, path: str, data: Any = None, *, raw: bytes | None = None, path_signed: str = "",
        **headers: str,
    ) -> Answer:  # fmt: skip
        """Send one signed request. `raw` is sent as it is; `path_signed` lets the signature be of another address."""
        body = raw if raw is not None else b"" if data is None else json.dumps(data).encode()
        said: dict[str, str] = {}
        if raw is None and body and self.is_gzipping:
            body = gzip.compress(body, mtime=0)
            said["Guisach-Encoding"] = "gzip"
        if self.credential:
            said["Authorization"] = f"Device {self.credential}"
            text = f"{method}\n{path_signed or ROOT + path}\n{hashlib.sha256(body).hexdigest()}"
            said["Guisach-Signature"] = self.key.sign(text.encode())
        return self.send(method, ROOT + path, body, {**said, **headers})

    def enrol(self, code: str, label: str = "Android 14, Chrome 143") -> Answer:
        """Ask to be enrolled; keeps credential and place where that succeeds."""
        told = self.ask(
            "POST",
            "/enrol",
            {"code": code, "device": self.device, "key": self.key.public, "label": label, "desk": self.version},
        )
        if told.status == 201:
            self.credential, self.place = told.body["credential"], told.body["place"]["code"]
        return told

    def prove(self, username: str, password: str) -> Answer:
        """Let somebody prove who they are; from then on operations are made in their name."""
        told = self.ask("POST", "/keepers", {"username": username, "password": password})
        if told.status == 200:
            self.actor = told.body["username"]
        return told

    def hello(self, **more: Any) -> Answer:
        """Say how far this desk is; takes the fresh credential, and puts back into the outbox what the hub lacks."""
        told = self.ask("POST", "/hello", {"epoch": self.epoch, "high": self.high, "desk": self.version, **more})
        if told.status == 200:
            self.credential = told.body["credential"] or self.credential
            beyond = {seq for first, last in told.body["gaps"] for seq in range(first, last + 1)}
            contiguous = told.body["contiguous"]
            lacking = {seq for seq in self.made if seq in beyond}
            if not told.body["gaps"]:
                lacking |= {seq for seq in self.made if seq > contiguous}
            if told.body["restored"] != self.restored:  # what was answered before may be gone
                lacking, self.restored = set(self.made), told.body["restored"]
            self.outbox |= {seq: self.made[seq] for seq in lacking}
        return told

    def bring(self, operations: Sequence[dict[str, Any]]) -> Answer:
        """Bring these operations; what the hub has answered leaves the outbox."""
        told = self.ask("POST", "/ops", {"operations": list(operations)})
        if told.status == 200:
            for operation, answer in zip(operations, told.body["answers"], strict=True):
                self.answers[operation["op"]] = answer
                if answer["status"] in {"stored", "duplicate", "fork"} and operation["dev"] == self.device:
                    self.outbox.pop(operation["seq"], None)
        return told

    def sync(self, batch: int = 20) -> list[Answer]:
        """Say hello and bring all that waits, in order; stops at the first failure."""
        told = [self.hello()]
        while told[-1].status == 200 and self.outbox:
            before = len(self.outbox)
            told.append(self.bring([self.outbox[seq] for seq in sorted(self.outbox)[:batch]]))
            if len(self.outbox) == before:
                break
        return told

    # Making ----------------------------------------------------------------------------------------------

    def make(self, kind: str, *, private: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        """Make an operation, as durable as a desk in memory can: numbered, chained, timed, and put into the outbox.

        A field that is None is left out, also one of the envelope.
        """
        self.high += 1
        previous = self.made.get(self.high - 1)
        body: dict[str, Any] = {
            "op": str(new_id()),
            "v": 1,
            "dev": self.device,
            "epoch": self.epoch,
            "seq": self.high,
            "prev": body_hash(previous) if previous else "",
            "kind": kind,
            "actor": self.actor,
            "place": self.place,
            "wall": self.clock().astimezone(LOCAL).isoformat(timespec="milliseconds"),
            "off": self.off_ms,
            "unc": 100,
            "seen": self.seen,
            **fields,
        }
        operation = {name: value for name, value in body.items() if value is not None}
        if private:
            salt = secrets.token_hex(16)
            commit = hashlib.sha256(bytes.fromhex(salt) + canonical(private).encode()).hexdigest()
            operation |= {"commit": commit, "private": private, "salt": salt}
        self.made[self.high] = self.outbox[self.high] = operation
        return operation

    def begin_epoch(self) -> None:
        """Go on as after a reinstall: a new epoch, and nothing of the old one is left here."""
        self.epoch, self.high = self.epoch + 1, 0
        self.made, self.outbox = {}, {}

    def export(self) -> bytes:
        """Give the export file of all that this epoch has."""
        made = [self.made[seq] for seq in sorted(self.made)]
        return export_file(self.device, made, epoch=self.epoch, at=self.clock())


def export_file(device: str, operations: Sequence[object], *, epoch: int = 1, at: datetime | None = None) -> bytes:
    """Give an export file with these operations."""
    whole = {
        "guisach": "operations", "v": 1, "device": device, "epoch": epoch,
        "made": (at or datetime.now(UTC)).isoformat(timespec="seconds"), "operations": list(operations),
    }  # fmt: skip
    return gzip.compress(json.dumps(whole).encode(), mtime=0)


def body_hash(operation: dict[str, Any]) -> str:
    """Give the hash by which the next operation is chained to this one."""
    body = {name: value for name, value in operation.items() if name not in {"private", "salt"}}
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def enrolment_code(place: str, by: Any, *, is_printed: bool = False, at: datetime | None = None) -> str:
    """Make a code as the page Devices does; `by` is a member of staff."""
    from guisach.domain.sync.actions import make_code

    return make_code(place=place, by=by, is_printed=is_printed, at=at or datetime.now(UTC))[0]


def enrolled(send: Any, place: str, by: Any, username: str, password: str, **options: Any) -> TestDesk:
    """Give a desk that is enrolled at a place and on which somebody has proved who they are."""
    desk = TestDesk(send, **options)
    assert desk.enrol(enrolment_code(place, by)).status == 201
    assert desk.prove(username, password).status == 200
    return desk


def moved(clock: Callable[[], datetime], **by: float) -> Callable[[], datetime]:
    """Give a clock that is wrong by so much."""
    return lambda: clock() + timedelta(**by)
