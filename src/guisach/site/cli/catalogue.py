"""`guisach import marc`, `guisach search` and `guisach reindex`."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guisach.site.cli.output import fail, json_option, result

if TYPE_CHECKING:
    from tqdm import tqdm

    from guisach.adapters.imports import ImportFolder
    from guisach.domain.catalogue.rules.importing import Placement

_REASONS_SHOWN = 12
_INTERRUPTED = 130


class _Counts:
    """What came of all files of one command."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.copies = 0

    def add(self, imported: Any) -> None:
        self.outcomes[imported.outcome] += 1
        self.copies += imported.copies
        if imported.reason:
            self.reasons[imported.reason] += 1
        self.warnings.update({warning.partition(":")[0] for warning in imported.warnings})

    def values(self, report: str | None) -> dict[str, Any]:
        from guisach.domain.catalogue.rules.importing import Outcome

        each = {outcome.value: self.outcomes[outcome] for outcome in Outcome}
        return {"read": sum(each.values()), **each, "copies_added": self.copies, "report": report}


@click.command("marc")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--mapping", type=click.Path(path_type=Path), help="How copies are written in the records (TOML).")
@click.option("--place", default="", help="Code of the place of copies whose branch is not known.")
@json_option
def import_marc(files: tuple[Path, ...], dry_run: bool, mapping: Path | None, place: str, as_json: bool) -> None:
    """Import records from ISO 2709 and MARCXML files; the same file twice changes nothing."""
    from django.conf import settings

    from guisach.adapters.imports import ImportFolder
    from guisach.kernel.clock import system_clock

    placement = _placement(mapping, place)
    counts = _Counts()
    failed = False
    with ExitStack() as stack:
        bar = stack.enter_context(_bar(sum(map(_size, files))))
        folder: ImportFolder | None = None
        if not dry_run and any(file.is_file() for file in files):
            try:
                folder = stack.enter_context(ImportFolder(settings.DATA / "imports", files[0].stem, system_clock()))
            except OSError as error:
                fail(_("The report cannot be written to %(folder)s: %(reason)s") % _os(error))
        status = 0
        for file in files:
            try:
                failed |= not _import(file, placement, counts, folder, bar, is_rehearsal=dry_run)
            except KeyboardInterrupt:
                click.echo(_("Stopped. What is in stays in; import the same file again to go on."), err=True)
                status = _INTERRUPTED
                break
    report = str(folder.report) if folder else None
    result(counts.values(report), as_json=as_json, text=_told(counts, report, is_rehearsal=dry_run))
    if status or failed:
        sys.exit(status or 1)


def _import(
    file: Path,
    placement: Placement,
    counts: _Counts,
    folder: ImportFolder | None,
    bar: tqdm[Any],
    *,
    is_rehearsal: bool,
) -> bool:
    """Import one file; returns whether it could be worked through to its end."""
    from django.db import DatabaseError

    from guisach.domain.catalogue import actions as catalogue
    from guisach.kernel.clock import system_clock
    from guisach.kernel.errors import DomainError
    from guisach.site.wiring import record_reader

    before, done = sum(counts.outcomes.values()), 0
    try:
        for imported in catalogue.import_file(
            path=file, reader=record_reader(), placement=placement, clock=system_clock, is_rehearsal=is_rehearsal
        ):
            counts.add(imported)
            if folder is not None:
                folder.add(file, imported)
            bar.update(imported.chunk.length + 1)
            done += imported.chunk.length + 1
    except catalogue.PlaceUnknown as refusal:
        fail(str(refusal))
    except (DomainError, DatabaseError, OSError) as error:
        code = error.code if isinstance(error, DomainError) else "failed"
        text = (
            str(error)
            if isinstance(error, DomainError)
            else _(
                "%(file)s could not be worked through to its end (%(reason)s). What is in stays in; "
                "please see to the cause, then import the same file again."
            )
            % {"file": file.name, "reason": error}
        )
        click.echo(text, err=True)
        if folder is not None:
            folder.failed(file, code, text)
        return False
    bar.update(max(_size(file) - done, 0))
    if sum(counts.outcomes.values()) == before:
        click.echo(_("%(file)s is empty: there is no record in it.") % {"file": file.name}, err=True)
    return True


def _placement(mapping: Path | None, place: str) -> Placement:
    from guisach.domain.catalogue.rules.holdings import MappingError
    from guisach.domain.catalogue.rules.importing import placement

    try:
        text = None if mapping is None else mapping.read_text("utf-8")
        return placement(text, default=place)
    except (OSError, UnicodeDecodeError) as error:
        fail(_("The mapping %(file)s cannot be read: %(reason)s") % {"file": mapping, "reason": error})
    except MappingError as error:
        fail(_("The mapping %(file)s cannot be used: %(reason)s") % {"file": mapping, "reason": error})


def _told(counts: _Counts, report: str | None, *, is_rehearsal: bool) -> str:
    """Say in words what came of it, the reasons of what was set aside, and where to look."""
    each = {key: value for key, value in counts.values(report).items() if key != "report"}
    lines = [
        _(
            "%(read)s records read: %(added)s added, %(merged)s merged, %(unchanged)s unchanged, "
            "%(waiting)s waiting for a person, %(quarantined)s set aside; %(copies_added)s copies added."
        )
        % each
    ]
    for counter in (counts.reasons, counts.warnings):
        lines += [f"  {count:>8}  {name}" for name, count in counter.most_common(_REASONS_SHOWN)]
    left_out = counts.warnings["place_unknown"]
    if left_out:
        lines.append(
            ngettext(
                "%(count)s record has copies of a branch that is not known: name a place with --place, "
                "or list the branches in a --mapping file.",
                "%(count)s records have copies of a branch that is not known: name a place with --place, "
                "or list the branches in a --mapping file.",
                left_out,
            )
            % {"count": left_out}
        )
    if is_rehearsal:
        lines.append(_("This was a rehearsal: nothing was written."))
    elif report:
        lines.append(_("Report: %(report)s") % {"report": report})
    return "\n".join(lines)


def _bar(total: int) -> tqdm[Any]:
    from tqdm import tqdm

    return tqdm(
        total=total, desc=_("Importing"), disable=None, delay=2, file=sys.stderr, unit="B", unit_scale=True, leave=False
    )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _os(error: OSError) -> dict[str, Any]:
    return {"folder": error.filename, "reason": error.strerror or error}


@click.command()
@click.argument("text")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 100))
@json_option
def search(text: str, limit: int, as_json: bool) -> None:
    """Search the catalogue as a reader would."""
    from guisach.domain.catalogue import queries as catalogue
    from guisach.domain.catalogue.rules.search import Query
    from guisach.site import indexing

    if not indexing.catch_up():
        click.echo(_("The search index is being brought up to date; the newest titles may be missing."), err=True)
    found = catalogue.search(Query(text=text, limit=limit, facets=False))
    hits = [
        {
            "id": record.id,
            "title": record.title,
            "subtitle": record.subtitle,
            "author": record.author,
            "year": record.year,
            "publisher": record.publisher,
            "language": record.language,
            "kind": record.kind,
            "ddc": record.ddc,
            "isbns": record.isbns,
        }
        for record in found.records
    ]
    lines = [
        ngettext("%(count)s title", "%(count)s titles", found.total) % {"count": found.total},
        *(
            " ".join(filter(None, (f"{hit['id']:>7}  {hit['title']}", f"/ {hit['author']}" if hit["author"] else "",
                                   f"({hit['year']})" if hit["year"] else "")))
            for hit in hits
        ),
    ]  # fmt: skip
    result({"total": found.total, "hits": hits}, as_json=as_json, text="\n".join(lines))


@click.command()
@json_option
def reindex(as_json: bool) -> None:
    """Build the search index anew; the old one answers until the new one is complete."""
    from guisach.domain.catalogue import queries as catalogue
    from guisach.domain.catalogue.rules.search import IndexBusy
    from guisach.site import indexing
    from guisach.site.cli.output import progress

    try:
        with progress(catalogue.count_records(), _("Indexing")) as bar:
            records = indexing.rebuild(bar.update)
    except IndexBusy as error:
        fail(_("Somebody else is building the index already (%(reason)s). Please wait.") % {"reason": error})
    text = ngettext("%(count)s title indexed.", "%(count)s titles indexed.", records) % {"count": records}
    result({"records": records}, as_json=as_json, text=text)
