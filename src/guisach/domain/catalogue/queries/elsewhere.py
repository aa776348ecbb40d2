"""Records from elsewhere: of other catalogues, or of a small file; they are shown, and taken over one by one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from guisach.domain.catalogue import kinds
from guisach.domain.catalogue.rules.elsewhere import WAIT_S, Answer, Offer, Question, Target, offers
from guisach.domain.catalogue.rules.imports.policies import Terms
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Description
from guisach.domain.catalogue.rules.marc.incoming import Incoming

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE_RECORDS_MAX = 100
"""How many records of a file are shown to be taken over one by one; a larger file is for an import."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What catalogues answered: put together, and each for itself."""

    offers: tuple[Offer, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class FileOffers:
    """What a file holds."""

    offers: tuple[Offer, ...]
    unreadable: int
    has_more: bool


def ask_elsewhere(targets: Sequence[Target], question: Question, *, wait_s: float = WAIT_S) -> Asked:
    """Ask catalogues, for some seconds at most. Nothing is kept of their answers."""
    answers = kinds.elsewhere().ask(targets, question, wait_s=wait_s)
    return Asked(tuple(offers(answers)), tuple(answers))


def offers_of_file(path: Path, name: str) -> FileOffers:
    """Return the records of a MARC file, in its order. Raises OSError, LookupError as `kinds.file_reader`."""
    found, unreadable, seen = [], 0, 0
    for chunk in islice(kinds.file_reader(Terms()).chunks(path), FILE_RECORDS_MAX + 1):
        seen += 1
        told = describe(chunk.content) if isinstance(chunk.content, Incoming) else None
        if seen > FILE_RECORDS_MAX:
            break
        if isinstance(chunk.content, Incoming) and isinstance(told, Description):
            found.append(Offer(chunk.content, told, (name,)))
        else:
            unreadable += 1
    return FileOffers(tuple(found), unreadable, seen > FILE_RECORDS_MAX)
