"""The workbench of keepers and librarians: the desk, readers, books, counts, cases."""
