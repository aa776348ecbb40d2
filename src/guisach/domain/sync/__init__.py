"""Synchronisation: what offline desks and the province say to each other."""
