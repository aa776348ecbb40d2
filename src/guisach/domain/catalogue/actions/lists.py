"""Making lists of books, putting titles on them and in order, publishing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.actions.copies import RecordUnknown
from guisach.domain.catalogue.models import BookList, BookListEntry, Record
from guisach.domain.catalogue.steps import begin
from guisach.domain.journal.steps import in_one_transaction
from guisach.kernel.errors import DomainError
from guisach.kernel.text import nfc

if TYPE_CHECKING:
    from guisach.domain.network.models import Staff
    from guisach.kernel.clock import Clock

MOST_TITLES = 200
_NAME_LENGTH, _NOTE_LENGTH, _WORD_LENGTH = 120, 1000, 300


class ListUnknown(DomainError):
    """No such list, usually since somebody removed it."""

    code = "list_unknown"
    status = 404
    text = _("There is no such list any more.")


class ListNameNeeded(DomainError):
    """A list without a name cannot be chosen by anybody."""

    code = "list_name_needed"
    status = 422
    text = _("Please give the list a name.")


class ListFull(DomainError):
    """Longer than anybody reads, or prints."""

    code = "list_full"
    text = _("This list has %(most)s titles already, which is all it can hold. Please begin another one.")


@in_one_transaction
def make_list(*, name: str, by: Staff | None, clock: Clock, note: str = "", is_public: bool = False) -> int:
    """Begin a list and return its id. Raises ListNameNeeded."""
    begin()
    now = clock()
    return BookList.objects.create(
        name=_name(name), note=nfc_lines(note), is_public=is_public, by=by, created_at=now, updated_at=now
    ).pk


@in_one_transaction
def change_list(*, list_: int, name: str, note: str, is_public: bool, clock: Clock) -> None:
    """Name a list anew, say something else about it, publish it or not. Raises ListUnknown, ListNameNeeded."""
    begin()
    row = _list(list_)
    row.name, row.note, row.is_public, row.updated_at = _name(name), nfc_lines(note), is_public, clock()
    row.save()


@in_one_transaction
def delete_list(*, list_: int) -> None:
    """Remove a list; the titles stay where they are. Raises ListUnknown."""
    begin()
    _list(list_).delete()


@in_one_transaction
def add_to_list(*, list_: int, record: int, clock: Clock, note: str = "") -> bool:
    """Put a title at the end of a list; tells whether it is new there. Raises ListUnknown, RecordUnknown, ListFull."""
    begin()
    row = _list(list_)
    if not Record.objects.filter(pk=record).exists():
        raise RecordUnknown
    if row.entries.filter(record=record).exists():
        return False
    if row.entries.count() >= MOST_TITLES:
        raise ListFull(most=MOST_TITLES)
    last = row.entries.aggregate(last=Max("rank"))["last"] or 0
    row.entries.create(record_id=record, rank=last + 1, note=nfc(note)[:_WORD_LENGTH])
    _touch(row, clock)
    return True


@in_one_transaction
def remove_from_list(*, list_: int, record: int, clock: Clock) -> bool:
    """Take a title off a list; tells whether it was on it. Raises ListUnknown."""
    begin()
    row = _list(list_)
    deleted, _tables = row.entries.filter(record=record).delete()
    if deleted:
        _touch(row, clock)
    return bool(deleted)


@in_one_transaction
def arrange_list(*, list_: int, order: list[int], notes: dict[int, str], clock: Clock) -> None:
    """Put the titles in this order (those not named keep theirs, after them), each with its word.

    Raises ListUnknown.
    """
    begin()
    row = _list(list_)
    rows = {entry.record_id: entry for entry in row.entries.order_by("rank", "pk")}
    wanted = [record for record in dict.fromkeys(order) if record in rows]
    for rank, record in enumerate([*wanted, *(one for one in rows if one not in set(wanted))], 1):
        entry = rows[record]
        entry.rank = rank
        entry.note = nfc(notes.get(record, entry.note))[:_WORD_LENGTH]
    BookListEntry.objects.bulk_update(rows.values(), ["rank", "note"], batch_size=100)
    _touch(row, clock)


def _list(id_: int) -> BookList:
    row = BookList.objects.filter(pk=id_).first()
    if row is None:
        raise ListUnknown
    return row


def _name(name: str) -> str:
    name = nfc(name)[:_NAME_LENGTH].strip()
    if not name:
        raise ListNameNeeded
    return name


def nfc_lines(text: str) -> str:
    """Return text of several lines as it is kept."""
    return "\n".join(map(nfc, text.splitlines()))[:_NOTE_LENGTH].strip()


def _touch(row: BookList, clock: Clock) -> None:
    row.updated_at = clock()
    row.save(update_fields=["updated_at"])
