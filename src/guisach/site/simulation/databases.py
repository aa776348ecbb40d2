"""The one database of a process that plays: kept as it is, and put back, by copying its file."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.db import connection
from django.db.backends.signals import connection_created


def hurry() -> None:
    """Write without waiting for the disk from now on: what must survive a pulled plug is tried elsewhere."""
    connection_created.connect(_write_fast)
    connection.close()


def database() -> Path:
    """Return the file of the present connection."""
    return Path(connection.settings_dict["NAME"])


def keep_as(file: Path) -> None:
    """Copy the present database as it stands."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copyfile(database(), file)


def begin_with(file: Path) -> None:
    """Let the present database be a copy of this one."""
    connection.close()
    for ending in ("-wal", "-shm"):
        database().with_name(database().name + ending).unlink(missing_ok=True)
    shutil.copyfile(file, database())


def _write_fast(connection: object, **_: object) -> None:
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("PRAGMA synchronous=OFF")
