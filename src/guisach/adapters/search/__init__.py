"""Search over the catalogue by an embedded engine (Tantivy): a disposable projection, one writer per machine."""

from guisach.adapters.search.index import TantivyIndex

__all__ = ["TantivyIndex"]
