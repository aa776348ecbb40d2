"""`guisach import list`, `undo`, `waiting`, `decide`, `source`: what was imported, and what people say about it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guisach.site.cli.importing import ENCODINGS
from guisach.site.cli.marc import policy_options, terms_of
from guisach.site.cli.output import fail, json_option, progress, result

if TYPE_CHECKING:
    from guisach.domain.catalogue.actions.importing import Undone
    from guisach.domain.catalogue.queries import ImportView, WaitingView

_DECISIONS = ("add", "merge", "discard")
_KEPT_SHOWN = 20


@click.command("list")
@click.option("--limit", default=30, show_default=True, type=click.IntRange(1, 1000))
@json_option
def list_imports(limit: int, as_json: bool) -> None:
    """Show the latest imports with their numbers and what came of them."""
    from guisach.domain.catalogue import queries as catalogue

    found = catalogue.imports(limit=limit)
    text = "\n".join(map(_line, found)) or _("Nothing has been imported yet.")
    result({"imports": [_import(one) for one in found]}, as_json=as_json, text=text)


@click.command("undo")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
def undo_import(number: int, yes: bool, as_json: bool) -> None:
    """Take import NUMBER back: what it added goes, what it changed is as before, but for what is in use by now."""
    from guisach.domain.catalogue import queries as catalogue
    from guisach.domain.catalogue.actions import importing
    from guisach.kernel.clock import system_clock

    found = catalogue.import_(number)
    if found is None:
        raise importing.ImportUnknown(id=number)
    if not yes and not as_json and sys.stdin.isatty():
        click.confirm(_("%(import)s\nTake this import back?") % {"import": _line(found)}, abort=True, err=True)
    with progress(None, _("Undoing")) as bar:
        undone = importing.undo_import(import_=number, clock=system_clock, progress=bar.update)
    kept = [{"record": o.record, "title": o.title, "barcode": o.barcode, "why": str(o.why)} for o in undone.kept]
    values = {
        "import": number,
        "records": undone.records,
        "restored": undone.restored,
        "copies": undone.copies,
        "waiting": undone.waiting,
        "kept_count": undone.kept_count,
        "kept": kept,
    }
    result(values, as_json=as_json, text=_undone(undone))


@click.command("waiting")
@click.option("--import", "imported_in", type=int, default=None, help="Only those of this import.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@json_option
def list_waiting(imported_in: int | None, limit: int, as_json: bool) -> None:
    """Show records that wait for a person to say whether they are here already."""
    from guisach.domain.catalogue import queries as catalogue

    count = catalogue.count_waiting(imported_in)
    found = catalogue.waiting(imported_in=imported_in, limit=limit)
    lines = [ngettext("%(count)s record waits.", "%(count)s records wait.", count) % {"count": count}]
    lines += [line for one in found for line in _waiting_lines(one)]
    values = {"count": count, "waiting": [_waiting(one) for one in found]}
    result(values, as_json=as_json, text="\n".join(lines))


@click.command("decide")
@click.argument("decision", type=click.Choice(_DECISIONS))
@click.argument("numbers", metavar="NUMBER…", nargs=-1, type=int, required=True)
@click.option("--record", type=int, default=None, help="With merge: the title that it is the same as.")
@json_option
def decide(decision: str, numbers: tuple[int, ...], record: int | None, as_json: bool) -> None:
    """Decide about waiting records: add them, merge them into the title that they may be, or discard them."""
    from guisach.domain.catalogue.actions import importing
    from guisach.kernel.clock import system_clock

    if record is not None and len(numbers) > 1:
        fail(_("--record is for one waiting record at a time."))
    if len(numbers) == 1:
        found = importing.decide_waiting(
            waiting=numbers[0], decision=decision.upper(), record=record, clock=system_clock
        )
        decided, left = [found], list[int]()
    else:
        decided, left = importing.decide_many(waiting=numbers, decision=decision.upper(), clock=system_clock)
    values = {
        "decided": [{"waiting": one.waiting, "record": one.record, "copies": one.copies} for one in decided],
        "left": left,
    }
    text = _("%(decided)s decided, %(left)s left waiting.") % {"decided": len(decided), "left": len(left)}
    result(values, as_json=as_json, text=text)
    if left:
        sys.exit(1)


@click.command("source")
@click.argument("code", required=False)
@click.option("--name", default="", help="What the library or system is called; saves the source.")
@click.option("--form", default="MARC", show_default=True, type=click.Choice(["MARC", "TABLE", "ISIS", "OAI"]))
@click.option("--mapping", type=click.Path(path_type=Path), help="How copies, columns or tags are written (TOML).")
@click.option("--place", default="", help="Code of the place of copies whose branch is not known.")
@click.option("--encoding", default="auto", show_default=True, type=click.Choice(ENCODINGS))
@policy_options
@json_option
def source(
    code: str | None,
    name: str,
    form: str,
    mapping: Path | None,
    place: str,
    encoding: str,
    policy: str | None,
    overlay_fields: str,
    as_json: bool,
) -> None:
    """Show how files of sources are read and matched, or with --name save it for CODE."""
    from dataclasses import replace

    from guisach.domain.catalogue import queries as catalogue
    from guisach.domain.catalogue.actions import importing

    if code and name:
        terms = terms_of(
            form, mapping=mapping, place=place, encoding=encoding, source="", policy=policy, fields=overlay_fields
        )
        importing.save_source(name=name, terms=replace(terms, source=code))
    found = [one for one in catalogue.sources() if code in (None, one.code)]
    if code and not found:
        fail(_("There is no source %(source)s yet: save it with --name.") % {"source": code})
    values = [{"code": one.code, "name": one.name, "imports": one.imports, **one.terms().as_json()} for one in found]
    lines = [f"{one.code:<20} {one.form:<6} {one.policy.treatment:<8} {one.name}" for one in found]
    result({"sources": values}, as_json=as_json, text="\n".join(lines))


def _import(one: ImportView) -> dict[str, Any]:
    return {
        "import": one.id, "file": one.file, "status": one.status, "read": one.read, **one.counts,
        "source": one.terms.source, "policy": str(one.terms.policy.treatment), "encoding": one.terms.encoding,
        "report": one.report, "trouble": one.trouble, "started_at": one.started_at, "ended_at": one.ended_at,
        "undone_at": one.undone_at, "by": one.by,
    }  # fmt: skip


def _line(one: ImportView) -> str:
    from guisach.kernel.clock import LOCAL

    numbers = ", ".join(f"{name} {count}" for name, count in one.counts.items() if count)
    return f"{one.id:>6}  {one.started_at.astimezone(LOCAL):%d/%m/%Y %H:%M}  {one.status_label}  {one.file}  {numbers}"


def _undone(undone: Undone) -> str:
    lines = [
        _(
            "%(records)s titles taken out, %(restored)s as they were before, %(copies)s copies taken out, "
            "%(waiting)s no longer wait; %(kept_count)s kept because they are in use."
        )
        % {
            "records": undone.records,
            "restored": undone.restored,
            "copies": undone.copies,
            "waiting": undone.waiting,
            "kept_count": undone.kept_count,
        }
    ]
    lines += [f"  {one.record:>8}  {one.why:<14} {one.barcode:<12} {one.title}" for one in undone.kept[:_KEPT_SHOWN]]
    return "\n".join(lines)


def _waiting(one: WaitingView) -> dict[str, Any]:
    return {
        "waiting": one.id, "import": one.imported_in, "file": one.file, "index": one.index, "title": one.title,
        "author": next(iter(one.draft.authors), ""), "year": one.draft.year, "publisher": one.draft.publisher,
        "isbns": list(one.draft.isbns), "barcodes": list(one.barcodes), "reason": one.reason,
        "candidates": [
            {
                "record": other.record, "is_certain": other.is_certain, "why": list(other.why),
                "title": other.draft.title, "author": next(iter(other.draft.authors), ""), "year": other.draft.year,
                "publisher": other.draft.publisher, "copies": other.copies,
            }
            for other in one.candidates
        ],
    }  # fmt: skip


def _waiting_lines(one: WaitingView) -> list[str]:
    said = _waiting(one)
    lines = [f"{one.id:>6}  {one.title} / {said['author']} ({said['year'] or '?'}) {said['publisher']}"]
    for other in said["candidates"]:
        agrees = ", ".join(other["why"])
        title = f"{other['title']} / {other['author']} ({other['year'] or '?'})"
        lines.append(f"        = {other['record']}: {title} [{agrees}]")
    return lines
