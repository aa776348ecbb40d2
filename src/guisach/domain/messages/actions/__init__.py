"""The messages' room's doors for writing."""

from guisach.domain.messages.actions.codes import SIGN_IN_CODE, CodeOnItsWay, TooManyCodes, send_code
from guisach.domain.messages.actions.handling import (
    cancel,
    forget_recipients,
    hold_after_restore,
    mark_handed,
    note_talk,
    print_instead,
    send_again,
    tidy,
)
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
    "cancel",
    "claim_next",
    "forget_recipients",
    "give_up_dead_claims",
    "hold_after_restore",
    "mark_failed",
    "mark_handed",
    "mark_sent",
    "mark_unclear",
    "note_talk",
    "print_instead",
    "send_again",
    "send_code",
    "tidy",
]
