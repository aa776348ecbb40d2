"""The fold of requests, as the journal calls it: it runs after copies, whose loans and hold shelves it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from guisach.domain.circulation.models import Request
from guisach.domain.circulation.queries.request_facts import copy_facts
from guisach.domain.circulation.rules.request_fold import CopyFacts, RequestState, fold_request
from guisach.domain.circulation.steps.rows import Rows
from guisach.domain.journal import kinds
from guisach.domain.journal.queries.histories import public_subjects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guisach.domain.circulation.rules.request_kinds import RequestBody
    from guisach.domain.journal.rules.history import Entry, History, Result

_FIELDS = (
    "sort", "reader", "record", "pickup", "group", "place", "since", "until", "awaits", "state", "barcode",
    "copy_since", "closed_at", "closed_by", "why",
)  # fmt: skip
_MAKING = frozenset({"request", "wish"})


class RequestFold:
    """Requests, wishes and suggestions."""

    subject_type = "request"
    reads_private = False
    is_private = False
    is_derived = False

    def fold(self, histories: Mapping[str, History]) -> kinds.Folding:
        """Fold each by its own history and by what happened to copies for it."""
        ids = {subject: UUID(subject) for subject in histories}
        awaits = {
            ids[subject]: body.awaits
            for subject, history in histories.items()
            if (body := _body_of(history.entries)) is not None and body.awaits
        }
        askers = {ids[subject]: _asker_of(history.entries) for subject, history in histories.items()}
        facts = copy_facts(askers, awaits)
        results: dict[str, Result] = {}
        computed: dict[UUID, Request] = {}
        for subject, history in histories.items():
            state = fold_request(history.entries, facts.get(ids[subject], CopyFacts()))
            history.result.outcomes.update(state.outcomes)
            history.result.cases.extend(state.cases)
            results[f"request:{subject}"] = history.result
            if state.made is not None:
                computed[ids[subject]] = _row(state, state.made)
        rows = Rows(Request, _FIELDS, computed, Request.objects.in_bulk(list(ids.values())))
        return kinds.Folding(results, {"requests": rows}, {})

    def project(self, folding: kinds.Folding) -> None:
        """Write what differs."""
        rows: Rows[Request] = folding.state["requests"]
        rows.update()

    def differences(self, folding: kinds.Folding) -> Iterator[str]:
        """Compare the requests."""
        rows: Rows[Request] = folding.state["requests"]
        for op in rows.differing():
            yield f"request {op}: stored otherwise than the log says"

    def subjects(self) -> Iterable[str]:
        """Return every request of the log and of the table."""
        return public_subjects(self.subject_type) | {str(op) for op in Request.objects.values_list("pk", flat=True)}

    def rows(self) -> Iterator[str]:
        """Return the requests. Forgetting changes no hash: one that is closed is there without its reader."""
        for request in Request.objects.iterator(chunk_size=2000):
            reader = request.reader if request.closed_at is None else "-"
            values = [getattr(request, name) for name in _FIELDS if name != "reader"]
            yield f"request|{request.op}|{reader}|{'|'.join(map(str, values))}"


def _asker_of(entries: Iterable[Entry]) -> UUID | None:
    return next((entry.reader for entry in entries if entry.kind in _MAKING), None)


def _body_of(entries: Iterable[Entry]) -> RequestBody | None:
    return next((entry.body for entry in entries if entry.kind in _MAKING), None)


def _row(state: RequestState, made: Entry) -> Request:
    body = made.body
    return Request(
        op=made.op,
        sort=str(state.sort),
        reader=made.reader,
        record=state.record,
        pickup=body.pickup or made.place,
        group=getattr(body, "group", ""),
        place=made.place,
        since=made.eff_at,
        until=getattr(body, "until", None),
        awaits=getattr(body, "awaits", ""),
        state=str(state.state),
        barcode=state.copy,
        copy_since=state.copy_since,
        closed_at=state.closed_at,
        closed_by=state.closed_by,
        why=state.why,
    )
