"""Recognise the character set of a file by what its words would be: syllables of Vietnamese, or nothing.

The language has some 18,000 syllables and writes each as a word, so that a wrong set soon makes words that cannot be.
Detection is a matter of counting and has no chance in it: the same bytes give the same answer.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from guisach.kernel.text.legacy.decoding import Encoding, decode, mend, shown
from guisach.kernel.text.spelling import UNTONED, is_spelt_right, split

if TYPE_CHECKING:
    from collections.abc import Iterable

SAMPLE = 1 << 18
"""Bytes that are looked at; more tell nothing new."""

SURE = 0.65  # the share of words with marks that must be syllables
MARGIN = 0.1  # by which the best reading must be better than the next
MENDED = 0.3  # by which mending must be better than leaving text that is valid UTF-8 alone
FEW = 4  # different words
_SHOWN = 6

_CANDIDATES: Final = (
    Encoding.TCVN3,
    Encoding.VNI,
    Encoding.VISCII,
    Encoding.CP1258,
    Encoding.VNI_MAC,
    Encoding.BK_HCM2,
)
_MENDABLE: Final = (Encoding.UTF_8_TWICE, Encoding.TCVN3, Encoding.VNI, Encoding.VISCII, Encoding.BK_HCM2)
_SPLIT: Final = re.compile(rb"[\x07-\x0f\x1c-\x2f:-@\[-`{-\x7f]+")
_SPLIT_TEXT: Final = re.compile(r"[\x07-\x0f\x1c-\x2f:-@\[-`{-\x7f\u00a0“”‘’–—…•\u200b\ufeff]+")
# What only VIQR puts into a word: a quality after its vowel, a tone within the word, dd before a vowel.
_VIQR_WORD: Final = re.compile(
    rb"[a-z]*(?:[aeo]\^|a\(|[ou]\+|[aeiouy]['`~?.](?=[a-z])|\bdd[aeiouy])[a-z^(+'`~?.]*", re.I
)


class Evidence(NamedTuple):
    """A word as the file has it, shown in Western letters, and as it is read."""

    before: str
    after: str


class Likeness(NamedTuple):
    """How much text looks like Vietnamese: its different words with marks, and how many of them are syllables."""

    marked: int
    right: int

    @property
    def share(self) -> float:
        """The right ones among the marked; 0 where nothing is marked."""
        return self.right / self.marked if self.marked else 0.0


@dataclass(frozen=True, slots=True)
class Detection:
    """Which character set a file is in, and why this is thought."""

    encoding: Encoding | None
    """None: neither UTF-8 nor, as far as can be told, any Vietnamese set."""
    confidence: float
    """From 0 to 1."""
    evidence: tuple[Evidence, ...] = ()
    is_mended: bool = False
    """Whether the file is valid UTF-8 whose letters stand for bytes of `encoding`: to be read with `mend`."""


def detect(sample: bytes) -> Detection:
    """Say what a sample of a file is written in; never raises. VPS is never the answer: it is too like VISCII."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Detection(Encoding.UTF_16, 1.0)
    sample = sample[:SAMPLE]
    if sample.isascii():
        return _viqr(sample)
    try:
        text = _whole_letters(sample).decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(sample)
    return _mendable(text)


def read_as(sample: bytes, encoding: Encoding) -> Detection:
    """Show what a sample is when somebody has said its encoding: the confidence is the share of words that make sense.

    UTF-8 is read with `mend`, anything else byte by byte.
    """
    is_mended = encoding is not Encoding.UTF_8 and not sample.isascii() and _is_utf8(_whole_letters(sample))
    words = [word for word, _ in Counter(_SPLIT.split(sample[:SAMPLE])).most_common() if not word.isascii()]
    if is_mended:
        texts = [word.decode("utf-8", "replace") for word in words]
        pairs = [(text, mend(text, encoding) or text) for text in texts]
    else:
        pairs = [(shown(word), decode(word, encoding)) for word in words]
    found = _measure({after for _, after in pairs})
    return Detection(encoding, round(found.share, 3), _evidence(pairs), is_mended=is_mended)


def likeness(text: str) -> Likeness:
    """Measure text: how many different words with marks it has, and how many of these are syllables."""
    return _measure(set(_SPLIT_TEXT.split(text)))


def _not_utf8(sample: bytes) -> Detection:
    words = [word for word, _ in Counter(_SPLIT.split(sample)).most_common() if not word.isascii()]
    as_utf8 = [word for word in words if _is_utf8(word)]
    if 2 * len(as_utf8) > len(words):
        return Detection(Encoding.UTF_8, round(len(as_utf8) / len(words), 3))
    found = {encoding: _measure({decode(word, encoding) for word in words}) for encoding in _CANDIDATES}
    western = _measure({shown(word) for word in words})
    as_vps = _measure({decode(word, Encoding.VPS) for word in words})
    best, *others = sorted(_CANDIDATES, key=lambda encoding: (-found[encoding].share, _CANDIDATES.index(encoding)))
    rival = max(western.share, as_vps.share, *(found[encoding].share for encoding in others))
    if not _is_enough(found[best], rival + MARGIN):
        return Detection(None, 0.0)
    pairs = ((shown(word), decode(word, best)) for word in words)
    return Detection(best, _confidence(found[best], rival), _evidence(pairs))


def _mendable(text: str) -> Detection:
    words = [word for word, _ in Counter(_SPLIT_TEXT.split(text)).most_common() if word and not word.isascii()]
    as_it_is = _measure(set(words))
    if as_it_is.share + MENDED > 1.0:
        return Detection(Encoding.UTF_8, 1.0)
    readings: dict[Encoding, list[tuple[str, str]]] = {}
    for encoding in _MENDABLE:
        readings[encoding] = [(word, mended) for word in words if (mended := mend(word, encoding)) is not None]
    # What cannot be mended counts against the reading, as a word that makes no sense.
    found = {
        encoding: Likeness(len(words), _measure({mended for _, mended in pairs}).right)
        for encoding, pairs in readings.items()
    }
    best, *others = sorted(_MENDABLE, key=lambda encoding: (-found[encoding].share, _MENDABLE.index(encoding)))
    rival = max(found[encoding].share for encoding in others)
    needed = max(as_it_is.share + MENDED, rival + MARGIN if best is not Encoding.UTF_8_TWICE else 0.0)
    if not _is_enough(found[best], needed):
        return Detection(Encoding.UTF_8, 1.0)
    return Detection(best, _confidence(found[best], as_it_is.share), _evidence(readings[best]), is_mended=True)


def _viqr(sample: bytes) -> Detection:
    pairs = [
        (word.decode("ascii"), decode(word.rstrip(b".?'"), Encoding.VIQR))
        for word, _ in Counter(match[0] for match in _VIQR_WORD.finditer(sample)).most_common()
    ]
    found = _measure({read for _, read in pairs})
    if found.right > FEW and found.share >= SURE:
        return Detection(Encoding.VIQR, _confidence(found, 0.0), _evidence(pairs))
    return Detection(Encoding.UTF_8, 1.0)


def _is_enough(found: Likeness, needed: float) -> bool:
    return found.right >= FEW and found.share >= SURE and found.share >= needed


def _confidence(found: Likeness, rival: float) -> float:
    """Few words, or a second reading nearly as good, make it doubtful."""
    return round(found.share * found.right / (found.right + 1) * (1 - rival / 2), 3)


def _evidence(pairs: Iterable[tuple[str, str]]) -> tuple[Evidence, ...]:
    telling = (
        Evidence(before, after) for before, after in pairs if before != after and not after.isascii() and _worth(after)
    )
    return tuple(islice(telling, _SHOWN))


def _measure(words: Iterable[str]) -> Likeness:
    marked = right = 0
    for word in words:
        for part in _SPLIT_TEXT.split(word):
            if not part.isascii():
                found = _worth(part)
                marked += found is not None
                right += found is True
    return Likeness(marked, right)


@lru_cache(maxsize=1 << 16)
def _worth(word: str) -> bool | None:
    """Tell a Vietnamese syllable from what cannot be one; None for what tells nothing: ở, ơn may be noise in any set.

    Capitals with marks do not stand behind small letters.
    """
    letters, tone, is_small_before = [], 0, False
    for letter in word:
        plain, found = UNTONED.get(letter, (letter, 0))
        if (found and tone) or (is_small_before and not letter.isascii() and letter.isupper()):
            return False
        is_small_before = letter.islower()
        letters.append(plain)
        tone = tone or found
    parts = split("".join(letters).lower())
    if parts is None or not is_spelt_right(*parts, tone):
        return False
    return True if parts[0] else None


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _whole_letters(sample: bytes) -> bytes:
    """Leave off the part of a letter at the end, where a sample was cut."""
    for length in range(1, 4):
        if len(sample) >= length and sample[-length] >= 0xC0:
            wanted = 2 + (sample[-length] >= 0xE0) + (sample[-length] >= 0xF0)
            return sample[:-length] if wanted > length else sample
    return sample
