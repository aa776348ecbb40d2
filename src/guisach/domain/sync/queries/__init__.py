"""What others may ask the room."""

from guisach.domain.sync.queries.desks import DeskCaller, desk_of_credential

__all__ = ["DeskCaller", "desk_of_credential"]
