"""How much of something a test tries: a little for each commit, all that is promised with `make soak` (SOAK=1)."""

from __future__ import annotations

import os
from typing import TypeVar

IS_SOAK = os.environ.get("SOAK", "") == "1"


_Size = TypeVar("_Size")


def size(*, commit: _Size, soak: _Size) -> _Size:
    """Return the size of this run."""
    return soak if IS_SOAK else commit
