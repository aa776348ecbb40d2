"""Helpers inside a transaction: appending to the log, folding again, publishing what came of it."""

from guisach.domain.journal.steps.acts import IdTaken, act, hub_source, repeated
from guisach.domain.journal.steps.append import Receipt, append, hold
from guisach.domain.journal.steps.forgetting import forget_people, forget_words, hand_over_cases, note
from guisach.domain.journal.steps.publish import drop_cases, put_cases
from guisach.domain.journal.steps.refold import refold
from guisach.domain.journal.steps.transaction import in_one_transaction

__all__ = [
    "IdTaken",
    "Receipt",
    "act",
    "append",
    "drop_cases",
    "forget_people",
    "forget_words",
    "hand_over_cases",
    "hold",
    "hub_source",
    "in_one_transaction",
    "note",
    "put_cases",
    "refold",
    "repeated",
]
