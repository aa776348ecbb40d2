"""The reader of MARC files that the catalogue's import is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.adapters.marc import iso2709, marcxml
from guisach.adapters.marc.sniff import sniff
from guisach.adapters.marc.survey import AUTO, Reading, mended, survey
from guisach.domain.catalogue.rules.marc.incoming import Chunk, Incoming, Note, Reason, Sniffed, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from guisach.kernel.text.legacy import Detection, Encoding


class MarcReader:
    """Reads ISO 2709 and MARCXML, told apart by content; implements `RecordReader`."""

    def __init__(self, encoding: str = AUTO) -> None:
        """Take what a person says about the files, one of `survey.ENCODINGS`."""
        self._encoding = encoding

    def detections(self, path: Path) -> tuple[Detection, ...]:
        """Say in what legacy sets the file is, and why; none: UTF-8 or MARC-8. Raises OSError where sniff does."""
        with path.open("rb") as stream:
            return survey(stream, self._encoding).detections if self._sniff(stream).is_marc else ()

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
            reading = survey(stream, self._encoding).reading
            if found.form == "marcxml":
                yield from _from_xml(stream, reading)
            else:
                yield from _from_iso2709(stream, reading)

    def parse(self, raw: bytes) -> Chunk:
        """Read the bytes of one chunk again, as `Chunk.raw` held them, perhaps after a person mended them."""
        is_xml = raw.lstrip().startswith(b"<") and b"\x1e" not in raw
        content, notes = (marcxml if is_xml else iso2709).parse(raw)
        return Chunk(1, 0, len(raw), raw, content, notes)

    @staticmethod
    def _sniff(stream: BinaryIO) -> Sniffed:
        if not stream.seekable():
            return Sniffed(
                is_marc=False, form="stream", detail="not a file that can be read twice: save it to one first"
            )
        return sniff(stream)


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


def _mended(record: Incoming, notes: tuple[Note, ...], encoding: Encoding) -> tuple[Incoming, tuple[Note, ...]]:
    """Read the letters of XML again, which stand for bytes of a legacy set."""
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
