"""The list of what was erased, beside the database: a backup from before must not bring anybody back.

It holds ids of operations and nothing else. It is written anew after each erasure and each backup, and only ever grows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from guisach.domain.readers import actions, queries

if TYPE_CHECKING:
    from pathlib import Path

    from guisach.kernel.clock import Clock


def keep_list() -> int:
    """Write the list; returns its length. Raises OSError where the data folder cannot be written."""
    file = _file()
    known = {*_read(file), *queries.erased_operations()}
    if known != _read(file):
        draft = file.with_suffix(".part")
        draft.write_text("".join(f"{op}\n" for op in sorted(known)), encoding="ascii")
        draft.replace(file)
    return len(known)


def erase_again(clock: Clock) -> int:
    """Forget once more what the list names; returns how many readers are without a name now."""
    return actions.erase_again(operations=_read(_file()), clock=clock)


def _file() -> Path:
    folder: Path = settings.DATA
    return folder / "erased.txt"


def _read(file: Path) -> set[UUID]:
    found = set()
    for line in file.read_text(encoding="ascii", errors="replace").split() if file.exists() else []:
        try:
            found.add(UUID(line))
        except ValueError:
            continue  # a line that was cut off
    return found
