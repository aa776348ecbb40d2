"""MARC-in-JSON comes in like any other form, and what is set aside can be mended and comes in too."""

from __future__ import annotations

from pathlib import Path

import pytest

from guisach.domain.catalogue.models import Record
from guisach.domain.catalogue.rules.marc.incoming import to_json
from tests import builders
from tests.adapters.marc.records import book, data

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _province():
    builders.province()


def test_an_array_comes_in_with_its_copies(tmp_path, answer):
    file = tmp_path / "sach.json"
    held = book(data("952", "pVV01", "aCB-COBA"), title="Một")
    file.write_text(f"[{to_json(held)},\n{to_json(book(title='Hai', number='2'))}]", encoding="utf-8")
    told = answer("import", "marc", file)
    assert (told["read"], told["added"], told["copies_added"]) == (2, 2, 1)
    assert answer("import", "marc", file)["unchanged"] == 2


def test_what_is_set_aside_is_kept_byte_for_byte_to_be_mended(tmp_path, answer):
    broken = to_json(book(title="Hai", number="2")).replace('"Hai"', '"Hai')
    file = tmp_path / "sach.jsonl"
    file.write_text(f"{to_json(book(title='Một'))}\n{broken}\n", encoding="utf-8")
    told = answer("import", "marc", file)
    assert (told["added"], told["quarantined"]) == (1, 1)
    kept = Path(told["report"]).with_name("quarantine.jsonl")
    assert kept.read_text("utf-8").strip() == broken
    kept.write_text(broken.replace('"Hai', '"Hai"'), encoding="utf-8")
    assert answer("import", "marc", kept)["added"] == 1
    assert set(Record.objects.values_list("title", flat=True)) == {"Một", "Hai"}
