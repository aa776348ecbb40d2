"""`guisach import authorities`: names and subjects with the forms that lead to them, from MARC 21 authority records."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guisach.kernel.files import whole_file
from guisach.site.cli.output import fail, json_option, progress, result

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.imports.outcomes import Imported

_REASONS_SHOWN = 12


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@json_option
def import_authorities(files: tuple[Path, ...], as_json: bool) -> None:
    """Import authority records (ISO 2709 or MARCXML); the same file again changes nothing.

    A heading that is here already gains the forms that lead to it; no title is changed before somebody says so.
    """
    from guisach.adapters.marc import MarcReader
    from guisach.domain.catalogue.actions.authorities import import_authorities as work_through
    from guisach.domain.catalogue.rules.imports.outcomes import Outcome
    from guisach.kernel.clock import system_clock

    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    quarantined: list[dict[str, Any]] = []
    with progress(None, _("Importing")) as bar:
        for file in files:
            try:
                for imported in work_through(path=file, reader=MarcReader(), clock=system_clock):
                    outcomes[imported.outcome] += 1
                    bar.update(1)
                    if imported.reason:
                        reasons[imported.reason] += 1
                        quarantined.append(_line(file, imported))
            except OSError as error:
                fail(_("%(file)s cannot be read: %(reason)s") % {"file": file, "reason": error.strerror or error})
    each = {outcome.value: outcomes[outcome] for outcome in Outcome}
    values = {"read": sum(each.values()), **each, "report": _report(files[0], quarantined)}
    lines = [
        _(
            "%(read)s authority records read: %(added)s added, %(merged)s completed, %(unchanged)s unchanged, "
            "%(quarantined)s set aside."
        )
        % values
    ]
    lines += [f"  {count:>8}  {name}" for name, count in reasons.most_common(_REASONS_SHOWN)]
    if values["report"]:
        lines.append(_("Report: %(report)s") % {"report": values["report"]})
    result(values, as_json=as_json, text="\n".join(lines))
    if not values["read"]:
        sys.exit(1)


def export_authorities(file: Path, *, as_json: bool) -> None:
    """Write all authorities to a file, which is whole or not there at all."""
    from guisach.adapters.marc.write import to_iso2709
    from guisach.domain.catalogue.queries.authorities import authority_drafts
    from guisach.domain.catalogue.rules.marc.authority_records import write_authority
    from guisach.kernel.clock import local_date

    written = 0
    try:
        with whole_file(file) as out, progress(None, _("Exporting")) as bar:
            for authority, id_, made_at in authority_drafts():
                number = authority.source_no or str(id_)
                out.write(to_iso2709(write_authority(authority, number, local_date(made_at))))
                written += 1
                bar.update(1)
    except OSError as error:
        fail(_("%(file)s cannot be written: %(reason)s") % {"file": file, "reason": error.strerror or error})
    text = ngettext("%(count)s heading written to %(file)s.", "%(count)s headings written to %(file)s.", written)
    values = {"format": "authorities", "file": str(file), "written": written}
    result(values, as_json=as_json, text=text % {"count": written, "file": file})


def _line(file: Path, imported: Imported) -> dict[str, Any]:
    return {
        "file": file.name,
        "index": imported.chunk.index,
        "offset": imported.chunk.offset,
        "length": imported.chunk.length,
        "reason": imported.reason,
        "detail": imported.detail,
    }


def _report(file: Path, quarantined: list[dict[str, Any]]) -> str | None:
    """Write where in the file the records stand that were set aside, so that they can be found again."""
    from django.conf import settings

    from guisach.kernel.clock import system_clock

    if not quarantined:
        return None
    folder: Path = settings.DATA / "imports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        report = folder / f"authorities-{file.stem}-{system_clock():%Y%m%dT%H%M%S}.jsonl"
        report.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in quarantined), "utf-8")
    except OSError as error:
        fail(_("The report cannot be written to %(folder)s: %(reason)s") % {"folder": folder, "reason": error.strerror})
    return str(report)
