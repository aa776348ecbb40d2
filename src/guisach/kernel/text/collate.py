"""The order of a Vietnamese dictionary, as a key that any database can sort by its bytes."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from guisach.kernel.text.normal import fold
from guisach.kernel.text.spelling import UNTONED
from guisach.kernel.text.tokens import exact_syllables

# A letter of its own sorts after its plain letter whatever follows, and before the next letter: "{" and "|"
# are the bytes after "z".
_LETTERS: Final = {"ă": "a{", "â": "a|", "đ": "d{", "ê": "e{", "ô": "o{", "ơ": "o|", "ư": "u{"}
# Numbers longer than this are sorted by their first digits only.
_LONGEST_NUMBER: Final = 99
_DIGITS = re.compile(r"(\d+)")


def collation_key(text: str) -> str:
    """Return a key whose byte order is the order of a Vietnamese dictionary.

    a ă â b c d đ e ê … with f j w z in their Latin places; a shorter word before a longer; numbers by
    value and before letters; then the tones ngang huyền hỏi ngã sắc nặng, as ICU and `Intl.Collator("vi")`
    do: letters of the whole text first, tones where all letters agree. Case, punctuation and the place of
    a tone mark do not count. Compare keys as bytes: in PostgreSQL the column needs the collation "C".

    >>> sorted(["đá", "da", "Dã", "dạ", "dầu"], key=collation_key)
    ['da', 'Dã', 'dạ', 'dầu', 'đá']
    """
    primary, secondary = [], []
    for word in exact_syllables(text):
        letters, tones = (_numbers(word), "0") if word.isascii() else _letters_and_tones(word)
        primary.append(letters)
        secondary.append(tones)
    return ("!".join(primary) + " " + " ".join(secondary).rstrip("0 ")).rstrip()


@lru_cache(maxsize=16_384)
def _letters_and_tones(word: str) -> tuple[str, str]:
    letters, tones = "", ""
    for letter in word:
        plain, tone = UNTONED.get(letter, (letter, 0))
        tones += str(tone) if tone else ""
        letters += _letter(plain)
    return _numbers(letters), tones or "0"


def _letter(letter: str) -> str:
    return letter if letter.isascii() else _LETTERS.get(letter) or fold(letter) or letter


def _numbers(word: str) -> str:
    """Put the count of digits before a number, so that 9 comes before 10."""
    if word.isalpha():
        return word
    return _DIGITS.sub(lambda match: _number(match[1]), word)


def _number(digits: str) -> str:
    digits = "".join(str(unicodedata.digit(d, 0)) for d in digits).lstrip("0")[:_LONGEST_NUMBER]
    length = len(digits)
    return (str(length) if length < 9 else f"9{length:02}") + digits
