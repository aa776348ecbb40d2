"""Which reader opens a file of an import: by the form that its terms name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.adapters.marc.isis import IsisReader
from guisach.adapters.marc.reader import MarcReader
from guisach.adapters.tables import TableReader
from guisach.domain.catalogue.rules.imports.isis import load_isis_mapping
from guisach.domain.catalogue.rules.imports.tables import default_table_mapping, load_table_mapping

if TYPE_CHECKING:
    from datetime import date

    from guisach.domain.catalogue.rules.imports.policies import Terms
    from guisach.domain.catalogue.rules.imports.reading import FileReader


def open_with(terms: Terms, on: date) -> FileReader:
    """Return the reader for these terms; `on` is the day on which rows of tables are entered. Raises MappingError."""
    if terms.form == "TABLE":
        mapping = load_table_mapping(terms.mapping) if terms.mapping else default_table_mapping()
        return TableReader(mapping, on, terms.encoding)
    if terms.form == "ISIS":
        return IsisReader(load_isis_mapping(terms.mapping) if terms.mapping else None, on, terms.encoding)
    return MarcReader(terms.encoding)
