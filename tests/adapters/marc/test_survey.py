"""Which set a whole file is in: found out from all its records, told by a person, and never against the evidence."""

from __future__ import annotations

import unicodedata

import pytest

from guisach.adapters.marc import MarcReader
from guisach.adapters.marc.survey import ENCODINGS
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Note, Unreadable
from guisach.site.cli import importing
from tests.adapters.marc.records import LEADER, book, data, packed

MARC8_LEADER = LEADER.replace(" a22", "  22")
# Titles in TCVN3, by hand from the standard: Thư viện văn hoá cơ sở; Người lái đò; Số đỏ; Truyện Kiều.
TITLES = (
    b"Th\xad vi\xd6n v\xa8n ho\xb8 c\xac s\xeb",
    b"Ng\xad\xeai l\xb8i \xae\xdf",
    b"S\xe8 \xae\xe1",
    b"Truy\xd6n Ki\xd2u",
)
TEXTS = ("Thư viện văn hoá cơ sở", "Người lái đò", "Số đỏ", "Truyện Kiều")


def record(title: bytes, leader: str = MARC8_LEADER) -> bytes:
    return packed(book(leader=leader), bodies={2: b"10\x1fa" + title})


@pytest.fixture
def read(tmp_path):
    def read(*records: bytes, encoding: str = "auto", name: str = "cũ.mrc"):
        path = tmp_path / name
        path.write_bytes(b"".join(records))
        reader = MarcReader(encoding)
        return list(reader.chunks(path)), reader.detections(path)

    return read


def titles(chunks) -> list[str]:
    return [field.first("a") for chunk in chunks for field in chunk.content.fields if field.tag in ("245", "200")]


def test_a_file_in_tcvn3_is_read_and_every_record_says_so(read):
    chunks, (found,) = read(*map(record, TITLES))
    assert titles(chunks) == list(TEXTS)
    assert (found.encoding, found.is_mended) == ("tcvn3", False)
    assert ("viÖn", "viện") in found.evidence
    assert {chunk.notes for chunk in chunks} == {(Note.CHARSET_LEGACY,)}


def test_a_leader_that_claims_utf8_is_noted(read):
    chunks, _ = read(*(record(title, LEADER) for title in TITLES))
    assert titles(chunks) == list(TEXTS)
    assert chunks[0].notes == (Note.CHARSET_CLAIM, Note.CHARSET_LEGACY)


def test_utf8_and_marc8_among_legacy_records_are_left_as_they_are(read):
    utf8 = record("Dế Mèn phiêu lưu ký".encode(), LEADER)
    marc8 = record(b"Nguy\xe3\xe4en Tu\xe3an, Ng\xbd\xe1\xbci l\xe2ai")
    chunks, _ = read(*map(record, TITLES * 3), utf8, marc8)
    assert [unicodedata.normalize("NFC", title) for title in titles(chunks)[-2:]] == [
        "Dế Mèn phiêu lưu ký",
        "Nguyễn Tuân, Người lái",
    ]
    assert chunks[-2].notes == ()


def test_a_file_of_marc8_is_not_suspected(read):
    chunks, found = read(
        *[record(b"Nguy\xe3\xe4en Tu\xe3an, Ng\xbd\xe1\xbci l\xe2ai \xb3\xe1o s\xe3ong \xa3\xe1a")] * 3
    )
    assert found == ()
    assert chunks[0].notes == ()


def test_a_guess_stays_a_guess_where_words_are_too_few(read):
    chunks, found = read(record(TITLES[2]))
    assert found == ()
    assert chunks[0].notes == (Note.CHARSET_GUESSED,)


def test_what_a_person_says_wins(read):
    chunks, (told,) = read(record(TITLES[2]), encoding="tcvn3")
    assert titles(chunks) == ["Số đỏ"]
    assert told.encoding == "tcvn3"
    chunks, _ = read(*map(record, TITLES), encoding="vni")
    assert titles(chunks) != list(TEXTS)
    chunks, (told,) = read(record(b"Nguy\xcdn T\xe2m"), encoding="vps")
    assert titles(chunks) == ["Nguyễn Tâm"]
    chunks, found = read(record(TITLES[0]), encoding="utf-8")
    assert (chunks[0].notes, found) == ((Note.BYTES_REPLACED, Note.CHARSET_CLAIM), ())
    chunks, _ = read(record(TITLES[0]), encoding="marc-8")
    assert Note.BYTES_REPLACED in chunks[0].notes


def test_viqr_is_read_when_told_and_codes_of_subfields_stay_codes(read):
    title = b"'A^m nha.c' Tu+\\. \x1fb^ DDa^'t"
    chunks, _ = read(record(title), encoding="viqr")
    assert chunks[0].content.fields[2].subfields == (("a", "'Âm nhạc' Tư. "), ("b", "^ Đất"))


def test_utf8_whose_letters_stand_for_bytes_is_mended(read):
    wrong = [record(title.decode("cp1252").encode(), LEADER) for title in TITLES]
    chunks, (found,) = read(*wrong, record("Đất nước".encode(), LEADER))
    assert titles(chunks) == [*TEXTS, "Đất nước"]
    assert (found.encoding, found.is_mended) == ("tcvn3", True)
    assert [chunk.notes for chunk in chunks] == [(Note.CHARSET_LEGACY,)] * 4 + [()]


def test_utf8_written_twice_is_mended(read):
    chunks, (found,) = read(*(record(text.encode().decode("latin-1").encode(), LEADER) for text in TEXTS))
    assert titles(chunks) == list(TEXTS)
    assert found.encoding == "utf-8-twice"


def test_marcxml_whose_letters_stand_for_bytes_is_mended(read):
    subfield = '<datafield tag="245" ind1="0" ind2="0"><subfield code="a">{}</subfield></datafield>'
    field = "<record><leader>{}</leader>" + subfield + "</record>"
    xml = "<collection>" + "".join(field.format(LEADER, title.decode("cp1252")) for title in TITLES) + "</collection>"
    chunks, (found,) = read(xml.encode(), name="cũ.xml")
    assert titles(chunks) == list(TEXTS)
    assert chunks[0].notes == (Note.CHARSET_LEGACY,)
    assert found.is_mended


def test_unimarc_in_a_legacy_set_is_read(read):
    coded = "a20240531d2024    m  y0viey50      ba"
    unimarc = book(leader=MARC8_LEADER)._replace(fields=(data("100", coded), data("200", "aTitle")))
    records = [packed(unimarc, bodies={1: b"1 \x1fa" + title}) for title in TITLES]
    chunks, _ = read(*records)
    assert titles(chunks) == list(TEXTS)
    assert isinstance(read(records[2])[0][0].content, Unreadable)


@pytest.mark.slow
def test_a_long_file_is_looked_at_from_end_to_end(read):
    plain = packed(book(leader=MARC8_LEADER)) * 12_000  # 3 MB without a letter to judge by
    chunks, (found,) = read(plain, *map(record, TITLES * 500))
    assert found.encoding == "tcvn3"
    assert isinstance(chunks[-1].content, Incoming)
    assert titles(chunks[-4:]) == list(TEXTS)


def test_the_command_offers_what_the_reader_knows():
    assert sorted(importing.ENCODINGS) == sorted(ENCODINGS)
