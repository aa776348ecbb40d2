"""`guisach import marc`: everything in a file is accounted for, and the same file twice changes nothing."""

from __future__ import annotations

import json
import lzma
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings

from guisach.domain.catalogue import queries
from guisach.domain.catalogue.actions import importing
from guisach.domain.catalogue.models import Copy, ImportedChunk, Record
from guisach.domain.catalogue.rules.imports.policies import Terms
from guisach.site.cli.importing import print_of_file
from tests import builders
from tests.builders import COBA, DAMTHUY, TINH
from tests.builders_marc import book, data, iso2709

pytestmark = pytest.mark.django_db

KEYS = ["read", "added", "merged", "unchanged", "waiting", "quarantined", "copies_added", "report"]
BROKEN = b"00123nam a2200049 a 4500245001000000not a record of anybody" + b"\x1d"
AUTHORITY = iso2709([("001", b"a1"), ("100", data(("a", "Tô Hoài")))], leader="00000nz  a2200000n  4500")


@pytest.fixture(autouse=True)
def _province():
    builders.province()


@pytest.fixture
def file(tmp_path):
    def write(*chunks: bytes, name: str = "sách.mrc") -> Path:
        path = tmp_path / name
        path.write_bytes(b"".join(chunks))
        return path

    return write


def counts(answer: dict[str, Any], **expected: int) -> None:
    """Compare all counts; those that are not named must be 0."""
    assert list(answer) == KEYS
    outcomes = {key: answer[key] for key in KEYS[1:6]}
    assert answer["read"] == sum(outcomes.values())
    wanted = dict.fromkeys(KEYS[1:7], 0) | expected
    assert {**outcomes, "copies_added": answer["copies_added"]} == wanted


def lines(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(answer["report"]).read_text().splitlines()]


# Records ------------------------------------------------------------------------------------------------------


def test_records_go_in_once(file, answer):
    path = file(
        book(), book("Đất rừng phương Nam", author="Đoàn Giỏi"), b"\n", book("Tuổi thơ dữ dội", author="Phùng Quán")
    )
    counts(answer("import", "marc", path), added=3)
    before = list(queries.digest_rows()), queries.last_change()

    counts(answer("import", "marc", path), unchanged=3)

    assert (list(queries.digest_rows()), queries.last_change()) == before
    assert Record.objects.get(title_key="dat rung phuong nam").author == "Đoàn Giỏi"
    assert queries.changes_after(0).records == list(Record.objects.order_by("pk").values_list("pk", flat=True))


def test_the_same_bytes_twice_in_a_file_are_one_record(file, answer):
    counts(answer("import", "marc", file(book(), book(), book())), added=1, unchanged=2)
    counts(answer("import", "marc", file(book(), book(), book()), "--dry-run"), unchanged=3)


def test_several_files_are_summed_up_in_one_report(file, answer):
    one, two = file(book()), file(book(), book("Khác"), name="hai.mrc")
    found = answer("import", "marc", one, two)
    counts(found, added=2, unchanged=1)
    assert [(line["file"], line["index"], line["outcome"]) for line in lines(found)] == [
        ("sách.mrc", 1, "added"),
        ("hai.mrc", 1, "unchanged"),
        ("hai.mrc", 2, "added"),
    ]


def test_a_newer_description_of_the_same_record_is_merged_and_the_former_kept(file, answer):
    old = book(number="1", source="TVCB", changed="20240101000000.0")
    new = book(number="1", source="TVCB", changed="20250101000000.0", more=(("250", data(("a", "In lần 2"))),))
    counts(answer("import", "marc", file(old)), added=1)
    record = Record.objects.get()
    former = record.marc

    found = answer("import", "marc", file(new))

    counts(found, merged=1)
    record.refresh_from_db()
    assert record.edition == "In lần 2"
    assert [version.marc for version in queries.record_versions(record.pk)] == [former]
    assert lines(found)[0]["record"] == record.pk
    counts(answer("import", "marc", file(old, new)), unchanged=2)


def test_an_older_description_changes_nothing_but_brings_its_copies(file, answer):
    new = book(number="1", source="TVCB", changed="20250101000000.0")
    old = book("Dế mèn phiêu lưu kí", number="1", source="TVCB", changed="20240101000000.0")
    other = book("Dế mèn lên phố", number="1", source="TVCB", changed="20240101000000.0")
    old_with_copy = book(number="1", source="TVCB", changed="20240101000000.0", author="T. Hoài", barcodes=("CB1",))
    answer("import", "marc", file(new))
    counts(answer("import", "marc", file(old_with_copy), "--place", COBA), merged=1, copies_added=1)
    assert Record.objects.get().author == "Tô Hoài"
    counts(answer("import", "marc", file(old)), merged=1)  # ký and kí are one word
    # Another title is another record, whatever its number says.
    counts(answer("import", "marc", file(other)), added=1)


def test_without_a_source_a_number_means_something_only_within_its_file(file, answer):
    first = book(number="1", barcodes=())
    again = book(number="1", more=(("500", data(("a", "khác"))),))
    other = book(number="1", more=(("500", data(("a", "tệp khác"))),))
    filler = [book(f"Sách {n}", number=str(n + 2)) for n in range(320)]  # the two are in different batches
    counts(answer("import", "marc", file(first, *filler, again)), added=321, merged=1)
    # In another file it may be the same book by its words, which is for a person to say.
    counts(answer("import", "marc", file(other, name="hai.mrc")), waiting=1)


def test_a_rerun_after_an_interruption_still_knows_what_belongs_together(file, answer):
    first = book(number="1")
    again = book(number="1", more=(("500", data(("a", "khác"))),))
    answer("import", "marc", file(first))  # as if the import had been stopped here
    counts(answer("import", "marc", file(first, again)), unchanged=1, merged=1)


def test_in_one_batch_a_record_and_its_correction_become_one(file, answer):
    one = book(number="7", source="TVCB", changed="20240101000000.0", barcodes=("A1",))
    two = book(number="7", source="TVCB", changed="20240102000000.0", author="Tô-Hoài", barcodes=("A1", "A2"))
    counts(answer("import", "marc", file(one, two), "--place", COBA), added=1, merged=1, copies_added=2)
    record = Record.objects.get()
    assert record.author == "Tô-Hoài"
    assert len(queries.record_versions(record.pk)) == 1
    assert list(Copy.objects.order_by("barcode").values_list("barcode", "record")) == [
        ("A1", record.pk),
        ("A2", record.pk),
    ]


def test_a_kind_that_only_the_house_knows_outlasts_an_update(file, answer):
    answer("import", "marc", file(book(number="1", source="TVCB")))
    Record.objects.update(kind="COMIC")
    counts(answer("import", "marc", file(book(number="1", source="TVCB", author="Khác"))), merged=1)
    assert Record.objects.get().kind == "COMIC"


# What cannot go in --------------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_kept_with_its_reason_and_the_rest_goes_in(file, answer):
    found = answer("import", "marc", file(book(), BROKEN, AUTHORITY, book("", author="Ai"), book("Khác")))
    counts(found, added=2, quarantined=3)
    told = [(line["outcome"], line["reason"]) for line in lines(found)]
    assert told[0] == ("added", "")
    assert told[2:4] == [("quarantined", "not_bibliographic"), ("quarantined", "no_title")]
    kept = Path(found["report"]).with_name("quarantine.mrc")
    assert kept.read_bytes() == BROKEN + AUTHORITY + book("", author="Ai")
    assert lines(found)[1]["kept_in"] == kept.name


def test_what_was_set_aside_goes_in_once_it_is_mended(file, answer, guisach):
    found = answer("import", "marc", file(book(), book("", author="Tô Hoài")))
    kept = Path(found["report"]).with_name("quarantine.mrc")
    counts(answer("import", "marc", kept), quarantined=1)
    kept.write_bytes(kept.read_bytes().replace(book("", author="Tô Hoài"), book("Chuyện nỏ thần")))
    counts(answer("import", "marc", kept), added=1)


XML = """<?xml version="1.0" encoding="UTF-8"?>
<m:collection xmlns:m="http://www.loc.gov/MARC21/slim">
<m:record><m:leader>00000nam a2200000 a 4500</m:leader>
<m:datafield tag="245" ind1="0" ind2="0"><m:subfield code="a">Lịch</m:subfield></m:datafield></m:record>
<m:record><m:leader>00000nam a2200000 a 4500</m:leader>
<m:datafield tag="500" ind1=" " ind2=" "><m:subfield code="a">Không nhan đề</m:subfield></m:datafield></m:record>
</m:collection>
"""


def test_marcxml_is_set_aside_as_marcxml(file, answer):
    found = answer("import", "marc", file(XML.encode(), name="lịch.xml"))
    counts(found, added=1, quarantined=1)
    kept = Path(found["report"]).with_name("quarantine.xml")
    counts(answer("import", "marc", kept), quarantined=1)
    kept.write_text(kept.read_text().replace('tag="500"', 'tag="245"'))
    counts(answer("import", "marc", kept), added=1)


def test_a_file_that_is_something_else_is_named_and_the_others_go_in(file, guisach):
    zipped = file(b"PK\x03\x04" + b"\0" * 100, name="sách.zip")
    page = file(b"<html><body>404</body></html>", name="trang.mrc")
    result = guisach("import", "marc", zipped, zipped.with_name("mất.mrc"), zipped.parent, page, file(book()), "--json")
    assert result.exit_code == 1
    counts(json.loads(result.stdout), added=1)
    for name in ("sách.zip", "mất.mrc", "trang.mrc", zipped.parent.name):
        assert name in result.stderr
    assert "Traceback" not in result.stderr
    failed = {line["file"]: line["failed"] for line in lines(json.loads(result.stdout)) if "failed" in line}
    assert failed["sách.zip"] == "file_packed"
    assert failed["mất.mrc"] == "file_missing"
    assert failed["trang.mrc"] == "not_marc"


def test_when_no_file_can_be_opened_there_is_no_report(tmp_path, guisach):
    result = guisach("import", "marc", tmp_path / "mất.mrc", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == dict.fromkeys(KEYS, 0) | {"report": None}


@pytest.mark.parametrize("content", [b"", b"\n \r\n", b"\x1d\x1d \x1d"])
def test_an_empty_file_is_no_failure_but_is_said(file, guisach, content):
    result = guisach("import", "marc", file(content), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["read"] == 0
    assert "sách.mrc" in result.stderr


@pytest.mark.slow
def test_random_bytes_harm_nothing(file, guisach):
    noise = random.Random(1).randbytes(300_000)
    result = guisach("import", "marc", file(book(), noise), "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    chunks = [chunk for chunk in (book() + noise).split(b"\x1d") if chunk.strip()]
    counts(found, added=1, quarantined=len(chunks) - 1)
    assert Path(found["report"]).with_name("quarantine.mrc").read_bytes() == b"".join(c + b"\x1d" for c in chunks[1:])


def test_large_random_files_are_recognised_as_no_marc(file, guisach):
    result = guisach("import", "marc", file(random.Random(1).randbytes(3_000_000)), "--json")
    assert result.exit_code == 1
    assert Record.objects.count() == 0


@pytest.mark.slow
def test_a_record_of_ten_thousand_fields_goes_in_whole(file, answer):
    many = tuple(("650", data(("a", f"Đề tài {n}"), indicators=" 4")) for n in range(10_000))
    counts(answer("import", "marc", file(book(more=many), book("Khác"))), added=2)
    assert len(Record.objects.get(title_key="de men phieu luu ky").subjects) == 10_000


# Copies -------------------------------------------------------------------------------------------------------


def test_copies_stand_where_their_branch_says(file, answer, tmp_path):
    mapping = tmp_path / "bản.toml"
    mapping.write_text('[[source]]\ntag = "952"\nbarcode = ["p"]\nbranch = ["a"]\n[branches]\n"TVX01" = "CB-DAMTHUY"\n')
    path = file(
        book(barcodes=("cb1",), branch="tvx01"),
        book("Hai", barcodes=("cb2",), branch=TINH),
        book("Ba", barcodes=("cb3",), branch="?"),
        book("Bốn", barcodes=("cb4",)),
    )
    found = answer("import", "marc", path, "--mapping", mapping, "--place", COBA)
    counts(found, added=4, copies_added=4)
    places = dict(Copy.objects.values_list("barcode", "base"))
    assert places == {"CB1": DAMTHUY, "CB2": TINH, "CB3": COBA, "CB4": COBA}
    assert [line["warnings"] for line in lines(found)] == [[], [], ["branch_unknown:?"], []]


def test_a_number_of_another_title_is_reported_and_not_taken(file, answer):
    builders.copy("CB1")
    path = file(book("Hai", barcodes=("CB1", "CB2", "B" * 5000)), book("Ba", barcodes=("CB2",)))
    found = answer("import", "marc", path, "--place", COBA)
    counts(found, added=2, copies_added=1)
    first, second = (line["warnings"] for line in lines(found))
    assert first == ["barcode_unusable:" + "B" * 40, "barcode_taken:CB1"]
    assert second == ["barcode_taken:CB2"]
    assert Copy.objects.get(barcode="CB2").record.title == "Hai"


def test_copies_that_had_no_place_come_in_when_one_is_named(file, answer, guisach):
    path = file(book(barcodes=("CB1",), branch="X"))
    counts(answer("import", "marc", path), added=1)
    assert "--place" in guisach("import", "marc", path).stdout
    counts(answer("import", "marc", path), unchanged=1)
    counts(answer("import", "marc", path, "--place", COBA), merged=1, copies_added=1)
    counts(answer("import", "marc", path, "--place", COBA), unchanged=1)


def test_a_wrong_place_or_mapping_is_refused_before_anything_goes_in(file, guisach, tmp_path):
    mapping = tmp_path / "bản.toml"
    for text, words in (("[[source", ["--mapping", mapping]), ("", ["--place", "CB-NOWHERE"])):
        mapping.write_text(text)
        result = guisach("import", "marc", file(book()), *words, "--json")
        assert result.exit_code == 1
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        assert str(words[1]) in result.stderr
    assert guisach("import", "marc", file(book()), "--mapping", tmp_path / "mất.toml").exit_code == 1
    assert Record.objects.count() == 0


# Rehearsals and interruptions ---------------------------------------------------------------------------------


def test_a_rehearsal_counts_the_same_and_writes_nothing(file, answer):
    builders.copy("CB9")
    answer("import", "marc", file(book("Cũ", number="1", source="TVCB")))
    filler = [book(f"Sách {n}", barcodes=(f"F{n}",)) for n in range(310)]
    path = file(
        book("Cũ", number="1", source="TVCB"),
        book("Cũ", number="1", source="TVCB", author="Mới", barcodes=("C1",)),
        book("Một", number="2", barcodes=("CB9", "C2")),
        BROKEN,
        *filler,
        filler[0],
        book("Một", number="2", author="?", barcodes=("C2", "F1", "C3")),
        book("Một", number="2", author="??", barcodes=("C3",)),
        name="tập.mrc",
    )
    before = list(queries.digest_rows()), queries.last_change(), ImportedChunk.objects.count()
    folders = set((settings.DATA / "imports").iterdir())
    rehearsed = answer("import", "marc", path, "--place", COBA, "--dry-run")
    assert (list(queries.digest_rows()), queries.last_change(), ImportedChunk.objects.count()) == before
    assert set((settings.DATA / "imports").iterdir()) == folders
    assert rehearsed["report"] is None

    real = answer("import", "marc", path, "--place", COBA)
    assert {**real, "report": None} == rehearsed
    counts(real, added=311, merged=3, unchanged=2, quarantined=1, copies_added=313)


def test_an_import_that_stops_keeps_what_is_in_and_goes_on_later(file, answer):
    path = file(*(book(f"Sách {n}") for n in range(700)))
    clock = builders.Clock()
    begun = importing.begin_import(file=path.name, file_print=print_of_file(path), terms=Terms(), clock=clock)
    going = importing.run_import(import_=begun, path=path, clock=clock)
    seen = [next(going) for _ in range(10)]
    going.close()
    stored = Record.objects.count()
    assert len(seen) <= stored < 700
    counts(answer("import", "marc", path), unchanged=stored, added=700 - stored)
    (found,) = queries.imports()
    assert (found.id, found.status, found.position, found.counts["added"]) == (begun, "DONE", 700, 700)


@pytest.mark.slow
def test_a_killed_import_loses_nothing_and_repeats_nothing(file, tmp_path):
    """Two processes on a database of their own: one is killed on its way, the next one goes on."""
    total = 6000
    path = file(*(book(f"Sách {n}", number=str(n), barcodes=(f"CB{n}",)) for n in range(total)))
    environment = {"GUISACH_DATA": str(tmp_path / "data"), "PATH": "", "LANG": "C.UTF-8"}

    def guisach(*words: object) -> subprocess.Popen[str]:
        code = "from guisach.site.cli import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", code, *map(str, words)],
            env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def ended(process: subprocess.Popen[str]) -> str:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    ended(guisach("migrate"))
    process = guisach("import", "marc", path, "--json")
    reports = tmp_path / "data" / "imports"
    deadline = time.monotonic() + 60
    while not any(report.stat().st_size for report in reports.glob("*/report.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()

    found = json.loads(ended(guisach("import", "marc", path, "--json")))
    assert found["unchanged"] + found["added"] == found["read"] == total
    assert 0 < found["unchanged"] < total


# The files that others found hard -----------------------------------------------------------------------------


def collect(shared: Path, folder: str) -> list[Path]:
    suffixes = {".mrc", ".marc", ".xml", ".dat", ".usmarc", ".lif"}
    return sorted(path for path in (shared / "marc" / folder).rglob("*") if path.suffix in suffixes)


def counted(content: bytes) -> int | None:
    """Count the records without our reader; None for XML that breaks off, where opinions may differ."""
    if not content.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<"):
        return sum(bool(chunk.strip()) for chunk in content.split(b"\x1d"))
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  (the files are our own test data)
    except ElementTree.ParseError:
        return None
    # XML of another kind, without a record, is set aside as one piece.
    return sum(element.tag.rpartition("}")[2] == "record" for element in root.iter()) or 1


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["evergreen", "loc", "marc4j", "perl", "pymarc", "yaz"])
def test_every_shared_file_is_accounted_for_and_the_second_time_nothing_changes(shared_data, guisach, folder):
    files = collect(shared_data, folder)
    assert files
    worked_through = []
    for path in files:
        result = guisach("import", "marc", path, "--json")
        assert result.exception is None or isinstance(result.exception, SystemExit), (path, result.exception)
        found = json.loads(result.stdout)
        counts(found, **{key: found[key] for key in KEYS[1:7]})
        if result.exit_code:
            assert result.stderr.strip(), path
            assert found["read"] == 0, path
            continue
        expected = counted(path.read_bytes())
        assert expected is None or found["read"] == expected, path
        worked_through.append((path, found["quarantined"]))
    assert worked_through
    before = list(queries.digest_rows()), queries.last_change()
    for path, quarantined in worked_through:
        found = json.loads(guisach("import", "marc", path, "--json").stdout)
        counts(found, unchanged=found["read"] - quarantined, quarantined=quarantined)
    assert (list(queries.digest_rows()), queries.last_change()) == before


@pytest.mark.slow
def test_the_first_records_of_the_library_of_congress_go_in(shared_data, answer, file):
    with lzma.open(shared_data / "marc/loc/loc_random_20000.mrc.xz") as packed:
        content = packed.read(1 << 20)
    whole = content[: content.rindex(b"\x1d") + 1]
    found = answer("import", "marc", file(whole))
    assert found["read"] == whole.count(b"\x1d") > 1000
    assert found["added"] + found["merged"] == found["read"]
