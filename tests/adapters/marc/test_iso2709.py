"""ISO 2709 is read as far as it can be trusted; what cannot be read says why and touches nothing else."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.adapters.marc import iso2709
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Note, Reason, Unreadable
from tests.adapters.marc.records import LEADER, MEN, body, book, control, counted, data, packed

FULL = book(data("260", "aHà Nội :", "bKim Đồng,", "c2024."), data("300", "a144 tr. :", "bminh họa ;", "c21 cm"))


def read(chunk: bytes) -> Incoming:
    content = iso2709.parse(chunk.removesuffix(b"\x1d")).content
    assert isinstance(content, Incoming), content
    return content


def refused(chunk: bytes) -> Unreadable:
    content = iso2709.parse(chunk.removesuffix(b"\x1d")).content
    assert isinstance(content, Unreadable), content
    return content


def notes(chunk: bytes) -> set[Note]:
    return set(iso2709.parse(chunk.removesuffix(b"\x1d")).notes)


def test_a_faultless_record_is_read_as_it_was_written():
    parsed = iso2709.parse(packed(FULL)[:-1])
    assert isinstance(parsed.content, Incoming)
    assert parsed.content.fields == FULL.fields
    assert parsed.content.leader[5:12] == LEADER[5:12]
    assert parsed.notes == ()


def test_a_wrong_record_length_does_not_matter():
    assert read(packed(FULL, total=7)).fields == FULL.fields
    assert notes(packed(FULL, total=7)) == {Note.LENGTH}


def test_a_wrong_base_address_does_not_matter():
    assert read(packed(FULL, base=999)).fields == FULL.fields


@pytest.mark.parametrize("wrong", [{2: 5}, {0: 9_999}, {0: 1, 1: 1, 2: 1, 3: 1, 4: 1}])
def test_wrong_lengths_are_mended_by_the_terminators(wrong):
    chunk = packed(FULL, lengths=wrong)
    assert read(chunk).fields == FULL.fields
    assert Note.DIRECTORY_REBUILT in notes(chunk)


def test_lengths_counted_in_characters_are_mended():
    # What happens when text grows on its way from one character set to another.
    lengths = {index: len(body(field).decode()) + 1 for index, field in enumerate(FULL.fields)}
    assert read(packed(FULL, lengths=lengths)).fields == FULL.fields


def test_a_field_too_long_for_its_place_in_the_directory_is_mended():
    long = book(data("505", "a" + "nội dung " * 2000), data("653", "adế mèn"))
    assert len(body(long.fields[3])) > 9_999
    for entry in (0, 9_999):
        assert read(packed(long, lengths={3: entry})).fields == long.fields
    assert read(packed(long)).fields == long.fields, "a length of five digits shifts the rest of the directory"


def test_a_record_beyond_99999_bytes_is_read():
    large = book(*(data("500", f"a{number} " + "ghi chú " * 50) for number in range(400)))
    assert len(packed(large)) > 99_999
    assert read(packed(large)).fields == large.fields, "a leader pushed out of shape, as pymarc writes it"
    assert read(packed(large, total=99_999)).fields == large.fields, "as others write it"


def test_fields_in_another_order_than_the_directory_are_found():
    chunk = packed(FULL)
    entries = [chunk[24 + 12 * i : 36 + 12 * i] for i in range(len(FULL.fields))]
    turned = chunk[:24] + b"".join(reversed(entries)) + chunk[24 + 12 * len(entries) :]
    assert read(turned).fields == tuple(reversed(FULL.fields))


def test_wrong_lengths_and_another_order_together():
    chunk = packed(FULL, lengths={1: 3})
    entries = [chunk[24 + 12 * i : 36 + 12 * i] for i in range(len(FULL.fields))]
    turned = chunk[:24] + b"".join(reversed(entries)) + chunk[24 + 12 * len(entries) :]
    assert read(turned).fields == FULL.fields


def test_a_directory_that_lost_a_zero_at_its_beginning_is_mended():
    chunk = packed(book(data("260", "c2024."), data("300", "a9 tr."), data("653", "adế")))
    assert read(chunk[:24] + chunk[25:]).fields[0] == control("001", "cb-0001")


def test_tags_are_never_laid_over_the_wrong_fields():
    # As many fields as entries, but one is missing and another is cut in two.
    bodies = [body(field) for field in FULL.fields]
    shifted = [*bodies[1:4], bodies[4][:9], bodies[4][9:]]
    chunk = packed(FULL, bodies=dict(enumerate(shifted)), lengths={0: 77, 1: 77})
    assert refused(chunk).reason == Reason.FIELDS_MISMATCH


def test_a_record_that_lost_its_terminator_does_not_swallow_the_next():
    assert refused(packed(FULL)[:-1] + packed(book())).reason == Reason.FIELDS_MISMATCH


def test_deleted_fields_that_are_still_in_the_data_are_reported():
    chunk = packed(FULL)
    without = chunk[: 24 + 36] + chunk[24 + 48 :]
    assert [field.tag for field in read(without).fields] == ["001", "008", "245", "300"]
    assert Note.UNREFERENCED_DATA in notes(without)


def test_a_terminator_inside_a_field_is_a_blank():
    broken = book(data("520", "amột\x1ehai"), data("653", "adế"))
    assert read(packed(broken)).fields[3] == data("520", "amột hai")
    assert Note.EMBEDDED_TERMINATOR in notes(packed(broken))


@pytest.mark.parametrize("junk", [b"\r\n", b"\0\0\0", b"\x1a", b"\xef\xbb\xbf", b"  \0 \n"])
def test_what_stands_before_a_record_is_skipped(junk):
    assert read(junk + packed(FULL)).fields == FULL.fields


def test_a_last_field_without_terminator_is_read_and_noted():
    chunk = packed(FULL)[:-2]
    assert read(chunk).fields == FULL.fields
    assert Note.NO_TERMINATOR in notes(chunk)


def test_a_record_cut_anywhere_is_whole_or_refused():
    chunk = packed(FULL)[:-1]
    for end in range(len(chunk)):
        content = iso2709.parse(chunk[:end]).content
        if end >= len(chunk) - 1:
            assert isinstance(content, Incoming)
        else:
            assert isinstance(content, Unreadable), end


@pytest.mark.parametrize(
    ("chunk", "reason"),
    [
        (b"\x1a", Reason.PADDING),
        (b"\0" * 500, Reason.PADDING),
        (b"x", Reason.TOO_SHORT),
        (LEADER.encode() + b"\x1e", Reason.NO_FIELDS),
        (LEADER.encode() + b"\x1e  \x1faTitle\x1e", Reason.DIRECTORY),
        (b"hardly a record, but long enough to be looked at", Reason.DIRECTORY),
        (LEADER.encode() + b"00100050000000800410", Reason.TRUNCATED),
        (packed(FULL)[:150], Reason.TRUNCATED),
        (packed(FULL)[:24] + b"????" + packed(FULL)[28:-1].replace(b"245", b"\x01\x02\x03"), Reason.DIRECTORY),
    ],
)
def test_what_cannot_be_read_says_why(chunk, reason):
    found = refused(chunk)
    assert found.reason == reason
    assert found.detail


def test_stray_text_stays_in_its_field():
    chunk = packed(FULL, bodies={3: b"  H\xc3\xa0 N\xe1\xbb\x99i\x1fbKim"})
    assert read(chunk).fields[3].subfields == (("", "Hà Nội"), ("b", "Kim"))
    assert Note.STRAY_TEXT in notes(chunk)


def test_missing_indicators_are_blank():
    chunk = packed(FULL, bodies={3: b"\x1faHue"})
    assert read(chunk).fields[3] == data("260", "aHue")
    assert Note.BAD_INDICATORS in notes(chunk)


def test_three_indicators_are_kept_where_the_leader_announces_them():
    record = Incoming(LEADER.replace("22", "32", 1), (data("245", "aPå vej", marks="00 "),))
    assert read(packed(record)).fields == record.fields


def test_letters_and_marks_are_put_together_but_never_across_a_subfield_code():
    # A combining acute right after the code "e" must not turn the code into another letter.
    chunk = packed(
        book(title="Tie\u0302\u0301ng Vie\u0323\u0302t"), bodies={2: b"10\x1fe\xcc\x81n\x1faTie\xcc\x81\xcc\x82ng"}
    )
    field = read(chunk).fields[2]
    assert [code for code, _ in field.subfields] == ["e", "a"]
    assert field.first("a") == "Tiếng"


def test_fixed_fields_keep_their_blanks():
    assert read(packed(FULL)).fields[1].value == "240531s2024    vm a   j      000 1 vie d"


def test_ten_thousand_fields_are_read():
    many = book(*(data("653", f"atừ khóa {number}") for number in range(10_000)))
    for chunk in (packed(many), packed(many, total=99_999, base=99_999)):
        found = read(chunk)
        assert found.fields == many.fields
        assert found.leader[5:12] == LEADER[5:12]
        assert found.leader[17:] == LEADER[17:]


# Cutting the stream ----------------------------------------------------------------------------------------


def test_blank_chunks_do_not_count_and_offsets_are_exact():
    content = b"\r\n\x1d" + packed(FULL) + b"\n \x1d\n" + packed(book()) + b"\n"
    found = list(iso2709.pieces(io.BytesIO(content)))
    assert len(found) == counted(content) == 2
    for piece in found:
        assert content[piece.offset : piece.offset + piece.length] == piece.raw


def test_a_chunk_that_is_too_long_is_passed_by_with_its_range(monkeypatch):
    monkeypatch.setattr(iso2709, "MAX_CHUNK", 1000)
    monkeypatch.setattr(iso2709, "_BLOCK", 64)
    content = packed(book()) + b"x" * 5000 + b"\x1d" + b" " * 5000 + b"\x1d" + packed(FULL) + b"y" * 3000
    found = list(iso2709.pieces(io.BytesIO(content)))
    assert [piece.raw is None for piece in found] == [False, True, False, True]
    assert [piece.length for piece in found] == [len(packed(book())) - 1, 5000, len(packed(FULL)) - 1, 3000]
    assert content[found[2].offset :].startswith(packed(FULL)[:-1])


@given(st.lists(st.sampled_from([b"\x1d", b" ", b"x", b"\n", b"abc" * 5]), max_size=60), st.integers(1, 40))
def test_however_the_blocks_fall_the_pieces_are_the_same(parts, block):
    content = b"".join(parts)
    before = iso2709._BLOCK
    iso2709._BLOCK = block
    try:
        found = [piece.raw for piece in iso2709.pieces(io.BytesIO(content))]
    finally:
        iso2709._BLOCK = before
    assert found == [chunk for chunk in content.split(b"\x1d") if chunk.strip()]


# Anything at all -------------------------------------------------------------------------------------------


@given(st.binary(max_size=400))
def test_any_bytes_give_an_answer(raw):
    content, found = iso2709.parse(raw)
    assert isinstance(content, Incoming | Unreadable)
    assert all(isinstance(note, Note) for note in found)


@given(st.data())
def test_a_damaged_record_gives_an_answer_and_touches_no_other(drawing):
    victim = bytearray(packed(FULL))
    for _ in range(drawing.draw(st.integers(1, 6))):
        at = drawing.draw(st.integers(0, len(victim) - 1))
        match drawing.draw(st.sampled_from(["set", "cut", "put", "swap"])):
            case "set":
                victim[at] = drawing.draw(st.integers(0, 255))
            case "cut":
                del victim[at : at + drawing.draw(st.integers(1, 30))]
            case "put":
                victim[at:at] = drawing.draw(st.binary(max_size=20))
            case "swap":
                other = drawing.draw(st.integers(0, len(victim) - 1))
                victim[at], victim[other] = victim[other], victim[at]
        if not victim:
            break
    before, after = packed(book(title="Trước")), packed(book(title="Sau"))
    content = before + bytes(victim).removesuffix(b"\x1d") + b"\x1d" + after
    found = list(iso2709.pieces(io.BytesIO(content)))
    assert len(found) == counted(content)
    contents = [iso2709.parse(piece.raw or b"").content for piece in found]
    assert contents[0] == iso2709.parse(before[:-1]).content
    assert contents[-1] == iso2709.parse(after[:-1]).content


@given(st.permutations(range(len(FULL.fields))), st.permutations(range(len(FULL.fields))))
def test_swapped_lengths_and_starts_give_an_answer(lengths, starts):
    sizes = [len(body(field)) + 1 for field in FULL.fields]
    places = [sum(sizes[:index]) for index in range(len(sizes))]
    chunk = packed(
        FULL,
        lengths={index: sizes[other] for index, other in enumerate(lengths)},
        starts={index: places[other] for index, other in enumerate(starts)},
    )
    content = iso2709.parse(chunk[:-1]).content
    if isinstance(content, Incoming):
        assert sorted(map(body, content.fields)) == sorted(map(body, FULL.fields))


def test_the_title_survives_every_single_wrong_digit_of_the_directory_or_the_record_is_refused():
    chunk = bytearray(packed(FULL))
    end = chunk.index(b"\x1e")
    for at in range(24, end):
        if (at - 24) % 12 < 3:
            continue  # a wrong tag cannot be told from a right one
        for digit in b"059":
            changed = bytearray(chunk)
            changed[at] = digit
            content = iso2709.parse(bytes(changed[:-1])).content
            if isinstance(content, Incoming):
                assert [field.first("a") for field in content.fields if field.tag == "245"] == [MEN]
