"""Where an index lives on disk, so that it can be replaced at once and written by one process only.

    <folder>/lock           held (flock) by the one writer of this machine
    <folder>/current        the name of the generation that readers open
    <folder>/g000007/       a generation: Tantivy's files, and
    <folder>/g000007/note.json   schema version, positions in the two feeds, and Tantivy's stamp of that commit

`current` and the note are replaced by rename. The note is written after Tantivy's commit: whoever is killed in
between leaves a note that is older than the index, and the changes since are applied once more, which is harmless.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from guisach.domain.catalogue.rules.search import IndexBusy
from guisach.kernel.files import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator

META: Final = "meta.json"  # Tantivy's own list of what belongs to the last commit
_NOTE: Final = "note.json"


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a generation's last commit."""

    schema: int
    position: int  # in the change feed
    moves: int  # in the log of what happened to copies
    stamp: int  # Tantivy's opstamp; never ahead of the one in its own list


class Home:
    """The folder of an index and its generations."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._current = folder / "current"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the one writer of this machine; raises IndexBusy while another process (or thread) is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.seek(0)
                holder = lock.read(20).strip() or "unknown"
                raise IndexBusy(f"the search index in {self.folder} is being written by process {holder}") from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            self._sweep()
            yield  # closing the file releases the lock, as does the end of the process in any way

    def generation(self) -> Path | None:
        """Return the folder that readers open, or None before the first was published."""
        try:
            name = self._current.read_text("utf-8").strip()
        except OSError:
            return None
        return self.folder / name if name.startswith("g") and name[1:].isdigit() else None

    def fresh(self) -> Path:
        """Make the folder of the next generation; only under the lock."""
        numbers = [int(path.name[1:]) for path in self._generations()]
        path = self.folder / f"g{max(numbers, default=0) + 1:06}"
        path.mkdir()
        return path

    def publish(self, generation: Path) -> None:
        """Let readers open this generation from now on; only under the lock."""
        with whole_file(self._current) as out:
            out.write(generation.name.encode())
        self._sweep()

    def _generations(self) -> list[Path]:
        return [path for path in self.folder.glob("g*") if path.is_dir() and path.name[1:].isdigit()]

    def _sweep(self) -> None:
        """Remove generations that no reader will open; who has one open keeps its files until it lets go."""
        current = self.generation()
        for path in self._generations():
            if path != current:
                shutil.rmtree(path, ignore_errors=True)


def read_note(generation: Path) -> Note | None:
    """Return the note of a generation, or None if there is none that can be read."""
    try:
        note = json.loads((generation / _NOTE).read_bytes())
        return Note(
            schema=int(note["schema"]),
            position=int(note["position"]),
            moves=int(note.get("moves", 0)),
            stamp=int(note["stamp"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_note(generation: Path, note: Note) -> None:
    """Replace the note of a generation."""
    with whole_file(generation / _NOTE) as out:
        out.write(json.dumps(asdict(note)).encode())


def committed_stamp(generation: Path) -> int | None:
    """Return the stamp of the commit that Tantivy would open, or None if its list cannot be read."""
    try:
        return int(json.loads((generation / META).read_bytes())["opstamp"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def segments(generation: Path) -> dict[str, int]:
    """Return the segments of the commit that Tantivy would open, as their files begin, with how many records."""
    try:
        listed = json.loads((generation / META).read_bytes())["segments"]
        return {one["segment_id"].replace("-", ""): _living(one) for one in listed}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _living(segment: dict[str, Any]) -> int:
    deleted = segment["deletes"]
    return int(segment["max_doc"]) - (int(deleted["num_deleted_docs"]) if deleted else 0)
