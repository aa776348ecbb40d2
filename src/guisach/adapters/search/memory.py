"""Memory that the engine has freed goes back to the machine."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Return freed memory to the machine, where the C library has a word for it; elsewhere do nothing.

    The engine writes and merges in threads of its own, and glibc keeps what each of them has freed for that thread:
    after many commits several times of what is in use (`docs/decisions/0048`).
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
