"""Shared pieces inside a transaction."""

from guisach.domain.sync.steps.numbers import advance, chains_of

__all__ = ["advance", "chains_of"]
