"""Open doors: what other machines may ask of the catalogue, in the words of the trade (OAI-PMH, SRU, MARC, RIS)."""
