"""Reading a sheet as people save it, and saying what is wrong with it."""

from __future__ import annotations

import unicodedata
from datetime import date, time
from typing import Any

import pytest

from guisach.domain.network import models
from guisach.domain.network.rules import folder, sheets
from guisach.domain.network.rules.folder import Known, read_folder
from guisach.domain.network.rules.sheets import BadCellError, Column, Problem, read_sheet

COLUMNS = (
    Column("code", sheets.code(r"\d{5}", "01273", digits=5), is_required=True),
    Column("name", sheets.words(20), is_required=True),
    Column("note", sheets.words(20), empty=""),
    Column("said", sheets.words(20), into=None),
)


def read(text: str) -> tuple[list[dict[str, Any]], list[tuple[int, str, str]]]:
    rows, problems = read_sheet("x.csv", text.encode(), COLUMNS)
    return [row.values for row in rows], [(one.line, one.column, one.code) for one in problems]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_sheet_is_read_as_any_spreadsheet_saves_it(separator: str, line_end: str) -> None:
    lines = ["\ufeffname,code,said", "Nà Mẫu,99001,x", "", ",,", '"A, B; C\tD",99002,']
    text = (
        line_end.join(line if '"' in line else line.replace(",", separator) for line in lines[:4])
        + line_end
        + f'"A, B; C\tD"{separator}99002{separator}'
    )
    assert read(text) == (
        [{"code": "99001", "name": "Nà Mẫu"}, {"code": "99002", "name": "A, B; C D"}],
        [],
    )


def test_decomposed_letters_are_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "Đàm Thủy")
    assert read(f"code,name\n99001,{decomposed}\n")[0] == [{"code": "99001", "name": "Đàm Thủy"}]


def test_zeros_that_a_spreadsheet_took_are_given_back() -> None:
    assert read("code,name\n1273,Thục Phán\n")[0][0]["code"] == "01273"


def test_a_column_left_out_is_not_a_column_left_empty() -> None:
    assert read("code,name,note\n99001,A,\n")[0] == [{"code": "99001", "name": "A", "note": ""}]
    assert read("code,name\n99001,A\n")[0] == [{"code": "99001", "name": "A"}]


def test_every_wrong_cell_is_told_at_once_with_its_line() -> None:
    rows, problems = read(f"code,name,note\nabc,A,\n99001,,{'x' * 21}\n99002,B,ok\n")
    assert rows == [{"code": "99002", "name": "B", "note": "ok"}]
    assert problems == [(2, "code", "not_code"), (3, "name", "required"), (3, "note", "too_long")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name\nA\n", (1, "code", "missing_column")),
        ("code,name,naem\n99001,A,B\n", (1, "naem", "unknown_column")),
        ("code,name,name\n99001,A,B\n", (1, "name", "column_twice")),
        ("code,name\n99001,A,B\n", (2, "", "too_many_cells")),
        ("", (1, "code", "missing_column")),
    ],
)
def test_a_header_that_does_not_fit_is_told(text: str, problem: tuple[int, str, str]) -> None:
    rows, problems = read(text)
    assert rows == []
    assert problem in problems


def test_a_sheet_that_is_not_utf8_is_told() -> None:
    assert read_sheet("x.csv", "code,name\n99001,Nà Mẫu".encode("utf-16"), COLUMNS) == (
        [],
        [Problem("x.csv", 0, "", "not_utf8")],
    )


@pytest.mark.parametrize(
    ("reader", "cell", "value"),
    [
        (sheets.number(0, 100), "55.44", 55.44),
        (sheets.number(0, 100), "55,44", 55.44),
        (sheets.whole(), "41157", 41157),
        (sheets.yes_or_no, "Có", True),
        (sheets.yes_or_no, "FALSE", False),
        (sheets.day, "22/11/2026", date(2026, 11, 22)),
        (sheets.day, "2026-11-22", date(2026, 11, 22)),
        (sheets.clock, "7h30", time(7, 30)),
        (sheets.clock, "07:30:00", time(7, 30)),
        (sheets.choice(("WARD",)), "ward", "WARD"),
        (sheets.several(sheets.words(9)), "a; b ;;c", ["a", "b", "c"]),
    ],
)
def test_a_cell_is_read(reader: Any, cell: str, value: object) -> None:
    assert reader(cell) == value


@pytest.mark.parametrize(
    ("reader", "cell", "code"),
    [
        (sheets.number(0, 100), "1.234,5", "not_number"),
        (sheets.number(0, 100), "101", "out_of_range"),
        (sheets.number(0, 100), "nan", "not_number"),
        (sheets.whole(), "1.000", "not_whole"),
        (sheets.whole(), "-1", "not_whole"),
        (sheets.whole(10), "11", "out_of_range"),
        (sheets.yes_or_no, "x", "not_yes_or_no"),
        (sheets.day, "30/2/2026", "not_date"),
        (sheets.day, "2026/11/22", "not_date"),
        (sheets.clock, "25:00", "not_time"),
        (sheets.clock, "7.30", "not_time"),
        (sheets.choice(("WARD",)), "xã", "not_choice"),
        (sheets.several(sheets.whole()), "1;b", "not_whole"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(reader: Any, cell: str, code: str) -> None:
    with pytest.raises(BadCellError) as bad:
        reader(cell)
    assert bad.value.code == code


# The sheets together ---------------------------------------------------------------------------------------

PROVINCE = "code,name\n99,Mẫu\n"
COMMUNES = "code,name,kind,valid_from\n99001,A,COMMUNE,2025-07-01\n"
PLACES = "code,name,kind,service_mode,commune"
FAIRS = "code,name,commune,schedule_kind,days"
STAFF = "username,full_name,role,place,commune,active_from"


def problems_of(**texts: str) -> list[tuple[str, int, str, str]]:
    files = {f"{name.replace('_', '-')}.csv": text.encode() for name, text in texts.items()}
    found = read_folder(files, Known()).problems
    return [(one.file, one.line, one.column, one.code) for one in found]


def test_a_folder_that_agrees_has_no_problem() -> None:
    assert problems_of(province=PROVINCE, communes=COMMUNES, fairs=f"{FAIRS}\na,A,99001,ZODIAC_DAY_SET,Tỵ;hợi\n") == []


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ({}, ("", 0, "", "no_sheets")),
        ({"communes": COMMUNES}, ("province.csv", 0, "code", "no_province")),
        ({"province": f"{PROVINCE}98,Khác\n"}, ("province.csv", 0, "code", "other_province")),
        ({"communes": f"{COMMUNES}99001,B,WARD,2025-07-01\n"}, ("communes.csv", 3, "code", "twice")),
        (
            {"communes": "code,name,kind,valid_from,neighbours\n99001,A,COMMUNE,2025-07-01,99009\n"},
            ("communes.csv", 2, "neighbours", "unknown_code"),
        ),
        (
            {"communes": "code,name,kind,valid_from,valid_to\n99001,A,COMMUNE,2025-07-01,2025-07-01\n"},
            ("communes.csv", 2, "valid_to", "ends_before_start"),
        ),
        (
            {"communes": "code,name,kind,valid_from,lat,lon\n99001,A,COMMUNE,2025-07-01,22.5,\n"},
            ("communes.csv", 2, "lat", "half_a_position"),
        ),
        (
            {"communes": "code,name,kind,valid_from,lat,lon\n99001,A,COMMUNE,2025-07-01,106.2,22.5\n"},
            ("communes.csv", 2, "lat", "out_of_range"),
        ),
        (
            {"communes": COMMUNES, "places": f"{PLACES}\nA-1,A,SCHOOL,KEPT,99002\n"},
            ("places.csv", 2, "commune", "unknown_code"),
        ),
        (
            {"communes": COMMUNES, "places": f"{PLACES},opening_hours\nA-1,A,SCHOOL,KEPT,99001,cả ngày\n"},
            ("places.csv", 2, "opening_hours", "not_hours"),
        ),
        (
            {"communes": COMMUNES, "fairs": f"{FAIRS}\na,A,99001,LUNAR_DAY_SET,3;31\n"},
            ("fairs.csv", 2, "days", "bad_days"),
        ),
        (
            {"communes": COMMUNES, "fairs": f"{FAIRS}\na,A,99001,UNKNOWN,3\n"},
            ("fairs.csv", 2, "days", "bad_days"),
        ),
        (
            {"communes": COMMUNES, "staff": f"{STAFF}\nlan,Lan,KEEPER,A-1,,2025-07-01\n"},
            ("staff.csv", 2, "place", "unknown_code"),
        ),
        (
            {
                "communes": COMMUNES,
                "places": f"{PLACES}\nA-1,A,SCHOOL,KEPT,99001\n",
                "staff": f"{STAFF}\nlan,Lan,KEEPER,A-1,99001,2025-07-01\n",
            },
            ("staff.csv", 2, "commune", "two_scopes"),
        ),
        (
            {"staff": f"{STAFF}\nlan,Lan,KEEPER,,,2025-07-01\nlan,Lan Anh,CREW,,,2025-07-01\n"},
            ("staff.csv", 3, "full_name", "two_names"),
        ),
        (
            {"staff": f"{STAFF}\nlan,Lan,KEEPER,,,2025-07-01\nLan,Lan,KEEPER,,,1/7/2025\n"},
            ("staff.csv", 3, "username", "twice"),
        ),
    ],
)
def test_sheets_that_do_not_agree_are_told(texts: dict[str, str], problem: tuple[str, int, str, str]) -> None:
    whole = (
        texts
        if not texts or (texts.keys() == {"communes"} and problem[3] == "no_province")
        else {
            "province": PROVINCE,
            **texts,
        }
    )
    assert problem in problems_of(**whole)


def test_what_is_recorded_may_be_pointed_at() -> None:
    files = {"staff.csv": f"{STAFF}\nlan,Lan,KEEPER,A-1,,2025-07-01\n".encode()}
    assert read_folder(files, Known({"99"}, {"99001"}, {"A-1"})).problems == []


def test_the_sheets_and_the_tables_know_the_same_words() -> None:
    assert set(folder.COMMUNE_KINDS) == set(models.CommuneKind.values)
    assert set(folder.PLACE_KINDS) == set(models.PlaceKind.values)
    assert set(folder.SERVICE_MODES) == set(models.ServiceMode.values)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        (folder.PROVINCE, models.Province),
        (folder.COMMUNES, models.Commune),
        (folder.PLACES, models.Place),
        (folder.FAIRS, models.Fair),
        (folder.MINIMA, models.MinimumCondition),
    ],
)
def test_every_column_that_is_kept_has_a_field(name: str, model: Any) -> None:
    fields = {field.attname for field in model._meta.concrete_fields}
    kept = {column.key for column in folder.SHEETS[name]} - {None, "opening_hours"}
    assert kept <= fields
    assert fields - kept <= {"province_id"}
