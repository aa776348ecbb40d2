"""Words of the index: what is stored for a text, and how two spellings of a word come to be one.

For every syllable the index knows two words. The *exact* word has its marks; the *key* has none and is what
readers type. Both write the final y of "kỹ", "lý", "Mỹ" as i, because the two spellings are used side by side.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from guisach.kernel.text import exact_syllables, fold, without_tone

if TYPE_CHECKING:
    from collections.abc import Sequence

# A longer run of letters is no word: a web address, a key held down. Tantivy refuses terms beyond 65,530 bytes.
LONGEST_WORD: Final = 40
_WHOLE_WORDS: Final = 40
# What one field of one document may hold: ten times the longest real title.
MOST_WORDS: Final = 250

_Y_OR_I: Final = dict(zip("yỳỷỹýỵ", "iìỉĩíị", strict=True))
_BEFORE_Y: Final = frozenset(("h", "k", "l", "m", "s", "t", "v", "th", "kh", "nh", "qu"))


def words(text: str) -> list[str]:
    """Return the exact words of a text."""
    return [
        _exact_word(syllable[:LONGEST_WORD]) if syllable[-1] in _Y_OR_I or len(syllable) > LONGEST_WORD else syllable
        for syllable in exact_syllables(text)[:MOST_WORDS]
    ]


@lru_cache(maxsize=16_384)
def _exact_word(syllable: str) -> str:
    last = _Y_OR_I.get(syllable[-1])
    return syllable[:-1] + last if last and syllable[:-1] in _BEFORE_Y else syllable


@lru_cache(maxsize=16_384)
def key(word: str) -> str:
    """Return the key of an exact word."""
    return fold(word).replace(" ", "") or word


def keys(exact: list[str]) -> list[str]:
    """Return the keys of exact words, one each."""
    return [word if word.isascii() else key(word) for word in exact]


def pairs(folded: Sequence[str]) -> list[str]:
    """Return the bigrams of keys: the cheap substitute for word segmentation."""
    return [f"{one}_{other}" for one, other in pairwise(folded)]


def whole_title(folded: Sequence[str]) -> str:
    """Return one word for a title of these keys, unlike any pair."""
    return "=" + "_".join(folded[:_WHOLE_WORDS])


@lru_cache(maxsize=16_384)
def toneless(word: str) -> str:
    """Return an exact word with its letters but without its tone."""
    return without_tone(word)


# Lengths of the beginnings of titles that are kept for suggestions: one look finds what begins so. What is asked
# for in between is looked up by the next shorter one.
EDGES: Final = (2, 3, 4, 5, 6, 8, 10, 12)
# Headings longer than this are shown nowhere.
LONGEST_HEADING: Final = 100
# Of one record; more is an anthology's table of contents.
_MOST_HEADINGS: Final = 8


def edges(folded: Sequence[str]) -> list[str]:
    """Return the beginnings of a title of these keys, its words joined by spaces."""
    text = " ".join(folded[: EDGES[-1]])
    return [text[:length] for length in EDGES if len(text) >= length]


def headings(sign: str, texts: Sequence[str], folded: Sequence[Sequence[str]]) -> list[str]:
    """Return what authors (``A``) or subjects (``S``) with these keys can be found by while they are typed.

    From the first word on: the keys, a tab, the heading. From a later word on: the keys from there, a line's end and
    the keys before, which say where the heading itself is to be found. To write the heading with each of its words
    cost the engine as much as a whole title.
    """
    found = []
    for text, its_keys in zip(texts[:_MOST_HEADINGS], folded, strict=False):
        if its_keys and len(text) <= LONGEST_HEADING and "\t" not in text:
            found.append(f"{sign}{' '.join(its_keys)}\t{text}")
            found += [
                f"{sign}{' '.join(its_keys[at:])}\n{' '.join(its_keys[:at])}" for at in range(1, min(len(its_keys), 5))
            ]
    return list(dict.fromkeys(found))


def first_of(term: str) -> str:
    """Return how the terms begin by which the headings are found that a term of `headings` stands for."""
    rest, _, before = term[1:].partition("\n")
    return f"{term[0]}{before} {rest}\t" if before else term


_ISSN = re.compile(r"\s*(?:e?-?ISSN:?\s*)?(\d{4})[-‐‑–. ]?(\d{3}[\dX])(?![\dX])", re.IGNORECASE)


def issn8(text: str) -> str | None:
    """Return the eight characters of an ISSN, or None if the text does not begin with one."""
    match = _ISSN.match(text)
    return None if match is None else (match[1] + match[2]).upper()


# An ISBN at the beginning of a text, perhaps with its name before and a binding or price behind.
_ISBN = re.compile(r"\s*(?:ISBN(?:-1[03])?:?\s*)?((?:\d[-‐‑–. ]?){9,12}[\dX])(?![\dX])", re.IGNORECASE)


def isbn13(text: str) -> str | None:
    """Return the thirteen digits of an ISBN written in any way, or None if the text does not begin with one.

    The check digit is not asked for: readers copy from covers, and covers are wrong too.
    """
    match = _ISBN.match(text)
    if match is None:
        return None
    digits = "".join(char for char in match[1].upper() if char.isdigit() or char == "X")
    if len(digits) == 13 and digits.startswith(("978", "979")):
        return digits
    if len(digits) != 10:
        return None
    body = "978" + digits[:9]
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return body + str(-total % 10)
