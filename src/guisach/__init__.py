"""Gùi Sách: the software a Vietnamese province uses to run its grassroots libraries."""
