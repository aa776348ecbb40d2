"""How much of something a test tries: a little for each commit, all that is promised with `make soak` (SOAK=1)."""

from __future__ import annotations

import os

IS_SOAK = os.environ.get("SOAK", "") == "1"


def size(*, commit: int, soak: int) -> int:
    """Return the size of this run."""
    return soak if IS_SOAK else commit
