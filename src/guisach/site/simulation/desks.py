"""A desk as the protocol wants it: it writes down first, sends as often as needed, and forgets only what is safe.

Much simpler than the real one in `desk/`, and written from the protocol alone, so that a common mistake is unlikely.
"""

from __future__ import annotations

import base64
import copy
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from guisach.site.simulation.fixed import id_from
from guisach.site.simulation.link import Answer, Link, NoAnswer, hash_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

_BATCH = (20, 200)  # at first, and the most
_SYNC = "/api/v1/sync"


@dataclass(slots=True)
class Clock:
    """A desk's clock: how wrong it is, in which zone it is shown, and what the desk knows of the error."""

    wrong_by: timedelta = timedelta(0)
    zone: timezone = timezone(timedelta(hours=7))
    off_ms: int = 0
    unc_ms: int = 500

    def wall(self, true_at: datetime) -> datetime:
        """Return what it shows, kept within what a calendar can say."""
        return (true_at + self.wrong_by).astimezone(self.zone)


@dataclass(slots=True)
class Told:
    """An operation as its desk made it, with what the simulation knows besides."""

    operation: dict[str, Any]
    true_at: datetime
    has_sane_clock: bool

    @property
    def op(self) -> str:
        """Return its id."""
        return str(self.operation["op"])


@dataclass
class Desk:
    """One device and all that it stores. `outbox` holds everything not yet safe to forget, by number."""

    name: str
    place: str
    actors: tuple[str, ...]
    dice: random.Random
    device: UUID
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    clock: Clock = field(default_factory=Clock)
    credential: str = ""
    epoch: int = 1
    seq: int = 0
    prev: str = ""
    outbox: dict[int, Told] = field(default_factory=dict)
    older: dict[tuple[int, int], Told] = field(default_factory=dict)  # of epochs before, by epoch and number
    brought: dict[str, dict[str, Any]] = field(default_factory=dict)  # from files of other desks
    acknowledged: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)  # forks: kept and shown, not sent again
    rows: dict[tuple[str, str], Any] = field(default_factory=dict)
    cursor: str = ""
    seen: int | None = None
    fingerprint: str | None = None
    batch: int = _BATCH[0]
    is_revoked: bool = False
    restored: str = ""  # the mark of the newest restoration that it heard of
    is_hasty: bool = True  # forgets what is in a backup without waiting
    needs_code: bool = False  # the province knows no such desk: it was restored from before the enrolment
    offline_until: datetime | None = None
    faults: list[str] = field(default_factory=list)
    audit: Callable[[Desk, dict[str, Any]], None] = lambda _desk, _known: None  # looks at what hello said

    # Acting ------------------------------------------------------------------------------------------------------

    def write(self, kind: str, body: dict[str, Any], private: dict[str, Any] | None, true_at: datetime) -> Told:
        """Write an operation down: from here on it must reach the province."""
        self.seq += 1
        clock = self.clock
        operation: dict[str, Any] = {
            "op": str(id_from(self.dice, true_at)), "v": 1, "dev": str(self.device), "epoch": self.epoch,
            "seq": self.seq, "prev": self.prev, "kind": kind, "actor": self.dice.choice(self.actors),
            "place": self.place, "wall": clock.wall(true_at).isoformat(timespec="milliseconds"),
            "off": clock.off_ms, "unc": clock.unc_ms, **body,
        }  # fmt: skip
        if self.seen is not None:
            operation["seen"] = self.seen
        if private is not None:
            salt = self.dice.randbytes(16)
            operation["commit"] = hash_of(salt + _canonical(private))
            self.prev = hash_of(_canonical(operation))
            operation |= {"private": private, "salt": salt.hex()}
        else:
            self.prev = hash_of(_canonical(operation))
        guess_off = abs(clock.wrong_by + timedelta(milliseconds=clock.off_ms))
        told = Told(operation, true_at, guess_off <= timedelta(milliseconds=clock.unc_ms + 1))
        self.outbox[self.seq] = told
        return told

    def held(self) -> list[dict[str, Any]]:
        """Return every operation that this desk still stores, its own and others'."""
        own = [told.operation for told in (*self.older.values(), *self.outbox.values())]
        return own + list(self.brought.values())

    def next_epoch(self) -> None:
        """Go on after a reinstallation, or a file taken in: a new count, and nothing known of the feed."""
        self.older |= {(self.epoch, seq): told for seq, told in self.outbox.items()}
        self.outbox = {}
        self.epoch, self.seq, self.prev = self.epoch + 1, 0, ""
        self.forget_rows()

    def forget_rows(self) -> None:
        """Begin the feed from nothing."""
        self.rows, self.cursor, self.seen, self.fingerprint = {}, "", None, None

    def cloned(self, dice: random.Random) -> Desk:
        """Return a second device with the same storage, as a copied disk makes it."""
        twin = copy.copy(self)
        twin.dice = dice
        twin.clock = copy.copy(self.clock)
        for name in ("outbox", "older", "brought", "rows", "acknowledged", "refused"):
            setattr(twin, name, copy.copy(getattr(self, name)))
        twin.faults = []
        return twin

    # Talking -----------------------------------------------------------------------------------------------------

    def enrol(self, link: Link, code: str, label: str) -> None:
        """Join with a code. Raises NoAnswer; the same again is one joining."""
        key = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        document = {"code": code, "device": str(self.device), "key": _text(key), "label": label, "desk": 1}
        answer = link.call("POST", f"{_SYNC}/enrol", document, lambda *_: {})
        if answer.status != 201:
            raise EnrolmentRefused(f"{self.name}: {answer.status} {answer.document}")
        self.credential = answer.document["credential"]
        self.needs_code = False

    def prove(self, link: Link, username: str, password: str) -> None:
        """Let somebody prove who they are, so that the desk may act in their name. Raises NoAnswer."""
        self._ask(link, "POST", f"{_SYNC}/keepers", {"username": username, "password": password})

    def contact(self, link: Link, *, is_hurried: bool = False) -> None:
        """Say hello, send what the province lacks, fetch what changed. Ends quietly where the network fails.

        In a hurry (a van that passes a signal) it only brings what it has.
        """
        try:
            known = self._hello(link)
            had = {one["epoch"]: one["contiguous"] for one in known["epochs"]}
            self._send([self.older[k].operation for k in self._older_lacking(had)], link)
            self._send(self._lacking(known), link)
            self._send([one for op, one in self.brought.items() if op not in self.refused], link)
            if not self.is_revoked and not is_hurried:
                self.fetch(link)
        except NoAnswer:
            self.batch = max(1, self.batch // 2)

    def _hello(self, link: Link) -> dict[str, Any]:
        asked_at = link.time.at
        answer = self._ask(link, "POST", f"{_SYNC}/hello", {"epoch": self.epoch, "high": self.seq, "desk": 1})
        known: dict[str, Any] = answer.document
        self.audit(self, known)
        wall = (asked_at + (link.time.at - asked_at) / 2) + self.clock.wrong_by
        self.clock.off_ms = round(known["now"] - wall.timestamp() * 1000)
        self.clock.unc_ms = round((link.time.at - asked_at) / timedelta(milliseconds=2)) + 50
        self.is_revoked = known["revoked"]
        if known["restored"] != self.restored:  # whatever was answered before may be gone: all of it is sent again
            self.acknowledged, self.refused, self.restored = set(), set(), known["restored"]
        self.credential = known.get("credential") or self.credential
        self._forget_what_is_safe(known)
        return known

    def _forget_what_is_safe(self, known: dict[str, Any]) -> None:
        """Forget what the province says is in a backup, without the ninety days that the real desk waits."""
        if known["epoch"] != self.epoch or not self.is_hasty:
            return
        for seq in [seq for seq in self.outbox if seq <= known["backed_up_through"]]:
            if self.outbox[seq].op in self.acknowledged:
                del self.outbox[seq]

    def _lacking(self, known: dict[str, Any]) -> list[dict[str, Any]]:
        """Return what the province lacks of this epoch by its own word, and what was never answered, in order.

        Of a cloned device the number may be there with the twin's content: only sending it brings that to light.
        """
        gaps: list[list[int]] = known["gaps"] if known["epoch"] == self.epoch else []
        done = known["contiguous"] if known["epoch"] == self.epoch else 0
        beyond = max((last for _, last in gaps), default=done)
        return [
            told.operation
            for seq, told in sorted(self.outbox.items())
            if told.op not in self.refused
            and (told.op not in self.acknowledged or seq > beyond or any(first <= seq <= last for first, last in gaps))
        ]

    def _older_lacking(self, had: dict[int, int]) -> list[tuple[int, int]]:
        waiting = {k for k, told in self.older.items() if told.op not in self.acknowledged | self.refused}
        return sorted(
            waiting
            | {k for k in self.older if k[1] > had.get(k[0], 0)}
            - {k for k, told in self.older.items() if told.op in self.refused}
        )

    def _send(self, operations: list[dict[str, Any]], link: Link) -> None:
        waiting = list(operations)
        while waiting:
            part, waiting = waiting[: self.batch], waiting[self.batch :]
            answer = self._ask(link, "POST", f"{_SYNC}/ops", {"operations": part})
            for operation, said in zip(part, answer.document["answers"], strict=True):
                if said["op"] != operation["op"]:
                    self.faults.append(f"the answer for {operation['op']} speaks of {said['op']}")
                self._note(operation["op"], said["status"])
            self.batch = min(_BATCH[1], self.batch * 2)

    def send_once(self, operation: dict[str, Any], link: Link, *, expected: str) -> None:
        """Send one operation over a good line and note a fault where it is not answered as expected."""
        was, link.is_good = link.is_good, True
        try:
            answer = self._ask(link, "POST", f"{_SYNC}/ops", {"operations": [operation]})
        except NoAnswer:
            return
        finally:
            link.is_good = was
        said = answer.document["answers"][0]["status"]
        if said != expected:
            self.faults.append(f"{operation['op']} with other content was called {said}, not {expected}")

    def _note(self, op: str, status: str) -> None:
        if status in {"stored", "duplicate"}:
            self.acknowledged.add(op)
        elif status == "fork":
            self.refused.add(op)
        else:
            self.faults.append(f"operation {op} was called {status}")

    def fetch(self, link: Link, limit: int = 500) -> None:
        """Follow the feed to its end. Raises NoAnswer."""
        for _ in range(200):
            found = self._ask(link, "GET", f"{_SYNC}/feed?cursor={self.cursor}&limit={limit}", None).document
            if found["control"] == "must_refetch":
                self.forget_rows()
                continue
            if found["control"] == "revoked":
                self.is_revoked = True
                return
            for one in found["rows"]:
                if one["row"] is None:
                    self.rows.pop((one["type"], one["id"]), None)
                else:
                    self.rows[one["type"], one["id"]] = one["row"]
            self.cursor, self.seen = found["cursor"], found["seen"] or self.seen
            self.fingerprint = found.get("fingerprint")
            if found["control"] == "up_to_date":
                return
        self.faults.append("the feed has no end")

    def own_fingerprint(self) -> str:
        """Return the hash over copies, loans and readers as the protocol says."""
        lines = sorted(
            f"{kind} {id_} {hash_of(_canonical(row))}\n"
            for (kind, id_), row in self.rows.items()
            if kind in {"copy", "loan", "reader"}
        )
        return hash_of("".join(lines).encode())

    def _ask(self, link: Link, method: str, path: str, document: Any) -> Answer:
        answer = link.call(method, path, document, self._headers)
        if answer.status == 401 and answer.document.get("code") == "device_unknown":
            self.needs_code = True
            raise NoAnswer
        if answer.status != 200:
            self.faults.append(f"{method} {path.partition('?')[0]}: {answer.status} {str(answer.document)[:200]}")
            raise NoAnswer
        return answer

    def _headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        signed = f"{method}\n{path}\n{hash_of(body)}".encode()
        r, s = decode_dss_signature(self.key.sign(signed, ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return {"Authorization": f"Device {self.credential}", "Guisach-Signature": _text(signature)}


class EnrolmentRefused(Exception):
    """A fresh code was not taken."""


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
