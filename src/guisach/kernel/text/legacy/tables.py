"""The character sets as data: facts of the standards (TCVN 5712, RFC 1456) and of the fonts' makers (VNI, VPS, BK).

A set of one byte per letter is the text of its bytes 0x80 to 0xFF, `·` where it has nothing, and the letters that it
keeps among the control characters. A set of one or two bytes is given by its letters and its marks: "a" + "ù" is "á".
"""

from __future__ import annotations

import unicodedata
from typing import Final, NamedTuple

# What Windows shows for these bytes, and what people typed in any font: “ ” – ….
_WINDOWS_80: Final = bytes(range(0x80, 0xA0)).decode("cp1252", "replace").replace("\ufffd", "·")
_TCVN_A0: Final = (
    "\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽ"
    "éẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)

HIGH: Final[dict[str, str]] = {
    # The fonts of ABC (.VnTime) have no letters below 0xA1; the standard's first table has capitals there.
    "tcvn3": _WINDOWS_80 + _TCVN_A0,
    "tcvn-5712-1": "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ" + _TCVN_A0,
    "viscii": (
        "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
        "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
    ),
    "vps": (
        "ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ··ỀỂỄỐỒỔỖýỷỵỚỜỞ\u00a0ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕự"
        "ầÁÂấẩẫậđẻÉÊẹỉễịỹƯỦồốÔỏơÈừứÚũưÝẺ·àáâãảạă·èéêẽìí·ĩẴĐòóôõ·Ơụùúủ·ỶẼỳ"
    ),
}
LOW: Final[dict[str, dict[int, str]]] = {
    "tcvn-5712-1": dict(zip((1, 2, 4, 5, 6, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17), "ÚỤỪỬỮỨỰỲỶỸÝỴ", strict=True)),
    "viscii": dict(zip((2, 5, 6, 0x14, 0x19, 0x1E), "ẲẴẪỶỸỴ", strict=True)),
    "vps": dict(
        zip((2, 3, 4, 5, 6, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x19, 0x1C, 0x1D), "ẠẬẶẸỆỊỌỘỢỤỰỴẪỮ", strict=True)
    ),
}


class Composed(NamedTuple):
    """A set of letters and marks, by the bytes of the small letters and of the capitals."""

    letters: dict[str, bytes]
    """Letters of one byte of their own; each is the small letter's byte and the capital's."""
    marks: dict[str, bytes]
    """After a plain vowel: the combining characters, and the small mark's byte and the capital's."""


def _composed(letters: str, marks: str) -> Composed:
    def read(text: str) -> dict[str, bytes]:
        return {key: bytes.fromhex(codes) for key, codes in (part.split("=") for part in text.split())}

    return Composed(read(letters), {_MARKS[key]: codes for key, codes in read(marks).items()})


_TONES: Final = dict(zip("fsrxj", "\u0300\u0301\u0309\u0303\u0323", strict=True))
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
# The keys of Telex name the marks: f huyền, s sắc, r hỏi, x ngã, j nặng; ^ and ( before one: on â ê ô, on ă.
_MARKS: Final = {
    **_TONES,
    "^": _CIRCUMFLEX,
    "(": _BREVE,
    **{f"^{key}": _CIRCUMFLEX + tone for key, tone in _TONES.items()},
    **{f"({key}": _BREVE + tone for key, tone in _TONES.items()},
}

COMPOSED: Final[dict[str, Composed]] = {
    "vni": _composed(
        "đ=f1d1 ơ=f4d4 ư=f6d6 ì=eccc í=edcd ỉ=e6c6 ĩ=f3d3 ị=f2d2 ỵ=eece",
        "f=f8d8 s=f9d9 r=fbdb x=f5d5 j=efcf ^=e2c2 ^f=e0c0 ^s=e1c1 ^r=e5c5 ^x=e3c3 ^j=e4c4"
        " (=eaca (f=e8c8 (s=e9c9 (r=fada (x=fcdc (j=ebcb",
    ),
    # The same letters in Mac Roman: most small ones moved with the glyphs of that set.
    "vni-mac": _composed(
        "đ=9684 ơ=99ef ư=9a85 ì=93ed í=92ea ỉ=beae ĩ=97ee ị=98f1 ỵ=94eb",
        "f=bfaf s=9df4 r=9ef3 x=9bcd j=95ec ^=89e5 ^f=88cb ^s=87e7 ^r=8c81 ^x=8bcc ^j=8a80"
        " (=90e6 (f=8fe9 (s=8e83 (r=9cf2 (x=9f86 (j=91e8",
    ),
    "bkhcm2": _composed(
        "đ=e0c0 â=eaca ê=efcf ô=f6d6 ă=f9d9 ơ=fada ư=fbdb í=f1d1 ì=f2d2 ỉ=f3d3 ĩ=f4d4 ị=f5d5",
        "s=e1c1 f=e2c2 r=e3c3 x=e4c4 j=e5c5",
    ),
}
# In BK HCM 2 the marks on â, ê, ô and on ă are others than those on plain letters (the dot below is the same).
_BK_SHARP: Final = (("âêô", "ebcb eccc edcd eece", "sfrx"), ("ă", "e6c6 e7c7 e8c8 e9c9", "sfrx"))

_TAKES: Final = {_CIRCUMFLEX: "aeo", _BREVE: "a"}


def sequences(name: str) -> dict[str, str]:
    """Return what each byte or pair of bytes of a composed set stands for; bytes as the characters of Latin-1.

    A mark of the other case than its letter is read as well: people pressed shift for the one and not for the other.
    """
    letters, marks = COMPOSED[name]
    table: dict[str, str] = {}
    bearers: dict[str, str] = {vowel: vowel for vowel in "aeiouyAEIOUY"}
    for letter, codes in letters.items():
        for code, cased in zip(codes.decode("latin-1"), (letter, letter.upper()), strict=True):
            table[code] = bearers[code] = cased
    for mark, codes in marks.items():
        for code, letter in bearers.items():
            plain = letter.lower()
            if mark[0] in _TAKES and plain not in _TAKES[mark[0]]:
                continue
            whole = unicodedata.normalize("NFC", letter + mark)
            if len(whole) == 1:
                table.update({code + byte: whole for byte in codes.decode("latin-1")})
    if name == "bkhcm2":
        for takers, pairs, keys in _BK_SHARP:
            for pair, key in zip(pairs.split(), keys, strict=True):
                for byte in bytes.fromhex(pair).decode("latin-1"):
                    table.update(
                        {
                            code + byte: unicodedata.normalize("NFC", letter + _TONES[key])
                            for code, letter in bearers.items()
                            if letter.lower() in takers
                        }
                    )
    return table
