"""Tables of the room: what the log does not say about devices, and what is sent down to them."""

from guisach.domain.sync.models.desks import Chain, Desk, EnrolmentCode, Keeper, Restoration
from guisach.domain.sync.models.feed import FeedRow, FeedScope, Snapshot

__all__ = ["Chain", "Desk", "EnrolmentCode", "FeedRow", "FeedScope", "Keeper", "Restoration", "Snapshot"]
