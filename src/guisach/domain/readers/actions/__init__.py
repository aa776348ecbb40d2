"""The readers' room's doors for writing."""

from guisach.domain.readers.actions.access import note_access
from guisach.domain.readers.actions.correct import correct, renew_card
from guisach.domain.readers.actions.enrolment import Joined
from guisach.domain.readers.actions.join import join

__all__ = ["Joined", "correct", "join", "note_access", "renew_card"]
