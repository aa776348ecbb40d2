"""How Vietnamese syllables are spelt: initial, rime and tone, and where the tone mark stands.

The language writes one syllable per word of print, and every syllable is an initial (possibly none), one of
some 170 rimes, and one of six tones. That is small enough to know by heart, and knowing it is what lets us
tell "hòa" and "hoà" for the same word, and "dees" for raw Telex but "tess" for somebody's name.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from guisach.kernel.text.normal import nfc

VOWELS: Final = "aăâeêioôơuưy"
# In the order of the dictionary: ngang, huyền, hỏi, ngã, sắc, nặng.
TONE_MARKS: Final = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
HIGH_RISING, HEAVY = 4, 5  # sắc and nặng: the only tones of a syllable that ends in c, ch, p, t

_INITIALS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
# Written in Tày, Nùng and Mông and in place names of the north; tone placement knows them, Telex does not.
_HIGHLAND_INITIALS = "bj f fl j mj pj phj sl w z"
_RIMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu
iêc iêm iên iêng iêp iêt iêu yêm yên yêng yêt yêu y o oc oi om on ong op ot ooc oong
oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oem oen oeo oet
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut
uân uâng uât uây uê uêch uên uênh uêt uơ uôc uôi uôm uôn uông uôt
uy uya uych uyn uynh uyp uyt uyu uyên uyêt
ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
"""
# What follows "qu", whose u belongs to the initial: quynh is qu + ynh, not q + uynh.
_RIMES_AFTER_QU = """
a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc ân âng ât âu ây
e en eng eo et ê êch ên ênh êt êu i ich in inh it iu ôc ơ ơi ơn ơt y ych yn ynh yp yt yên yêt
"""
INITIALS: Final = frozenset(["", *_INITIALS.split()])
HIGHLAND_INITIALS: Final = frozenset(_HIGHLAND_INITIALS.split())
RIMES: Final = frozenset(_RIMES.split())
_AFTER_QU: Final = frozenset(_RIMES_AFTER_QU.split())


class Spelling(NamedTuple):
    """One syllable taken apart; all letters lower case, the rime without its tone."""

    initial: str
    rime: str
    tone: int

    def written(self) -> str:
        """Put it together, the tone mark in its usual place (hòa, thủy, khỏe; quý, già, khuỷu)."""
        at = tone_position(self.rime)
        rime = self.rime
        return self.initial + rime[:at] + TONED[rime[at]][self.tone] + rime[at + 1 :]


TONED: Final = {v: tuple(unicodedata.normalize("NFC", v + mark) for mark in TONE_MARKS) for v in VOWELS}
# Toned letter → (letter without its tone, tone), for both cases.
UNTONED: Final = {
    form: (letter, tone)
    for lower, forms in TONED.items()
    for letter, cased in ((lower, forms), (lower.upper(), tuple(f.upper() for f in forms)))
    for tone, form in enumerate(cased)
}
_WITHOUT_TONE = str.maketrans({form: letter for form, (letter, _) in UNTONED.items()})
_MARKED = frozenset("ăâêôơư")


def _tone_position(rime: str) -> int:
    vowels = len(rime) - len(rime.lstrip(VOWELS))
    marked = [at for at in range(vowels) if rime[at] in _MARKED]
    if marked:
        return marked[-1]  # iê, uô, ươ, uâ, oă: the letter that has a mark already, the last of two
    if vowels == 2 and vowels < len(rime):
        return 1  # hoàn, tuýp, toòng
    return 1 if vowels == 3 else 0  # ngoài, khuỷu; and hòa, thủy, mía


_POSITION = {rime: _tone_position(rime) for rime in RIMES | _AFTER_QU}


def tone_position(rime: str) -> int:
    """Tell which letter of a known rime bears the tone mark."""
    return _POSITION[rime]


def split(word: str) -> tuple[str, str] | None:
    """Take a lower-case toneless word apart into initial and rime, or None if it is no syllable.

    Accepts the letters of the highlands and spellings that mix c/k, g/gh; `is_spelt_right` is the strict one.
    """
    if word.startswith("qu"):
        return ("qu", word[2:]) if word[2:] in _AFTER_QU else None
    if word.startswith("gi") and word[2:] in RIMES and word[2] != "i":
        return "gi", word[2:]
    for cut in (3, 2, 1, 0):
        initial, rime = word[:cut], word[cut:]
        if rime in RIMES and (initial in INITIALS or initial in HIGHLAND_INITIALS):
            return initial, rime
    return None


def is_spelt_right(initial: str, rime: str, tone: int) -> bool:
    """Tell if the parts make a syllable by the rules of spelling: ca but ke, cát but not càt."""
    if initial not in INITIALS or (initial == "qu" and rime not in _AFTER_QU):
        return False
    if rime.endswith(("c", "ch", "p", "t", "k")) and tone not in (0, HIGH_RISING, HEAVY):
        return False
    front = rime[0] in "eêiy"
    if initial in ("c", "ng") and front:
        return False
    if initial == "g" and front and rime[0] != "i":
        return False
    if initial in ("k", "gh", "ngh") and not front:
        return False
    if rime.startswith("yê"):
        return initial in ("", "qu")
    return initial != "" or not rime.startswith("iê")


@lru_cache(maxsize=16_384)
def _place(word: str) -> str:
    letters, tone, at = [], 0, -1
    for index, letter in enumerate(word):
        plain, found = UNTONED.get(letter, (letter, 0))
        letters.append(plain)
        if found:
            if tone:
                return word  # two tones: not a Vietnamese syllable
            tone, at = found, index
    parts = split("".join(letters).lower()) if tone else None
    if parts is None:
        return word
    initial, rime = parts
    place = len(initial) + _POSITION[rime]
    if place == at:
        return word
    bearer = letters[place]
    toned = TONED[bearer.lower()][tone]
    letters[place] = toned if bearer.islower() else toned.upper()
    return "".join(letters)


# Only a word in which two vowels meet can have its mark elsewhere.
_VOWEL_PAIR = re.compile(r"[oOuUiIyYaAeE{0}][oOuUiIyYaAeE{0}]".format("".join(UNTONED)))
# A word that ends before a stray combining mark is not a whole word: moving its tone could bind the mark.
_WORD = re.compile(r"(?<![\w\u0300-\u036f])[^\W\d_]++(?![\u0300-\u036f])")


def normalise_tone_placement(text: str) -> str:
    """Give text in which hoà and hòa, thuỷ and thủy, qúy and quý, gìa and già are written one way.

    Words that are no Vietnamese syllables (cliché, Citroën) stay as they are.
    """
    text = nfc(text)
    if text.isascii() or not _VOWEL_PAIR.search(text):
        return text
    return _WORD.sub(lambda match: _place(match.group()), text)


def without_tone(text: str) -> str:
    """Take the tone marks away and leave the letters (ế → ê); expects NFC."""
    return text.translate(_WITHOUT_TONE)


def every_spelling() -> Iterator[Spelling]:
    """Yield every syllable that the rules of spelling allow, used or not: about 18,000."""
    for initial in sorted(INITIALS):
        for rime in sorted(_AFTER_QU if initial == "qu" else RIMES):
            for tone in range(len(TONE_MARKS)):
                if split(initial + rime) == (initial, rime) and is_spelt_right(initial, rime, tone):
                    yield Spelling(initial, rime, tone)
