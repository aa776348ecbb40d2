"""Spreadsheets: CSV, TSV, Excel and OpenDocument, as files of records or as the rows that they are."""

from guisach.adapters.tables.opening import open_rows
from guisach.adapters.tables.reader import TableReader

__all__ = ["TableReader", "open_rows"]
