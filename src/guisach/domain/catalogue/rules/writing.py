"""Words of the index as a record writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guisach.kernel.text import fold, syllables

if TYPE_CHECKING:
    from collections.abc import Iterable


def as_written(words: str, texts: Iterable[str]) -> str:
    """Exchange each word for the same one in the texts, where one of them has it: its marks, its capitals, its y.

    >>> as_written("dế mèn phiêu lưu kí", ["Dế Mèn phiêu lưu ký"])
    'Dế Mèn phiêu lưu ký'
    """
    known: dict[str, str] = {}
    for text in texts:
        for syllable in syllables(text):
            known.setdefault(_key(syllable), syllable)
    return " ".join(known.get(_key(word), word) for word in words.split())


def _key(word: str) -> str:
    return fold(word).replace("y", "i")
