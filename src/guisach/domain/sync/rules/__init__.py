"""The rules of synchronisation: plain Python, no database, no clock."""
