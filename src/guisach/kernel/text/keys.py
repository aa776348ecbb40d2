"""Raw Telex and VNI keys into Vietnamese, for those whose keyboard did not.

A reader on a borrowed machine types `dees mefn` or `de61 me2n`. Every key is read in each way it can be read
(the s of `dees` is a tone, the s of `sách` a letter) and what comes out as a rightly spelt syllable wins, the
reading that uses most keys first. What is no syllable in any reading stays as it was typed.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from guisach.kernel.text.normal import nfc
from guisach.kernel.text.spelling import UNTONED, VOWELS, Spelling, is_spelt_right, split
from guisach.kernel.text.tokens import syllables

# The longest syllable, nghiêng, takes 9 keys in either method; two more for second thoughts.
LONGEST_WORD: Final = 11

_TELEX_TONES = {"f": 1, "r": 2, "x": 3, "s": 4, "j": 5}
_VNI_TONES = {"2": 1, "3": 2, "4": 3, "1": 4, "5": 5}
_CIRCUMFLEX = {"a": "â", "e": "ê", "o": "ô"}
_HORN = {"o": "ơ", "u": "ư"}


class _Typed(NamedTuple):
    letters: str = ""
    tone: int = 0
    used: int = 0  # keys that were not letters


def _marked(typed: _Typed, marks: dict[str, str]) -> Iterator[_Typed]:
    """Put one mark on each letter that can bear it; on both of "uo" first."""
    if marks.get("u") and "uo" in typed.letters:
        yield typed._replace(letters=typed.letters.replace("uo", "ươ"), used=typed.used + 1)
    for at, letter in enumerate(typed.letters):
        if letter in marks:
            letters = typed.letters[:at] + marks[letter] + typed.letters[at + 1 :]
            yield typed._replace(letters=letters, used=typed.used + 1)


def _with_tone(typed: _Typed, tone: int) -> Iterator[_Typed]:
    if not typed.tone and any(letter in VOWELS for letter in typed.letters):
        yield typed._replace(tone=tone, used=typed.used + 1)


def _telex_key(typed: _Typed, key: str) -> Iterator[_Typed]:
    if key in _TELEX_TONES:
        yield from _with_tone(typed, _TELEX_TONES[key])
    elif key == "w":
        yield from _marked(typed, _HORN | {"a": "ă"})
        yield typed._replace(letters=typed.letters + "ư", used=typed.used + 1)
        return
    elif key == "z" and typed.tone:
        yield typed._replace(tone=0, used=typed.used + 1)
    elif key in _CIRCUMFLEX:
        yield from _marked(typed, {key: _CIRCUMFLEX[key]})
        if typed.letters.endswith(_CIRCUMFLEX[key]):  # a third o takes the mark back: booong is boong
            yield typed._replace(letters=typed.letters[:-1] + key * 2, used=typed.used + 1)
    elif key == "d" and typed.letters.startswith("d"):
        yield typed._replace(letters="đ" + typed.letters[1:], used=typed.used + 1)
    yield typed._replace(letters=typed.letters + key)


def _vni_key(typed: _Typed, key: str) -> Iterator[_Typed]:
    if key in _VNI_TONES:
        yield from _with_tone(typed, _VNI_TONES[key])
    elif key == "6":
        yield from _marked(typed, _CIRCUMFLEX)
    elif key == "7":
        yield from _marked(typed, _HORN)
    elif key == "8":
        yield from _marked(typed, {"a": "ă"})
    elif key == "9" and typed.letters.startswith("d"):
        yield typed._replace(letters="đ" + typed.letters[1:], used=typed.used + 1)
    elif key == "0" and typed.tone:
        yield typed._replace(tone=0, used=typed.used + 1)
    elif key.isalpha():
        yield typed._replace(letters=typed.letters + key)


def _spelling(typed: _Typed) -> Spelling | None:
    parts = split(typed.letters) or split(typed.letters.replace("ưo", "ươ"))
    if parts is None or not is_spelt_right(*parts, typed.tone):
        return None
    return Spelling(*parts, typed.tone)


def _read(word: str, press: Callable[[_Typed, str], Iterator[_Typed]]) -> str | None:
    """Read one lower-case word of keys; None if no reading uses a key as a mark and is a syllable."""
    states = {_Typed(): None}
    for key in word:
        states = {after: None for before in states for after in press(before, key)}
    best: tuple[int, Spelling] | None = None
    for typed in states:
        spelling = _spelling(typed) if typed.used else None
        if spelling is not None and (best is None or typed.used > best[0]):
            best = typed.used, spelling
    return None if best is None else best[1].written()


@lru_cache(maxsize=8192)
def _read_telex(word: str) -> str | None:
    return _read(word, _telex_key)


@lru_cache(maxsize=8192)
def _read_vni(word: str) -> str | None:
    return _read(word, _vni_key)


def _in_case_of(typed: str, read: str) -> str:
    if typed[0].islower():
        return read
    return read.upper() if len(read) > 1 and typed.isupper() else read[0].upper() + read[1:]


_TELEX_WORD = re.compile(rf"(?<!\w)[A-Za-z]{{2,{LONGEST_WORD}}}(?!\w)")
_VNI_WORD = re.compile(rf"(?<!\w)(?=\w*\d)[A-Za-z][A-Za-z0-9]{{1,{LONGEST_WORD - 1}}}(?!\w)")


def from_telex(text: str) -> str:
    """Read text as raw Telex keys; words that give no syllable stay.

    A pure decoder, to which "of" is "ò": ask `looks_like_telex` first, or try `typed_readings`.

    >>> from_telex("dees mefn phieeu luwu kys")
    'dế mèn phiêu lưu ký'
    """
    return _TELEX_WORD.sub(lambda m: _in_case_of(m[0], _read_telex(m[0].lower()) or m[0]), text)


def from_vni(text: str) -> str:
    """Read text as raw VNI keys; words that give no syllable stay.

    >>> from_vni("de61 me2n phie6u lu7u ky1")
    'dế mèn phiêu lưu ký'
    """
    return _VNI_WORD.sub(lambda m: _in_case_of(m[0], _read_vni(m[0].lower()) or m[0]), text)


# Ordinary words that are Vietnamese syllables when read as Telex: the commonest in 20,000 English titles.
_ORDINARY_WORDS = """
air ana are as bar bars base bases been beer boat boats boom bus busy care cars case cases cast cats
chair chaos chart coast cops core cost course cow cure dad data date dawn days dear deeds deep deer desk
did doom door dots down ear eats era far fast for gary gas guns gus guys hair has hats her here hero hers
his hits honor horn hose house how hurt if is its keen keep keys last lee lens les list lois look loop
lore los lost lots low luck luis maps mars max meet mix mom moms moon moons more most mother mouse must
near nest nets news nose now nurse nuts of or order our ours own parts past pasta per pets piece pieces
poems poet poets poor post posts queen queens queer quest rats real rest roof room roots rose row runs
sams says see seek seem seen sense sets sex ship ships sir six some sons soon sort sugar teen teens term
test tests text than theme themes there these thesis this those thus tips toast tom too tools tops tour
tours town towns trail trees trips troop troops trust turn us usa use vast visa was week were west win
won worst wrong yes your
"""
_ORDINARY = frozenset(_ORDINARY_WORDS.split())


def looks_like_telex(word: str) -> bool:
    """Tell if one word is probably raw Telex: it reads as a syllable and is no ordinary word of English."""
    lower = word.lower()
    return bool(_TELEX_WORD.fullmatch(word)) and lower not in _ORDINARY and _has_mark(_read_telex(lower))


def looks_like_vni(word: str) -> bool:
    """Tell if one word is probably raw VNI: it reads as a syllable (ky1) unlike A4 or T34."""
    letters = sum(map(str.isalpha, word))
    return (
        bool(_VNI_WORD.fullmatch(word))
        and (letters > 1 or len(word) - letters > 1)
        and _has_mark(_read_vni(word.lower()))
    )


def _has_mark(read: str | None) -> bool:
    return read is not None and not read.isascii()


def typed_readings(text: str) -> tuple[str, ...]:
    """Give what the text says if it was typed as raw keys: every reading by Telex and VNI, none twice.

    Meant for trying beside the text itself, never instead of it. One word that looks like raw keys is enough for
    a reading; then there are two by Telex, with ordinary words read as well ("hocj moon toans") and left alone
    ("luaanj of Shakespeare").
    """
    words = syllables(text)
    readings = []
    if any(looks_like_telex(word) for word in words):
        readings.append(from_telex(text))
        readings.append(_TELEX_WORD.sub(lambda m: from_telex(m[0]) if looks_like_telex(m[0]) else m[0], text))
    if any(looks_like_vni(word) for word in words):
        readings.append(from_vni(text))
    return tuple(dict.fromkeys(readings))


_TELEX_OF = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_VNI_OF = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9"}
_PARTS = re.compile(r"[^\W\d_]+|[\W\d_]+")


def to_telex(text: str, *, tone_last: bool = True) -> str:
    """Give the Telex keys of text, tones at the end of the word or right after their vowel."""
    tones = {tone: key for key, tone in _TELEX_TONES.items()}
    keys = (_keys(word, _TELEX_OF, tones, tone_last) for word in _PARTS.findall(nfc(text)))
    return "".join(keys)


def to_vni(text: str, *, tone_last: bool = True) -> str:
    """Give the VNI keys of text, tones at the end of the word or right after their vowel."""
    tones = {tone: key for key, tone in _VNI_TONES.items()}
    return "".join(_keys(word, _VNI_OF, tones, tone_last) for word in _PARTS.findall(nfc(text)))


def _keys(word: str, marks: dict[str, str], tones: dict[int, str], tone_last: bool) -> str:
    keys, last, before = "", "", ""
    for letter in word:
        plain, tone = UNTONED.get(letter, (letter, 0))
        lower = plain.lower()
        typed = "oo" if lower == before == "o" and marks is _TELEX_OF else marks.get(lower, plain)
        keys += typed if plain.islower() else typed[0].upper() + typed[1:]
        if tone and tone_last:
            last += tones[tone]
        elif tone:
            keys += tones[tone]
        before = lower
    return keys + last
