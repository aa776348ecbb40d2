"""Records as files for others: MARC, a table for spreadsheets, and RIS for reference managers. Nothing is held."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from guisach.adapters.marc import DoesNotFit, to_iso2709, to_marcxml
from guisach.adapters.tables.formulas import harmless
from guisach.domain.catalogue.rules.marc.incoming import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from guisach.domain.catalogue.queries import FullRecord, RecordView
    from guisach.domain.catalogue.rules.marc.incoming import Incoming

COLUMNS: Final = (
    "id", "title", "subtitle", "authors", "publisher", "published_at_place", "year", "edition", "language", "ddc",
    "kind", "audience", "subjects", "series", "isbns", "extent", "summary", "control_source", "control_no",
    "updated_at",
)  # fmt: skip
_BOM: Final = "\ufeff"  # without it Excel takes UTF-8 for the machine's own character set
_SEPARATOR: Final = "; "
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RIS_TYPES: Final = {
    "SERIAL": "JFULL", "ARTICLE": "JOUR", "MAP": "MAP", "MUSIC": "MUSIC", "SOUND": "SOUND", "VIDEO": "VIDEO",
    "VISUAL": "ART", "COMPUTER": "COMP", "MANUSCRIPT": "MANSCPT", "LAW": "STAT",
}  # fmt: skip


class Exported:
    """Counts what was written, and what one of the formats has no room for."""

    def __init__(self) -> None:
        self.written = 0
        self.left_out: list[int] = []


def write(
    form: str, records: Iterable[FullRecord], marc_of: Callable[[FullRecord], Incoming], counts: Exported
) -> Iterator[bytes]:
    """Yield a whole file piece by piece. `marc_of` says how a record's MARC leaves the house."""
    if form == "marc":
        for record in records:
            try:
                piece = to_iso2709(marc_of(record))
            except DoesNotFit:
                counts.left_out.append(record.view.id)
                continue
            counts.written += 1
            yield piece
        return
    head, one, tail = _PARTS[form]
    yield head.encode()
    for record in records:
        counts.written += 1
        text = one(record.view) if one is not None else _MARC[form](marc_of(record)) + "\n"
        yield text.encode("utf-8", "replace")
    yield tail.encode()


def csv_row(record: RecordView) -> str:
    """Write one line of the table; no cell of it is a formula."""
    return _line([cell(getattr(record, name)) for name in COLUMNS])


def cell(value: object) -> str:
    """Write a value so that a spreadsheet shows it as it is and never calculates."""
    if isinstance(value, list | tuple):
        value = _SEPARATOR.join(map(str, value))
    if isinstance(value, int):
        return str(value)
    text = _CONTROL.sub("", "" if value is None else str(value))
    return harmless(text)


def ris(record: RecordView) -> str:
    """Write one reference."""
    title = f"{record.title}: {record.subtitle}" if record.subtitle else record.title
    pairs = [
        ("TY", _RIS_TYPES.get(record.kind, "BOOK")),
        ("TI", title),
        *(("AU", name) for name in record.authors or [record.author]),
        ("PY", str(record.year or "")),
        ("PB", record.publisher),
        ("CY", record.published_at_place),
        ("ET", record.edition),
        ("T3", record.series),
        ("LA", record.language),
        *(("SN", isbn) for isbn in record.isbns),
        *(("KW", subject) for subject in record.subjects),
        ("AB", record.summary),
        ("ID", str(record.id)),
    ]
    lines = [f"{tag}  - {' '.join(_CONTROL.sub('', value).split())}\r\n" for tag, value in pairs if value.strip()]
    return "".join(lines) + "ER  - \r\n"


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()


_MARC: Final[dict[str, Callable[[Incoming], str]]] = {
    "marcxml": lambda record: to_marcxml(record, namespace=False),
    "json": to_json,
}
# What stands before, how a record is written (None: as _MARC says), what stands behind.
_PARTS: Final[dict[str, tuple[str, Callable[[RecordView], str] | None, str]]] = {
    "marcxml": (
        '<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n',
        None,
        "</collection>\n",
    ),
    "json": ("", None, ""),
    "csv": (_BOM + _line(COLUMNS), csv_row, ""),
    "ris": ("", ris, ""),
}
