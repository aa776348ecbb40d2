"""Shared pieces inside a transaction."""
