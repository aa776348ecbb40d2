"""MARC-8 to Unicode, over pymarc's tables.

pymarc's own converter drops what it does not know and says so on standard error; an import must know how
much of a text could not be read before it believes that the text is MARC-8 at all. It is also several times
slower, since it looks at every ASCII byte.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from pymarc.marc8_mapping import CODESETS, ODD_MAP

REPLACEMENT = "\ufffd"

_ASCII, _ANSEL, _EACC = 0x42, 0x45, 0x31
_CONTROLS = {0x88: "\x98", 0x89: "\x9c", 0x8D: "\u200d", 0x8E: "\u200c"}  # non-sorting and joining marks
_DESIGNATION = re.compile(
    rb"\x1b(?:"
    rb"(?P<g0multi>\$,?)(?P<g0m>1)"
    rb"|\$[)\-](?P<g1m>1)"
    rb"|[(,](?P<g0>!?[1-4BENQSbgp])"
    rb"|[)\-](?P<g1>!?[1-4BENQSbgp])"
    rb"|(?P<locking>[gbps])"
    rb")"
)
_PUNCTUATION = frozenset(b",.:;/=-()[]")
_PLAIN = re.compile(rb"[\x00-\x1a\x1c-\x25\x27-\x7f]+")
_REFERENCE = re.compile(rb"&#x([0-9A-Fa-f]{2,6});")


class Marc8(NamedTuple):
    """A converted text, with what the conversion met."""

    text: str
    unknown: int
    """Bytes or sequences that mean nothing in MARC-8; U+FFFD stands for what could not be guessed."""
    orphans: int
    """Marks without a letter to stand on."""
    special: int
    """Characters that were not plain ASCII, unknown ones and orphans among them."""


def _table(charset: int) -> dict[int, tuple[str, bool]]:
    return {code: (chr(point), bool(mark)) for code, (point, mark) in CODESETS[charset].items()}


_TABLES = {charset: _table(charset) for charset in CODESETS}
_ODD = {code: chr(point) for code, point in ODD_MAP.items()}


def has_designation(data: bytes) -> bool:
    """Say whether the bytes switch character sets the way MARC-8 does."""
    return b"\x1b" in data and _DESIGNATION.search(data) is not None


def decode(data: bytes) -> Marc8:
    """Convert one subfield or control field; the sets in force begin afresh, as the standard says.

    A mark comes before its letter in MARC-8 and after it in Unicode. A mark without a letter is counted: it
    is a sign of a text that is in some other 8-bit set. Characters outside MARC-8 come as `&#x1EA5;`, by a
    convention of the Library of Congress. The text is not normalised.
    """
    if data.isascii() and b"\x1b" not in data and b"&#x" not in data:
        return Marc8(data.decode("ascii"), 0, 0, 0)
    return _Converter(data).run()


def _is_character(point: int) -> bool:
    return 0xA0 <= point <= 0x10FFFF and not 0xD800 <= point < 0xE000


class _Converter:
    __slots__ = ("data", "g0", "g1", "marks", "orphans", "out", "special", "unknown")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.g0 = _ASCII
        self.g1 = _ANSEL
        self.out: list[str] = []
        self.marks: list[str] = []
        self.unknown = self.orphans = self.special = 0

    def run(self) -> Marc8:
        data, position, end = self.data, 0, len(self.data)
        while position < end:
            if self.g0 == _ASCII and not self.marks:
                plain = _PLAIN.match(data, position)
                if plain is not None:
                    self.out.append(plain.group().decode("ascii"))
                    position = plain.end()
                    continue
            byte = data[position]
            if byte == 0x1B:
                position += self._switch(position)
            elif byte == 0x26 and self.g0 == _ASCII:
                position += self._reference(position)
            elif (self.g1 if byte >= 0x80 else self.g0) == _EACC:
                position += self._triple(position)
            elif byte <= 0x20 or 0x7F <= byte < 0xA1:
                self._control(byte)
                position += 1
            else:
                self._single(byte)
                position += 1
        self._release()
        return Marc8("".join(self.out), self.unknown, self.orphans, self.special)

    def _switch(self, position: int) -> int:
        match = _DESIGNATION.match(self.data, position)
        if match is None:
            self._wrong()
            return 1
        if match["g0m"]:
            self.g0 = _EACC
        elif match["g1m"]:
            self.g1 = _EACC
        elif match["g0"]:
            self.g0 = match["g0"][-1]
        elif match["g1"]:
            self.g1 = match["g1"][-1]
        else:
            self.g0 = _ASCII if match["locking"] == b"s" else match["locking"][0]
        return match.end() - position

    def _control(self, byte: int) -> None:
        known = _CONTROLS.get(byte)
        if known is not None:
            self.special += 1
            self.out.append(known)
        elif byte < 0x80:
            self._release()
            self.out.append(chr(byte))
        else:
            self._wrong()

    def _triple(self, position: int) -> int:
        code = self.data[position : position + 3]
        point = int.from_bytes(code, "big") & 0x7F7F7F
        found = _TABLES[_EACC].get(point) if len(code) == 3 else None
        if found is None and point in _ODD:
            found = (_ODD[point], False)
        if found is not None:
            self._put(*found)
            return 3
        if code[0] <= 0x20:  # a blank between characters, written as in ASCII
            self._control(code[0])
            return 1
        if code[0] in _PUNCTUATION and (len(code) == 1 or code[1] <= 0x20):  # nobody switched back to ASCII
            self._wrong(chr(code[0]))
            return 1
        self._wrong()
        return 3 if len(code) == 3 and all(0x21 <= byte & 0x7F <= 0x7E for byte in code) else 1

    def _single(self, byte: int) -> None:
        table = _TABLES[self.g1 if byte >= 0x80 else self.g0]
        found = table.get(byte) or table.get(byte ^ 0x80)
        if found is None:
            self._wrong(chr(byte) if byte < 0x80 else REPLACEMENT)
        else:
            self._put(*found)

    def _reference(self, position: int) -> int:
        match = _REFERENCE.match(self.data, position)
        point = int(match[1], 16) if match else 0
        if match is None or not _is_character(point):
            self._put("&", is_mark=False)
            return 1
        self._put(chr(point), is_mark=unicodedata.combining(chr(point)) > 0 and bool(self.marks))
        return match.end() - position

    def _put(self, char: str, is_mark: bool) -> None:
        if not char.isascii():
            self.special += 1
        if is_mark:
            self.marks.append(char)
            return
        if self.marks:
            if not unicodedata.category(char).startswith(("L", "N")):
                self._release()
            self.out.append(char)
            self.out.extend(self.marks)
            self.marks.clear()
        else:
            self.out.append(char)

    def _wrong(self, instead: str = REPLACEMENT) -> None:
        self._release()
        self.unknown += 1
        self.special += 1
        self.out.append(instead)

    def _release(self) -> None:
        """Let marks without a letter stand where they are, on a blank of their own, and count them."""
        if self.marks:
            self.orphans += len(self.marks)
            self.out.append("\u00a0" + "".join(self.marks))
            self.marks.clear()
