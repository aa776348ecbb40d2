"""What others may ask about messages; writes nothing."""

from guisach.domain.messages.queries.contacts import Contact, can_send_at_once, channel_for, contacts
from guisach.domain.messages.queries.outbox import (
    GROUPS,
    HANDED_MAX,
    Handed,
    LastTold,
    MessageView,
    handed,
    handed_counts,
    kind_titles,
    known_keys,
    last_told,
    message_counts,
    messages,
    open_channels,
)

__all__ = [
    "GROUPS",
    "HANDED_MAX",
    "Contact",
    "Handed",
    "LastTold",
    "MessageView",
    "can_send_at_once",
    "channel_for",
    "contacts",
    "handed",
    "handed_counts",
    "kind_titles",
    "known_keys",
    "last_told",
    "message_counts",
    "messages",
    "open_channels",
]
