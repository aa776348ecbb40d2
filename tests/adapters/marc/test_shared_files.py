"""Every MARC file that others made, as far as it lies beside the clone: accounted for, and right to the letter."""

from __future__ import annotations

import lzma
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import pymarc
import pytest

from guisach.adapters.marc import MarcReader, iso2709, to_iso2709, to_marcxml
from guisach.adapters.marc.marcxml import parse as parse_xml
from guisach.domain.catalogue.rules.imports.holdings import default_mapping, describe_holdings
from guisach.domain.catalogue.rules.marc.describe import describe
from guisach.domain.catalogue.rules.marc.description import Description
from guisach.domain.catalogue.rules.marc.incoming import Incoming, Note, Reason, Unreadable, from_json, to_json
from guisach.kernel.text import nfc
from tests.adapters.marc.records import counted, readable, reasons
from tests.conftest import SHARED_DATA, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

    from guisach.domain.catalogue.rules.marc.incoming import Chunk

READER = MarcReader()
FOLDER = SHARED_DATA / "marc" if SHARED_DATA else None
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file()) if FOLDER else []
XML_RECORD = re.compile(rb"<(?:\w+:)?record[\s/>]")

pytestmark = [needs_shared, pytest.mark.slow]


def shared(name: str) -> Path:
    assert FOLDER is not None
    return FOLDER / name


def chunks_of(name: str) -> list[Chunk]:
    return list(READER.chunks(shared(name)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_file_is_accounted_for(path):
    content = path.read_bytes()
    found = READER.sniff(path)
    form = found.form if found.is_marc else ""
    chunks = list(READER.chunks(path))
    for chunk in chunks:
        assert chunk.raw is None or content[chunk.offset : chunk.offset + chunk.length] == chunk.raw
        if isinstance(chunk.content, Incoming):
            assert from_json(to_json(chunk.content)) == chunk.content
            assert isinstance(describe(chunk.content), Description | Unreadable)
            describe_holdings(chunk.content, default_mapping())
    if form == "iso2709":
        assert len(chunks) == counted(content)
    elif form == "marcxml":
        assert len(chunks) == max(1, len(XML_RECORD.findall(content)))
    elif form == "json":
        assert len(chunks) == len(re.findall(rb'"fields"', content))
    else:
        assert reasons(chunks) == [Reason.NOT_MARC]


@pytest.mark.parametrize("number", range(12))
def test_json_says_what_the_record_says_that_it_was_made_of(number):
    (ours,), (theirs,) = chunks_of(f"yaz/marc{number}.json"), chunks_of(f"yaz/marc{number}.json.marc")
    if isinstance(theirs.content, Unreadable):
        assert ours.content == theirs.content
        return
    assert isinstance(ours.content, Incoming)
    assert ours.content.fields == theirs.content.fields


def test_what_cannot_be_read_is_known():
    # Looked at one by one: cut off by their makers, a directory that is not one, a leader of two records.
    found = Counter(
        (path.name, reason)
        for path in FILES
        for reason in reasons(list(READER.chunks(path)))
        if reason and reason not in (Reason.NOT_MARC, Reason.NO_FIELDS, Reason.NO_RECORD)
    )
    assert found == {
        ("008008027.mrc", Reason.TRUNCATED): 1,
        ("MARC-Parser-RAW__camel.mrc", Reason.DIRECTORY): 2,
        ("MARC-Parser-RAW__camel.mrc", Reason.TRUNCATED): 1,
        ("MARC-Record__baddir.usmarc", Reason.TRUNCATED): 1,
        ("MARC-Record__badldr.usmarc", Reason.TOO_SHORT): 1,
        ("MARC-Record__sample1eof.usmarc", Reason.PADDING): 1,
        ("marc-all.marc", Reason.DIRECTORY): 1,
        ("marc4.marc", Reason.DIRECTORY): 1,
    }


def test_vietnamese_titles_are_right_to_the_letter():
    with shared("loc/loc_lang_vie.mrc").open("rb") as stream:
        theirs = [record["245"] for record in pymarc.MARCReader(stream) if record is not None]
    ours = [describe(readable(chunk)) for chunk in chunks_of("loc/loc_lang_vie.mrc")]
    assert len(ours) == len(theirs) == 131
    for description, field in zip(ours, theirs, strict=True):
        assert isinstance(description, Description)
        assert nfc(field["a"]).startswith(description.title.partition(" ; ")[0])
        assert unicodedata.is_normalized("NFC", description.title)
        assert not re.search("[\u0300-\u0302\u0309\u0323]", description.title), "no mark is left over beside its letter"
    found = {description.title for description in ours if isinstance(description, Description)}
    assert {"Thơ Chế Lan Viên, những lời bình", "Đồng đội tôi", "Địa đạo Củ Chi"} <= found


def test_twenty_thousand_records_of_the_library_of_congress(tmp_path):
    path = tmp_path / "loc.mrc"
    path.write_bytes(lzma.decompress(shared("loc/loc_random_20000.mrc.xz").read_bytes()))
    count = 0
    for chunk in READER.chunks(path):
        assert chunk.notes == ()
        description = describe(readable(chunk))
        assert isinstance(description, Description)
        assert description.title
        count += 1
    assert count == 20_000


@pytest.mark.parametrize(
    "name", ["loc/loc_about_or_published_in_vietnam.mrc", "evergreen/nepali.marc", "yaz/marccol1.u8.marc"]
)
def test_what_is_exported_is_what_was_read(name):
    for chunk in chunks_of(name):
        record = readable(chunk)
        again = iso2709.parse(to_iso2709(record)[:-1]).content
        assert isinstance(again, Incoming)
        assert again.fields == record.fields
        assert parse_xml(to_marcxml(record).encode()).content == record


def test_marc8_is_what_others_make_of_it():
    theirs = shared("pymarc/test_utf8.txt").read_text("utf-8").split("\n")
    for raw, text in zip(shared("pymarc/test_marc8.txt").read_bytes().split(b"\n"), theirs, strict=True):
        converted = iso2709.charset.decode(raw, claims_utf8=False).text
        assert unicodedata.normalize("NFC", converted) == unicodedata.normalize("NFC", text)


def test_the_same_records_in_marc8_and_utf8_are_the_same():
    # The two halves of a ligature are two marks in one file and one in the other: both are right.
    pairs = zip(chunks_of("marc4j/brkrtest.mrc"), chunks_of("marc4j/brkrtest_UTF8.mrc"), strict=True)
    for one, other in pairs:
        for mine, yours in zip(readable(one).fields, readable(other).fields, strict=True):
            assert mine == yours or "halves" in mine.first("a")


def test_the_records_of_the_two_formats_are_the_same():
    for iso, xml in [("marc4j/summerland.mrc", "marc4j/summerland.xml"), ("marc4j/chabon.mrc", "marc4j/chabon.xml")]:
        for one, other in zip(chunks_of(iso), chunks_of(xml), strict=True):
            assert readable(one).fields == readable(other).fields


def test_records_with_too_many_errors_are_read_like_their_corrected_form():
    # 16 of them have a directory that lost a character.
    broken = chunks_of("marc4j/pride-and-prejudice-with-many-errors.mrc")
    assert sum(Note.DIRECTORY_REBUILT in chunk.notes for chunk in broken) == 16
    fixed = chunks_of("marc4j/pride-and-prejudice-fixed.mrc")
    for one, other in zip(broken, fixed, strict=True):
        if Note.DIRECTORY_REBUILT in one.notes:
            assert [field.tag for field in readable(one).fields] == [field.tag for field in readable(other).fields]
            assert readable(one).fields[0] == readable(other).fields[0]


@pytest.mark.parametrize(
    ("name", "count"),
    [("evergreen/auth-1066.mrc", 1066), ("evergreen/auth-subset100.mrc", 17), ("evergreen/serials_mfhd.xml", 7)],
)
def test_what_is_not_bibliographic_is_set_aside(name, count):
    found = [describe(readable(chunk)) for chunk in chunks_of(name)]
    assert [getattr(one, "reason", "") for one in found] == [Reason.NOT_BIBLIOGRAPHIC] * count


def test_unimarc_is_read_as_unimarc():
    (chunk,) = chunks_of("pymarc/testunimarc.dat")
    found = describe(readable(chunk))
    assert isinstance(found, Description)
    assert (found.title, found.year, found.publisher) == ("L'altra faccia della spirale", 1996, "A. Mondadori")
    assert [author.name for author in found.authors][:2] == ["Asimov, Isaac", "Fruttero, Carlo"]
    assert found.isbn13s == ("9788804406822",)


def test_copies_of_a_koha_record_are_read():
    (chunk,) = chunks_of("perl/MARC-Fast__koha-232766.mrc")
    assert describe_holdings(readable(chunk), default_mapping()).copies
