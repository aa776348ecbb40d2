"""The folder that an import left: its lines by outcome in pages, and the files that may be taken away."""

from __future__ import annotations

import json

import pytest

from guisach.adapters.import_reports import ImportReport


@pytest.fixture
def imports(tmp_path):
    folder = tmp_path / "imports" / "20261122-cu"
    folder.mkdir(parents=True)
    outcomes = ("added", "quarantined", "added", "merged")
    lines = [json.dumps({"encoding": "tcvn3"}), "no JSON at all", "[1]"]
    for at in range(40):
        line = {"index": at, "outcome": outcomes[at % 4], "title": "added" if at == 1 else "Số đỏ", "warnings": []}
        lines.append(json.dumps({**line, **({"warnings": ["length"]} if at == 6 else {})}, ensure_ascii=False))
    (folder / "report.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "quarantine.csv").write_bytes(b"x")
    (folder / "other.txt").write_bytes(b"x")
    (tmp_path / "secret.txt").write_bytes(b"x")
    return tmp_path / "imports"


@pytest.fixture
def report(imports):
    return ImportReport(imports, "20261122-cu")


def test_lines_of_an_outcome_come_in_pages_and_each_once(report):
    found, start = [], 0
    for _turn in range(9):
        page = report.lines("added", start=start, count=7)
        found += [line["index"] for line in page.lines]
        if page.following is None:
            break
        start = page.following
    assert found == list(range(0, 40, 2))


def test_of_any_outcome_and_those_with_remarks(report):
    assert len(report.lines("", count=100).lines) == 40
    assert [line["index"] for line in report.lines("", warned=True).lines] == [6]


def test_a_start_in_the_middle_of_a_line_begins_with_the_next(report):
    assert report.lines("", start=61, count=1).lines[0]["index"] in (0, 1)
    assert report.lines("", start=10**15).lines == ()


def test_the_report_and_what_was_set_aside_may_be_taken(report):
    assert [file.name for file in report.files()] == ["report.jsonl", "quarantine.csv"]
    assert report.path("quarantine.csv") is not None


@pytest.mark.parametrize("name", ["other.txt", "../secret.txt", "..", "", "quarantine.csv/../other.txt"])
def test_nothing_else_may(report, name):
    assert report.path(name) is None


@pytest.mark.parametrize("folder", ["", "..", "../..", ".lock", "none", "a/b"])
def test_a_folder_that_is_none_has_nothing(imports, folder):
    found = ImportReport(imports, folder)
    assert found.files() == []
    assert found.lines("").lines == ()
