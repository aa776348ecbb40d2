"""What the province sends down to offline desks; docs/developer/sync-protocol.md is the contract."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from guisach.domain.readers.queries import lending_groups
from guisach.domain.sync.actions import UpgradeNeeded
from guisach.domain.sync.actions.feeding import feed
from guisach.domain.sync.rules.feed import CURSOR_LENGTH_MAX, LIMIT
from guisach.kernel.clock import system_clock
from guisach.web.api.devices import DeviceKey, desk_of
from guisach.web.ui.cases_text import decisions_of, text_of

router = Router(auth=DeviceKey())


class FeedRowOut(Schema):
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
