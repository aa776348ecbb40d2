"""MARC files: read tolerantly, written strictly."""

from guisach.adapters.marc.reader import MarcReader
from guisach.adapters.marc.write import DoesNotFit, to_iso2709, to_marcxml, xml_collection

__all__ = ["DoesNotFit", "MarcReader", "to_iso2709", "to_marcxml", "xml_collection"]
