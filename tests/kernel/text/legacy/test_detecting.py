"""The character set of a file is recognised by its words, with the evidence; what is doubtful stays undecided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.kernel.text.legacy import Encoding, decode, detect, likeness, read_as
from tests.conftest import SHARED_DATA, needs_shared

TITLES = "Dế Mèn phiêu lưu ký; Đất rừng phương Nam; Tuổi thơ dữ dội; Người lái đò sông Đà; Số đỏ; Truyện Kiều"
TCVN3 = b"Th\xad vi\xd6n v\xa8n ho\xb8 c\xac s\xeb, ng\xad\xeai \xae\xe4c"
FRENCH = (
    "Le cœur a ses raisons que la raison ne connaît point. Où êtes-vous né, là-bas ? L'été, la forêt était à côté du"
    " café. Thé, dé, né, là, où, ça, déjà vu ; Noël à Paris, hôtel, maïs, naïf, garçon, français, théâtre"
)
GERMAN = "Über die Brücke gehen, schöne Grüße aus München, Straße, Mädchen, für, können, müssen, Köln, Tür"
SETS = {
    "tcvn3": "tcvn3",
    "viscii": "viscii",
    "cp1258": "cp1258",
    "vniwin": "vni",
    "vnimac": "vni-mac",
    "bkhcm2": "bkhcm2",
}


def test_bytes_of_a_legacy_set_are_recognised_with_words_before_and_after():
    found = detect(TCVN3)
    assert (found.encoding, found.is_mended) == (Encoding.TCVN3, False)
    assert ("viÖn", "viện") in found.evidence
    assert 0.5 < found.confidence < 1


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_utf8_written_twice_is_recognised(encoding):
    # Where Windows' set has nothing, programs pass the byte through.
    broken = "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in TITLES.encode())
    found = detect(broken.encode())
    assert (found.encoding, found.is_mended) == (Encoding.UTF_8_TWICE, True)


def test_letters_that_stand_for_bytes_are_recognised_inside_utf8():
    found = detect("Th− viÖn v¨n ho¸ c¬ së".encode())
    assert (found.encoding, found.is_mended) == (Encoding.TCVN3, True)
    assert ("Th−", "Thư") in found.evidence


def test_viqr_is_recognised_among_ascii():
    found = detect(b"Dde^' Me`n phie^u lu+u ky'. DDa^'t ru+`ng phu+o+ng Nam. Nguye^~n Ngo.c Tu+, Truye^.n Kie^`u")
    assert found.encoding is Encoding.VIQR


@pytest.mark.parametrize(
    "text", [TITLES, "Chi Pheo", "", FRENCH, GERMAN, "Война и мир", "日本国立図書館", "What's new? Add it."]
)
def test_utf8_stays_utf8(text):
    assert detect(text.encode()).encoding is Encoding.UTF_8


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "cp1252"),
        (GERMAN, "latin-1"),
        ("El niño comió muchísimo más de la mañana; corazón, canción, años, está, según", "latin-1"),
        ("Zażółć gęślą jaźń, książka, łódź, więcej, święty", "cp1250"),
        ("Преступление и наказание, братья Карамазовы, война и мир", "cp1251"),
        ("中国国家图书馆藏书目录", "gb18030"),
    ],
)
def test_other_languages_are_not_taken_for_vietnamese(text, encoding):
    assert detect(text.encode(encoding)).encoding is None


def test_a_few_broken_letters_do_not_make_utf8_something_else():
    found = detect(TITLES.encode().replace("Kiều".encode(), b"Ki\xe1\xbb") + b"\xff")
    assert found.encoding is Encoding.UTF_8
    assert found.confidence < 1


def test_a_mark_of_utf16_is_believed():
    assert detect("Số đỏ".encode("utf-16")).encoding is Encoding.UTF_16


def test_what_a_person_says_is_shown_with_its_words():
    told = read_as(b"Nguy\xcdn T\xe2m; th\x89 gi\xa7i", Encoding.VPS)
    assert [after for _, after in told.evidence] == ["Nguyễn", "thế", "giới"]
    assert told.confidence == 1
    assert read_as(TCVN3, Encoding.VNI).confidence < 0.5
    assert read_as("Th− viÖn".encode(), Encoding.TCVN3).evidence[1] == ("viÖn", "viện")


def test_likeness_counts_words_with_marks():
    assert likeness("Thư viện của xã, Mississippi, français") == (5, 4)
    assert likeness("").share == 0


@given(st.binary(max_size=400))
def test_anything_can_be_looked_at_and_always_looks_the_same(raw):
    found = detect(raw)
    assert found == detect(raw)
    assert 0 <= found.confidence <= 1
    assert found.encoding is not Encoding.VPS
    if found.encoding is not None:
        decode(raw, found.encoding).encode()


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize(("name", "expected"), SETS.items())
def test_files_of_real_titles_are_recognised_from_any_ten_lines(name, expected):
    raw = (SHARED_DATA / "encodings" / f"lines.{name}").read_bytes()
    assert detect(raw).encoding == expected
    lines = raw.split(b"\n")
    samples = [b"\n".join(lines[at : at + 10]) for at in range(0, len(lines) - 10, 100)]
    assert {str(detect(sample).encoding) for sample in samples} == {expected}


@needs_shared
def test_vps_is_never_taken_for_viscii():
    lines = (SHARED_DATA / "encodings" / "lines.vps").read_bytes().split(b"\n")
    samples = [b"\n".join(lines[at : at + 3]) for at in range(0, len(lines) - 3, 30)]
    assert {str(detect(sample).encoding) for sample in samples} <= {"None", "utf-8"}
