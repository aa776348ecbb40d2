"""Files that are named by their content, for offline desks: written once, read often, gone when nobody needs them."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Final

from guisach.kernel.files import whole_file

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_NAME: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_YOUNG_S: Final = 24 * 3600  # somebody may be writing what is not yet known to be in use


class ChunkFolder:
    """Implements `ChunkStore`: `<hash>.gz` in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, body: bytes) -> None:
        """Store a file so that it is there whole or not at all."""
        target = self._file(name)
        if target.exists():
            os.utime(target)
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with whole_file(target) as out:
            out.write(body)

    def read(self, name: str) -> bytes | None:
        """Return a file, or None."""
        try:
            return self._file(name).read_bytes() if _NAME.fullmatch(name) else None
        except FileNotFoundError:
            return None

    def has(self, name: str) -> bool:
        """Say whether it is there."""
        return bool(_NAME.fullmatch(name)) and self._file(name).is_file()

    def prune(self, keep: Collection[str]) -> None:
        """Remove files, half-written ones too, that are older than a day and not to be kept."""
        if not self._folder.is_dir():
            return
        wanted, before = {f"{name}.gz" for name in keep}, time.time() - _YOUNG_S
        for file in self._folder.iterdir():
            if file.name not in wanted and file.stat().st_mtime < before:
                file.unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.gz"
