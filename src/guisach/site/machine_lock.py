"""Work that only one process of a machine does at a time, though several of them could."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def machine_lock(name: str) -> Iterator[bool]:
    """Take the machine's lock of this name, or not; gives whether it is ours. The end of the process lets it go."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with (settings.DATA / f"{name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
