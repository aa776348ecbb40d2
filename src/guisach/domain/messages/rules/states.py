"""The ways to a reader, and what becomes of a message on them."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """A way to a reader. SMS and EMAIL are sent by the machine; the others are a person's doing."""

    SMS = "SMS"
    EMAIL = "EMAIL"
    SLIP = "SLIP"  # a printed slip, handed over
    ALOUD = "ALOUD"  # read out by the keeper on market day
    TALK = "TALK"  # somebody spoke with the reader


class State(StrEnum):
    """What became of a message."""

    QUEUED = "QUEUED"
    SENDING = "SENDING"  # claimed by a worker that is at it, or that died while it was
    SENT = "SENT"
    UNCERTAIN = "UNCERTAIN"  # nobody knows whether it went: a person decides, never the machine
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    PRINTED = "PRINTED"
    READ_ALOUD = "READ_ALOUD"
    TALKED = "TALKED"


NO_CHANNEL = "NONE"  # what a reader chooses who wants no messages
BY_MACHINE = frozenset({Channel.SMS, Channel.EMAIL})
BY_HAND = {Channel.SLIP: State.PRINTED, Channel.ALOUD: State.READ_ALOUD}
"""Channels that a person serves, and the state that says it was done."""

FOR_A_PERSON = (State.FAILED, State.UNCERTAIN)
DONE = (State.SENT, State.PRINTED, State.READ_ALOUD, State.TALKED)
