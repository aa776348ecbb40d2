"""Rows out of workbooks (.xlsx, .xls, .ods): the values that were last shown, never formulas.

A workbook is a ZIP archive and may swell without end: what it unpacks to is bounded before anything is unpacked, and
it is read by another process, whose memory is bounded.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILE = 64 << 20
MAX_UNPACKED = 512 << 20

_SCRIPT = Path(__file__).with_name("sheet.py")


class WorkbookError(ValueError):
    """The workbook cannot be read, or is larger than may be held; the message says which."""


def workbook_rows(path: Path) -> Iterator[list[str]]:
    """Yield the rows of the first sheet that has any, as texts. Raises WorkbookError, also OSError."""
    _check_size(path)
    with tempfile.TemporaryFile() as told:
        command = [sys.executable, "-I", str(_SCRIPT), str(path.resolve())]
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=told)  # noqa: S603
        try:
            for line in child.stdout or ():
                if line.endswith(b"\n"):  # the last may be half a line, when the child came to grief
                    yield json.loads(line)
            if child.wait():
                told.seek(0)
                raise WorkbookError(_why(child.returncode, told.read(1 << 16)))
        finally:
            child.kill()
            child.communicate()


def _why(status: int, told: bytes) -> str:
    last = told.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return "it needs more memory or time than a workbook may have" if status < 0 or "Memory" in last else last[:300]


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if size > MAX_FILE:
        raise WorkbookError(f"{size} bytes; {MAX_FILE} are read at most")
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise WorkbookError(str(error)) from error
    if unpacked > MAX_UNPACKED:
        raise WorkbookError(f"it unpacks to {unpacked} bytes; {MAX_UNPACKED} are read at most")
