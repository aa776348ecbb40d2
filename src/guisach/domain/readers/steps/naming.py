"""What the folds of the room have in common: how subjects and cases are named, and which readers count."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from guisach.domain.journal.rules.history import CaseDraft
from guisach.domain.readers.models import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID


def likenesses(reader: Reader) -> Iterator[str]:
    """Yield what this reader may share with somebody who is the same person."""
    if reader.survivor is not None:
        return
    if reader.birth_on is not None:
        yield f"n{reader.folded_name}|{reader.birth_on}"
    if reader.phone:
        yield f"p{reader.phone}"


def case_about(kind: str, about: list[tuple[UUID, str, datetime]]) -> CaseDraft:
    """Draft a case about operations, each with its place and time; the last says where the case belongs."""
    _op, place, at = about[-1]
    return CaseDraft(kind, tuple(op for op, _place, _at in about), place, at)


def subject(subject_type: str, key: str) -> str:
    """Name a subject in the table of cases without the card number, name or phone that it stands for."""
    return f"{subject_type}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
