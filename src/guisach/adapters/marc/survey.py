"""Find out, once for a whole file, which Vietnamese set of the years before Unicode it is in, if it is in one.

A single short title says little; the words of a file say it plainly. Only what is neither UTF-8 nor MARC-8, and UTF-8
whose letters make no words, comes into question.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from guisach.adapters.marc import marc8
from guisach.kernel.text import nfc
from guisach.kernel.text.legacy import Detection, Encoding, decode, detect, likeness, mend, read_as

if TYPE_CHECKING:
    from typing import BinaryIO

AUTO, UTF_8, MARC_8 = "auto", "utf-8", "marc-8"
ENCODINGS = (
    AUTO,
    UTF_8,
    MARC_8,
    *(encoding.value for encoding in Encoding if encoding not in {Encoding.UTF_8, Encoding.UTF_16}),
)
"""What a person can say that a file is in."""

_WINDOW = 1 << 16
_WINDOWS = 32
_ENOUGH = 1 << 18  # bytes of one kind
_CUT = re.compile(rb"[\x1d\x1e]")
_CODES = re.compile(rb"\x1f.?", re.DOTALL)
_MARC8_WINS = 0.1  # a legacy set must be better than MARC-8 by so much, or MARC-8 is believed


class Reading(NamedTuple):
    """How the bytes of a file are to be read where they do not speak for themselves."""

    forced: str = ""
    """What a person has said, one of ENCODINGS; empty: nobody did."""
    raw: Encoding | None = None
    """For bytes that are not UTF-8."""
    surface: Encoding | None = None
    """For UTF-8 whose Western letters stand for bytes of this set."""


class Survey(NamedTuple):
    """What a file was found to be in, and what was concluded from it."""

    reading: Reading
    detections: tuple[Detection, ...] = ()
    """None for a file of UTF-8 or MARC-8; what a person has said comes with the words that it makes."""


def survey(stream: BinaryIO, encoding: str = AUTO, cut: re.Pattern[bytes] = _CUT) -> Survey:
    """Look at a sample from all over a seekable file; its position afterwards is anywhere.

    `cut` tells pieces apart that may be in different sets.
    """
    if encoding in (UTF_8, MARC_8):
        return Survey(Reading(encoding))
    others, unicode = _samples(stream, cut)
    if encoding != AUTO:
        told = Encoding(encoding)
        return Survey(Reading(encoding, told, told), (read_as(others or unicode, told),))
    found = detect(others)
    if found.encoding in (None, Encoding.UTF_8, Encoding.UTF_16, Encoding.VIQR) or _is_marc8(others, found):
        found = Detection(None, 0.0)
    mended = detect(unicode)
    surface = mended.encoding if mended.is_mended else None
    detections = tuple(one for one in (found, mended) if (one is found and one.encoding) or one.is_mended)
    return Survey(Reading("", found.encoding, surface), detections)


def mended(text: str, encoding: Encoding) -> str:
    """Read text again whose letters stand for bytes; text that makes more sense as it is stays."""
    if text.isascii():
        return text
    better = mend(text, encoding)
    if better is None:
        return text
    if encoding is not Encoding.UTF_8_TWICE and likeness(text).share > likeness(better).share:
        return text
    return better


def _samples(stream: BinaryIO, cut: re.Pattern[bytes]) -> tuple[bytes, bytes]:
    """Return fields that are not UTF-8, and fields that are and not ASCII, of the whole file or from all over it."""
    size = stream.seek(0, 2)
    step = max(_WINDOW, size // _WINDOWS)
    others: list[bytes] = []
    unicode: list[bytes] = []
    taken = [0, 0]
    for at in range(0, size, step):
        stream.seek(at)
        window = stream.read(_WINDOW)
        if window.isascii():
            continue
        fields = cut.split(window)
        # Cut by the window, the first and the last may have half a letter.
        for field in fields[1:-1] if len(fields) > 2 else fields:
            if field.isascii():
                continue
            is_unicode = is_utf8(field)
            if taken[is_unicode] < _ENOUGH:
                (unicode if is_unicode else others).append(_CODES.sub(b" ", field))
                taken[is_unicode] += len(field)
    return b"\n".join(others), b"\n".join(unicode)


def _is_marc8(sample: bytes, found: Detection) -> bool:
    """Say whether MARC-8 explains the sample as well."""
    if found.encoding is None:
        return False
    as_marc8 = likeness(nfc(marc8.decode(sample).text))
    return as_marc8.share + _MARC8_WINS > likeness(decode(sample, found.encoding)).share


def is_utf8(data: bytes) -> bool:
    """Say whether the bytes are UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
