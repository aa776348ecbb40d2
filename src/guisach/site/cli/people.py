"""`guisach import readers` and `guisach import loans`: who reads, and what is out, from an older system."""

from __future__ import annotations

import csv
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guisach.kernel.errors import DomainError
from guisach.site.cli.importing import ENCODINGS
from guisach.site.cli.output import fail, json_option, progress, result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from guisach.domain.journal.queries import Source
    from guisach.domain.readers.actions import Brought, Row
    from guisach.domain.readers.rules.old_sheets import Columns

_HEAD = 20  # rows that the header is looked for in: titles and emblems may stand above it
_SHOWN = 10
_WHY = {
    "name_needed": gettext_lazy("there is no name"),
    "number_needed": gettext_lazy("there is neither a card number nor a number of the older system"),
    "card_unusable": gettext_lazy("this cannot be a card number"),
    "day_unreadable": gettext_lazy("this is no possible day; it is written 31/12/2026"),
    "place_unknown": gettext_lazy("there is no place with this code"),
    "barcode_unusable": gettext_lazy("this cannot be the number of a book"),
    "reader_unknown": gettext_lazy("nobody knows this reader: bring the readers in first, under the same source"),
}
_COUNTS = ("added", "mended", "unchanged", "looked_at", "refused")


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        (
            click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False)),
            click.option("--source", required=True, help="Short name of the older system; the same each time."),
            click.option("--by", "username", required=True, help="Who answers for it: a librarian's user name."),
            click.option("--place", default="", help="Code of the place, for rows that name none."),
            click.option("--mapping", type=click.Path(path_type=Path), help="What the columns are (TOML)."),
            click.option("--encoding", default="auto", show_default=True, type=click.Choice(ENCODINGS)),
            click.option("--dry-run", is_flag=True, help="Read everything and say what is wrong; write nothing."),
            click.option("--preview", is_flag=True, help="Show ten rows as they are understood; write nothing."),
            click.option(
                "--refused", type=click.Path(path_type=Path), help="Write rows that were left out there (CSV)."
            ),
            json_option,
        )
    ):
        command = option(command)
    return command


@click.command("readers")
@_options
def import_readers(file: Path, source: str, username: str, place: str, mapping: Path | None, **asked: Any) -> None:
    """Bring in readers from a CSV or Excel FILE. The same file twice changes nothing; a newer one mends."""
    from guisach.domain.readers import actions

    columns = _columns(mapping)

    def bring(rows: Iterator[Row], by: Source, clock: Any) -> Iterator[Brought]:
        rehearse = asked["dry_run"]
        return actions.import_readers(
            rows, source=source, columns=columns, place=place, by=by, clock=clock, rehearse=rehearse
        )

    _import(file, columns.reader, {"name", "surname"}, username, bring, asked)


@click.command("loans")
@_options
def import_loans(file: Path, source: str, username: str, place: str, mapping: Path | None, **asked: Any) -> None:
    """Bring in books that are out, from a CSV or Excel FILE: barcode, card, day lent, day due."""
    from guisach.domain.circulation import actions

    def bring(rows: Iterator[Row], by: Source, clock: Any) -> Iterator[Brought]:
        return actions.import_loans(rows, source=source, place=place, by=by, clock=clock, rehearse=asked["dry_run"])

    _import(file, _columns(mapping).loan, {"barcode"}, username, bring, asked)


def _import(
    file: Path,
    known: Mapping[str, str],
    needed: set[str],
    username: str,
    bring: Callable[[Iterator[Row], Source, Any], Iterator[Brought]],
    asked: Mapping[str, Any],
) -> None:
    from guisach.domain.journal.actions import workbench_source
    from guisach.domain.network import queries as network
    from guisach.kernel.clock import system_clock

    try:
        header, rows = _open(file, known, needed, asked["encoding"])
    except (DomainError, OSError) as error:
        fail(str(error))
    if asked["preview"]:
        _preview(rows, as_json=asked["as_json"])
        return
    staff = network.staff(username)
    if staff is None:
        fail(_("Nobody here is called %(name)s.") % {"name": username})
    kept: dict[int, list[str]] = {}

    def told() -> Iterator[Row]:
        for row, cells in rows:
            kept[row.number] = cells
            yield row

    brought, done = None, 0
    with progress(None, file.name) as bar:
        for brought in bring(told(), workbench_source(staff=staff, at=system_clock()), system_clock):
            bar.update(sum(brought.counts.values()) - done)
            done = sum(brought.counts.values())
            left_out = {one.number for one in brought.refused}
            kept = {number: cells for number, cells in kept.items() if number in left_out}
    if asked["refused"] is not None:
        _write_refused(asked["refused"], header, kept, brought)
    _tell(brought, as_json=asked["as_json"])


def _columns(mapping: Path | None) -> Columns:
    from guisach.domain.readers.rules.old_sheets import BadMapping, columns_of, known_columns

    if mapping is None:
        return known_columns()
    try:
        return columns_of(mapping.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, BadMapping) as error:
        fail(_("The mapping %(file)s cannot be used: %(why)s") % {"file": mapping, "why": error})


def _open(
    file: Path, known: Mapping[str, str], needed: set[str], encoding: str
) -> tuple[list[str], Iterator[tuple[Row, list[str]]]]:
    """Find the header, and give each row below it by what its cells are, with the cells as they stand."""
    from guisach.adapters.tables import open_rows
    from guisach.domain.readers.actions import Row
    from guisach.domain.readers.rules.old_sheets import fields_of

    _form, found = open_rows(file, encoding)
    head = [row.cells for row in islice(found, _HEAD)]
    at = next((n for n, cells in enumerate(head) if needed & set(fields_of(cells, known))), None)
    if at is None:
        first = " | ".join(head[0]) if head else ""
        fail(
            _("%(file)s has no column that is known. Its first row says: %(row)s. Name the columns in a mapping file.")
            % {"file": file.name, "row": first[:300]}
        )
    header, fields = head[at], fields_of(head[at], known)

    def below() -> Iterator[tuple[Row, list[str]]]:
        for number, cells in enumerate(chain(head[at + 1 :], (row.cells for row in found)), at + 2):
            yield Row(number, {f: c for f, c in zip(fields, cells, strict=False) if f}), list(cells)

    return header, below()


def _preview(rows: Iterator[tuple[Row, list[str]]], *, as_json: bool) -> None:
    shown = [{"row": row.number, "cells": cells, "understood": dict(row.cells)} for row, cells in islice(rows, _SHOWN)]
    text = "\n".join(
        f"{one['row']}: {' | '.join(one['cells'])}\n    "  # type: ignore[arg-type]
        + "; ".join(f"{field} = {cell}" for field, cell in one["understood"].items())  # type: ignore[attr-defined]
        for one in shown
    )
    result({"rows": shown}, as_json=as_json, text=text)


def _write_refused(file: Path, header: Sequence[str], kept: Mapping[int, list[str]], brought: Brought | None) -> None:
    """Write what was left out as a sheet that can be mended and brought in again: the last column says why."""
    from guisach.adapters.tables.formulas import harmless

    with file.open("w", encoding="utf-8-sig", newline="") as sheet:
        lines = csv.writer(sheet)
        lines.writerow([*map(harmless, header), _("why it was left out")])
        for one in brought.refused if brought else ():
            cells = kept.get(one.number, [])
            cells = [*cells, *[""] * (len(header) - len(cells))]
            lines.writerow([*map(harmless, cells), str(_WHY.get(one.code, one.code))])


def _tell(brought: Brought | None, *, as_json: bool) -> None:
    counts = brought.counts if brought else {}
    refused = brought.refused if brought else []
    values = {
        "read": sum(counts.values()),
        **{name: counts.get(name, 0) for name in _COUNTS},
        **({"readable": counts["readable"]} if "readable" in counts else {}),
        "rows_refused": [{"row": one.number, "column": one.column, "code": one.code} for one in refused],
    }
    lines = [
        _("%(read)s rows: %(added)s new, %(mended)s mended, %(unchanged)s unchanged, %(looked_at)s in and to be looked "
          "at, %(refused)s left out") % values
    ]  # fmt: skip
    lines += [
        _("row %(row)s, %(column)s: %(why)s")
        % {"row": one.number, "column": one.column, "why": _WHY.get(one.code, one.code)}
        for one in refused[:_SHOWN]
    ]
    result(values, as_json=as_json, text="\n".join(lines))
