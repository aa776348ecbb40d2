"""What the pages of cataloguing share: forms, words for findings, the rows of the MARC editor."""
