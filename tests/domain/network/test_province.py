"""Loading a province from sheets: all or nothing, and the same again changes nothing."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from django.utils import translation

from guisach.domain.network import actions, models
from guisach.domain.network.actions.problems import TEXTS
from guisach.domain.network.rules.sheets import ProblemCode
from tests.conftest import SHARED_DATA, needs_shared

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(actions.DATA / "example", tmp_path / "tinh")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def everything() -> list[list[tuple[Any, ...]]]:
    tables = (
        models.Province,
        models.Commune,
        models.Place,
        models.OpeningHours,
        models.Fair,
        models.MinimumCondition,
        models.Staff,
        models.Appointment,
    )
    return [list(table._default_manager.order_by("pk").values_list()) for table in tables]


def counts(loaded: actions.Loaded) -> dict[str, tuple[int, int, int]]:
    return {
        name: (tally.added, tally.changed, tally.unchanged)
        for name, tally in loaded.sheets.items()
        if tally.added or tally.changed
    }


def test_an_example_province_is_loaded_whole(db: None, folder: Path) -> None:
    loaded = actions.load_province(folder, at=AT)
    assert counts(loaded) == {
        "province.csv": (1, 0, 0),
        "communes.csv": (2, 0, 0),
        "places.csv": (3, 0, 0),
        "fairs.csv": (1, 0, 0),
        "staff.csv": (3, 0, 0),
        "minimum-conditions.csv": (4, 0, 0),
    }
    library = models.Place.objects.get(pk="NM-TV")
    assert (library.commune_id, library.area_m2, library.active_from) == ("99001", 38, date(2025, 7, 1))
    assert library.opening_hours.count() == 11
    assert set(loaded.passwords) == {"hoa", "lan"}
    lan = models.Staff.objects.get(username="lan")
    assert lan.check_password(loaded.passwords["lan"])
    assert lan.created_at == AT


def test_loading_the_same_again_changes_nothing_and_tells_no_password(db: None, folder: Path) -> None:
    actions.load_province(folder, at=AT)
    before = everything()
    again = actions.load_province(folder, at=datetime(2027, 1, 1, tzinfo=UTC))
    assert counts(again) == {}
    assert again.passwords == {}
    assert everything() == before


def test_what_differs_is_changed_and_nothing_else(db: None, folder: Path) -> None:
    first = actions.load_province(folder, at=AT)
    edit(folder / "communes.csv", "99002,Khuổi Mẫu", "99002,Khuổi Mẫu Mới")
    edit(folder / "places.csv", "T7 08:00-11:00", "T7 08:00-10:00")
    edit(folder / "fairs.csv", ",SKIP,", ",LAST_DAY,")
    edit(folder / "staff.csv", "Nông Thị Lan", "Nông Thị Lan Anh")
    edit(folder / "staff.csv", "ADMINISTRATOR,,,2025-07-01,", "ADMINISTRATOR,,,2025-07-01,2027-01-01")
    loaded = actions.load_province(folder, at=AT)
    assert counts(loaded) == {
        "communes.csv": (0, 1, 1),
        "places.csv": (0, 1, 2),
        "fairs.csv": (0, 1, 0),
        "staff.csv": (0, 2, 1),
    }
    assert models.Commune.objects.get(pk="99002").name == "Khuổi Mẫu Mới"
    assert models.Fair.objects.get().missing_day_rule == "LAST_DAY"
    closes = models.OpeningHours.objects.get(place_id="TM-TVT", weekday=6).closes
    assert f"{closes:%H:%M}" == "10:00"
    lan = models.Staff.objects.get(username="lan")
    assert lan.full_name == "Nông Thị Lan Anh"
    assert lan.check_password(first.passwords["lan"])
    ended = models.Appointment.objects.get(role="ADMINISTRATOR")
    assert ended.active_to == date(2027, 1, 1)


def test_a_unit_that_ends_keeps_its_places_and_the_one_after_it_comes_beside_it(db: None, folder: Path) -> None:
    actions.load_province(folder, at=AT)
    (folder / "communes.csv").write_text(
        "code,name,kind,predecessors,neighbours,valid_from,valid_to\n"
        "99001,Nà Mẫu,COMMUNE,,,2025-07-01,2027-07-01\n"
        "99003,Nà Mẫu Mới,COMMUNE,Xã Nà Mẫu,99002,2027-07-01,\n",
        encoding="utf-8",
    )
    for name in ("places.csv", "fairs.csv", "staff.csv"):
        (folder / name).unlink()
    assert counts(actions.load_province(folder, at=AT)) == {"communes.csv": (1, 1, 0)}
    ended = models.Commune.objects.get(pk="99001")
    assert ended.valid_to == date(2027, 7, 1)
    assert ended.population == 7200, "a column that the sheet leaves out stays as it was"
    assert ended.places.count() == 2
    assert models.Commune.objects.get(pk="99003").province_id == "99"
    assert models.Commune.objects.filter(pk="99002").exists(), "what no sheet names stays"


def test_one_mistake_and_nothing_is_written(db: None, folder: Path) -> None:
    edit(folder / "places.csv", "NM-TS,", "nm ts,")
    edit(folder / "communes.csv", "COMMUNE,Mẫu Sơn", "HAMLET,Mẫu Sơn")
    with translation.override("en"), pytest.raises(actions.FolderRefused) as refusal:
        actions.load_province(folder, at=AT)
    assert [(one["file"], one["line"], one["column"], one["code"]) for one in refusal.value.data["problems"]] == [
        ("communes.csv", 2, "kind", "not_choice"),
        ("places.csv", 4, "code", "not_code"),
    ]
    with translation.override("en"):
        said = str(refusal.value)
    assert "communes.csv, line 2, column kind: “HAMLET” is none of COMMUNE, WARD, SPECIAL_ZONE" in said
    assert "places.csv, line 4, column code: “nm ts” is not a code such as CB-TV01" in said
    assert all(rows == [] for rows in everything())


def test_a_later_mistake_leaves_what_was_loaded_before(db: None, folder: Path) -> None:
    actions.load_province(folder, at=AT)
    before = everything()
    edit(folder / "communes.csv", "99002,Khuổi Mẫu", "99002,Đổi Tên")
    edit(folder / "fairs.csv", "5;10;15", "5;10;45")
    with pytest.raises(actions.FolderRefused):
        actions.load_province(folder, at=AT)
    assert everything() == before


def test_trying_writes_nothing_and_tells_no_password(db: None, folder: Path) -> None:
    loaded = actions.load_province(folder, at=AT, dry_run=True)
    assert counts(loaded)["places.csv"] == (3, 0, 0)
    assert loaded.passwords == {}
    assert all(rows == [] for rows in everything())


def test_a_second_province_is_refused(db: None, folder: Path) -> None:
    actions.load_province(folder, at=AT)
    with pytest.raises(actions.FolderRefused) as refusal:
        actions.load_province(actions.DATA / "cao-bang", at=AT)
    assert [one["code"] for one in refusal.value.data["problems"]] == ["other_province"]


def test_a_folder_that_is_not_there_or_has_no_sheets_is_refused(db: None, tmp_path: Path) -> None:
    with pytest.raises(actions.FolderMissing):
        actions.load_province(tmp_path / "không có", at=AT)
    with pytest.raises(actions.FolderRefused) as refusal:
        actions.load_province(tmp_path, at=AT)
    assert [one["code"] for one in refusal.value.data["problems"]] == ["no_sheets"]


def test_minimum_conditions_that_an_administrator_changed_stay(db: None, folder: Path) -> None:
    actions.load_province(folder, at=AT)
    models.MinimumCondition.objects.filter(kind="COMMUNE_LIBRARY").update(copies=3000)
    actions.load_province(folder, at=AT)
    assert models.MinimumCondition.objects.get(kind="COMMUNE_LIBRARY").copies == 3000
    shutil.copy(actions.DATA / "minimum-conditions.csv", folder)
    assert counts(actions.load_province(folder, at=AT)) == {"minimum-conditions.csv": (0, 1, 3)}


def test_first_passwords_may_be_given(db: None, folder: Path) -> None:
    loaded = actions.load_province(folder, at=AT, password_for=lambda username: f"mat-khau-{username}")
    assert loaded.passwords == {"hoa": "mat-khau-hoa", "lan": "mat-khau-lan"}
    assert models.Staff.objects.get(username="hoa").check_password("mat-khau-hoa")


def test_every_problem_can_be_said() -> None:
    assert set(TEXTS) == set(get_args(ProblemCode))


# Cao Bang --------------------------------------------------------------------------------------------------


def test_cao_bang_has_56_communes_of_which_21_lie_on_the_border(db: None) -> None:
    loaded = actions.load_province(actions.DATA / "cao-bang", at=AT)
    assert loaded.sheets["communes.csv"].added == 56
    assert loaded.sheets["fairs.csv"].added == 17
    communes = {one.pk: one for one in models.Commune.objects.all()}
    assert sum(one.is_border for one in communes.values()) == 21
    assert sorted(one.name for one in communes.values() if one.kind == "WARD") == [
        "Nùng Trí Cao",
        "Thục Phán",
        "Tân Giang",
    ]
    assert sum(one.area_km2 or 0 for one in communes.values()) == pytest.approx(6700.4, abs=0.1)
    assert sum(one.population or 0 for one in communes.values()) == 517_398
    assert {one.name for one in communes.values() if one.population is None} == {
        "Quảng Lâm",
        "Hạnh Phúc",
        "Hòa An",
        "Thành Công",
    }
    assert all(one.pk in communes[neighbour].neighbours for one in communes.values() for neighbour in one.neighbours), (
        "who adjoins is adjoined"
    )
    assert all(one.lat and 22 < one.lat < 23.2 and one.lon and 105 < one.lon < 107 for one in communes.values())


def test_names_of_cao_bang_place_their_tones_the_modern_way() -> None:
    from guisach.kernel.text import normalise_tone_placement

    for name in ("communes.csv", "fairs.csv"):
        text = (actions.DATA / "cao-bang" / name).read_text(encoding="utf-8")
        assert normalise_tone_placement(text).split() == text.split()


@needs_shared
def test_the_sheets_of_cao_bang_say_what_their_sources_said() -> None:
    assert SHARED_DATA is not None
    with (SHARED_DATA / "cao-bang-communes.csv").open(encoding="utf-8", newline="") as stream:
        source = {row["code"]: row for row in csv.DictReader(stream)}
    with (actions.DATA / "cao-bang" / "communes.csv").open(encoding="utf-8", newline="") as stream:
        ours = {row["code"]: row for row in csv.DictReader(stream)}
    assert ours.keys() == source.keys()
    for code, row in ours.items():
        said = source[code]
        assert (row["name"], row["area_km2"], row["population"]) == (
            said["name"],
            said["area_km2"],
            said["population"],
        )
        assert row["predecessors"].split(";") == [name.strip() for name in said["merged_from"].split(",")]
        assert (row["is_border"] == "true") == (said["border_china"] == "1")
        which = "seat" if row["position"] == "seat" else "centroid"
        assert float(row["lat"]) == pytest.approx(float(said[f"{which}_lat"]), abs=0.00001)
        assert float(row["lon"]) == pytest.approx(float(said[f"{which}_lon"]), abs=0.00001)
    with (SHARED_DATA / "cao-bang-markets.csv").open(encoding="utf-8", newline="") as stream:
        markets = {row["name"]: row for row in csv.DictReader(stream)}
    with (actions.DATA / "cao-bang" / "fairs.csv").open(encoding="utf-8", newline="") as stream:
        for fair in csv.DictReader(stream):
            said = markets.pop(fair["name"])
            assert fair["days"].split(";") == (said["lunar_days"].split() or [""])
            assert fair["commune"] == said["commune_code"]
            assert fair["schedule_kind"] == said["schedule_kind"].upper()
    assert markets == {}
