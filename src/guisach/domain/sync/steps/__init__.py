"""Shared pieces inside a transaction."""

from guisach.domain.sync.steps.numbers import advance, chains_of, gaps, is_whole, reach

__all__ = ["advance", "chains_of", "gaps", "is_whole", "reach"]
