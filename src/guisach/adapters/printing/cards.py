"""Readers' cards: of the size of a bank card (ISO/IEC 7810, ID-1 or CR80), one on each page or ten on a sheet of A4."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from guisach.adapters.printing.bars import bars
from guisach.adapters.printing.papers import Paper
from guisach.adapters.printing.typesetting import typeset
from guisach.adapters.printing.words import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.adapters.printing.typesetting import Form

CARDS_MAX = 200  # of one file
_WIDTH, _HEIGHT = 85.6, 53.98
_NAME_LENGTH = 52  # what fits on two lines
CARD_PAPERS = {
    "a4": Paper(
        code="a4", name="A4 (2 × 5)", width=210, height=297, columns=2, rows=5, label_width=_WIDTH,
        label_height=_HEIGHT, left=17.4, top=8.55, step_x=_WIDTH + 4, step_y=_HEIGHT + 2.5,
    ),
    "cr80": Paper(
        code="cr80", name="CR80", width=_WIDTH, height=_HEIGHT, columns=1, rows=1, label_width=_WIDTH,
        label_height=_HEIGHT, left=0, top=0, step_x=_WIDTH, step_y=_HEIGHT,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CardText:
    """What a card says. Nothing that a finder of a lost card should not know: no birth date, no telephone."""

    number: str
    name: str
    place: str
    contact: str
    until: str


def cards(texts: Sequence[CardText], paper: Paper, *, form: Form = "pdf", ppi: float = 200) -> list[bytes]:
    """Print the cards; on a sheet with thin lines to cut along."""
    made = []
    for index, text in enumerate(texts):
        sheet, spot = divmod(index, paper.labels)
        x, y = paper.spot(spot)
        drawn = bars(text.number, _WIDTH - 10)
        made.append(
            {
                **asdict(text),
                "name": short(text.name, _NAME_LENGTH),
                "sheet": sheet,
                "x": x,
                "y": y,
                "drawing": drawn[0] if drawn else None,
                "drawing_width": drawn[1] if drawn else 0,
            }
        )
    data = {**asdict(paper), "title": "Thẻ bạn đọc", "has_frames": paper.labels > 1, "cards": made}
    return typeset("cards.typ", data, form=form, ppi=ppi)
