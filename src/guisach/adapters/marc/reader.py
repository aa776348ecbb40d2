"""The reader of MARC files that the catalogue's import is given."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from guisach.adapters.marc import isis, iso2709, marcjson, marcxml
from guisach.adapters.marc.sniff import sniff
from guisach.adapters.marc.survey import AUTO, Reading, Survey, mended, survey
from guisach.domain.catalogue.rules.imports.reading import Told
from guisach.domain.catalogue.rules.marc.incoming import Chunk, Incoming, Note, Reason, Sniffed, Unreadable
from guisach.domain.catalogue.rules.marc.lines import write_field
from guisach.kernel.clock import local_date, system_clock

_SHOWN = 300  # characters
_FIELDS_SHOWN = 60

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path
    from typing import BinaryIO

    from guisach.kernel.text.legacy import Detection, Encoding


class MarcReader:
    """Reads ISO 2709, MARCXML and MARC-in-JSON, told apart by content; implements `RecordReader`.

    An export of CDS/ISIS is read by the example mapping, and its records say so: `IsisReader` takes another.
    """

    def __init__(self, encoding: str = AUTO) -> None:
        """Take what a person says about the files, one of `survey.ENCODINGS`."""
        self._encoding = encoding

    def detections(self, path: Path) -> tuple[Detection, ...]:
        """Say in what legacy sets the file is, and why; none: UTF-8 or MARC-8. Raises OSError where sniff does."""
        with path.open("rb") as stream:
            found = self._sniff(stream)
            return self._survey(stream, found).detections if found.is_marc else ()

    def sniff(self, path: Path) -> Sniffed:
        """Say what the file is, by its content."""
        with path.open("rb") as stream:
            return self._sniff(stream)

    def chunks(self, path: Path) -> Iterator[Chunk]:
        """Yield every chunk that is not blank: parsed, or with the reason why not."""
        with path.open("rb") as stream:
            found = self._sniff(stream)
            if not found.is_marc:
                yield _whole_file(stream, found)
                return
            reading = self._survey(stream, found).reading
            if found.form == "isis":
                yield from isis.IsisReader(None, _today(), self._encoding).chunks(path)
            elif found.form == "marcxml":
                yield from _from_xml(stream, reading)
            elif found.form == "json":
                yield from _from_json(stream, reading)
            else:
                yield from _from_iso2709(stream, reading)

    def columns(self, path: Path) -> dict[str, str]:
        """Return nothing: records have fields, not columns."""
        return {}

    def preview(self, path: Path, count: int) -> Iterator[Told]:
        """Yield the first records, each with its fields as they stand."""
        for chunk in islice(self.chunks(path), count):
            yield Told(_shown(chunk), chunk)

    def parse(self, raw: bytes) -> Chunk:
        """Read the bytes of one chunk again, as `Chunk.raw` held them, perhaps after a person mended them."""
        if isis.looks_like(raw):
            return isis.IsisReader(None, _today(), self._encoding).parse(raw)
        start = b"" if b"\x1e" in raw else raw.lstrip()[:1]
        content, notes = (marcxml if start == b"<" else marcjson if start == b"{" else iso2709).parse(raw)
        return Chunk(1, 0, len(raw), raw, content, notes)

    def _survey(self, stream: BinaryIO, found: Sniffed) -> Survey:
        cut = {"json": marcjson.CUT, "isis": isis.CUT}.get(found.form)
        return survey(stream, self._encoding) if cut is None else survey(stream, self._encoding, cut)

    @staticmethod
    def _sniff(stream: BinaryIO) -> Sniffed:
        if not stream.seekable():
            return Sniffed(
                is_marc=False, form="stream", detail="not a file that can be read twice: save it to one first"
            )
        return sniff(stream)


def _today() -> date:
    return local_date(system_clock())


def _shown(chunk: Chunk) -> dict[str, str]:
    """Return the fields of a record by place and tag; of what is none, its bytes as far as they are letters."""
    if isinstance(chunk.content, Unreadable):
        return {"": (chunk.raw or b"")[:_SHOWN].decode("utf-8", "replace")}
    lines = map(write_field, chunk.content.fields[:_FIELDS_SHOWN])
    return {f"{at} {line[:3]}": line[4:][:_SHOWN] for at, line in enumerate(lines, 1)}


def _whole_file(stream: BinaryIO, found: Sniffed) -> Chunk:
    if not stream.seekable():
        return Chunk(1, 0, 0, None, Unreadable(Reason.NOT_MARC, found.detail))
    size = stream.seek(0, 2)
    stream.seek(0)
    raw = stream.read() if size <= iso2709.MAX_CHUNK else None
    return Chunk(1, 0, size, raw, Unreadable(Reason.NOT_MARC, found.detail))


def _from_iso2709(stream: BinaryIO, reading: Reading) -> Iterator[Chunk]:
    stream.seek(0)
    for index, (offset, length, raw) in enumerate(iso2709.pieces(stream), 1):
        if raw is None:
            detail = f"{length} bytes without a record terminator; {iso2709.MAX_CHUNK} are held at most"
            yield Chunk(index, offset, length, None, Unreadable(Reason.TOO_LONG, detail))
            continue
        content, notes = iso2709.parse(raw, reading)
        yield Chunk(index, offset, length, raw, content, notes)


def _from_xml(stream: BinaryIO, reading: Reading) -> Iterator[Chunk]:
    for index, (offset, length, raw, parsed) in enumerate(marcxml.records(stream), 1):
        content, notes = parsed
        if reading.surface and isinstance(content, Incoming):
            content, notes = _mended(content, notes, reading.surface)
        yield Chunk(index, offset, length, raw, content, notes)


def _from_json(stream: BinaryIO, reading: Reading) -> Iterator[Chunk]:
    for index, (offset, length, raw, parsed) in enumerate(marcjson.records(stream, reading), 1):
        content, notes = parsed
        if reading.surface and isinstance(content, Incoming):
            content, notes = _mended(content, notes, reading.surface)
        yield Chunk(index, offset, length, raw, content, notes)


def _mended(record: Incoming, notes: tuple[Note, ...], encoding: Encoding) -> tuple[Incoming, tuple[Note, ...]]:
    """Read the letters of XML or JSON again, which stand for bytes of a legacy set."""
    fields = tuple(
        field._replace(
            subfields=tuple((code, mended(text, encoding)) for code, text in field.subfields),
            value=mended(field.value, encoding),
        )
        for field in record.fields
    )
    if fields == record.fields:
        return record, notes
    return record._replace(fields=fields), tuple(sorted({*notes, Note.CHARSET_LEGACY}))
