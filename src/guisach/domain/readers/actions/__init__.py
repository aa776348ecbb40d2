"""The readers' room's doors for writing."""

from guisach.domain.readers.actions.access import note_access
from guisach.domain.readers.actions.join import Joined, join

__all__ = ["Joined", "join", "note_access"]
