"""What others may ask the room."""

from guisach.domain.sync.queries.desks import DeskCaller, desk_of_credential
from guisach.domain.sync.queries.numbers import reaches
from guisach.domain.sync.queries.overview import (
    DeskPage,
    DeskView,
    Settled,
    desk,
    desks,
    place_of_device,
    settled_until,
)

__all__ = [
    "DeskCaller",
    "DeskPage",
    "DeskView",
    "Settled",
    "desk",
    "desk_of_credential",
    "desks",
    "place_of_device",
    "reaches",
    "settled_until",
]
