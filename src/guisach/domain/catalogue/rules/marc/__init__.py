"""MARC as the catalogue reads and writes it: records as they come, what they say, and records composed from words."""
