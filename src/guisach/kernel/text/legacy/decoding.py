"""Read bytes of a legacy Vietnamese character set, and mend text that was read in the wrong one.

Every reading is total: bytes that mean nothing become U+FFFD. White space and ASCII stay as they are, but for the
few control characters that VISCII, VPS and TCVN 5712 use for capitals and the sequences of VIQR.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from guisach.kernel.text.legacy import tables

if TYPE_CHECKING:
    from collections.abc import Callable

REPLACEMENT: Final = "\ufffd"


class Encoding(StrEnum):
    """How text is written in bytes. The values are what people type after --encoding."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    UTF_8_TWICE = "utf-8-twice"  # UTF-8 that somebody took for Windows' Western set and wrote as UTF-8 again
    TCVN3 = "tcvn3"  # the fonts of ABC: .VnTime, .VnArial
    TCVN_5712_1 = "tcvn-5712-1"  # the same with the standard's capitals below 0xA0; never recognised by itself
    VNI = "vni"
    VNI_MAC = "vni-mac"
    VISCII = "viscii"
    VPS = "vps"  # so like VISCII that it is never recognised by itself: a person has to say so
    CP1258 = "cp1258"
    VIQR = "viqr"
    BK_HCM2 = "bkhcm2"


def decode(data: bytes, encoding: Encoding) -> str:
    """Read bytes; Vietnamese letters come out composed."""
    return _reader(encoding)(data)


def mend(text: str, encoding: Encoding) -> str | None:
    """Read text again whose bytes in `encoding` were shown as Western letters ("Th− viÖn"); None if it cannot be that.

    With UTF_8_TWICE, text is taken back to the UTF-8 that it was, twice if need be.
    """
    raw = surface_bytes(text)
    if raw is None or raw.isascii():
        return None
    if encoding is not Encoding.UTF_8_TWICE:
        mended = decode(raw, encoding)
        return None if REPLACEMENT in mended else mended
    try:
        mended = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return mend(mended, encoding) or mended


def surface_bytes(text: str) -> bytes | None:
    """Return the bytes that Western Windows or Latin-1 shows as this text, or None where it has other letters."""
    try:
        return text.translate(_SURFACE).encode("latin-1")
    except UnicodeEncodeError:
        return None


def shown(data: bytes) -> str:
    """Show bytes as Western Windows does: how such text looks to somebody who opens it, with nothing unseen in it."""
    return data.decode("latin-1").translate(_VISIBLE)


_WINDOWS: Final = {
    byte: char for byte in range(0x80, 0xA0) if (char := bytes([byte]).decode("cp1252", "ignore")) and ord(char) > 0xFF
}
_VISIBLE: Final = {**dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), "·"), 0xA0: " ", 0xAD: "−", **_WINDOWS}
_SURFACE: Final = {
    **{ord(char): byte for byte, char in _WINDOWS.items()},
    # Word and web pages put a minus for the soft hyphen (ư in TCVN3), other look-alikes for other signs.
    **dict(zip(map(ord, "−μ∙Đ"), (0xAD, 0xB5, 0xB7, 0xD0), strict=True)),
}


@cache
def _reader(encoding: Encoding) -> Callable[[bytes], str]:
    if encoding.value in tables.HIGH:
        return _of_one_byte(encoding.value)
    if encoding.value in tables.COMPOSED:
        return _of_two_bytes(encoding.value)
    if encoding is Encoding.VIQR:
        return _viqr
    if encoding is Encoding.UTF_8_TWICE:
        return _utf8_twice
    codec = "utf-8-sig" if encoding is Encoding.UTF_8 else encoding.value
    return lambda data: unicodedata.normalize("NFC", data.decode(codec, "replace"))


def _of_one_byte(name: str) -> Callable[[bytes], str]:
    high = {0x80 + at: REPLACEMENT if char == "·" else char for at, char in enumerate(tables.HIGH[name])}
    table = high | tables.LOW.get(name, {})
    return lambda data: unicodedata.normalize("NFC", data.decode("latin-1").translate(table))


def _of_two_bytes(name: str) -> Callable[[bytes], str]:
    table = tables.sequences(name)
    pairs = {"".join(key) for key in table if len(key) == 2}
    first, second = ("".join(sorted({pair[at] for pair in pairs})) for at in (0, 1))
    singles = "".join(key for key in table if len(key) == 1)
    pattern = re.compile(f"[{first}][{second}]|[{singles}]")

    def one(match: re.Match[str]) -> str:
        found = match[0]
        return table.get(found) or "".join(table.get(char, char) for char in found)

    def read(data: bytes) -> str:
        text = pattern.sub(one, data.decode("latin-1"))
        return unicodedata.normalize("NFC", text.translate(_WINDOWS))

    return read


_VIQR_MARKS: Final = dict(zip("^(+`'?~.", "\u0302\u0306\u031b\u0300\u0301\u0309\u0303\u0323", strict=True))
_VIQR: Final = re.compile(
    r"\\(.)|(?<![A-Za-z])([Dd])[Dd]|([AaEeIiOoUuYy])([\^(+*]?)([`'?~]|\.(?!(?:com|net|org|vn|html?)\b)|)", re.DOTALL
)
_VIQR_TAKES: Final = {"^": "aeo", "(": "a", "+": "ou"}


def _viqr(data: bytes) -> str:
    return unicodedata.normalize("NFC", _VIQR.sub(_viqr_letter, data.decode("latin-1")))


def _viqr_letter(match: re.Match[str]) -> str:
    escaped, stroke, vowel, quality, tone = match.groups(default="")
    if escaped:
        return escaped
    if stroke:
        return "đ" if stroke == "d" else "Đ"
    quality = "+" if quality == "*" and vowel.lower() in "ou" else quality  # an older way to write the horn
    if quality and vowel.lower() not in _VIQR_TAKES.get(quality, ""):
        return vowel + match[4] + match[5]
    return vowel + _VIQR_MARKS.get(quality, "") + _VIQR_MARKS.get(tone, "")


def _utf8_twice(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    return mend(text, Encoding.UTF_8_TWICE) or unicodedata.normalize("NFC", text)
