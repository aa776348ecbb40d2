"""`guisach export`: files that others can read, and that come home without changing anything."""

from __future__ import annotations

import csv
import io
import json
import lzma
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.adapters import export
from guisach.domain.catalogue import actions, queries
from guisach.domain.catalogue.models import Record
from guisach.domain.catalogue.rules.drafts import RecordDraft
from tests import builders
from tests.builders_marc import book, data

SIZE_MAX = 400_000  # of a file in the shared data: larger ones say nothing more
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _province():
    builders.province()


def state():
    return list(queries.digest_rows()), queries.last_change(), list(Record.objects.order_by("pk").values_list())


@pytest.fixture
def mixed(tmp_path, answer):
    """Records from files, with and without numbers, with copies, and some made here."""
    file = tmp_path / "in.mrc"
    file.write_bytes(
        book()
        + book("Đất rừng phương Nam", number="7", source="TVCB", changed="20250101000000.0")
        + book("Có bản", number="1", barcodes=("CB1", "CB2"))
        + book("Tít\tlạ | lùng", author="", more=(("500", data(("a", "một\x1fbhai"))),))
        + book("Dài", more=(("520", data(("a", "ă" * 4000))),))
    )
    answer("import", "marc", file, "--place", builders.COBA)
    actions.add_record(
        draft=RecordDraft(title="Làm tại đây", authors=("An", "Bình"), year=2020), clock=builders.Clock()
    )
    actions.add_record(
        draft=RecordDraft(title="Làm tại đây", authors=("An", "Bình"), year=2021), clock=builders.Clock()
    )
    return tmp_path


@pytest.mark.parametrize("form", ["marc", "marcxml", "json"])
def test_an_export_that_is_imported_again_changes_nothing(mixed, answer, form):
    before = state()
    file = mixed / f"out.{form}"
    told = answer("export", form, file)
    assert told == {"format": form, "file": str(file), "matched": 7, "written": 7, "left_out": []}

    for dry in (("--dry-run",), ()):
        found = answer("import", "marc", file, "--place", builders.COBA, *dry)
        assert (found["read"], found["unchanged"], found["copies_added"]) == (7, 7, 0)
        assert state() == before


@pytest.mark.parametrize("form", ["marc", "marcxml", "json"])
def test_an_export_fills_another_catalogue_with_the_same(mixed, answer, form):
    first, second = mixed / "1", mixed / "2"
    answer("export", form, first)
    before = sorted(Record.objects.values_list("title", "authors", "year", "content_print"), key=str)
    from guisach.domain.catalogue.models import Copy

    Copy.objects.all().delete()
    Record.objects.all().delete()
    answer("import", "marc", first)
    assert sorted(Record.objects.values_list("title", "authors", "year", "content_print"), key=str) == before
    answer("export", form, second)
    assert second.read_bytes() == first.read_bytes()


def test_a_record_that_was_edited_elsewhere_is_not_taken_for_the_same(mixed, answer):
    file = mixed / "out.mrc"
    answer("export", "marc", file)
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"20250101000000.0", b"20260101000000.0"))
    found = answer("import", "marc", file)
    assert (found["unchanged"], found["merged"]) == (6, 1)
    assert Record.objects.get(control_no="7").changed_at_source == "20260101000000.0"


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["evergreen", "loc", "marc4j", "perl", "pymarc", "yaz"])
def test_real_records_come_home_unchanged(shared_data, guisach, answer, tmp_path, folder):
    for path in sorted((shared_data / "marc").rglob("*")):
        if (
            path.is_file()
            and path.stat().st_size < SIZE_MAX
            and folder in path.as_posix()
            and path.suffix in {".mrc", ".marc", ".dat", ".xml", ".xz"}
        ):
            guisach("import", "marc", unpacked(path, tmp_path), "--json")
    assert Record.objects.exists()
    before = state()
    for form in ("marc", "marcxml"):
        told = answer("export", form, tmp_path / form)
        assert told["written"] + len(told["left_out"]) == Record.objects.count()
        result = guisach("import", "marc", tmp_path / form, "--json")
        found = json.loads(result.stdout)
        assert found["unchanged"] == found["read"] == told["written"], (form, found)
        assert state() == before


def unpacked(path, folder):
    if path.suffix != ".xz":
        return path
    plain = folder / path.stem
    plain.write_bytes(lzma.decompress(path.read_bytes()))
    return plain


def test_a_record_too_large_for_iso_2709_is_left_out_and_named(tmp_path, answer, guisach):
    draft = RecordDraft(title="Rất dài", summary="ă" * 6000)
    id_ = actions.add_record(draft=draft, clock=builders.Clock())
    assert answer("export", "marc", tmp_path / "a")["left_out"] == [id_]
    assert answer("export", "marcxml", tmp_path / "a")["left_out"] == []
    assert "marcxml" in guisach("export", "marc", tmp_path / "a").stdout


def test_only_what_changed_since_a_day_is_written(tmp_path, answer):
    builders.record("Cũ", updated_at=builders.START - timedelta(days=9))
    builders.record("Mới")
    assert answer("export", "csv", tmp_path / "a", "--since", "2026-11-20")["written"] == 1
    assert "Mới" in (tmp_path / "a").read_text()


def test_only_what_a_search_finds_is_written(tmp_path, answer, empty_index):
    builders.record()
    builders.record("Đất rừng phương Nam")
    from guisach.site.indexing import rebuild

    rebuild()
    assert answer("export", "ris", tmp_path / "a", "--query", "dat rung phuong nam")["written"] == 1
    assert "TI  - Đất rừng phương Nam\r\n" in (tmp_path / "a").read_bytes().decode()


def test_a_table_can_be_read_and_calculates_nothing(tmp_path, answer):
    builders.record('=HYPERLINK("http://x")', "-2+3", subjects=["@SUM(A1)", "hai"], summary="một\nhai; ba", year=1941)
    answer("export", "csv", tmp_path / "a")
    raw = (tmp_path / "a").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert row["title"] == '\'=HYPERLINK("http://x")'
    assert row["authors"] == "'-2+3"
    assert row["subjects"] == "'@SUM(A1); hai"
    assert (row["summary"], row["year"]) == ("một\nhai; ba", "1941")


@given(st.text(st.characters(codec=None), max_size=20))
def test_no_cell_begins_like_a_formula(text):
    shown = export.cell(text)
    assert not shown.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not shown.startswith(("\t", "\r", "\n"))


@given(st.text(st.characters(codec=None), min_size=1, max_size=30))
def test_any_title_makes_one_reference_of_whole_lines(title):
    lines = export.ris(replace(VIEW, title=title)).split("\r\n")
    assert lines[0] == "TY  - BOOK"
    assert lines[-2:] == ["ER  - ", ""]
    assert all(line[2:6] == "  - " for line in lines[:-1])


VIEW = queries.RecordView(
    1, "Tít", "", "An", ["An"], "", "", 2020, "", "vie", "", "BOOK", "ANY", [], "", [], [], [], "", "", "", "",
    "", False,
    builders.START, builders.START,
)  # fmt: skip


def test_a_folder_that_is_not_there_is_told_and_nothing_is_left(tmp_path, guisach):
    result = guisach("export", "csv", tmp_path / "no" / "file")
    assert result.exit_code == 1
    assert result.stderr.strip()
    assert list(tmp_path.iterdir()) == []


def test_marcxml_is_one_collection(mixed, answer):
    answer("export", "marcxml", mixed / "a")
    root = ElementTree.fromstring((mixed / "a").read_bytes())  # noqa: S314  (our own file)
    assert len(root) == 7


def test_an_old_export_does_not_take_back_what_was_changed_since(mixed, answer):
    answer("export", "marc", mixed / "old.mrc")
    record = Record.objects.get(control_no="7")
    draft = RecordDraft(title=record.title, authors=tuple(record.authors), edition="In lần 2")
    assert actions.change_record(record=record.pk, draft=draft, clock=builders.Clock())
    before = state()
    assert answer("import", "marc", mixed / "old.mrc", "--place", builders.COBA)["unchanged"] == 7
    assert state() == before
