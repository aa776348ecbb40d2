"""Loads a province from a folder of sheets: everything is checked first, then all of it is written, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from guisach.domain.network.actions.problems import as_json, say
from guisach.domain.network.models import (
    Commune,
    Fair,
    MinimumCondition,
    OpeningHours,
    Place,
    Province,
    Staff,
)
from guisach.domain.network.rules import folder as rules
from guisach.domain.network.rules.folder import FAIRS, MINIMA, PLACES, PROVINCE, SHEETS, STAFF, Known, read_folder
from guisach.domain.network.rules.passwords import first_password
from guisach.kernel.errors import DomainError
from guisach.kernel.locks import lock

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from guisach.domain.network.rules.hours import Opening
    from guisach.domain.network.rules.sheets import Problem, Row

DATA = Path(__file__).resolve().parents[1] / "data"
"""Sheets that come with the product: `cao-bang`, `example`, and the minimum conditions."""


class FolderMissing(DomainError):
    """There is no such folder."""

    code = "folder_missing"
    status = 404
    text: ClassVar[str | _StrPromise] = _("There is no folder “%(folder)s”.")


class FolderRefused(DomainError):
    """The sheets have problems; nothing was written. `problems` has each with file, line, column and text."""

    code = "folder_refused"
    text: ClassVar[str | _StrPromise] = _("Nothing was loaded. Correct this and load again:\n%(list)s")

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(
            list="\n".join(say(problem) for problem in problems),
            problems=[as_json(problem) for problem in problems],
        )


@dataclass(slots=True)
class Tally:
    """What became of one sheet's rows."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded; `passwords` are those of people who are new, by username, told this once."""

    sheets: dict[str, Tally] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)


def load_province(
    folder: Path,
    *,
    at: datetime,
    dry_run: bool = False,
    password_for: Callable[[str], str] | None = None,
) -> Loaded:
    """Load the sheets of a folder; loading the same again changes nothing.

    What a sheet says of a code that is recorded replaces it, column by column; a code that no sheet names is
    left alone, and nothing is deleted: what has ended gets its end date. The minimum conditions that come
    with the product are loaded when none are recorded. `password_for` gives the first password of a new
    username (made up without it); with `dry_run` everything is tried and taken back, and no password is
    told. Raises FolderMissing, or FolderRefused with every problem at once.
    """
    if not folder.is_dir():
        raise FolderMissing(folder=str(folder))
    files = _read_files(folder)
    with transaction.atomic(durable=True):
        lock(["network"])  # two loads at once would each add what the other adds
        if files and MINIMA not in files and not MinimumCondition.objects.exists():
            files[MINIMA] = (DATA / MINIMA).read_bytes()
        checked = read_folder(files, _known())
        if checked.problems:
            raise FolderRefused(checked.problems)
        loaded = _write(checked.rows, at, password_for or (lambda _username: first_password()))
        if dry_run:
            transaction.set_rollback(True)
    return Loaded(loaded.sheets, {}) if dry_run else loaded


def _read_files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in SHEETS if (folder / name).is_file()}


def _known() -> Known:
    return Known(
        frozenset(Province.objects.values_list("pk", flat=True)),
        frozenset(Commune.objects.values_list("pk", flat=True)),
        frozenset(Place.objects.values_list("pk", flat=True)),
    )


def _write(sheets: dict[str, list[Row]], at: datetime, password_for: Callable[[str], str]) -> Loaded:
    loaded = Loaded({name: Tally(read=len(rows)) for name, rows in sheets.items()})
    values = {name: [dict(row.values) for row in rows] for name, rows in sheets.items()}
    tallies = loaded.sheets
    _upsert(Province, "code", values.get(PROVINCE, []), tallies.get(PROVINCE))
    province = Province.objects.values_list("pk", flat=True).get()
    communes = [{"province_id": province, **row} for row in values.get(rules.COMMUNES, [])]
    _upsert(Commune, "code", communes, tallies.get(rules.COMMUNES))
    if PLACES in values:
        _write_places(values[PLACES], tallies[PLACES])
    _upsert(Fair, "code", values.get(FAIRS, []), tallies.get(FAIRS))
    _upsert(MinimumCondition, "kind", values.get(MINIMA, []), tallies.get(MINIMA))
    if STAFF in values:
        loaded.passwords.update(_write_staff(values[STAFF], at, password_for, tallies[STAFF]))
    return loaded


def _upsert(model: type[models.Model], key: str, rows: list[dict[str, Any]], tally: Tally | None) -> set[str]:
    """Add what is new and change what differs; gives the keys of both. Three queries, however many rows."""
    manager = model._default_manager
    recorded = {str(one.pk): one for one in manager.filter(pk__in=[row[key] for row in rows])}
    added: list[models.Model] = []
    changed: list[models.Model] = []
    for row in rows:
        one = recorded.get(row[key])
        if one is None:
            added.append(model(**row))
        elif any(getattr(one, name) != value for name, value in row.items()):
            for name, value in row.items():
                setattr(one, name, value)
            changed.append(one)
    manager.bulk_create(added)
    if changed:
        columns = [column for column in rows[0] if column != key]
        manager.bulk_update(changed, [column.removesuffix("_id") for column in columns])
    if tally is not None:
        tally.added, tally.changed = len(added), len(changed)
        tally.unchanged = len(rows) - len(added) - len(changed)
    return {str(one.pk) for one in [*added, *changed]}


def _write_places(rows: list[dict[str, Any]], tally: Tally) -> None:
    hours: dict[str, list[Opening]] = {row["code"]: row.pop("opening_hours") for row in rows if "opening_hours" in row}
    touched = _upsert(Place, "code", rows, tally)
    recorded: dict[str, set[tuple[Any, ...]]] = {}
    for code, *opening in OpeningHours.objects.filter(place_id__in=hours).values_list(
        "place_id", "weekday", "opens", "closes"
    ):
        recorded.setdefault(code, set()).add(tuple(opening))
    differing = {
        code: openings
        for code, openings in hours.items()
        if {(one.weekday, one.opens, one.closes) for one in openings} != recorded.get(code, set())
    }
    OpeningHours.objects.filter(place_id__in=differing).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(place_id=code, weekday=one.weekday, opens=one.opens, closes=one.closes)
        for code, openings in differing.items()
        for one in openings
    )
    only_hours = len(differing.keys() - touched)
    tally.changed += only_hours
    tally.unchanged -= only_hours


def _write_staff(
    rows: list[dict[str, Any]], at: datetime, password_for: Callable[[str], str], tally: Tally
) -> dict[str, str]:
    """Add people and appointments; gives the first passwords of the people who are new."""
    names = {row["username"]: row["full_name"] for row in rows}
    people = {one.username: one for one in Staff.objects.filter(username__in=names)}
    renamed = {name for name, one in people.items() if one.full_name != names[name]}
    for username in renamed:
        people[username].full_name = names[username]
        people[username].save(update_fields=["full_name"])
    passwords: dict[str, str] = {}
    for username in names.keys() - people.keys():
        person = people[username] = Staff(username=username, full_name=names[username], created_at=at)
        passwords[username] = password_for(username)
        person.set_password(passwords[username])
        person.save(force_insert=True)
    for row in rows:
        was = _write_appointment(people[row["username"]], row)
        if was == "unchanged" and row["username"] in renamed:
            was = "changed"
        setattr(tally, was, getattr(tally, was) + 1)
    return {username: passwords[username] for username in sorted(passwords)}


def _write_appointment(person: Staff, row: dict[str, Any]) -> Literal["added", "changed", "unchanged"]:
    held, is_new = person.appointments.get_or_create(
        role=row["role"],
        place_id=row.get("place_id"),
        commune_id=row.get("commune_id"),
        active_from=row["active_from"],
        defaults={"active_to": row.get("active_to")},
    )
    if is_new:
        return "added"
    if "active_to" not in row or held.active_to == row["active_to"]:
        return "unchanged"
    held.active_to = row["active_to"]
    held.save(update_fields=["active_to"])
    return "changed"
