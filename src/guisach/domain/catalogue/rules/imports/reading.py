"""What a file of an import is read with, whatever its form: records, words to judge its encoding by, and a preview."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from guisach.domain.catalogue.rules.imports.policies import Terms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from guisach.domain.catalogue.rules.marc.incoming import Chunk, Sniffed
    from guisach.kernel.text.legacy import Detection


class Told(NamedTuple):
    """A record of a file as it is and as it would be read, for a person to compare."""

    before: dict[str, str]
    """By the name of the column, or by place and tag of the field ("3 245")."""
    chunk: Chunk


class FileReader(Protocol):
    """Reads a file of one form; a `RecordReader` that can also tell and show what it sees."""

    def sniff(self, path: Path) -> Sniffed:
        """Say what the file is. Raises OSError when it cannot be opened, and refusals of its form."""
        ...

    def chunks(self, path: Path) -> Iterator[Chunk]:
        """Yield every chunk of the file; see `RecordReader`."""
        ...

    def detections(self, path: Path) -> tuple[Detection, ...]:
        """Say in what legacy sets the file is, and why. Raises OSError when it cannot be read."""
        ...

    def columns(self, path: Path) -> dict[str, str]:
        """Return the columns of a table by name with the field that each becomes ("" for none); {} for MARC."""
        ...

    def preview(self, path: Path, count: int) -> Iterator[Told]:
        """Yield the first records before and after."""
        ...


OpenReader = Callable[[Terms], FileReader]
"""Gives the reader for the terms; raises MappingError where their mapping cannot be used."""


class Kept(NamedTuple):
    """A file that was taken in to be worked through later."""

    stored: str
    """Its name in the store."""
    file_print: str
    """SHA-256 of the whole."""
    size: int


class FileStore(Protocol):
    """Keeps files that came over the network until their import is done. Implemented by an adapter."""

    def keep(self, name: str, content: BinaryIO, limit: int) -> Kept:
        """Copy a file in. Raises FileTooLarge (of this module) beyond `limit` bytes, OSError where it cannot."""
        ...

    def path(self, stored: str) -> Path:
        """Return where the file lies."""
        ...

    def drop(self, stored: str) -> None:
        """Remove a file; one that is gone already is fine."""
        ...


class FileTooLarge(Exception):
    """More bytes than are taken in over the network."""
