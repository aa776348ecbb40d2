"""Pictures of covers as pages show them: an address that never changes its meaning, and the room that it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from guisach.domain.catalogue.queries.covers import covers_of
from guisach.domain.catalogue.rules.covers import Size

if TYPE_CHECKING:
    from collections.abc import Collection

    from guisach.domain.catalogue.queries.covers import CoverView


@dataclass(frozen=True, slots=True)
class Picture:
    """One form of a cover; width and height in pixels, so that nothing moves when it comes."""

    src: str
    width: int
    height: int


def picture(cover: CoverView, size: Size = Size.SMALL) -> Picture:
    """Give one form of a cover."""
    return Picture(reverse("open:cover", args=[cover.print, size.value]), *cover.shown(size))


def pictures_of(records: Collection[int], size: Size = Size.SMALL) -> dict[int, Picture]:
    """Give the pictures of those records that have one, with one query."""
    return {record: picture(cover, size) for record, cover in covers_of(records).items()}
