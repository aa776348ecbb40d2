"""Narrow doors into the outbox for other rooms, inside their transactions."""

from guisach.domain.messages.steps.letting_go import drop_reader, forget, withdraw
from guisach.domain.messages.steps.queueing import queue

__all__ = ["drop_reader", "forget", "queue", "withdraw"]
