"""`guisach import marc --encoding`: what a file is written in is found out, said with its evidence, and overridden."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guisach.domain.catalogue.models import Record
from tests import builders
from tests.builders_marc import data, iso2709

pytestmark = pytest.mark.django_db

# Thư viện văn hoá cơ sở; Người lái đò; Số đỏ; Truyện Kiều
TCVN3 = (
    "Th\xad vi\xd6n v\xa8n ho\xb8 c\xac s\xeb",
    "Ng\xad\xeai l\xb8i \xae\xdf",
    "S\xe8 \xae\xe1",
    "Truy\xd6n Ki\xd2u",
)
# Nguyễn, thế giới
VPS = ("Nguy\xcdn", "th\x89 gi\xa7i")


@pytest.fixture(autouse=True)
def _province():
    builders.province()


@pytest.fixture
def file(tmp_path):
    def write(*titles: str) -> Path:
        path = tmp_path / "cũ.mrc"
        leader = "00000nam  2200000 a 4500"
        path.write_bytes(
            b"".join(iso2709([("245", data(("a", title), charset="latin-1"))], leader=leader) for title in titles)
        )
        return path

    return write


def test_the_report_names_the_set_and_the_words_that_tell(file, answer):
    found = answer("import", "marc", file(*TCVN3))
    assert (found["added"], found["quarantined"]) == (4, 0)
    assert set(Record.objects.values_list("title", flat=True)) == {
        "Thư viện văn hoá cơ sở", "Người lái đò", "Số đỏ", "Truyện Kiều"
    }  # fmt: skip
    (told,) = found["encodings"]
    assert (told["file"], told["encoding"], told["mended"]) == ("cũ.mrc", "tcvn3", False)
    assert ["viÖn", "viện"] in told["evidence"]
    first, second, *_ = [json.loads(line) for line in Path(found["report"]).read_text().splitlines()]
    assert first == told
    assert second["warnings"] == ["charset_legacy"]


def test_the_same_legacy_file_twice_changes_nothing(file, answer):
    answer("import", "marc", file(*TCVN3))
    assert answer("import", "marc", file(*TCVN3))["unchanged"] == 4


def test_a_person_sees_the_words_and_how_to_object(file, guisach):
    result = guisach("import", "marc", file(*TCVN3), "--dry-run")
    assert result.exit_code == 0
    assert "viÖn → viện" in result.stderr
    assert "--encoding" in result.stderr
    assert Record.objects.count() == 0


def test_what_a_person_says_wins(file, answer):
    (told,) = answer("import", "marc", file(*VPS), "--encoding", "vps")["encodings"]
    assert told["encoding"] == "vps"
    assert set(Record.objects.values_list("title", flat=True)) == {"Nguyễn", "thế giới"}


def test_an_unknown_set_is_refused_with_those_that_are_known(file, guisach):
    result = guisach("import", "marc", file(*VPS), "--encoding", "ebcdic")
    assert result.exit_code == 2
    assert "viscii" in result.stderr


def test_a_missing_file_is_refused_as_ever(tmp_path, guisach):
    result = guisach("import", "marc", tmp_path / "không có.mrc", "--encoding", "tcvn3")
    assert result.exit_code == 1
    assert "không có.mrc" in result.stderr
