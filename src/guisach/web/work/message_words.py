"""What channels, states and troubles of messages are called on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guisach.web.ui import formats

if TYPE_CHECKING:
    from datetime import datetime

CHANNELS = {
    "SMS": gettext_lazy("text message"),
    "EMAIL": gettext_lazy("e-mail"),
    "SLIP": gettext_lazy("printed slip"),
    "ALOUD": gettext_lazy("read aloud on market day"),
    "TALK": gettext_lazy("talk"),
}

# What was done, or waits, with its day: for the line below a book.
TOLD = {
    ("SMS", "SENT"): gettext_lazy("text message sent on %(day)s"),
    ("EMAIL", "SENT"): gettext_lazy("e-mail sent on %(day)s"),
    ("SLIP", "QUEUED"): gettext_lazy("a slip waits to be printed"),
    ("SLIP", "PRINTED"): gettext_lazy("slip printed on %(day)s"),
    ("ALOUD", "QUEUED"): gettext_lazy("waits to be read out"),
    ("ALOUD", "READ_ALOUD"): gettext_lazy("read out on %(day)s"),
    ("TALK", "TALKED"): gettext_lazy("talked about on %(day)s"),
}
TOLD_OTHERWISE = {
    "QUEUED": gettext_lazy("a message is on its way"),
    "SENDING": gettext_lazy("a message is on its way"),
    "UNCERTAIN": gettext_lazy("not known whether the message went"),
    "FAILED": gettext_lazy("the message could not be sent"),
}

ERRORS = {
    "address": gettext_lazy("The number or address does not exist. Please ask the reader for the right one."),
    "busy": gettext_lazy("The other side was busy or the mailbox full."),
    "refused": gettext_lazy("The mail server refused the message."),
    "unreachable": gettext_lazy("The server could not be reached."),
    "login": gettext_lazy("The mail server refused our password. The administrator has to look."),
    "tls": gettext_lazy("No safe connection to the mail server. The administrator has to look."),
    "sender": gettext_lazy("The mail server refused our address. The administrator has to look."),
    "no_answer": gettext_lazy("It was handed over and no answer came: it may have gone."),
    "interrupted": gettext_lazy("The machine stopped while it was sending: it may have gone."),
    "odd_answer": gettext_lazy("The gateway gave an answer that nobody understands: it may have gone."),
    "restored": gettext_lazy("It waited when the backup was taken that was restored: it may have gone since."),
    "gateway_no": gettext_lazy("The gateway refused it."),
    "gateway_402": gettext_lazy("The account at the gateway is empty. The administrator has to look."),
    "gateway_429": gettext_lazy("The gateway asked us to wait."),
    "gateway_503": gettext_lazy("The gateway asked us to wait."),
    "software": gettext_lazy("A fault of ours: please tell support."),
    "unknown": gettext_lazy("It belongs to another version of the software."),
    "late": gettext_lazy("It was of no use any more."),
    "newer": gettext_lazy("A newer one took its place."),
    "settled": gettext_lazy("What it was about is settled."),
    "talked": gettext_lazy("Somebody talked with the reader."),
    "unwanted": gettext_lazy("The reader wants no messages."),
    "reader_gone": gettext_lazy("The reader is not known any more."),
    "person": gettext_lazy("Somebody decided to let it be."),
}
_BROKE = gettext_lazy("The gateway broke while it had the message (%(code)s): it may have gone.")
_OURS = gettext_lazy("The gateway does not take our messages (%(code)s). The administrator has to look.")
_GATEWAY = "gateway_"


def error(code: str) -> str:
    """Say why a message did not go, and what to do; nothing for nothing."""
    if not code or code in ERRORS:
        return str(ERRORS[code]) if code else ""
    if code.startswith(_GATEWAY):
        number = code.removeprefix(_GATEWAY)
        return str((_BROKE if number.startswith("5") else _OURS) % {"code": number})
    return code


def told(channel: str, state: str, at: datetime) -> str:
    """Say what a reader was last told about a book."""
    text = TOLD.get((channel, state)) or TOLD_OTHERWISE.get(state)
    return str(text % {"day": formats.day(at)}) if text else ""


def state(name: str) -> str:
    """Name the state of a message."""
    return {
        "QUEUED": _("waits"),
        "SENDING": _("being sent"),
        "SENT": _("sent"),
        "UNCERTAIN": _("not known whether it went"),
        "FAILED": _("could not be sent"),
        "CANCELLED": _("not sent"),
        "PRINTED": _("printed"),
        "READ_ALOUD": _("read out"),
        "TALKED": _("talked about"),
    }.get(name, name)
