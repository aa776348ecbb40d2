"""The folds of the readers' room: who joined, whose card it is, and who may be the same person twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guisach.domain.journal import kinds
from guisach.domain.readers.rules.editing import (
    EditBody,
    EditPrivate,
    EraseBody,
    ErasePrivate,
    MergePrivate,
    NothingPublic,
    subject_of_edit,
    subject_of_merge,
)
from guisach.domain.readers.rules.joining import JoinBody, JoinPrivate, subject_of_join
from guisach.domain.readers.steps.cards import CardFold
from guisach.domain.readers.steps.likeness import LikenessFold
from guisach.domain.readers.steps.readers import ReaderFold

if TYPE_CHECKING:
    from uuid import UUID


def _joining(body: JoinBody, private: JoinPrivate, _place: str, _eff_at: Any) -> str:
    return subject_of_join(body, private)


def _edit(body: EditBody, private: EditPrivate, _place: str, _eff_at: Any) -> str:
    return subject_of_edit(body, private)


def _merge(_body: Any, private: MergePrivate, _place: str, _eff_at: Any) -> str:
    return subject_of_merge(private)


def _erasure(_body: Any, private: ErasePrivate, _place: str, _eff_at: Any) -> str:
    return str(private.reader)


def _reader(private: JoinPrivate | EditPrivate | MergePrivate | ErasePrivate) -> UUID:
    return private.reader


def register() -> None:
    """Make the room's kinds and folds known to the journal."""
    for kind in (
        kinds.Kind("join", "reader", JoinBody, _joining, JoinPrivate, reader=_reader),
        kinds.Kind("edit_reader", "reader", EditBody, _edit, EditPrivate, reader=_reader),
        kinds.Kind("merge_readers", "reader", NothingPublic, _merge, MergePrivate, reader=_reader),
        kinds.Kind("erase_reader", "reader", EraseBody, _erasure, ErasePrivate, reader=_reader, is_final=True),
    ):
        kinds.register_kind(kind)
    for fold in (ReaderFold(), CardFold(), LikenessFold()):
        kinds.register_fold(fold)
