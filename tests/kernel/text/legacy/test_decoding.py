"""Each set of the years before Unicode gives the letters that were meant; mending gives back what was lost twice."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.kernel.text.legacy import Encoding, decode, mend
from guisach.kernel.text.spelling import UNTONED
from tests.conftest import SHARED_DATA, needs_shared

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "legacy.json").read_text("utf-8"))["vectors"]
LETTERS = "".join(letter for letter in sorted(UNTONED) if not letter.isascii()) + "đĐ"
TONELESS_CAPITALS = frozenset("ĂÂÊÔƠƯĐ")
OF_BYTES = [encoding for encoding in Encoding if not encoding.value.startswith(("utf", "viqr", "cp1258"))]
SHARED_FILES = {"vniwin": Encoding.VNI, "vnimac": Encoding.VNI_MAC}


@cache
def bytes_of(encoding: Encoding) -> dict[str, bytes]:
    """Find the bytes of each letter by trying them all: one byte, and an ASCII or special letter with a mark."""
    found: dict[str, bytes] = {}
    for first in range(256):
        for raw in (bytes([first]), *(bytes([first, second]) for second in range(0x80, 0x100))):
            text = decode(raw, encoding)
            if len(text) == 1 and text in LETTERS:
                found.setdefault(text, raw)
    return found


def writable(encoding: Encoding) -> str:
    if encoding is Encoding.TCVN3:  # its fonts of small letters have no capitals with tones
        return "".join(letter for letter in LETTERS if letter.islower() or letter in TONELESS_CAPITALS)
    return LETTERS


@pytest.mark.parametrize(("name", "text", "raw"), VECTORS)
def test_vectors_are_read(name, text, raw):
    assert decode(bytes.fromhex(raw), Encoding(name)) == text


@pytest.mark.parametrize("encoding", OF_BYTES)
def test_every_vietnamese_letter_has_its_bytes(encoding):
    assert len(LETTERS) == 134
    assert sorted(set(writable(encoding)) - bytes_of(encoding).keys()) == []


@pytest.mark.parametrize("encoding", OF_BYTES)
@given(data=st.data())
def test_text_of_vietnamese_letters_comes_back(encoding, data):
    text = data.draw(st.text(alphabet=writable(encoding) + "aeiouybcdđgh nt,.1", max_size=40))
    raw = b"".join(bytes_of(encoding).get(char) or char.encode("ascii") for char in text)
    if encoding is Encoding.BK_HCM2:
        # Its marks follow their vowel as bytes of their own: a bare vowel before a lone mark cannot be told apart.
        again = b"".join(bytes_of(encoding).get(char) or char.encode("ascii") for char in decode(raw, encoding))
        assert again == raw
        return
    assert decode(raw, encoding) == text


@given(st.text(alphabet=LETTERS + "bcdghkmnt \n", max_size=40))
def test_windows_1258_comes_back_composed(text):
    parts = unicodedata.normalize("NFD", text).replace("o\u031b", "ơ").replace("u\u031b", "ư")
    for plain, whole in (("O\u031b", "Ơ"), ("U\u031b", "Ư")):
        parts = parts.replace(plain, whole)
    for vowel in "aeoAEO":
        for quality in "\u0302\u0306":
            parts = parts.replace(vowel + "\u0323" + quality, vowel + quality + "\u0323")  # NFD has the dot first
            parts = parts.replace(vowel + quality, unicodedata.normalize("NFC", vowel + quality))
    assert decode(parts.encode("cp1258"), Encoding.CP1258) == text


@given(st.text(alphabet=LETTERS + "bcghkmnt \n", max_size=40))
def test_viqr_comes_back(text):
    marks = dict(zip("\u0302\u0306\u031b\u0300\u0301\u0309\u0303\u0323", "^(+`'?~.", strict=True))
    order = "\u0302\u0306\u031b"
    written = []
    for char in text:
        base, *rest = unicodedata.normalize("NFD", char)
        rest.sort(key=lambda mark: mark not in order)
        # đ within a word is no Vietnamese spelling, and stays "dd" lest "Buddha" change
        plain = {"đ": " dd", "Đ": " DD"}.get(base, base)
        written.append(plain + "".join(marks[mark] for mark in rest))
    expected = text.replace("đ", " đ").replace("Đ", " Đ")
    assert decode("".join(written).encode("ascii"), Encoding.VIQR) == expected


@given(st.binary(max_size=200), st.sampled_from(list(Encoding)))
def test_any_bytes_are_read(raw, encoding):
    text = decode(raw, encoding)
    assert unicodedata.is_normalized("NFC", text)
    text.encode()


@given(st.text(alphabet=LETTERS + "abcde ", min_size=1, max_size=40))
def test_utf8_that_was_written_twice_or_thrice_is_mended(text):
    once = text.encode().decode("latin-1")
    twice = once.encode().decode("latin-1")
    for broken in (once, twice):
        assert mend(broken, Encoding.UTF_8_TWICE) == (None if text.isascii() else text)


def test_letters_shown_as_western_ones_are_mended():
    assert mend("Th− viÖn v¨n ho¸", Encoding.TCVN3) == "Thư viện văn hoá"
    assert mend("Thö vieän tænh Cao Baèng", Encoding.VNI) == "Thư viện tỉnh Cao Bằng"
    assert mend("HÃ  Ná»™i", Encoding.UTF_8_TWICE) is None  # the no-break space has become a blank: bytes are missing
    assert mend("HÃ\u00a0 Ná»™i", Encoding.UTF_8_TWICE) == "Hà Nội"


@pytest.mark.parametrize("encoding", [Encoding.TCVN3, Encoding.VNI, Encoding.UTF_8_TWICE])
@pytest.mark.parametrize("text", ["Thư viện", "Война и мир", "Chi Pheo", ""])
def test_text_that_cannot_be_bytes_is_left_alone(encoding, text):
    assert mend(text, encoding) is None


@needs_shared
@pytest.mark.parametrize("name", ["tcvn3", "vniwin", "vnimac", "viscii", "vps", "cp1258", "bkhcm2", "viqr"])
def test_real_lines_come_out_equal_but_for_the_known_losses(name):
    folder = SHARED_DATA / "encodings"
    lines = (folder / "lines.utf8.txt").read_text("utf-8").split("\n")
    found = [
        decode(raw, SHARED_FILES.get(name) or Encoding(name))
        for raw in (folder / f"lines.{name}").read_bytes().split(b"\n")
    ]
    assert len(found) == len(lines) == 5122
    different = [(read, line) for read, line in zip(found, lines, strict=True) if read != line]
    if name in ("tcvn3", "viscii", "vps"):  # capitals that these sets, or who wrote the files, have not
        assert all(read.casefold() == line.casefold() for read, line in different)
        assert len(different) == {"tcvn3": 193, "viscii": 2, "vps": 15}[name]
    elif name == "vnimac":  # it writes # for a question mark
        assert all(read.replace("#", "?") == line.replace("#", "?") for read, line in different)
    elif name == "viqr":  # full stops and dd that should have been escaped
        assert len(different) <= 9
    else:
        assert different == []


@needs_shared
def test_a_real_file_comes_out_equal():
    folder = SHARED_DATA / "encodings"
    read = decode((folder / "tcvn3_demo1-tcvn.txt").read_bytes(), Encoding.TCVN3)
    assert read == (folder / "tcvn3_demo1-utf8.txt").read_bytes().decode()
