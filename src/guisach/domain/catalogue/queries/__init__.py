"""What others may ask of the catalogue; writes nothing."""

from guisach.domain.catalogue.queries.copies import (
    CopyView,
    copies_by_barcode,
    copies_of_records,
    copy_by_barcode,
    known_barcodes,
)

__all__ = ["CopyView", "copies_by_barcode", "copies_of_records", "copy_by_barcode", "known_barcodes"]
