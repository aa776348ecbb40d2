"""MARCXML is streamed; a broken record costs that record, and attacks cost nothing."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.adapters.marc import marcxml, write
from guisach.adapters.marc.marcxml import Located
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Note, Reason, Unreadable
from tests.adapters.marc.records import LEADER, book, control, data

NS = 'xmlns="http://www.loc.gov/MARC21/slim"'
ONE, TWO, THREE = (
    f'<record><leader>{LEADER}</leader><controlfield tag="001">{number}</controlfield>'
    f'<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Cuốn {number}</subfield></datafield></record>'
    for number in (1, 2, 3)
)


def read(text: str | bytes) -> list[Located]:
    content = text.encode() if isinstance(text, str) else text
    found = list(marcxml.records(io.BytesIO(content)))
    end = 0
    for located in found:
        assert located.offset >= end, "chunks lie one after the other"
        end = located.offset + located.length
        assert located.raw is None or located.raw == content[located.offset : end]
    assert end <= len(content)
    return found


def answers(text: str | bytes) -> list[str]:
    """Return the control number of each record that was read, and the reason for each that was not."""
    return [
        found.reason if isinstance(found := located.parsed.content, Unreadable) else found.fields[0].value
        for located in read(text)
    ]


def wrapped(*records: str, attributes: str = NS) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<collection {attributes}>{"".join(records)}</collection>'


@pytest.mark.parametrize(
    "text",
    [
        wrapped(ONE, TWO),
        wrapped(ONE, TWO, attributes=""),
        "\ufeff" + wrapped(ONE, "\n<!-- <record/> -->\n", TWO),
        "\n  " + wrapped(ONE, TWO),
        wrapped(ONE, TWO).replace("<", "<marc:").replace("<marc:/", "</marc:").replace("<marc:?", "<?"),
        wrapped(ONE, TWO, attributes='xmlns="info:lc/xmlns/marcxchange-v1"'),
        ONE + "\n" + TWO,
        wrapped(ONE) + "\n" + wrapped(TWO),
        wrapped(ONE) + "\ufeff" + wrapped(TWO),
        f"<OAI-PMH><ListRecords><record><header/><metadata>{ONE}</metadata></record>"
        f"<record><header/><metadata>{TWO}</metadata></record></ListRecords></OAI-PMH>",
        f'<zs:r xmlns:zs="x"><zs:record><zs:recordData>{ONE}</zs:recordData></zs:record>'
        f"<zs:record><zs:recordData>{TWO}</zs:recordData></zs:record></zs:r>",
    ],
)
def test_records_are_found_however_they_are_wrapped(text):
    assert answers(text) == ["1", "2"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_read(encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    content = mark + f"<collection>{ONE}{TWO}</collection>".encode(encoding)
    found = read(content)
    assert [located.parsed.content.fields[1].first("a") for located in found if located.parsed] == ["Cuốn 1", "Cuốn 2"]
    assert all(
        (located.raw or b"").decode("utf-16-be" if encoding == "utf-16-be" else "utf-16-le").endswith("</record>")
        for located in found
    )


def test_a_declared_eight_bit_encoding_is_read():
    content = (
        b'<?xml version="1.0" encoding="windows-1252"?><record><controlfield tag="001">caf\xe9</controlfield></record>'
    )
    assert answers(content) == ["café"]


def test_an_unknown_encoding_is_said():
    assert answers('<?xml version="1.0" encoding="x-tcvn"?>' + ONE) == [Reason.CHARSET]


def test_marks_are_put_together():
    text = ONE.replace("Cuốn", "Cuo\u0301\u0302n")
    assert read(text)[0].parsed.content.fields[1].first("a") == "Cuốn 1"


@pytest.mark.parametrize(
    "broken",
    [
        "<record>&nbsp;</record>",
        "<record><datafield></record>",
        '<record><controlfield tag="001">\x01</controlfield></record>',
        "<record><leader>a < b</leader></record>",
        '<record a="1" a="2"><leader/></record>',
        "<record><leader>never closed</leader>",
        "<record><leader>abc</leader",
        "<record <leader/></record>",
    ],
)
@pytest.mark.parametrize("wrap", [wrapped, lambda *records: "<x><y>" + "\n".join(records) + "</y></x>"])
def test_a_broken_record_costs_only_itself(wrap, broken):
    assert answers(wrap(ONE, broken, TWO, broken, broken, THREE)) == [
        "1", Reason.XML_BROKEN, "2", Reason.XML_BROKEN, Reason.XML_BROKEN, "3"
    ]  # fmt: skip
    assert answers(wrap(broken, ONE)) == [Reason.XML_BROKEN, "1"]


def test_a_broken_byte_costs_only_its_record():
    content = wrapped(ONE, TWO, THREE).encode().replace("Cuốn 2".encode(), b"Cu\xe1\xbbn 2")
    assert answers(content) == ["1", Reason.XML_BROKEN, "3"]


def test_broken_records_inside_oai_cost_only_themselves():
    broken = "<record><leader>&bad;</leader></record>"
    parts = [f"<record><header/><metadata>{one}</metadata></record>" for one in (ONE, broken, TWO)]
    assert answers("<OAI-PMH><ListRecords>" + "".join(parts) + "</ListRecords></OAI-PMH>") == [
        "1",
        Reason.XML_BROKEN,
        "2",
    ]


def test_a_breach_between_records_is_set_aside():
    found = answers(wrapped(ONE, " & ", TWO))
    assert found == ["1", Reason.XML_BROKEN, "2"]


def test_reading_gives_up_after_too_many_breaches(monkeypatch):
    monkeypatch.setattr(marcxml, "MAX_BREAKS", 3)
    found = read(wrapped(ONE, *["<record>&</record>"] * 5, TWO))
    assert [located.parsed.content.__class__ for located in found] == [Incoming, *[Unreadable] * 4]
    assert found[-1].raw is not None
    assert TWO.encode() in found[-1].raw


@pytest.mark.parametrize("end", range(1, len(ONE)))
def test_a_file_cut_anywhere_keeps_what_came_before(end):
    text = f"<collection>{ONE}{TWO}"[: len("<collection>") + len(ONE) + end]
    found = answers(text)
    assert found[0] == "1"
    assert len(found) == 2 or text.endswith("</record>")


def test_a_file_cut_between_records_says_so():
    found = read(f"<collection>{ONE}{TWO}\n")
    assert [located.parsed.notes for located in found] == [(), (Note.XML_UNCLOSED,)]
    assert answers("<collection>\n") == [Reason.TRUNCATED]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            '<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><collection><record>&b;</record></collection>',
            "xml_refused",
        ),
        ('<!DOCTYPE c SYSTEM "http://127.0.0.1/x.dtd"><collection/>', "xml_refused"),
        ("<a>" * 1000, "xml_refused"),
        ("<catalogue><book/></catalogue>", "no_record"),
        ('<collection><datafield tag="952"/></collection>', "no_record"),
        ("<record/>", "no_fields"),
        (f"<record><leader>{LEADER}</leader></record>", "no_fields"),
    ],
)
def test_what_is_refused_gets_one_clear_answer(text, reason):
    found = read(text)
    assert [getattr(located.parsed.content, "reason", "") for located in found] == [reason]
    assert found[0].parsed.content.detail


def test_an_empty_collection_is_no_fault():
    assert read("<collection/>") == []


def test_a_record_or_tag_that_is_too_long_is_passed_by(monkeypatch):
    monkeypatch.setattr(marcxml, "MAX_WRITTEN", 2000)
    monkeypatch.setattr(marcxml, "MAX_TAG", 2000)
    monkeypatch.setattr(marcxml, "_BLOCK", 256)
    long = ONE.replace("Cuốn", "Cuốn " * 1000)
    found = read(wrapped(long, TWO))
    assert [getattr(located.parsed.content, "reason", "") for located in found] == [Reason.TOO_LONG, ""]
    assert found[0].raw is None
    tag = "<record " + " " * 5000 + ">" + ONE.removeprefix("<record>")
    assert answers(wrapped(tag, TWO)) == [Reason.TOO_LONG, "2"]


# What is wrong inside a record ------------------------------------------------------------------------------


def first(inside: str) -> tuple[Incoming, set[Note]]:
    located = read(f"<record><leader>{LEADER}</leader>{inside}</record>")[0]
    assert isinstance(located.parsed.content, Incoming)
    return located.parsed.content, set(located.parsed.notes)


X = '<subfield code="a">x</subfield></datafield>'


@pytest.mark.parametrize(
    ("inside", "field", "note"),
    [
        (f'<datafield ind1=" " ind2=" ">{X}', data("", "ax"), Note.BAD_TAG),
        ("<controlfield>x</controlfield>", control("", "x"), Note.BAD_TAG),
        (f'<datafield tag="500">{X}', data("500", "ax"), Note.BAD_INDICATORS),
        (f'<datafield tag="500" ind1="" ind2="1">{X}', data("500", "ax", marks=" 1"), None),
        (
            f'<datafield tag="500" ind1=" " ind2=" ">{X.replace("subfield", "subfields")}',
            data("500", "ax"),
            Note.UNKNOWN_ELEMENT,
        ),
        (
            f'<datafield tag="500" ind1=" " ind2=" ">{X.replace("x<", "x<i>y</i><")}',
            data("500", "axy"),
            Note.UNKNOWN_ELEMENT,
        ),
    ],
)
def test_faulty_fields_are_kept_and_noted(inside, field, note):
    record, notes = first(inside)
    assert record.fields == (field,)
    assert notes == ({note} if note else set())


def test_stray_text_and_missing_codes_are_kept():
    record, notes = first('<datafield tag="500" ind1=" " ind2=" ">stray<subfield>x</subfield></datafield>')
    assert record.fields[0].subfields == (("", "stray"), ("", "x"))
    assert notes == {Note.STRAY_TEXT, Note.BAD_SUBFIELD}


def test_a_missing_leader_is_blank_and_noted():
    located = read('<record><controlfield tag="001">x</controlfield></record>')[0]
    assert located.parsed.content.leader == " " * 24
    assert located.parsed.notes == (Note.BAD_LEADER,)


def test_one_record_can_be_read_again_by_its_bytes():
    raw = read(wrapped(ONE, TWO))[1].raw
    assert raw is not None
    assert marcxml.parse(raw).content == read(TWO)[0].parsed.content
    assert isinstance(marcxml.parse(b"").content, Unreadable)


@given(
    st.lists(
        st.sampled_from(
            [
                ONE,
                TWO,
                "<record>",
                "</record>",
                "&",
                "<a>",
                "</a>",
                "<!-- ",
                "-->",
                " ",
                "<",
                "<?x",
                "<![CDATA[",
                "<!DOCTYPE x>",
            ]
        ),
        max_size=12,
    )
)
def test_any_mixture_gives_an_answer(parts):
    for located in read("<collection>" + "".join(parts) + "</collection>"):
        assert isinstance(located.parsed.content, Incoming | Unreadable)


@given(st.binary(max_size=200))
def test_any_bytes_give_an_answer(raw):
    read(raw)
    read(b"<record>" + raw + ONE.encode())


@given(st.integers(1, 300))
def test_however_the_blocks_fall_the_records_are_the_same(block):
    before = marcxml._BLOCK
    marcxml._BLOCK = block
    try:
        found = answers(wrapped(ONE, "<record>&</record>", TWO, "\n", THREE))
    finally:
        marcxml._BLOCK = before
    assert found == ["1", Reason.XML_BROKEN, "2", "3"]


def test_what_is_written_is_read_back():
    record = book(data("653", 'a<&>"\r\n\t', "b", marks="1 "))
    assert marcxml.parse(write.to_marcxml(record).encode()).content == record
