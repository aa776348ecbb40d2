"""Suggestions of what should be bought, and what the provincial library answers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from guisach.domain.catalogue.queries import record as record_of
from guisach.domain.circulation.actions.refusals import (
    RequestOver,
    RequestUnknown,
    SuggestionEmpty,
    SuggestionLimit,
    TitleUnknown,
)
from guisach.domain.circulation.actions.request_messages import tell_answer
from guisach.domain.circulation.models import Request
from guisach.domain.circulation.queries.requests import request
from guisach.domain.circulation.rules.request_fold import Sort
from guisach.domain.circulation.rules.request_kinds import DECISIONS
from guisach.domain.journal.steps import Receipt, act, hold, in_one_transaction, repeated
from guisach.domain.readers import queries as readers
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from guisach.domain.journal.queries import Source
    from guisach.kernel.clock import Clock

TITLE_MAX: Final = 200
WHY_MAX: Final = 500
_OPEN_MAX: Final = 10  # of one reader


@in_one_transaction
def suggest(
    *,
    op_id: UUID,
    by: Source,
    place: str,
    wanted: str,
    author: str,
    why: str,
    clock: Clock,
    reader: UUID | None = None,
) -> Receipt:
    """Note that something should be bought; `reader` where a reader says so. The same `op_id` twice is one.

    Raises SuggestionEmpty, SuggestionLimit.
    """
    held = hold(by, op_id, [f"requests:{reader or place}"])
    if (repeat := repeated(op_id, "suggestion", f"request:{op_id}")) is not None:
        return repeat
    title = nfc(wanted)[:TITLE_MAX]
    if len(title) < 2:
        raise SuggestionEmpty
    private = {"wanted": title, "author": nfc(author)[:TITLE_MAX], "why": nfc(why)[:WHY_MAX]}
    if reader is not None:
        family = readers.ids_of(reader)
        mine = Request.objects.filter(reader__in=family, sort=Sort.SUGGESTION, closed_at__isnull=True)
        if mine.count() >= _OPEN_MAX:
            raise SuggestionLimit(max=_OPEN_MAX)
        private["reader"] = str(family[0])
    said = {name: text for name, text in private.items() if text}
    operation = {"op": str(op_id), "v": 1, "kind": "suggestion", "place": place, "pickup": place, "private": said}
    return act(operation, via=by, clock=clock, held=held)


@in_one_transaction
def answer_suggestion(
    *,
    op_id: UUID,
    by: Source,
    place: str,
    request_id: UUID,
    decision: str,
    words: str,
    record: int | None,
    clock: Clock,
) -> Receipt:
    """Say what becomes of a suggestion: ORDERED, BOUGHT or DECLINED, with words for who made it, who is told.

    Raises RequestUnknown, RequestOver, TitleUnknown; ValueError for a decision that is none.
    """
    if decision not in DECISIONS:
        raise ValueError(decision)
    held = hold(by, op_id, [f"request:{request_id}"])
    if (repeat := repeated(op_id, "answer_request", f"request:{request_id}")) is not None:
        return repeat
    found = request(request_id)
    if found is None or found.sort != Sort.SUGGESTION:
        raise RequestUnknown
    if found.closed_at is not None:
        raise RequestOver
    operation: dict[str, Any] = {
        "op": str(op_id), "v": 1, "kind": "answer_request", "place": place, "request": str(request_id),
        "decision": decision,
    }  # fmt: skip
    if record is not None:
        if record_of(record) is None:
            raise TitleUnknown
        operation["record"] = record
    if said := nfc(words)[:WHY_MAX]:
        operation["private"] = {"words": said}
    receipt = act(operation, via=by, clock=clock, not_before=found.since, held=held)
    tell_answer(found, op_id, clock)
    return receipt
