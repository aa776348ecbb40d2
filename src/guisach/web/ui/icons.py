"""The icon set: reads `icons.svg`, one sprite drawn for Gùi Sách, and hands out single drawings.

A page carries only the icons that it shows, inline: no sprite to download on a weak line, no request.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_SYMBOL = re.compile(r'<symbol id="([\w-]+)">(.*?)</symbol>', re.DOTALL)


@cache
def drawings() -> dict[str, str]:
    """Give the inner markup of each icon by its name, drawn on a 24 × 24 grid with strokes."""
    sprite = (Path(__file__).parent / "icons.svg").read_text(encoding="utf-8")
    return {name: " ".join(body.split()) for name, body in _SYMBOL.findall(sprite)}
