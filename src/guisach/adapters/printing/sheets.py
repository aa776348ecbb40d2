"""Sheets on which a keeper writes when there is no machine, to be typed in later: one A4 page each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guisach.adapters.printing.bars import qr
from guisach.adapters.printing.typesetting import typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.adapters.printing.typesetting import Form

LINES = 25


@dataclass(frozen=True, slots=True)
class Sheet:
    """The number of one sheet, and the address where it is typed in."""

    code: str
    address: str


def sheets(place: str, made: Sequence[Sheet], *, groups: Sequence[str], form: Form = "pdf") -> list[bytes]:
    """Print sheets for a place; `groups` are the reader groups that the foot has boxes for."""
    data = {
        "place": place,
        "lines": LINES,
        "groups": list(groups),
        "sheets": [{"code": sheet.code, "drawing": qr(sheet.address)} for sheet in made],
    }
    return typeset("sheet.typ", data, form=form)
