"""What others may ask the room."""

from guisach.domain.sync.queries.desks import DeskCaller, desk_of_credential
from guisach.domain.sync.queries.numbers import reaches
from guisach.domain.sync.queries.overview import (
    DeskPage,
    DeskView,
    desk,
    desks,
    place_of_device,
    settled_until,
    silent_desks,
    unknown_devices,
)

__all__ = [
    "DeskCaller",
    "DeskPage",
    "DeskView",
    "desk",
    "desk_of_credential",
    "desks",
    "place_of_device",
    "reaches",
    "settled_until",
    "silent_desks",
    "unknown_devices",
]
