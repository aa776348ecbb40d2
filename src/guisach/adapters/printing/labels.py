"""Labels: a barcode for the inside of a book, its call number for the spine, on sheets and rolls."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from guisach.adapters.printing.bars import bars, qr
from guisach.adapters.printing.papers import Calibration
from guisach.adapters.printing.typesetting import typeset
from guisach.adapters.printing.words import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.adapters.printing.papers import Paper
    from guisach.adapters.printing.typesetting import Form

# The ten classes of DDC, each with a colour that stands apart from its neighbours in print; the figure stands in it.
CLASS_COLORS = {
    "0": "#8a8a8a", "1": "#7b4ea3", "2": "#d9a400", "3": "#c0392b", "4": "#16827a",
    "5": "#2e7d32", "6": "#1f5fa8", "7": "#d66a9c", "8": "#e07b1a", "9": "#6d4323",
}  # fmt: skip
_SPINE_LINES_MAX = 4
_MM_PER_POINT = 0.3528
# Widths of the letters of Libertinus Serif, beside their size: running text, and bold capitals.
_LETTER_WIDTH = 0.47
_CAPITAL_WIDTH = 0.68


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelText:
    """What the labels of one copy say; `number` is the barcode as a register writes it."""

    barcode: str
    number: str
    title: str
    place: str
    call_no: str
    ddc: str = ""


def labels(
    copies: Sequence[LabelText],
    paper: Paper,
    *,
    kinds: Sequence[str] = ("barcode",),
    first: int = 1,
    calibration: Calibration = Calibration(),  # noqa: B008  (it cannot change)
    has_frames: bool = False,
    form: Form = "pdf",
    ppi: float = 200,
) -> list[bytes]:
    """Print the labels of the copies, for each copy those of `kinds` (barcode, spine) one after the other.

    `first` is the first free label of a used sheet, from 1. `has_frames` draws the edges, to calibrate a printer.
    """
    made = [_label(copy, kind, paper) for copy in copies for kind in kinds]
    if has_frames and not made:
        made = [{"kind": "frame", "number": str(n + 1)} for n in range(paper.labels)]
    sheets: list[list[dict[str, Any]]] = []
    for index, label in enumerate(made, min(max(first, 1), paper.labels) - 1):
        sheet, spot = divmod(index, paper.labels)
        while len(sheets) <= sheet:
            sheets.append([])
        x, y = paper.spot(spot)
        sheets[sheet].append({**label, "x": x + calibration.right_mm, "y": y + calibration.down_mm})
    data = {**asdict(paper), "title": "Nhãn", "sheets": sheets}
    return typeset("labels.typ", data, form=form, ppi=ppi)


def _label(copy: LabelText, kind: str, paper: Paper) -> dict[str, Any]:
    if kind == "spine":
        lines = spine_lines(copy.call_no)
        first = copy.ddc[:1]
        return {
            "kind": "spine",
            "lines": lines,
            "class": first,
            "color": CLASS_COLORS.get(first, ""),
            "width_size": _size_that_fits(max(lines, key=len), paper.label_width - 4),
        }
    width = paper.label_width - 3.4
    height = paper.label_height * 0.37
    drawn = bars(copy.barcode, width)
    if drawn is None:
        # Too long for this label, or with letters that Code 128 lacks: a square code carries everything.
        drawn = (qr(copy.barcode), height)
    letters = int(width / (min(paper.label_height * 0.28, 7.5) * _MM_PER_POINT * _LETTER_WIDTH))
    return {
        "kind": "barcode",
        "place": short(copy.place, letters),
        "number": copy.number,
        "number_size": _size_that_fits(copy.number, width),
        "title": short(copy.title, letters),
        "drawing": drawn[0],
        "drawing_width": drawn[1],
        "drawing_height": height,
    }


def _size_that_fits(text: str, width_mm: float) -> float:
    """Return the size of letters, in millimetres, at which bold capitals and figures stay in one line."""
    return width_mm / (max(len(text), 1) * _CAPITAL_WIDTH)


def spine_lines(call_no: str) -> list[str]:
    """Break a call number where spines break it: class, author mark, year or volume."""
    words = call_no.split()
    return (
        [*words[: _SPINE_LINES_MAX - 1], " ".join(words[_SPINE_LINES_MAX - 1 :])][:_SPINE_LINES_MAX] if words else [""]
    )
