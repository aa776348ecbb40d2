"""Text comes out right whatever the leader claims: UTF-8, MARC-8, or a guess that says it is one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guisach.adapters.marc import charset, iso2709, marc8
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Note, Reason, Unreadable
from tests.adapters.marc.records import LEADER, book, data, packed

MARC8_LEADER = LEADER.replace(" a22", "  22")
# MARC-8 puts a mark before its letter; both orders of circumflex and tone occur.
TUAN = b"Nguy\xe3\xe4en Tu\xe3an"
TUAN_TONE_FIRST = b"Nguy\xe4\xe3en Tu\xe3an"
FERRYMAN = b"Ng\xbd\xe1\xbci l\xe2ai \xb3\xe1o s\xe3ong \xa3\xe1a"


def title_of(raw: bytes, leader: str = MARC8_LEADER) -> tuple[str, tuple[Note, ...]]:
    content, notes = iso2709.parse(packed(book(leader=leader), bodies={2: b"10\x1fa" + raw})[:-1])
    assert isinstance(content, Incoming), content
    return content.fields[2].first("a"), notes


@pytest.mark.parametrize(("leader", "notes"), [(LEADER, ()), (MARC8_LEADER, (Note.CHARSET_CLAIM,))])
def test_utf8_is_read_whatever_the_leader_says(leader, notes):
    assert title_of("Số đỏ".encode(), leader) == ("Số đỏ", notes)


@pytest.mark.parametrize(("leader", "notes"), [(MARC8_LEADER, ()), (LEADER, (Note.CHARSET_CLAIM,))])
@pytest.mark.parametrize(
    ("raw", "text"),
    [(TUAN, "Nguyễn Tuân"), (TUAN_TONE_FIRST, "Nguyễn Tuân"), (FERRYMAN, "Người lái đò sông Đà")],
)
def test_marc8_is_read_whatever_the_leader_says(leader, notes, raw, text):
    assert title_of(raw, leader) == (text, notes)


def test_ascii_needs_no_claim():
    assert title_of(b"Chi Pheo", LEADER) == title_of(b"Chi Pheo", MARC8_LEADER) == ("Chi Pheo", ())


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x1b(NtOLSTOJ\x1b(B!", "Толстой!"),
        (b"\x1b(S\x61\x62\x1b(B", "αβ"),
        (b"\x1b$1!0!\x21\x30\x21\x1b(B.", None),
        (b"H\x1bb2\x1bsO", "H₂O"),
        (b"x\x1bp2\x1bs", "x²"),
        (b"\x1bga\x1bs-", "α-"),
        (b"&#x1EA5;m &#x110;&#xe0; N\xe3ang", "ấm Đà Nâng"),
        (b"\xe2&#x03B1;", "ά"),
        (b"AT&T &#xZZ; &#xD800;\xe3a", "AT&T &#xZZ; &#xD800;â"),
    ],
)
def test_other_scripts_of_marc8(raw, text):
    found, notes = title_of(raw)
    if text is not None:
        assert (found, notes) == (unicodedata.normalize("NFC", text), ())
    assert "\x1b" not in found


def test_each_subfield_begins_afresh():
    content = iso2709.parse(packed(book(), bodies={2: b"10\x1fa\x1b(Nt\x1fbplain"})[:-1]).content
    assert isinstance(content, Incoming)
    assert content.fields[2].subfields == (("a", "Т"), ("b", "plain"))


def test_punctuation_that_nobody_switched_back_for_is_kept():
    # "Κως," with the comma still in the Greek set
    text, notes = title_of(b"\x1b(S\x6c\x7d\x78,")
    assert text.endswith(",")
    assert notes == (Note.BYTES_REPLACED,)


@pytest.mark.parametrize("raw", [b"\x1b", b"\x1b$", b"\x1b(", b"\x1b$1!", b"\x1b$1\x21\x22", b"\x1b)!\xe3a", b"a\x1bz"])
def test_broken_escapes_are_survived(raw):
    text, _ = title_of(raw)
    assert isinstance(text, str)


def test_utf8_with_a_broken_letter_stays_utf8():
    cut = "Truyện Kiều".encode()[:-2]  # as when a field was cut by bytes
    text, notes = title_of(cut + b" / \xe1\xba", LEADER)
    assert text.startswith("Truyện Ki")
    assert "\ufffd" in text
    assert notes == (Note.BYTES_REPLACED,)


def test_a_field_of_another_set_among_utf8_is_found_out():
    record = book(data("520", "atiếng Việt rất nhiều chữ có dấu, để không ai lầm"), leader=LEADER)
    content, notes = iso2709.parse(packed(record, bodies={2: b"10\x1fa" + TUAN})[:-1])
    assert isinstance(content, Incoming)
    assert content.fields[2].first("a") == "Nguyễn Tuân"
    assert content.fields[3] == record.fields[3]
    assert notes == (Note.CHARSET_MIXED,)


def test_what_is_neither_is_a_guess_and_says_so():
    tcvn3 = b"Th\xad vi\xd6n v\xa8n ho\xb8 c\xe6 s\xeb"  # Thư viện văn hoá cơ sở
    assert title_of(tcvn3)[1] == (Note.CHARSET_GUESSED,)
    assert title_of("Gävleborg".encode("latin-1"), LEADER)[1] == (Note.CHARSET_CLAIM, Note.CHARSET_GUESSED)
    assert title_of("naïveté — déjà".encode("cp1252"), LEADER)[0] == "naïveté — déjà"


def test_unimarc_in_another_set_is_set_aside_rather_than_misread():
    coded = "a20240531d2024    m  y0viey50      ba"
    unimarc = book(leader=MARC8_LEADER)._replace(
        fields=(data("100", coded), data("200", "aTitle"), data("210", "aParis"))
    )
    content = iso2709.parse(packed(unimarc, bodies={1: b"1 \x1fa\xc2etude"})[:-1]).content
    assert isinstance(content, Unreadable)
    assert content.reason == Reason.CHARSET
    assert isinstance(iso2709.parse(packed(unimarc)[:-1]).content, Incoming)


@given(st.binary(max_size=60))
def test_marc8_takes_anything(raw):
    converted = marc8.decode(raw)
    assert converted.unknown + converted.orphans <= converted.special
    converted.text.encode()


@given(st.binary(max_size=80), st.booleans())
def test_delimiters_pass_through_any_decoding(raw, claims):
    text = charset.decode(raw, claims_utf8=claims).text
    for delimiter in "\x1e\x1f":
        assert text.count(delimiter) == raw.count(delimiter.encode())
    text.encode()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_was_composed_need_not_be_composed_again(form):
    text = "Nguyễn Ngọc Ký, Vừ A Dính, Lượn Tày ở xã Cô Ba"
    assert charset.compose(unicodedata.normalize(form, text)) == text
    assert charset.composed(text)
    assert not charset.composed(unicodedata.normalize("NFD", text))


@given(st.text(max_size=40))
@example("\u0302")  # nothing to stand on
def test_composing_changes_only_how_letters_are_made_up(text):
    composed = charset.compose(text)
    assert charset.compose(composed) == composed
    assert [char for char in composed if char.isspace()] == [
        char for char in unicodedata.normalize("NFC", text) if char.isspace()
    ]
    if charset.composed(text):
        assert composed == text
