"""Scripts of the cast: each signs in with a token and speaks JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.test import Client

from guisach.domain.journal import actions as journal
from guisach.kernel.clock import system_clock
from tests import builders

if TYPE_CHECKING:
    from django.http import HttpResponse

ROOT = "/api/v1"


@dataclass
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: Any


class Script:
    """A program that acts with somebody's token (or without one)."""

    def __init__(self, token: str = "") -> None:
        self.token = token
        self._client = Client(raise_request_exception=False, headers={"Accept-Language": "vi"})

    def ask(self, method: str, path: str, data: Any = None, *, raw: bytes | None = None, **headers: str) -> Answer:
        sent = raw if raw is not None else b"" if data is None else json.dumps(data).encode()
        if self.token:
            headers = {"Authorization": f"Bearer {self.token}", **headers}
        answer: HttpResponse = self._client.generic(
            method, ROOT + path, sent, content_type="application/json", headers=headers
        )
        is_json = "json" in answer.headers.get("Content-Type", "")
        return Answer(answer.status_code, json.loads(answer.content) if is_json else answer.content, answer.headers)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, data: Any = None, **headers: str) -> Answer:
        return self.ask("POST", path, data, **headers)


def script(person: builders.Person, **valid: float) -> Script:
    """Make a token for somebody; valid for a day unless another length is given."""
    return Script(token(person, **valid))


def token(person: builders.Person, **valid: float) -> str:
    valid_for = timedelta(**(valid or {"days": 1}))
    return journal.issue_token(staff=person.staff, label="máy quầy", at=system_clock(), valid_for=valid_for)


def is_problem(answer: Answer, status: int, code: str) -> bool:
    """Check the one shape of everything that goes wrong; for use in an assert."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.body
    assert answer.body["type"] == f"urn:guisach:problem:{answer.body['code']}"
    assert answer.body["status"] == answer.status
    assert len(answer.body["title"]) > 10
    assert set(answer.body) <= {"type", "title", "status", "code", "data", "override", "errors"}
    assert (answer.status, answer.body["code"]) == (status, code), answer.body
    return True


def join(by: Script, name: str = "Vàng Thị An", **said: Any) -> str:
    answer = by.post("/readers", {"name": name, "group": "FARMER", "birth": "1990-05-02", "consent": True, **said})
    assert answer.status == 201, answer.body
    card: str = answer.body["card"]
    return card
