"""A digest of lines that does not depend on their order, so that databases may list them as they like."""

from __future__ import annotations

import hashlib

_SPACE = 2**256


class LineDigest:
    """Adds up the SHA-256 of each line: the same lines, however often each, in whatever order, give the same digest.

    Needs no memory for the lines. It tells data apart; it does not withstand somebody who forges lines on purpose.
    """

    def __init__(self) -> None:
        self._sum = 0

    def add(self, line: str) -> None:
        """Take in one line."""
        self._sum += int.from_bytes(hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest(), "big")

    def hexdigest(self) -> str:
        """Return the digest of all lines so far, 64 hexadecimal digits."""
        return f"{self._sum % _SPACE:064x}"
