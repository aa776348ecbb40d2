"""The messages' room's doors for writing."""

from guisach.domain.messages.actions.codes import SIGN_IN_CODE, CodeOnItsWay, TooManyCodes, send_code
from guisach.domain.messages.actions.sending import (
    Claimed,
    claim_next,
    give_up_dead_claims,
    mark_failed,
    mark_sent,
    mark_unclear,
)

__all__ = [
    "SIGN_IN_CODE",
    "Claimed",
    "CodeOnItsWay",
    "TooManyCodes",
    "claim_next",
    "give_up_dead_claims",
    "mark_failed",
    "mark_sent",
    "mark_unclear",
    "send_code",
]
