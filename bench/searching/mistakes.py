"""What readers do to a title on the way to the search box."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from guisach.kernel.text import fold, to_telex, to_vni
from guisach.kernel.text.spelling import TONED, UNTONED

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence


def _toned(letter: str, tone: int) -> str:
    form = TONED[letter.lower()][tone]
    return form if letter.islower() else form.upper()


def wrong_tone(title: str, rng: random.Random, _: Sequence[str]) -> str | None:
    places = [at for at, letter in enumerate(title) if letter in UNTONED and not title[at].isascii()]
    places = [at for at in places if UNTONED[title[at]][1]]
    if not places:
        return None
    at = rng.choice(places)
    letter, tone = UNTONED[title[at]]
    return title[:at] + _toned(letter, rng.choice([t for t in range(6) if t != tone])) + title[at + 1 :]


def _partial_marks(title: str, rng: random.Random, _: Sequence[str]) -> str | None:
    words = title.split()
    return " ".join(fold(word) if rng.random() < 0.5 else word for word in words)


def _tone_placement(title: str, _rng: random.Random, _: Sequence[str]) -> str | None:
    """Move marks from "òa" to "oà" and the like; None where there are none to move."""
    letters = list(title)
    for at, (one, other) in enumerate(pairwise(title)):
        letter, tone = UNTONED.get(one, (one, 0))
        ends = at + 2 >= len(title) or not title[at + 2].isalpha()
        if tone and ends and (letter + other).lower() in ("oa", "oe", "uy"):
            letters[at], letters[at + 1] = letter, _toned(other, tone)
    moved = "".join(letters)
    return None if moved == title else moved


def one_typo(title: str, rng: random.Random, _: Sequence[str]) -> str | None:
    text = fold(title) if rng.random() < 0.5 else title
    places = [at for at, letter in enumerate(text) if letter.isalpha()]
    if len(places) < 4:
        return None
    at, letter = rng.choice(places), rng.choice("abcdeghiklmnopqrstuvxy")
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + letter + text[at:]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2 and at + 1 < len(text) and text[at + 1].isalpha():
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + letter + text[at + 1 :]


def _missing(title: str, rng: random.Random, _: Sequence[str]) -> str | None:
    words = title.split()
    if len(words) < 3:
        return None
    words.pop(rng.randrange(len(words)))
    return " ".join(words)


def _extra(title: str, rng: random.Random, vocabulary: Sequence[str]) -> str | None:
    words = title.split()
    if len(words) < 2:
        return None
    words.insert(rng.randrange(len(words) + 1), rng.choice(vocabulary))
    return " ".join(words)


CORRUPTIONS: dict[str, Any] = {
    "exact": lambda title, _rng, _words: title,
    "nfd": lambda title, _rng, _words: unicodedata.normalize("NFD", title),
    "no_marks": lambda title, _rng, _words: fold(title),
    "partial_marks": _partial_marks,
    "tone_placement": _tone_placement,
    "wrong_tone": wrong_tone,
    "raw_telex": lambda title, rng, _words: to_telex(title, tone_last=rng.random() < 0.5),
    "raw_vni": lambda title, rng, _words: to_vni(title, tone_last=rng.random() < 0.5),
    "one_typo": one_typo,
    "missing_syllable": _missing,
    "extra_syllable": _extra,
}
