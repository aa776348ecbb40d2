"""Files that came over the network, kept under names of our own until their import is done."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from guisach.domain.catalogue.rules.imports.reading import FileTooLarge, Kept
from guisach.kernel.files import whole_file

if TYPE_CHECKING:
    from typing import BinaryIO

_BLOCK = 1 << 20
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


class UploadFolder:
    """Keeps files in a folder of this machine; implements `FileStore`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, content: BinaryIO, limit: int) -> Kept:
        """Copy a file in, whole or not at all. Raises FileTooLarge, OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        suffix = Path(name).suffix
        stored = f"{uuid4().hex}{suffix.lower() if _SUFFIX.fullmatch(suffix) else ''}"
        sha, size = hashlib.sha256(), 0
        with whole_file(self._folder / stored) as out:
            while part := content.read(_BLOCK):
                size += len(part)
                if size > limit:
                    raise FileTooLarge
                sha.update(part)
                out.write(part)
        return Kept(stored, sha.hexdigest(), size)

    def path(self, stored: str) -> Path:
        """Return where the file lies; a name with a folder in it is none of ours."""
        return self._folder / Path(stored).name

    def drop(self, stored: str) -> None:
        """Remove a file; one that is gone already is fine."""
        self.path(stored).unlink(missing_ok=True)
