"""What a harvest has fetched so far, in a file that is imported when it is whole; a broken-off harvest goes on.

A line for each record: JSON with its name, its instant, and its XML or that it is gone. Beside it lies how far the
harvest has come; what stands behind that point is of a page that was not finished and is cut off.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from guisach.adapters.marc import marcxml
from guisach.adapters.marc.iso2709 import MAX_WRITTEN
from guisach.adapters.oai.pages import NotOai, elements
from guisach.domain.catalogue.rules.imports.harvests import (
    DUBLIN_CORE,
    Asked,
    Item,
    dublin_core_record,
    named_as,
)
from guisach.domain.catalogue.rules.marc.incoming import Chunk, Incoming, Reason, Sniffed, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from guisach.domain.catalogue.rules.imports.harvests import Page
    from guisach.kernel.text.legacy import Detection

_FIRST = {"harvest": 1}


class Spool:
    """The file of one harvest in a folder, by the source that it is of."""

    def __init__(self, folder: Path, source: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{source}.jsonl"
        self._state_path = folder / f"{source}.state.json"
        self.state: dict[str, Any] = {}

    def open(self, asked: Asked) -> bool:
        """Go on with what was asked before, or begin; returns whether it goes on."""
        try:
            state = json.loads(self._state_path.read_text("utf-8"))
            goes_on = (
                Asked.from_json(state["asked"]).is_continued_by(asked) and self.path.stat().st_size >= state["length"]
            )
        except (OSError, ValueError, KeyError, TypeError):
            goes_on = False
        if not goes_on:
            self.begin(asked)
            return False
        self.state = state
        os.truncate(self.path, state["length"])
        return True

    def begin(self, asked: Asked) -> None:
        """Begin anew."""
        first = json.dumps({**_FIRST, **asked.as_json()}, ensure_ascii=False).encode() + b"\n"
        self.path.write_bytes(first)
        self.state = {
            "asked": asked.as_json(), "length": len(first), "token": "", "answered_at": "", "records": 0, "deleted": 0,
            "pages": 0, "is_whole": False,
        }  # fmt: skip
        self._save()

    @property
    def asked(self) -> Asked:
        """What this harvest asked for when it began."""
        return Asked.from_json(self.state["asked"])

    def add(self, page: Page) -> None:
        """Keep a page, durably, and how to go on from it."""
        with self.path.open("ab") as file:
            for item in page.items:
                line: dict[str, Any] = {"id": item.identifier, "at": item.datestamp}
                if item.is_deleted:
                    line["deleted"] = True
                else:
                    line["xml"] = item.metadata.decode("utf-8", "replace")
                file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            file.flush()
            os.fsync(file.fileno())
            length = file.tell()
        gone = sum(item.is_deleted for item in page.items)
        state = self.state
        state |= {
            "length": length, "token": page.token, "records": state["records"] + len(page.items) - gone,
            "deleted": state["deleted"] + gone, "pages": state["pages"] + 1, "is_whole": not page.token,
            "answered_at": state["answered_at"] or page.answered_at,
        }  # fmt: skip
        self._save()

    def drop(self) -> None:
        """Remove it: everything is in."""
        self._state_path.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the whole."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def gone(self) -> Iterator[str]:
        """Yield the names of what the repository no longer has."""
        for _offset, _length, item in items(self.path):
            if item.is_deleted:
                yield item.identifier

    def _save(self) -> None:
        draft = self._state_path.with_suffix(".part")
        draft.write_text(json.dumps(self.state, ensure_ascii=False), encoding="utf-8")
        draft.replace(self._state_path)


def items(path: Path) -> Iterator[tuple[int, int, Item]]:
    """Yield the records of a spool with their place in it."""
    with path.open("rb") as file:
        offset = len(file.readline())
        for line in file:
            told = json.loads(line)
            xml = told.get("xml", "").encode("utf-8", "replace")
            yield offset, len(line) - 1, Item(told["id"], told["at"], bool(told.get("deleted")), xml)
            offset += len(line)


class OaiReader:
    """Reads a spool; implements `RecordReader`. What is gone is no chunk. `on` is the day of the import."""

    def __init__(self, asked: Asked, source: str, on: date) -> None:
        self._asked = asked
        self._source = source
        self._on = on
        self.names: dict[int, str] = {}
        """The names of the chunks that were given out and whose outcome nobody took yet, by index."""

    def sniff(self, path: Path) -> Sniffed:
        """Say that it can be read. Raises OSError."""
        path.stat()
        return Sniffed(is_marc=True, form="oai", detail=f"harvested as {self._asked.prefix}")

    def detections(self, path: Path) -> tuple[Detection, ...]:
        """Return nothing: OAI-PMH is in UTF-8."""
        return ()

    def chunks(self, path: Path) -> Iterator[Chunk]:
        """Yield every record that is there, as MARC."""
        index = 0
        for offset, length, item in items(path):
            if item.is_deleted:
                continue
            index += 1
            self.names[index] = item.identifier
            content, notes = self._read(item)
            yield Chunk(index, offset, length, item.metadata, content, notes)

    def _read(self, item: Item) -> tuple[Incoming | Unreadable, tuple[Any, ...]]:
        if not item.metadata:
            return Unreadable(Reason.NO_RECORD, f"{item.identifier[:100]} came without its metadata"), ()
        if len(item.metadata) > MAX_WRITTEN:
            return Unreadable(Reason.TOO_LONG, f"{len(item.metadata)} bytes"), ()
        if self._asked.prefix == DUBLIN_CORE:
            try:
                found = dublin_core_record(elements(item.metadata), self._on)
            except NotOai as error:
                return Unreadable(Reason.XML_BROKEN, str(error)), ()
            notes: tuple[Any, ...] = ()
        else:
            found, notes = marcxml.parse(item.metadata)
        return (named_as(found, item.identifier, self._source) if isinstance(found, Incoming) else found), notes
