"""Text into syllables: the unit of Vietnamese print, of our index and of our queries."""

import re
import unicodedata

from guisach.kernel.text.normal import fold, nfc
from guisach.kernel.text.spelling import normalise_tone_placement

# H'Mông, M'nông, children's: what an apostrophe joins is one word.
_INNER_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’ʼ‘`](?=[^\W\d_])")
# 10.000 or 10,000 is one number; 6.0 is two.
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})((?:\.\d{3})+|(?:,\d{3})+)(?![\d])")
_IDEOGRAPHS = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x32400))


class _Separators(dict[int, int | str]):
    """What becomes of each character before the split, found once per character."""

    def __missing__(self, cp: int) -> int | str:
        char = chr(cp)
        kept: int | str = " "
        if any(cp in block for block in _IDEOGRAPHS):
            kept = f" {char} "  # Hán and Nôm: a syllable each
        elif char.isalnum() or unicodedata.category(char)[0] == "M":
            kept = cp
        self[cp] = kept
        return kept


_SEPARATORS = _Separators()


def syllables(text: str) -> list[str]:
    """Split text into runs of letters and digits, as they are written.

    >>> syllables("10.000 câu hỏi - H'Mông/Ê-đê")
    ['10000', 'câu', 'hỏi', 'HMông', 'Ê', 'đê']
    """
    if "'" in text or not text.isascii():
        text = _INNER_APOSTROPHE.sub("", text)
    if "." in text or "," in text:
        text = _THOUSANDS.sub(lambda match: match[1] + match[2].replace(".", "").replace(",", ""), text)
    return text.translate(_SEPARATORS).split()


def folded_syllables(text: str) -> list[str]:
    """Syllables without marks: what a reader types who has no Vietnamese keyboard."""
    return syllables(fold(text))


def exact_syllables(text: str) -> list[str]:
    """Syllables with their marks, lower case, composed, tone marks in one place."""
    return syllables(exact(text))


def exact(text: str) -> str:
    """Text with its marks, made comparable: composed, lower case, tone marks in one place, Ð (eth) as đ."""
    text = nfc(text).lower()
    return text if text.isascii() else normalise_tone_placement(text.replace("ð", "đ"))
