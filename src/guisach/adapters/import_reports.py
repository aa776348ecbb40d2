"""Reading the folder that an import left behind: its lines by outcome, and the files that can be taken away."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

REPORT = "report.jsonl"
_NAME = re.compile(r"(?:report|quarantine)[\w-]*\.[a-z]{2,6}", re.ASCII)
_FOLDER = re.compile(r"[\w.-]+")
_AT_ONCE = 64 << 20
"""Bytes that are looked through for one page; a report of a million lines has some 250 MB."""
_LINE = 1 << 16
# What holds for all records of a file is no remark on one of them.
_NO_REMARK = (b'"warnings": []', b'"warnings": ["charset_legacy"]')


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a report, and where the next begin (None at its end)."""

    lines: tuple[dict[str, Any], ...]
    following: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the folder."""

    name: str
    size: int


class ImportReport:
    """The folder of one import below that of all imports; what is not there has no lines and no files."""

    def __init__(self, imports: Path, folder: str) -> None:
        is_plain = _FOLDER.fullmatch(folder) is not None and not folder.startswith(".")
        self._path = imports / folder if is_plain else None

    def files(self) -> list[Kept]:
        """Return what can be taken away: the report itself first, then what was set aside."""
        if self._path is None or not self._path.is_dir():
            return []
        found = [
            Kept(one.name, one.stat().st_size)
            for one in self._path.iterdir()
            if _NAME.fullmatch(one.name) and one.is_file()
        ]
        return sorted(found, key=lambda one: (one.name != REPORT, one.name))

    def path(self, name: str) -> Path | None:
        """Return where a file of the folder lies, or None."""
        return self._path / name if self._path is not None and any(one.name == name for one in self.files()) else None

    def lines(self, outcome: str, *, start: int = 0, count: int = 50, warned: bool = False) -> Page:
        """Return lines of one outcome (empty: of any) from a place on; `warned` keeps those with warnings.

        Less than `count` and still `following`: so much of the report was looked through that somebody waits.
        """
        path = self.path(REPORT)
        found: list[dict[str, Any]] = []
        if path is None or start >= path.stat().st_size > 0:
            return Page((), None)
        with path.open("rb") as file:
            file.seek(start)
            if start:
                file.seek(start - 1)
                file.readline(_LINE)  # somebody's own address may point into a line
            while file.tell() - start < _AT_ONCE:
                line = file.readline()
                if not line:
                    return Page(tuple(found), None)
                if not _may_be(line, outcome, warned=warned):
                    continue
                told = _read(line)
                if told is not None and (not outcome or told["outcome"] == outcome):
                    found.append(told)
                    if len(found) == count:
                        break
            rest = file.tell()
            return Page(tuple(found), rest if file.readline() else None)


def _may_be(line: bytes, outcome: str, *, warned: bool) -> bool:
    """Tell most other lines apart without reading them as JSON."""
    return (not outcome or outcome.encode() in line) and (not warned or not any(no in line for no in _NO_REMARK))


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) and "outcome" in told and "index" in told else None
