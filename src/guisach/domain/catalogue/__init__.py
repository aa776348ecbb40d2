"""The catalogue: records, copies, import, and the change feed that the search index follows."""
