"""A province as a folder of sheets: what columns each has, and how the sheets must agree with one another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from guisach.domain.network.rules import fairs, hours, sheets
from guisach.domain.network.rules.lunar import CHI
from guisach.domain.network.rules.roles import PERMISSIONS
from guisach.domain.network.rules.sheets import BadCellError, Column, Problem, ProblemCode, Row

PROVINCE, COMMUNES, PLACES = "province.csv", "communes.csv", "places.csv"
FAIRS, STAFF, MINIMA = "fairs.csv", "staff.csv", "minimum-conditions.csv"

COMMUNE_KINDS = ("COMMUNE", "WARD", "SPECIAL_ZONE")
PLACE_KINDS = (
    "PROVINCIAL_LIBRARY",
    "COMMUNE_LIBRARY",
    "COMMUNITY_LIBRARY",
    "COMMUNITY_BOOKCASE",
    "POST_OFFICE_POINT",
    "LEARNING_CENTRE",
    "LAW_BOOKCASE",
    "SCHOOL",
    "BORDER_POST",
    "READING_ROOM",
    "MOBILE_UNIT",
    "POP_UP",
)
SERVICE_MODES = ("STAFFED", "KEPT", "OPEN_SHELF")

username = sheets.code(r"[a-z0-9][a-z0-9._-]{2,39}", "lan.nguyen")
_commune = sheets.code(r"\d{5}", "01273", digits=5)
_place = sheets.code(r"[A-Z0-9][A-Z0-9-]{0,23}", "CB-TV01")
_fair = sheets.code(r"[a-z0-9][a-z0-9-]{0,39}", "nuoc-hai")


def _hours(cell: str) -> list[hours.Opening]:
    try:
        return hours.parse(cell)
    except hours.BadHoursError as bad:
        raise BadCellError("not_hours", part=bad.part) from None


def _fair_day(cell: str) -> int | str:
    """Read a number, a branch by its name, or a date."""
    by_name = {name.lower(): number for number, name in enumerate(CHI)} | {"tị": 5}
    if cell.isascii() and cell.isdigit():
        return int(cell)
    if cell.lower() in by_name:
        return by_name[cell.lower()]
    return sheets.day(cell).isoformat()


def _position() -> tuple[Column, Column]:
    # Viet Nam with its islands: a pair the wrong way round falls outside.
    return Column("lat", sheets.number(6, 24)), Column("lon", sheets.number(102, 118))


_MINIMUM = (Column("copies", sheets.whole()), Column("titles", sheets.whole()))
SHEETS: dict[str, tuple[Column, ...]] = {
    PROVINCE: (
        Column("code", sheets.code(r"\d{2}", "04", digits=2), is_required=True),
        Column("name", sheets.words(80), is_required=True),
    ),
    COMMUNES: (
        Column("code", _commune, is_required=True),
        Column("name", sheets.words(80), is_required=True),
        Column("kind", sheets.choice(COMMUNE_KINDS), is_required=True),
        Column("former_district", sheets.words(80), empty=""),
        Column("predecessors", sheets.several(sheets.words(120)), empty=[]),
        Column("neighbours", sheets.several(_commune), empty=[]),
        Column("is_border", sheets.yes_or_no, empty=False),
        *_position(),
        Column("position", sheets.choice(("SEAT", "CENTROID")), into=None),
        Column("area_km2", sheets.number(0, 100_000)),
        Column("population", sheets.whole()),
        Column("population_note", sheets.words(200), empty=""),
        Column("valid_from", sheets.day, is_required=True),
        Column("valid_to", sheets.day),
    ),
    PLACES: (
        Column("code", _place, is_required=True),
        Column("name", sheets.words(160), is_required=True),
        Column("kind", sheets.choice(PLACE_KINDS), is_required=True),
        Column("service_mode", sheets.choice(SERVICE_MODES), is_required=True),
        Column("commune", _commune, is_required=True, into="commune_id"),
        Column("address", sheets.words(200), empty=""),
        Column("phone", sheets.words(20), empty=""),
        *_position(),
        Column("area_m2", sheets.number(0, 1_000_000)),
        Column("periodicals", sheets.whole()),
        Column("opening_hours", _hours, empty=[]),
        Column("active_from", sheets.day),
        Column("active_to", sheets.day),
    ),
    FAIRS: (
        Column("code", _fair, is_required=True),
        Column("name", sheets.words(80), is_required=True),
        Column("commune", _commune, into="commune_id"),
        Column("schedule_kind", sheets.choice(get_args(fairs.ScheduleKind)), is_required=True),
        Column("days", sheets.several(_fair_day), empty=[]),
        Column("missing_day_rule", sheets.choice(get_args(fairs.MissingDayRule)), empty="SKIP"),
        Column("opens", sheets.clock),
        Column("closes", sheets.clock),
        *_position(),
        Column("confidence", sheets.choice(("HIGH", "MEDIUM", "LOW")), empty=""),
        Column("source", sheets.words(200), empty=""),
        Column("note", sheets.words(300), empty=""),
    ),
    STAFF: (
        Column("username", lambda cell: username(cell.lower()), is_required=True),
        Column("full_name", sheets.words(80), is_required=True),
        Column("role", sheets.choice(tuple(PERMISSIONS)), is_required=True),
        Column("place", _place, into="place_id"),
        Column("commune", _commune, into="commune_id"),
        Column("active_from", sheets.day, is_required=True),
        Column("active_to", sheets.day),
    ),
    MINIMA: (
        Column("kind", sheets.choice(PLACE_KINDS), is_required=True),
        Column("article", sheets.words(40), is_required=True),
        *_MINIMUM,
        Column("periodicals", sheets.whole()),
        Column("area_m2", sheets.number(0, 1_000_000)),
        Column("staff", sheets.words(200), empty=""),
        Column("is_required", sheets.yes_or_no, empty=True),
        Column("note", sheets.words(200), empty=""),
    ),
}
"""The sheets of a folder, in the order in which they are written, and their columns."""

_KEYS = {
    MINIMA: ("kind",),
    STAFF: ("username", "role", "place_id", "commune_id", "active_from"),
}
"""What makes a row one of its own, where that is not its code."""


@dataclass(frozen=True, slots=True)
class Known:
    """Codes that are recorded already, which the sheets may point at."""

    provinces: Collection[str] = ()
    communes: Collection[str] = ()
    places: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Folder:
    """What the sheets say; usable only without problems."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_folder(files: Mapping[str, bytes], known: Known) -> Folder:
    """Read the sheets that there are and check each, and that they agree; every problem is told at once."""
    folder = Folder()
    for name, columns in SHEETS.items():
        if name in files:
            rows, problems = sheets.read_sheet(name, files[name], columns)
            folder.rows[name] = rows
            folder.problems.extend(problems)
    if not folder.rows:
        folder.problems.append(Problem("", 0, "", "no_sheets", {"files": ", ".join(SHEETS)}))
    if not folder.problems:
        folder.problems.extend(_disagreements(folder.rows, known))
    return folder


def _disagreements(rows: Mapping[str, list[Row]], known: Known) -> Iterator[Problem]:
    for name in rows:
        yield from _twice(name, rows[name])
        for row in rows[name]:
            yield from _odd(name, row)
    provinces = {row.values["code"] for row in rows.get(PROVINCE, [])} | set(known.provinces)
    if len(provinces) != 1:
        problem: ProblemCode = "other_province" if provinces else "no_province"
        yield Problem(PROVINCE, 0, "code", problem, {"codes": ", ".join(sorted(provinces))})
    communes = {row.values["code"] for row in rows.get(COMMUNES, [])} | set(known.communes)
    places = {row.values["code"] for row in rows.get(PLACES, [])} | set(known.places)
    for name, column, codes, home in (
        (COMMUNES, "neighbours", communes, COMMUNES),
        (PLACES, "commune", communes, COMMUNES),
        (FAIRS, "commune", communes, COMMUNES),
        (STAFF, "commune", communes, COMMUNES),
        (STAFF, "place", places, PLACES),
    ):
        for row in rows.get(name, []):
            pointed = row.values.get(column if column == "neighbours" else f"{column}_id") or []
            for one in [pointed] if isinstance(pointed, str) else pointed:
                if one not in codes:
                    yield Problem(name, row.line, column, "unknown_code", {"value": one, "file": home})


def _twice(name: str, rows: list[Row]) -> Iterator[Problem]:
    key = _KEYS.get(name, ("code",))
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        first = seen.setdefault(tuple(row.values.get(part) for part in key), row.line)
        if first != row.line:
            yield Problem(name, row.line, key[0], "twice", {"first": first})
    if name == STAFF:
        names: dict[str, Row] = {}
        for row in rows:
            first_row = names.setdefault(row.values["username"], row)
            if first_row.values["full_name"] != row.values["full_name"]:
                yield Problem(name, row.line, "full_name", "two_names", {"first": first_row.line})


def _odd(name: str, row: Row) -> Iterator[Problem]:
    """Check what one row says against itself."""
    values = row.values
    for begins, ends in (("valid_from", "valid_to"), ("active_from", "active_to"), ("opens", "closes")):
        begin, end = values.get(begins), values.get(ends)
        if begin is not None and end is not None and end <= begin:
            yield Problem(name, row.line, ends, "ends_before_start", {"begins": begins})
    if "lat" in values and "lon" in values and (values["lat"] is None) != (values["lon"] is None):
        yield Problem(name, row.line, "lat", "half_a_position")
    if name == STAFF and values.get("place_id") and values.get("commune_id"):
        yield Problem(name, row.line, "commune", "two_scopes")
    if name == FAIRS:
        days = tuple(values.get("days", []))
        if not fairs.is_sound(fairs.Schedule(values["schedule_kind"], days)):
            yield Problem(name, row.line, "days", "bad_days", {"kind": values["schedule_kind"]})
