"""The network between a desk and the province: it loses, repeats, delays and reorders what is sent through it."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.test import Client

if TYPE_CHECKING:
    import random

    from guisach.site.simulation.fixed import Time

_GZIP_FROM = 200  # bytes


class NoAnswer(Exception):
    """Nothing came back. What was sent may have arrived, may still arrive, or never will."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said, and the time it said it was."""

    status: int
    document: Any
    server_ms: int | None = None


class Hub:
    """The real views, asked as a browser or a script would ask them."""

    def __init__(self) -> None:
        self._client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        self.broken: list[str] = []  # what must never happen at all
        self.requests = 0

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        """Ask; a fault of the server (5xx) is noted as broken."""
        self.requests += 1
        answer = self._client.generic(
            method, path, body or b"", content_type="application/json", headers={"Accept-Language": "vi", **headers}
        )
        if answer.status_code >= 500:
            self.broken.append(f"{method} {path.partition('?')[0]} answered {answer.status_code}")
        content = b"".join(answer) if answer.streaming else answer.content
        is_json = "json" in answer.headers.get("Content-Type", "")
        server_ms = answer.headers.get("Guisach-Time")
        document = json.loads(content) if is_json and content else content
        return Answer(answer.status_code, document, int(server_ms) if server_ms else None)

    def script(self, token: str, method: str, path: str, document: Any = None) -> Answer:
        """Ask as somebody who works online."""
        body = None if document is None else json.dumps(document).encode()
        return self.ask(method, f"/api/v1{path}", body, {"Authorization": f"Bearer {token}"})


Signing = Callable[[str, str, bytes], dict[str, str]]
"""Gives the headers for method, path and body."""


@dataclass(slots=True)
class _Late:
    due: datetime
    deliver: Callable[[], object]


@dataclass
class Link:
    """What every desk sends through. The weather is drawn anew for each call."""

    hub: Hub
    time: Time
    dice: random.Random
    is_good: bool = False  # at the end everything heals
    late: list[_Late] = field(default_factory=list)
    mishaps: dict[str, int] = field(default_factory=dict)

    def call(self, method: str, path: str, document: Any, headers: Signing) -> Answer:
        """Send and wait. Raises NoAnswer."""
        body = b"" if document is None else json.dumps(document, ensure_ascii=False).encode()
        is_packed = len(body) > _GZIP_FROM and self.dice.random() < 0.5
        if is_packed:
            body = gzip.compress(body, mtime=0)
        sent = headers(method, path, body) | ({"Guisach-Encoding": "gzip"} if is_packed else {})

        def deliver() -> Answer:
            return self.hub.ask(method, path, body, sent)

        self.time.forward(seconds=self.dice.uniform(0.2, 4))
        fate = "arrives" if self.is_good else self._fate()
        if fate != "arrives":
            self.mishaps[fate] = self.mishaps.get(fate, 0) + 1
        if fate == "request lost":
            raise NoAnswer
        if fate == "delayed":
            due = self.time.at + timedelta(hours=self.dice.choice([0.1, 3, 30, 200]))
            self.late.append(_Late(due, deliver))
            raise NoAnswer
        answer = deliver()
        if fate == "repeated":
            answer = deliver()
        if fate == "answer lost":
            raise NoAnswer
        return answer

    def deliver_late(self, *, all_of_it: bool = False) -> None:
        """Let arrive what was under way for so long, in whatever order."""
        ripe = [one for one in self.late if all_of_it or one.due <= self.time.at]
        self.late = [one for one in self.late if one not in ripe]
        self.dice.shuffle(ripe)
        for one in ripe:
            one.deliver()

    def _fate(self) -> str:
        return self.dice.choices(["arrives", "request lost", "answer lost", "repeated", "delayed"], [60, 10, 14, 8, 8])[
            0
        ]


def hash_of(data: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
