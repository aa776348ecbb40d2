"""What others may ask about messages; writes nothing."""

from guisach.domain.messages.queries.contacts import Contact, channel_for, contacts

__all__ = ["Contact", "channel_for", "contacts"]
