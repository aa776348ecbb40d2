"""What fits into one text message: 160 signs of the old alphabet (3GPP TS 23.038), or 70 of any other."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GSM_MAX, UCS2_MAX = 160, 70
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # each takes the room of two
_PLAIN = str.maketrans({"đ": "d", "Đ": "D", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})


def plain(text: str) -> str:
    """Return the text without Vietnamese marks, as people write it in text messages; capitals stay.

    >>> plain("Bạn đang mượn 2 cuốn")
    'Ban dang muon 2 cuon'
    """
    apart = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))


def is_gsm(text: str) -> bool:
    """Tell whether every sign is of the old alphabet."""
    return all(sign in _BASIC or sign in _EXTENDED for sign in text)


def room_left(text: str) -> int:
    """Return how many signs are still free in one text message; below zero: it would cost two."""
    if is_gsm(text):
        return GSM_MAX - sum(2 if sign in _EXTENDED else 1 for sign in text)
    return UCS2_MAX - len(text.encode("utf-16-le", "surrogatepass")) // 2


def one_message(variants: Sequence[str], *, has_marks: bool) -> str:
    """Return the first of the variants (longest first) that fits into one text message; the last one is cut to fit.

    Without `has_marks` Vietnamese is written plainly, which doubles the room and reaches every telephone.
    """
    texts = [text if has_marks else plain(text) for text in variants]
    for text in texts:
        if room_left(text) >= 0:
            return text
    words = texts[-1].split(" ")
    while len(words) > 1 and room_left(" ".join(words) + "...") < 0:
        words.pop()
    text = " ".join(words)
    while room_left(text + "...") < 0:
        text = text[:-1]
    return text + "..."
