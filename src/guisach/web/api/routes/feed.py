"""What the province sends down to offline desks; docs/developer/sync-protocol.md is the contract."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from ninja import Query, Router, Schema
from pydantic import BaseModel

from guisach.domain.readers.queries import lending_groups
from guisach.domain.sync.actions import UpgradeNeeded
from guisach.domain.sync.actions.feeding import feed
from guisach.domain.sync.actions.snapshots import chunk, snapshot
from guisach.domain.sync.rules.feed import CURSOR_LENGTH_MAX, LIMIT
from guisach.kernel.clock import system_clock
from guisach.web.api.devices import DeviceKey, desk_of
from guisach.web.ui.cases_text import decisions_of, text_of

router = Router(auth=DeviceKey())

_HASH_LENGTH = 64
_FROM = re.compile(r"bytes=(\d{1,12})-", re.ASCII)


class FeedRowOut(BaseModel):  # not ninja's: with thousands of rows, reading attributes of each costs more than all else
    """A row of the desk's scope as it is now; null: gone, or no longer of this scope."""

    type: str
    id: str
    row: dict[str, Any] | None


class FeedOut(Schema):
    """A stretch of the feed. The desk writes its rows and the cursor together."""

    rows: list[FeedRowOut]
    cursor: str
    seen: int
    control: Literal["up_to_date", "more", "must_refetch", "revoked"]
    fingerprint: str | None


class ChunkOut(Schema):
    """A gzip file of titles, a line of JSON each, named by its own hash."""

    sha256: str
    bytes: int
    titles: int


class SnapshotOut(Schema):
    """All titles of the scope; a feed begun with its cursor sends those that changed since, and everything else."""

    id: UUID
    made: datetime
    titles: int
    cursor: str
    chunks: list[ChunkOut]


class RevokedOut(Schema):
    """Nothing is sent to this desk any more."""

    control: Literal["revoked"] = "revoked"


Cursor = Annotated[str, Query(max_length=CURSOR_LENGTH_MAX)]
Limit = Annotated[int, Query(ge=1, le=1_000_000)]


@router.get("/feed", response=FeedOut, operation_id="syncFeed", url_name="sync_feed")
def read_feed(request: HttpRequest, cursor: Cursor = "", limit: Limit = LIMIT) -> dict[str, Any]:
    """Give the rows that the desk lacks after its cursor; an empty cursor begins with nothing."""
    desk = desk_of(request)
    if not desk.may_read:
        return {"rows": [], "cursor": "", "seen": 0, "control": "revoked", "fingerprint": None}
    if desk.is_too_old:
        raise UpgradeNeeded
    page = feed(place=desk.place, cursor=cursor, limit=limit, clock=system_clock)
    return {
        "rows": [{"type": one.type, "id": one.id, "row": _in_words(one.type, one.row)} for one in page.items],
        "cursor": page.cursor,
        "seen": page.seen,
        "control": page.control,
        "fingerprint": page.fingerprint,
    }


@router.get("/snapshots/here", response=SnapshotOut | RevokedOut, operation_id="syncSnapshot", url_name="sync_snapshot")
def read_snapshot(request: HttpRequest) -> dict[str, Any]:
    """Say which files have the titles of the desk's place."""
    desk = desk_of(request)
    if not desk.may_read:
        return {"control": "revoked"}
    if desk.is_too_old:
        raise UpgradeNeeded
    found = snapshot(place=desk.place, clock=system_clock)
    names = {"id": found.id, "made": found.made_at, "titles": found.titles, "cursor": found.cursor}
    return {**names, "chunks": found.chunks}


@router.get("/snapshots/chunks/{sha256}", operation_id="syncChunk", url_name="sync_chunk")
def read_chunk(request: HttpRequest, sha256: str) -> HttpResponse:
    """Give one file, whole or from a byte on; its name is its content, so whoever has it never asks again."""
    desk = desk_of(request)
    body = chunk(desk.place, sha256) if desk.may_read and len(sha256) == _HASH_LENGTH else None
    if body is None:
        raise Http404
    etag = f'"{sha256}"'
    if request.headers.get("If-None-Match") == etag:
        answer: HttpResponse = HttpResponseNotModified()
    elif (begin := _begin(request, len(body))) is not None:
        answer = HttpResponse(body[begin:], status=206, content_type="application/octet-stream")
        answer["Content-Range"] = f"bytes {begin}-{len(body) - 1}/{len(body)}"
    else:
        answer = HttpResponse(body, content_type="application/octet-stream")
    answer["ETag"] = etag
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    answer["Content-Encoding"] = "identity"  # gzip as it is: nobody on the way packs it twice, or unpacks it
    return answer


def _begin(request: HttpRequest, length: int) -> int | None:
    """Return from where on the rest is asked for; other ranges are answered with the whole."""
    wanted = _FROM.fullmatch(request.headers.get("Range", ""))
    begin = int(wanted[1]) if wanted else 0
    return begin if 0 < begin < length else None


def _in_words(type_: str, row: dict[str, Any] | None) -> dict[str, Any] | None:
    """Say in the language of the request what a row only names."""
    if row is None:
        return None
    if type_ == "case":
        text = text_of(row["kind"])
        decisions = [{"decision": code, "words": words} for code, words in decisions_of(row["kind"])]
        return {
            **row,
            "title": str(text.title),
            "what": [str(text.what), *map(str, text.steps)],
            "decisions": decisions,
        }
    if type_ == "place":
        return {**row, "groups": {code: str(name) for code, name in lending_groups()}}
    return row
