"""`guisach import table`: the rows of a spreadsheet are accounted for as the records of a MARC file are."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from guisach.domain.catalogue import queries
from guisach.domain.catalogue.models import Copy, Record
from tests import builders
from tests.builders import COBA
from tests.conftest import needs_shared

pytestmark = pytest.mark.django_db

KEYS = ["read", "added", "merged", "unchanged", "waiting", "quarantined", "copies_added", "report"]
TABLE = """\
STT,Nhan đề,Tác giả,NXB,Năm XB,Số ĐKCB,Ghi chú riêng
1,Số đỏ,Vũ Trọng Phụng,Văn học,2001,VV000001-000003,bìa mềm
2,Chí Phèo,Nam Cao,Văn học,1998,VV000004,
3,"Tắt đèn, tái bản",Ngô Tất Tố,Văn học,2000,,
"""


@pytest.fixture(autouse=True)
def _province():
    builders.province()


@pytest.fixture
def file(tmp_path):
    def write(content: str | bytes = TABLE, name: str = "sách.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def counts(answer, **expected: int) -> None:
    assert [key for key in answer if key != "encodings"] == KEYS
    assert answer["read"] == sum(answer[key] for key in KEYS[1:6])
    assert {key: answer[key] for key in KEYS[1:7]} == dict.fromkeys(KEYS[1:7], 0) | expected


def test_rows_and_their_copies_go_in_once(file, answer):
    counts(answer("import", "table", file(), "--place", COBA), added=3, copies_added=4)
    record = Record.objects.get(title="Số đỏ")
    assert (record.author, record.publisher, record.year) == ("Vũ Trọng Phụng", "Văn học", 2001)
    assert "bìa mềm" in record.marc
    assert set(Copy.objects.filter(record=record).values_list("barcode", "owner_id")) == {
        (f"VV00000{number}", COBA) for number in (1, 2, 3)
    }
    before = list(queries.digest_rows()), queries.last_change()

    counts(answer("import", "table", file(), "--place", COBA), unchanged=3)

    assert (list(queries.digest_rows()), queries.last_change()) == before


def test_a_rehearsal_counts_the_same_and_writes_nothing(file, answer):
    counts(answer("import", "table", file(), "--place", COBA, "--dry-run"), added=3, copies_added=4)
    assert Record.objects.count() == 0


def test_copies_without_a_place_are_reported_and_come_later(file, answer, guisach):
    found = answer("import", "table", file())
    counts(found, added=3)
    lines = [json.loads(line) for line in Path(found["report"]).read_text().splitlines()]
    assert lines[0]["warnings"] == ["place_unknown:"]
    counts(answer("import", "table", file(), "--place", COBA), merged=2, unchanged=1, copies_added=4)


def test_what_cannot_go_in_is_kept_below_its_header_and_harmless(file, answer):
    found = answer("import", "table", file('Nhan đề,Tác giả\nA,B,=HYPERLINK("x")\n,Nam Cao\nSố đỏ,\n'))
    counts(found, added=1, quarantined=2)
    lines = [json.loads(line) for line in Path(found["report"]).read_text().splitlines()]
    assert [line["reason"] for line in lines] == ["row_ragged", "no_title", ""]
    kept = Path(found["report"]).parent / lines[0]["kept_in"]
    with kept.open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream)) == [["Nhan đề", "Tác giả"], ["A", "B", '\'=HYPERLINK("x")'], ["", "Nam Cao"]]
    counts(answer("import", "table", kept), quarantined=2)


def test_a_mapping_of_ones_own_says_columns_and_branches(file, answer, tmp_path):
    mapping = tmp_path / "cột.toml"
    mapping.write_text(
        '[[column]]\nfield = "title"\nheaders = ["Cột A"]\n[[column]]\nfield = "barcode"\nheaders = ["Cột B"]\n'
        f'[constants]\nbranch = "xã"\nlanguage = "vie"\n[branches]\n"Xã" = "{COBA}"\n'
    )
    counts(answer("import", "table", file("Cột A;Cột B\nSố đỏ;VV1\n"), "--mapping", mapping), added=1, copies_added=1)
    assert (Record.objects.get().language, Copy.objects.get().owner_id) == ("vie", COBA)


def test_the_set_of_an_old_table_is_told_with_its_evidence(file, answer):
    rows = (b"Th\xad vi\xd6n v\xa8n ho\xb8 c\xac s\xeb", b"Ng\xad\xeai l\xb8i \xae\xdf", b"Truy\xd6n Ki\xd2u")
    found = answer("import", "table", file(b"Nhan de\n" + b"\n".join(rows) + b"\n"))
    counts(found, added=3)
    assert found["encodings"][0]["encoding"] == "tcvn3"
    assert Record.objects.filter(title="Truyện Kiều").exists()


def test_the_preview_shows_rows_before_and_after_and_writes_nothing(file, answer, guisach):
    (found,) = answer("import", "table", file(TABLE + "4,x,y,z,1,2,3,4\n" * 20), "--preview")["files"]
    assert found["columns"]["Số ĐKCB"] == "barcode"
    assert found["columns"]["Ghi chú riêng"] is None
    assert len(found["rows"]) == 10
    first = found["rows"][0]
    assert first["before"]["Nhan đề"] == first["after"]["title"] == "Số đỏ"
    assert first["after"]["copies"] == ["VV000001", "VV000002", "VV000003"]
    assert found["rows"][5]["after"]["set_aside"] == "row_ragged"
    assert Record.objects.count() == 0
    text = guisach("import", "table", file(), "--preview").stdout
    assert "Nhan đề = title" in text
    assert "VV000001; VV000002; VV000003" in text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "Xyz,Năm\n1,2\n", "Xyz"),
        ("a.pdf", "%PDF-1.7 x", "a.pdf"),
        ("a.xlsx", b"PK\x03\x04", "a.xlsx"),
    ],
)
def test_what_is_no_table_is_refused_in_words(file, guisach, name, content, words):
    for more in ((), ("--preview",), ("--dry-run",)):
        result = guisach("import", "table", file(content, name), *more)
        assert (result.exit_code, result.exception.__class__) == (1, SystemExit)
        assert words in result.stderr


def test_a_missing_file_and_a_wrong_mapping_are_refused(file, guisach, tmp_path):
    assert guisach("import", "table", tmp_path / "không.csv").exit_code == 1
    assert guisach("import", "table", tmp_path / "không.csv", "--preview").exit_code == 1
    mapping = file("[[column]]\n", "x.toml")
    result = guisach("import", "table", file(), "--mapping", mapping)
    assert result.exit_code == 1
    assert "x.toml" in result.stderr


@needs_shared
def test_a_real_broken_export_adds_up_and_changes_nothing_the_second_time(shared_data, answer):
    path = shared_data / "legacy-export" / "qnu_library_sach.csv"
    found = answer("import", "table", path)
    again = answer("import", "table", path)
    assert found["read"] == again["read"] == 499
    assert (again["added"], again["merged"], again["quarantined"]) == (0, 0, found["quarantined"])
