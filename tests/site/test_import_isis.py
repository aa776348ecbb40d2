"""`guisach import marc --form isis`: databases of CDS/ISIS come in with a mapping of their own tags."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue.models import Copy, Record
from tests import builders
from tests.adapters.marc.isis_files import LUOC_SU, in_lines, isis

pytestmark = pytest.mark.django_db

MAPPING = """
[[column]]
field = "title"
from = ["24"]
[[column]]
field = "authors"
from = ["70"]
[[column]]
field = "shelf"
from = ["99^x"]
[[column]]
field = "barcode"
from = ["99^b"]
[constants]
branch = "Kho A"
[branches]
"Kho A" = "CB-COBA"
"""


@pytest.fixture(autouse=True)
def _province():
    builders.province()


def test_a_database_comes_in_with_its_copies_and_once_only(tmp_path, answer):
    file, mapping = tmp_path / "sach.iso", tmp_path / "isis.toml"
    first = (*LUOC_SU[:-1], ("99", "^xKho mở^bVV01"))
    file.write_bytes(in_lines([isis(*first, end=b"#"), isis(("24", "Cây thuốc Nam"), ("70", "An"), end=b"#")]))
    mapping.write_text(MAPPING, encoding="utf-8")
    options = ("--form", "isis", "--mapping", mapping)
    told = answer("import", "marc", file, *options)
    assert (told["read"], told["added"], told["copies_added"]) == (2, 2, 1)
    copy = Copy.objects.get()
    assert (copy.barcode, copy.shelf, copy.base_id) == ("VV01", "Kho mở", builders.COBA)
    again = answer("import", "marc", file, *options)
    assert (again["read"], again["unchanged"]) == (2, 2)


def test_without_a_mapping_the_example_is_used_and_says_so(tmp_path, guisach):
    file = tmp_path / "sach.iso"
    file.write_bytes(isis(*LUOC_SU))
    told = guisach("import", "marc", file, "--dry-run")
    assert told.exit_code == 0
    assert "--form isis --mapping" in told.stdout
    assert not Record.objects.exists()


def test_a_wrong_mapping_is_refused_before_anything_is_read(tmp_path, guisach):
    (tmp_path / "m.toml").write_text("[[column]]\nfield = 'tile'\nfrom = ['1']", encoding="utf-8")
    told = guisach("import", "marc", tmp_path / "sach.iso", "--form", "isis", "--mapping", tmp_path / "m.toml")
    assert told.exit_code == 1
    assert "tile" in told.stderr


def test_a_file_that_is_not_isis_is_refused(tmp_path, guisach):
    (tmp_path / "a.iso").write_text("không phải", encoding="utf-8")
    told = guisach("import", "marc", tmp_path / "a.iso", "--form", "isis")
    assert told.exit_code == 1
