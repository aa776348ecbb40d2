"""What a reader's own pages ask of the room; nobody else asks anything."""

from guisach.domain.reading.queries.diary import ChallengeView, EntryView, challenge, diary
from guisach.domain.reading.queries.history import Past, history
from guisach.domain.reading.queries.wishes import DIARY, HISTORY, WishView, wishes

__all__ = [
    "DIARY",
    "HISTORY",
    "ChallengeView",
    "EntryView",
    "Past",
    "WishView",
    "challenge",
    "diary",
    "history",
    "wishes",
]
