"""A waiting record beside one that is here: field by field, with what differs marked."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from guisach.domain.catalogue.rules.drafts import RecordDraft
from guisach.kernel.text import fold
from guisach.web.work.importing import words

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries.imports import CandidateView, WaitingView

SAME, MARKS, OTHER, ONLY_OURS, ONLY_THEIRS = "same", "marks", "other", "ours", "theirs"
_LEFT_OUT = frozenset({"kind", "audience", "summary"})


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of both; `how` is one of the constants above."""

    name: str
    incoming: str
    ours: str
    how: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that is here, compared with the one that waits."""

    record: int
    is_certain: bool
    why: tuple[str, ...]
    against: tuple[str, ...]
    copies: int
    lines: tuple[Compared, ...]


def beside(waiting: WaitingView) -> list[Candidate]:
    """Compare a waiting record with each of its candidates."""
    return [_candidate(waiting.draft, one) for one in waiting.candidates]


def own(waiting: WaitingView) -> list[tuple[str, str]]:
    """Return what the waiting record says, field by field."""
    return [
        (_label(one.name), text)
        for one in fields(RecordDraft)
        if one.name not in _LEFT_OUT and (text := _text(waiting.draft, one.name))
    ]


def _candidate(draft: RecordDraft, one: CandidateView) -> Candidate:
    lines = []
    for part in fields(RecordDraft):
        theirs, ours = _text(draft, part.name), _text(one.draft, part.name)
        if part.name not in _LEFT_OUT and (theirs or ours):
            lines.append(Compared(_label(part.name), theirs, ours, _how(theirs, ours)))
    for_, against = (
        tuple(str(words.WHY.get(code, code)) for code in one.why if code.startswith("not_") is is_against)
        for is_against in (False, True)
    )
    return Candidate(one.record, one.is_certain, for_, against, one.copies, tuple(lines))


def _how(theirs: str, ours: str) -> str:
    if theirs == ours:
        return SAME
    if not theirs:
        return ONLY_OURS
    if not ours:
        return ONLY_THEIRS
    return MARKS if fold(theirs) == fold(ours) else OTHER


def _text(draft: RecordDraft, name: str) -> str:
    value = getattr(draft, name)
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return str(value) if value else ""


def _label(name: str) -> str:
    return str(words.DRAFT_LABELS.get(name, name))
