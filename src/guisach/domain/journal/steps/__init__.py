"""Helpers inside a transaction: appending to the log, folding again, publishing what came of it."""

from guisach.domain.journal.steps.acts import IdTaken, act, repeated
from guisach.domain.journal.steps.append import Receipt, append, hold
from guisach.domain.journal.steps.refold import refold
from guisach.domain.journal.steps.transaction import in_one_transaction

__all__ = ["IdTaken", "Receipt", "act", "append", "hold", "in_one_transaction", "refold", "repeated"]
