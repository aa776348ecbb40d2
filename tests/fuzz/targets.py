"""What is fuzzed: every parser of somebody else's bytes, as a function that must not fall, hang or swell.

A target takes bytes and raises nothing but what it is meant to raise; what it finds is also checked where there is a
law to check (what is written is read again, every byte is in one piece). `tests/fuzz/run.py` feeds it.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from guisach.adapters import sru
from guisach.adapters.marc import MarcReader, isis, iso2709, marcjson, marcxml, to_iso2709, to_marcxml
from guisach.adapters.marc.survey import survey
from guisach.adapters.marc.write import DoesNotFit
from guisach.adapters.oai.pages import NotOai, OaiError, elements, read_identify, read_page
from guisach.adapters.tables import TableReader
from guisach.domain.catalogue.rules import cql, harvest
from guisach.domain.catalogue.rules.barcodes import normalise_barcode
from guisach.domain.catalogue.rules.drafts import draft_of
from guisach.domain.catalogue.rules.imports.harvests import dublin_core_record
from guisach.domain.catalogue.rules.imports.holdings import (
    MappingError,
    acquired_on,
    default_mapping,
    describe_holdings,
    load_mapping,
    price_vnd,
)
from guisach.domain.catalogue.rules.imports.isis import load_isis_mapping
from guisach.domain.catalogue.rules.imports.tables import default_table_mapping, expand_range, load_table_mapping
from guisach.domain.catalogue.rules.marc.composing import recompose
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Unreadable, from_json, to_json
from guisach.domain.catalogue.rules.marc.isbd import direct_name, sentence, unbracketed
from guisach.domain.catalogue.rules.marc.lines import read_lines, write_lines
from guisach.domain.catalogue.rules.marc.outgoing import print_of
from guisach.domain.catalogue.rules.marc.unimarc_conversion import to_marc21
from guisach.domain.catalogue.rules.standard_numbers import isbn13, issn
from guisach.kernel.errors import DomainError
from guisach.kernel.text import fold, nfc, to_telex, to_vni
from guisach.kernel.text.legacy import Encoding, decode, detect, mend, read_as

if TYPE_CHECKING:
    from collections.abc import Callable

ON = date(2026, 11, 22)
_room = Path(tempfile.mkdtemp(prefix="guisach-fuzz-"))


def _use(content: Incoming | Unreadable) -> None:
    """Do with a record what an import does with it."""
    if isinstance(content, Unreadable):
        return
    described = describe(content)
    describe_holdings(content, default_mapping())
    print_of(content)
    stored = to_json(content)
    if from_json(stored) != content:
        raise AssertionError("a record is not what was stored of it")
    stored.encode("utf-8")
    to_marcxml(content)
    to_marc21(content)
    with contextlib.suppress(DoesNotFit):
        to_iso2709(content)
    if not isinstance(described, Unreadable):
        recompose(draft_of(described), content, ON)


def _whole(pieces: list[tuple[int, int, bytes | None]], content: bytes) -> None:
    at = 0
    for offset, length, raw in pieces:
        if offset < at or length < 1 or (raw is not None and content[offset : offset + length] != raw):
            raise AssertionError(f"a piece is not where it says: {offset} + {length}")
        at = offset + length


def marc(data: bytes) -> None:
    """ISO 2709: cut, read, described."""
    pieces = list(iso2709.pieces(io.BytesIO(data)))
    _whole([tuple(piece) for piece in pieces], data)
    reading = survey(io.BytesIO(data)).reading
    for piece in pieces:
        if piece.raw is not None:
            _use(iso2709.parse(piece.raw, reading).content)


def xml(data: bytes) -> None:
    """MARCXML."""
    for _offset, _length, _raw, parsed in marcxml.records(io.BytesIO(data)):
        _use(parsed.content)


def json(data: bytes) -> None:
    """MARC-in-JSON."""
    found = list(marcjson.records(io.BytesIO(data)))
    _whole([one[:3] for one in found], data)
    for *_, parsed in found:
        _use(parsed.content)


def isis_file(data: bytes) -> None:
    """CDS/ISIS, by the example mapping."""
    reader = isis.IsisReader(None, ON)
    pieces = list(isis.pieces(io.BytesIO(data)))
    _whole([tuple(piece) for piece in pieces], data)
    for piece in pieces:
        if piece.raw is not None:
            _use(reader.parse(piece.raw).content)


def any_file(data: bytes) -> None:
    """A file of whatever form, as an import reads it."""
    path = _room / "any"
    path.write_bytes(data)
    reader = MarcReader()
    reader.detections(path)
    for chunk in reader.chunks(path):
        _use(chunk.content)
        if chunk.raw is not None:
            reader.parse(chunk.raw)


def table(data: bytes) -> None:
    """CSV and its kin."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return
    path = _room / "table.csv"
    path.write_bytes(data)
    reader = TableReader(default_table_mapping(), ON)
    try:
        reader.detections(path)
        for chunk in reader.chunks(path):
            _use(chunk.content)
    except DomainError:
        pass


def workbook(data: bytes) -> None:
    """XLSX, XLS and ODS, each in a process of its own."""
    path = _room / "table.xlsx"
    path.write_bytes(data if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") else b"PK\x03\x04" + data)
    try:
        for chunk in TableReader(default_table_mapping(), ON).chunks(path):
            _use(chunk.content)
    except DomainError:
        pass


def oai(data: bytes) -> None:
    """Answers of OAI-PMH."""
    for read in (read_identify, read_page):
        try:
            found = read(data)
        except (NotOai, OaiError):
            continue
        for item in getattr(found, "items", ()) if read is read_page else ():
            _use(marcxml.parse(item.metadata).content)
    with contextlib.suppress(NotOai):
        _use(dublin_core_record(elements(data), ON))


def sru_answer(data: bytes) -> None:
    """Answers of SRU."""
    envelope = sru.read_envelope(data)
    if envelope is not None:
        envelope.records(data)


def question(data: bytes) -> None:
    """Questions: CQL, tokens and instants of OAI-PMH."""
    text = data.decode("utf-8", "replace")
    with contextlib.suppress(cql.CqlProblem):
        cql.parse(text)
    with contextlib.suppress(harvest.BadDate):
        harvest.span_of(text[:20], text[20:40])
    with contextlib.suppress(harvest.BadToken):
        harvest.read_token(text, b"key")
    harvest.record_of("guisach.p04", text)


def legacy(data: bytes) -> None:
    """Letters of the years before Unicode."""
    detect(data)
    for encoding in Encoding:
        text = decode(data, encoding)
        text.encode("utf-8")
        mend(data.decode("utf-8", "replace"), encoding)
        read_as(data, encoding)


def words(data: bytes) -> None:
    """Numbers, names, prices and days that people typed, and what search makes of words."""
    text = data.decode("utf-8", "replace")
    for read in (
        isbn13, issn, price_vnd, acquired_on, expand_range, sentence, unbracketed, fold, nfc, to_telex, to_vni
    ):  # fmt: skip
        read(text)
    direct_name(text, is_vietnamese=True)
    if fold(fold(text)) != fold(text):
        raise AssertionError("folding twice is another text")
    with contextlib.suppress(ValueError):
        normalise_barcode(text)


def mapping(data: bytes) -> None:
    """Mappings that a person wrote."""
    text = data.decode("utf-8", "replace")
    for load in (load_mapping, load_table_mapping, load_isis_mapping):
        with contextlib.suppress(MappingError):
            load(text)


def lines(data: bytes) -> None:
    """MARC as a person types it."""
    text = data.decode("utf-8", "replace")
    record = read_lines(text).record
    if read_lines(write_lines(record)).record != record:
        raise AssertionError("a record is not what was written of it")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "marc": marc, "xml": xml, "json": json, "isis": isis_file, "any": any_file, "table": table, "workbook": workbook,
    "oai": oai, "sru": sru_answer, "question": question, "legacy": legacy, "words": words, "mapping": mapping,
    "lines": lines,
}  # fmt: skip
SLOW = frozenset({"workbook"})
"""Start a process for each input: the time that it takes says nothing of the parser."""
