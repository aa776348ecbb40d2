"""Pictures of covers: how large they may be, in which forms they are kept, and who keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
MIN_SIDE_PX: Final = 60
"""Less than this shows nothing."""


class Size(StrEnum):
    """The forms in which a cover is kept; the value stands in its address."""

    SMALL = "120"
    LARGE = "400"


WIDTHS_PX: Final[Mapping[Size, int]] = {Size.SMALL: 120, Size.LARGE: 400}
HEIGHTS_PX: Final[Mapping[Size, int]] = {Size.SMALL: 200, Size.LARGE: 660}
"""A form fits into a box of its width and this height."""

MAX_FORM_BYTES: Final[Mapping[Size, int]] = {Size.SMALL: 4096, Size.LARGE: 60_000}
"""A list of twenty weighs no more than a page; the large form is one to a page."""


class Fault(StrEnum):
    """Why a picture is not taken."""

    TOO_LARGE = "TOO_LARGE"  # in bytes
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    TOO_SMALL = "TOO_SMALL"
    NO_PICTURE = "NO_PICTURE"  # of no kind that is read here, or damaged


class CoverRefused(Exception):
    """The picture cannot be a cover; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Encoded:
    """A cover encoded anew: the SHA-256 of its large form, its size in pixels there, and the bytes of each form."""

    print: str
    width_px: int
    height_px: int
    forms: Mapping[Size, bytes]


class CoverStore(Protocol):
    """Encodes covers and keeps their files. Implemented by `guisach.adapters.covers.CoverFolder`."""

    def encode(self, picture: bytes) -> Encoded:
        """Make both forms of a picture as it came. Raises CoverRefused, and nothing else whatever the bytes."""

    def keep(self, cover: Encoded) -> None:
        """Store the forms so that they survive a pulled plug; storing them again changes nothing."""

    def drop(self, print_: str) -> None:
        """Remove the forms of this print; does nothing where there are none."""

    def read(self, print_: str, size: Size) -> bytes | None:
        """Return a form (WebP), or None where there is none or the print is no print."""
