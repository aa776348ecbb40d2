"""What administrators of a run do: codes for desks, revocations, backups, files brought by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.domain.journal import actions as journal
from guisach.domain.network import queries as network
from guisach.domain.sync import actions
from guisach.domain.sync.queries import reaches
from guisach.site import backups
from guisach.site.simulation import databases

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from guisach.domain.network.models import Staff
    from guisach.site.simulation.fixed import Time


ADMINISTRATOR = "kien"


def code_for(place: str, time: Time) -> str:
    """Return a fresh code for one device of a place."""
    return actions.make_code(place=place, by=_administrator(), is_printed=False, at=time())[0]


def _administrator() -> Staff:
    staff = network.staff(ADMINISTRATOR)
    if staff is None:
        raise LookupError(ADMINISTRATOR)
    return staff


def revoke(device: UUID, time: Time) -> None:
    """End a device's right to be told anything."""
    actions.revoke(device=device, by=_administrator(), reason="mất máy", clock=time)


def bring(file: bytes, time: Time) -> None:
    """Take in an export file at the province."""
    source = journal.workbench_source(staff=_administrator(), at=time())
    actions.bring(file=file, by=source, clock=time)


def back_up(file: Path) -> None:
    """Take a backup: the database as it stands, which `unpack` makes into what the command writes, where it is needed.

    Mostly nobody ever needs it, and to write a hundred tables as text takes as long as ten contacts of a desk.
    """
    marks = reaches()
    databases.keep_as(file)
    actions.note_backup(marks)


def restore(file: Path, empty: Path) -> None:
    """Restore a backup as the commands do: written out, and read into an empty database."""
    packed = file.with_suffix(".zip")
    databases.begin_with(file)
    backups.write(packed, lambda _rows: None)
    databases.begin_with(empty)
    backups.read(packed, lambda _rows: None)
