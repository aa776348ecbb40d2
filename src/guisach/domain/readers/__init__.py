"""Readers: people, cards, guardians, consent."""
