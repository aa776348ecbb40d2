"""A poster with a QR code for a shelf or a bookcase: it leads to the place's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.adapters.printing.bars import qr
from guisach.adapters.printing.typesetting import typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.adapters.printing.typesetting import Form

# Width and height in millimetres, and how large everything is beside A4.
SIZES = {"a4": (210, 297, 1.0), "a5": (148, 210, 0.7)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """What a poster says. `hours` are pairs such as ("Thứ Hai – Thứ Sáu", "7:30 – 17:00")."""

    address: str
    place: str
    kind: str
    shelf: str = ""
    hours: Sequence[tuple[str, str]] = ()
    contact: str = ""


def poster(said: Poster, *, size: str = "a4", form: Form = "pdf", ppi: float = 80) -> list[bytes]:
    """Print a poster. Raises KeyError for a size that is not in SIZES."""
    width, height, scale = SIZES[size]
    data = {
        "width": width,
        "height": height,
        "scale": scale,
        "place": said.place,
        "kind": said.kind,
        "shelf": said.shelf,
        "call": "Tìm sách ở đây",
        "how": "Mở máy ảnh trên điện thoại, hướng vào ô vuông.",
        "address": said.address,
        "drawing": qr(said.address),
        "hours": [list(line) for line in said.hours],
        "contact": said.contact,
    }
    return typeset("poster.typ", data, form=form, ppi=ppi)
