"""What harvesters rely on: names that never change, instants as OAI-PMH writes them, and tokens to go on with.

A token carries everything that the next page needs, so that no list is kept on the server and none ever expires;
it is signed, so that whoever sends one can only go on with a list that was really begun.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

TOKEN_LENGTH_MAX: Final = 600
_SIGNATURE_BYTES: Final = 16
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_ID = re.compile(r"[1-9]\d{0,18}", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_ID: Final = 2**63 - 1  # ids are 64-bit in both databases


class BadToken(ValueError):
    """No token of this installation, or not a whole one."""


class BadDate(ValueError):
    """Neither a day nor a second in UTC."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which records are asked for: half-open in time, and of one set (a kind of material) or of all."""

    changed_from: datetime | None = None
    changed_to: datetime | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """The last record that a harvester was given: lists are in the order of instant, then id."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Token:
    """Where a list goes on: what was asked, what was given, and how many records the list had when it began."""

    verb: str
    prefix: str
    span: Span
    after: Position
    given: int
    total: int


def repository_name(province: str) -> str:
    """Return the name space of a province's records: it rests on the province's code, never on a host's name."""
    return f"guisach.p{province or '00'}"


def identifier(repository: str, record: int) -> str:
    """Return the name of a record, the same for as long as the catalogue lives."""
    return f"oai:{repository}:{record}"


def record_of(repository: str, name: str) -> int | None:
    """Return the id behind such a name; None for anything else."""
    prefix = f"oai:{repository}:"
    rest = name.removeprefix(prefix)
    if not name.startswith(prefix) or not _ID.fullmatch(rest) or int(rest) > LARGEST_ID:
        return None
    return int(rest)


def instant_text(at: datetime) -> str:
    """Write an instant as OAI-PMH does, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0")


def span_of(from_: str | None, until: str | None, kind: str = "") -> Span:
    """Read the two arguments, both inclusive and of one granularity. Raises BadDate."""
    start = _instant(from_) if from_ is not None else None
    end = _instant(until) if until is not None else None
    if from_ is not None and until is not None:
        if len(from_) != len(until):
            raise BadDate("from and until must have the same granularity")
        if start and end and start > end:
            raise BadDate("from is later than until")
    if end is not None and until is not None:
        try:
            end += timedelta(seconds=1) if "T" in until else timedelta(days=1)
        except OverflowError:
            end = None  # the end of time leaves nothing out
    return Span(start, end, kind)


def _instant(text: str) -> datetime:
    try:
        if _DAY.fullmatch(text):
            return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        if _SECOND.fullmatch(text):
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadDate(f"there is no such instant: {text}") from error
    raise BadDate("YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ was expected")


def write_token(token: Token, key: bytes) -> str:
    """Write a token and sign it."""
    span = token.span
    values = [
        token.verb, token.prefix, _number(span.changed_from), _number(span.changed_to), span.kind,
        _number(token.after.at), token.after.id, token.given, token.total,
    ]  # fmt: skip
    body = json.dumps(values, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_signature(body, key) + body).decode().rstrip("=")


def read_token(text: str, key: bytes) -> Token:
    """Read what `write_token` wrote with the same key. Raises BadToken for everything else."""
    if not text.isascii() or len(text) > TOKEN_LENGTH_MAX:
        raise BadToken("this is no token of ours")
    try:
        whole = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadToken("this is no token of ours") from error
    signature, body = whole[:_SIGNATURE_BYTES], whole[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(body, key)):
        raise BadToken("this token was changed, or is of another installation")
    verb, prefix, start, end, kind, at, id_, given, total = json.loads(body)
    after = _at(at)
    if after is None:
        raise BadToken("this token leads nowhere")
    token = Token(verb, prefix, Span(_at(start), _at(end), kind), Position(after, id_), given, total)
    if write_token(token, key) != text:  # base64 has spare bits: one token has one spelling
        raise BadToken("this is no token of ours")
    return token


def _signature(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"oai resumption token\0" + body, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _number(at: datetime | None) -> int | None:
    """Write an instant as microseconds since 1970, exactly."""
    return None if at is None else (at - _EPOCH) // timedelta(microseconds=1)


def _at(number: int | None) -> datetime | None:
    return None if number is None else _EPOCH + timedelta(microseconds=number)
