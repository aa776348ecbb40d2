"""Spreadsheets as files of records: CSV, TSV, Excel and OpenDocument."""

from guisach.adapters.tables.reader import TableReader

__all__ = ["TableReader"]
