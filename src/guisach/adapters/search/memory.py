"""Memory that the engine has freed goes back to the machine.

The engine writes and merges in threads of its own, and glibc keeps what each of them has freed for that thread: after
many commits several times of what is in use (`docs/decisions/0048`).
"""

from __future__ import annotations

import ctypes
from typing import Final

_M_MMAP_THRESHOLD: Final = -3  # of malloc.h
_LARGE_BYTES: Final = 128 * 1024  # what glibc begins with


def keep_large_blocks_apart() -> None:
    """Have each large block taken from the machine by itself, so that it goes back as soon as it is freed.

    By default glibc stops doing so for blocks of a size that was freed once. Where the C library has no word for it,
    nothing is done.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def give_back() -> None:
    """Return freed memory to the machine, where the C library has a word for it; elsewhere do nothing."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
