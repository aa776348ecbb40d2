"""What the room asks of the machine: a place for the files that it sends down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection


class ChunkStore(Protocol):
    """Keeps files under the SHA-256 of their content."""

    def keep(self, name: str, body: bytes) -> None:
        """Store a file; storing it again changes nothing. Raises OSError."""
        ...

    def read(self, name: str) -> bytes | None:
        """Return a file, or None where there is none of that name."""
        ...

    def has(self, name: str) -> bool:
        """Say whether there is a file of that name."""
        ...

    def prune(self, keep: Collection[str]) -> None:
        """Remove what is not to be kept and was not written just now."""
        ...


_chunks: list[ChunkStore] = []


def keep_chunks_in(store: ChunkStore) -> None:
    """Say where the files lie; whoever says it last is asked."""
    _chunks[:] = [store]


def chunk_store() -> ChunkStore:
    """Return where the files lie."""
    return _chunks[0]
