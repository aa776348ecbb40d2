"""`guisach import readers` and `loans`: what an older system knew of people, once, with whatever was wrong told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from guisach.domain.circulation.models import Loan
from guisach.domain.journal.models import Case, Operation
from guisach.domain.journal.queries.checking import differences
from guisach.domain.readers.models import Reader
from tests import builders
from tests.builders import COBA

pytestmark = pytest.mark.django_db

COUNTS = ("added", "mended", "unchanged", "looked_at", "refused")
KOHA = """\
borrowernumber,cardnumber,surname,firstname,dateofbirth,phone,categorycode,branchcode,dateexpiry
11,BD-11,Nông Thị,Hoa,1988-04-02,0912 345 678,FARMER,CB-COBA,2028-12-31
12,,Lò Văn,Péng,,,OFFICIAL,CB-COBA,
13,BD-13,Hoàng,Mỷ,2015-09-01,,CHILD,CB-COBA,2027-06-30
"""
SHEET = """\
THƯ VIỆN XÃ CÔ BA;;;;
STT;Họ và tên;Số thẻ;Đối tượng;Ngày sinh
1;Nông Văn Tài;T-001;Nông dân;02/04/1979
2;Lý Thị Dín;T-002;Học sinh;30/02/2012
3;;T-003;Học sinh;
4;Vàng A Sử;;Học sinh;
"""
OUT = """\
Số ĐKCB,Mã bạn đọc,Ngày mượn,Hạn trả
CB000001,BD-11,02/11/2026,30/11/2026
CB000009,BD-13,2026-11-05,
CB000001,BD-99,02/11/2026,30/11/2026
CB000002,BD-11,02/13/2026,
"""


@pytest.fixture(autouse=True)
def _province():
    builders.province()
    builders.hoa()


@pytest.fixture
def file(tmp_path):
    def write(content: str, name: str = "ban-doc.csv") -> Path:
        path = tmp_path / name
        path.write_text(content, "utf-8")
        return path

    return write


@pytest.fixture
def bring(answer):
    def run(kind: str, path: Path, *more: object):
        return answer("import", kind, path, "--source", "koha", "--by", "hoa", *more)

    return run


def counts(answer, **expected: int) -> None:
    assert {name: answer[name] for name in COUNTS} == dict.fromkeys(COUNTS, 0) | expected
    assert answer["read"] == sum(answer[name] for name in COUNTS)


def test_readers_come_in_with_their_cards_and_a_second_time_changes_nothing(file, bring):
    counts(bring("readers", file(KOHA)), added=3)
    hoa = Reader.objects.get(card_no="BD-11")
    assert (hoa.full_name, hoa.group, str(hoa.birth_on), hoa.phone, hoa.place, str(hoa.expires_on)) == (
        "Nông Thị Hoa", "FARMER", "1988-04-02", "0912345678", COBA, "2028-12-31"
    )  # fmt: skip
    assert Reader.objects.get(full_name="Lò Văn Péng").card_no == ""
    assert {source for (source,) in Operation.objects.values_list("body")} != set()
    assert all('"source":"import:koha"' in body for body in Operation.objects.values_list("body", flat=True))
    before = Operation.objects.count()
    counts(bring("readers", file(KOHA)), unchanged=3)
    assert Operation.objects.count() == before
    assert list(differences()) == []


def test_a_newer_sheet_mends_whom_it_changed_and_nobody_else(file, bring):
    bring("readers", file(KOHA))
    counts(bring("readers", file(KOHA.replace("0912 345 678", "0988 111 222"))), mended=1, unchanged=2)
    assert Reader.objects.get(card_no="BD-11").phone == "0988111222"
    assert Reader.objects.count() == 3


def test_a_communes_sheet_is_understood_and_each_row_left_out_is_told(file, bring, tmp_path):
    left = tmp_path / "con-lai.csv"
    said = bring("readers", file(SHEET), "--place", COBA, "--refused", left)
    counts(said, added=1, refused=3)
    assert [(row["row"], row["column"], row["code"]) for row in said["rows_refused"]] == [
        (4, "birth", "day_unreadable"), (5, "name", "name_needed"), (6, "card", "number_needed"),
    ]  # fmt: skip
    tai = Reader.objects.get()
    assert (tai.full_name, tai.group, tai.card_no) == ("Nông Văn Tài", "FARMER", "T-001")
    with left.open(encoding="utf-8-sig", newline="") as sheet:
        rows = list(csv.reader(sheet))
    assert [row[1] for row in rows] == ["Họ và tên", "Lý Thị Dín", "", "Vàng A Sử"]
    mended = left.read_text("utf-8-sig").replace("30/02/2012", "28/02/2012")
    counts(bring("readers", file(mended, "mended.csv"), "--place", COBA), added=1, refused=2)


def test_a_card_that_somebody_has_already_comes_in_and_is_looked_at(file, bring):
    an = builders.an(builders.hoa(), builders.Clock())
    card = Reader.objects.get(pk=an).card_no
    said = bring("readers", file(KOHA.replace("BD-13", card)))
    counts(said, added=2, looked_at=1)
    assert Case.objects.filter(kind="card_taken_twice", status="OPEN").count() == 1
    assert Reader.objects.get(pk=an).is_card_pending is False


def test_a_rehearsal_and_a_preview_write_nothing(file, bring):
    assert bring("readers", file(KOHA), "--dry-run")["readable"] == 3
    [first, *_] = bring("readers", file(KOHA), "--preview")["rows"]
    assert first["understood"]["surname"] == "Nông Thị"
    assert Operation.objects.count() == Reader.objects.count() == 0


def test_a_column_of_ones_own_is_named_in_a_mapping(file, bring, tmp_path):
    mapping = tmp_path / "cot.toml"
    mapping.write_text('[reader]\nname = ["Người mượn"]\ncard = ["Mã"]\n[groups]\n"dân quân" = "SOLDIER"\n', "utf-8")
    sheet = file("Người mượn,Mã,Đối tượng\nTriệu Văn Lình,M1,dân quân\n")
    counts(bring("readers", sheet, "--place", COBA, "--mapping", mapping), added=1)
    assert Reader.objects.get().group == "SOLDIER"


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        ("a,b\n1,2\n", (), "không có cột nào nhận ra"),
        (KOHA, ("--by", "nobody"), "Không có ai tên nobody"),
    ],
)
def test_what_cannot_be_begun_says_why(guisach, file, content, words, said):
    given = words or ("--by", "hoa")
    done = guisach("import", "readers", file(content), "--source", "koha", *given)
    assert done.exit_code == 1
    assert said in done.stderr
    assert Operation.objects.count() == 0


def test_a_mapping_that_is_none_says_where(guisach, file, tmp_path):
    mapping = tmp_path / "cot.toml"
    mapping.write_text('[groups]\n"x" = "WIZARD"\n', "utf-8")
    done = guisach("import", "readers", file(KOHA), "--source", "koha", "--by", "hoa", "--mapping", mapping)
    assert done.exit_code == 1
    assert "WIZARD" in done.stderr


def test_open_loans_come_in_on_their_day_and_a_second_time_changes_nothing(file, bring):
    builders.copy("CB000001")
    bring("readers", file(KOHA))
    said = bring("loans", file(OUT, "dang-muon.csv"), "--place", COBA)
    counts(said, added=1, looked_at=1, refused=2)  # nobody catalogued CB000009
    assert {row["code"] for row in said["rows_refused"]} == {"reader_unknown", "day_unreadable"}
    loan = Loan.objects.get(barcode="CB000001")
    assert (str(loan.lent_at.date()), str(loan.due_on), loan.closed_at) == ("2026-11-02", "2026-11-30", None)
    assert loan.reader == Reader.objects.get(card_no="BD-11").pk
    assert Loan.objects.get(barcode="CB000009").due_on > Loan.objects.get(barcode="CB000009").lent_at.date()
    before = Operation.objects.count()
    counts(bring("loans", file(OUT, "dang-muon.csv"), "--place", COBA), unchanged=2, refused=2)
    assert Operation.objects.count() == before
    assert list(Case.objects.filter(status="OPEN").values_list("kind", flat=True)) == ["unknown_barcode"]
    assert list(differences()) == []


def test_loans_find_their_reader_by_the_older_systems_number(file, bring):
    builders.copy("CB000001")
    bring("readers", file(KOHA))
    sheet = file("barcode,borrowernumber,issuedate,date due\nCB000001,12,2026-11-02 09:00:00,2026-11-16 23:59:00\n")
    counts(bring("loans", sheet, "--place", COBA), added=1)
    assert Loan.objects.get().reader == Reader.objects.get(full_name="Lò Văn Péng").pk
