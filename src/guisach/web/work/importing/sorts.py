"""What a file is, by its content: which form of import reads it, or what else it is and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as lazy

from guisach.adapters.marc.reader import MarcReader
from guisach.adapters.tables.head import first_rows

if TYPE_CHECKING:
    from pathlib import Path

    from django.utils.functional import _StrPromise

MARC, TABLE, ISIS = "MARC", "TABLE", "ISIS"
_PACKED = frozenset({"gzip", "xz", "bzip2", "zstd", "7z", "rar"})
_TABLES = frozenset({"zip", "ole", "csv", "text", "unknown"})  # what may be a table although it is no MARC

_KNOWN: dict[str, tuple[str, _StrPromise]] = {
    "iso2709": (MARC, lazy("MARC records (ISO 2709)")),
    "marcxml": (MARC, lazy("MARC records (MARCXML)")),
    "json": (MARC, lazy("MARC records (JSON)")),
    "isis": (ISIS, lazy("CDS/ISIS records (ISO 2709 with fields of its own)")),
}
_ELSE: dict[str, tuple[_StrPromise, _StrPromise]] = {
    "empty": (lazy("an empty file"), lazy("Export it from the old system once more; nothing is in it.")),
    "packed": (lazy("a compressed file"), lazy("Unpack it on your computer, then bring in the file inside.")),
    "zip": (
        lazy("a ZIP archive or a Word document"),
        lazy("Unpack it, or save the table in it as .xlsx, then bring that in."),
    ),
    "ole": (
        lazy("an old Word or Excel document that cannot be read"),
        lazy("Open it in Excel or LibreOffice and save it as .xlsx, then bring that in."),
    ),
    "pdf": (
        lazy("a PDF document"),
        lazy("A PDF is made for reading. Ask the old system for an export as ISO 2709, MARCXML, Excel or CSV."),
    ),
    "rtf": (lazy("a text document (RTF)"), lazy("Ask the old system for an export as ISO 2709, Excel or CSV.")),
    "html": (lazy("a web page"), lazy("Ask the old system for an export as ISO 2709, MARCXML, Excel or CSV.")),
    "sqlite": (
        lazy("a database file"),
        lazy("Ask whoever keeps the old system to export the records as ISO 2709, MARCXML or CSV."),
    ),
    "json": (
        lazy("JSON that has no MARC records in it"),
        lazy("Ask the old system for an export as ISO 2709, MARCXML, Excel or CSV."),
    ),
    "lines": (
        lazy("MARC written in lines, made for reading"),
        lazy("In the old system choose ISO 2709 (.mrc, .iso) or MARCXML when exporting."),
    ),
    "text": (
        lazy("plain text without columns"),
        lazy("Put it into a spreadsheet with a row of headings above, then bring that in."),
    ),
    "no_headings": (
        lazy("a table with a single row or column"),
        lazy("It needs a row of headings, and below it a row for each book."),
    ),
}
_UNKNOWN = (
    lazy("something that is not known here"),
    lazy("Ask the old system for an export as ISO 2709 (.mrc, .iso), MARCXML, Excel or CSV."),
)


@dataclass(frozen=True, slots=True)
class Sort:
    """What a file is. `form` is empty where nothing here reads it; then `advice` says what to do."""

    form: str
    name: str
    advice: str = ""


def sort_of(path: Path) -> Sort:
    """Look into a file. Raises OSError where it cannot be read."""
    found = MarcReader().sniff(path)
    if found.is_marc and found.form in _KNOWN:
        form, name = _KNOWN[found.form]
        return Sort(form, str(name))
    if found.form in _TABLES:
        rows = first_rows(path, 3)
        if len(rows) > 1 and len(rows[0]) > 1:
            return Sort(TABLE, str(_WORKBOOK if found.form in {"zip", "ole"} else _CSV))
        if len(rows) > 0 and found.form not in {"zip", "ole", "text", "unknown"}:
            return _other("no_headings")
    return _other("packed" if found.form in _PACKED else found.form)


_WORKBOOK = lazy("a spreadsheet (Excel or LibreOffice)")
_CSV = lazy("a table as text (CSV)")


def _other(what: str) -> Sort:
    name, advice = _ELSE.get(what, _UNKNOWN)
    return Sort("", str(name), str(advice))
