"""What a device has made while it was away: numbered, chained, packed and signed as docs/developer/sync-protocol.md
says, on purpose without the hub's own functions. All of it is ready before anything is measured."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import secrets
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from uuid_utils.compat import uuid7

if TYPE_CHECKING:
    from collections.abc import Sequence

OPS = "/api/v1/sync/ops"
# A market day, over and over: most of it goes out and comes back.
_DAY = (
    "join", "lend", "lend", "visit_tally", "lend", "lend", "return", "lend", "return", "return", "sighting",
    "lend", "renew", "return", "lend", "lend", "return", "use", "return", "open_shelf_tally",
)  # fmt: skip
_APART = timedelta(minutes=4)  # from one act to the next
_LOCAL = timezone(timedelta(hours=7))
_HALF = 32


def new_key() -> ec.EllipticCurvePrivateKey:
    """Make a key as WebCrypto does."""
    return ec.generate_private_key(ec.SECP256R1())


def public(key: ec.EllipticCurvePrivateKey) -> str:
    """Write the public key as an enrolment names it."""
    return _text(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def operations(device: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Let a device do so much, in the days before now."""
    acts = _Acts(device)
    made: list[dict[str, Any]] = []
    begin = datetime.now(UTC).astimezone(_LOCAL) - _APART * (count + 1)
    prev = ""
    for n in range(count):
        kind = _DAY[n % len(_DAY)]
        wall = begin + _APART * n
        body, private = acts.act(kind, wall)
        operation = {
            "op": str(uuid7()), "v": 1, "dev": device["device"], "epoch": 1, "seq": n + 1, "prev": prev, "kind": kind,
            "actor": device["actor"], "place": device["place"], "wall": wall.isoformat(timespec="milliseconds"),
            "off": -812, "unc": 340, "seen": device["seen"], **body,
        }  # fmt: skip
        salt = secrets.token_hex(16)
        if private:
            operation["commit"] = hashlib.sha256(bytes.fromhex(salt) + _canonical(private)).hexdigest()
        prev = hashlib.sha256(_canonical(operation)).hexdigest()
        made.append(operation | ({"private": private, "salt": salt} if private else {}))
    return made


class _Acts:
    def __init__(self, device: dict[str, Any]) -> None:
        self._device = device
        self._readers = list(device["readers"])
        self._lent: list[str] = []
        self._back = ""
        self._lends = self._joins = 0

    def act(self, kind: str, wall: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
        due = (wall + timedelta(days=14)).date().isoformat()
        match kind:
            case "join":
                self._joins += 1
                reader = str(uuid7())
                self._readers.append(reader)
                number = f"{self._device['copies']}{self._joins:04d}"
                private = {"reader": reader, "name": f"Nông Thị {number}", "card": f"CN{number}"}
                private |= {"birth": "1990-01-01", "consent": True}
                return {"group": "FARMER", "expires": "2099-01-01"}, private
            case "lend":
                copy = f"{self._device['copies']}{self._lends % self._device['copies_each']:04d}"
                self._lent.append(copy)
                self._lends += 1
                reader = self._readers[self._lends % len(self._readers)]
                return {"copy": copy, "due": due, "policy": 1, "group": "FARMER"}, {"reader": reader}
            case "return":
                self._back = self._lent.pop(0)
                return {"copy": self._back}, {}
            case "renew":
                return {"copy": self._lent[-1], "due": due}, {}
            case "visit_tally":
                return {"counts": {"FARMER": 7, "PUPIL": 12}, "on": wall.date().isoformat()}, {}
            case "open_shelf_tally":
                return {"uses": {"PUPIL": 9}, "on": wall.date().isoformat()}, {}
            case "sighting" if self._joins % 5 == 0:  # something is odd now and then, and a person is asked
                return {"copy": self._lent[-1]}, {}
        return {"copy": self._back}, {}


def requests(device: dict[str, Any], sizes: Sequence[int]) -> list[tuple[int, bytes]]:
    """Pack what a device made into batches of these sizes: (operations, the whole HTTP request)."""
    made = operations(device, sum(sizes))
    key: Any = load_pem_private_key(device["key"].encode(), None)
    found = []
    at = 0
    for size in sizes:
        text = json.dumps({"operations": made[at : at + size]}, separators=(",", ":"), ensure_ascii=False)
        found.append((size, _request(device, key, gzip.compress(text.encode(), mtime=0))))
        at += size
    return found


def _request(device: dict[str, Any], key: Any, body: bytes) -> bytes:
    r, s = utils.decode_dss_signature(
        key.sign(f"POST\n{OPS}\n{hashlib.sha256(body).hexdigest()}".encode(), ec.ECDSA(SHA256()))
    )
    signature = _text(r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big"))
    headers = {
        "Host": "127.0.0.1", "Accept": "application/json", "Accept-Encoding": "gzip", "Accept-Language": "vi",
        "Content-Type": "application/json", "Content-Length": str(len(body)), "Guisach-Encoding": "gzip",
        "Authorization": f"Device {device['credential']}", "Guisach-Signature": signature,
    }  # fmt: skip
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {OPS} HTTP/1.1\r\n{lines}\r\n".encode() + body


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
