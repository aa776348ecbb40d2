"""`guisach export …`: the catalogue as a file for another program."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guisach.kernel.files import whole_file
from guisach.site.cli.authorities import export_authorities
from guisach.site.cli.output import fail, json_option, progress, result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guisach.domain.catalogue.queries import FullRecord

_FORMATS = ("marc", "marcxml", "json", "csv", "ris", "authorities")
_SHOWN = 12  # ids of records that did not fit


@click.command("export")
@click.argument("form", metavar=f"[{'|'.join(_FORMATS)}]", type=click.Choice(_FORMATS))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what changed on this day or later.")
@click.option("--query", default=None, help="Only what this search finds (its first 1,100 titles), best first.")
@json_option
def export(form: str, file: Path, since: datetime | None, query: str | None, as_json: bool) -> None:
    """Write records to FILE: marc (ISO 2709, UTF-8), marcxml, json (MARC-in-JSON, one record a line), csv (for
    spreadsheets) or ris (references).

    Importing a marc, marcxml or json export here again changes nothing. FILE is whole or not there at all.
    authorities writes names and subjects with what leads to them, as MARC 21 authority records.
    """
    if form == "authorities":
        export_authorities(file, as_json=as_json)
        return
    from guisach.adapters.export import Exported, write
    from guisach.domain.catalogue import queries as catalogue
    from guisach.domain.catalogue.rules.harvest import repository_name
    from guisach.domain.catalogue.rules.marc.outgoing import named
    from guisach.domain.network.queries import province
    from guisach.kernel.clock import LOCAL

    start = None if since is None else datetime.combine(since.date(), time(), LOCAL)
    home = province()
    repository = repository_name(home.code if home else "")
    if query is None:
        matched = catalogue.count_changed(start)
        records: Iterable[FullRecord] = catalogue.every_full_record(changed_from=start)
    else:
        ids, matched = _found(query)
        records = (one for one in _full(ids) if start is None or one.view.updated_at >= start)
    counts = Exported()
    try:
        with whole_file(file) as out, progress(matched, _("Exporting")) as bar:
            for piece in write(form, records, lambda one: named(one.marc, repository, one.view.id), counts):
                out.write(piece)
                bar.update(counts.written + len(counts.left_out) - bar.n)
    except OSError as error:
        fail(_("%(file)s cannot be written: %(reason)s") % {"file": file, "reason": error.strerror or error})
    values: dict[str, Any] = {
        "format": form,
        "file": str(file),
        "matched": matched,
        "written": counts.written,
        "left_out": counts.left_out,
    }
    result(values, as_json=as_json, text=_told(values))


def _told(values: dict[str, Any]) -> str:
    written, left_out = values["written"], values["left_out"]
    lines = [
        ngettext("%(count)s title written to %(file)s.", "%(count)s titles written to %(file)s.", written)
        % {"count": written, "file": values["file"]}
    ]
    if left_out:
        shown = ", ".join(map(str, left_out[:_SHOWN]))
        lines.append(
            ngettext(
                "%(count)s title is too large for ISO 2709 and was left out (%(shown)s): export marcxml to have it.",
                "%(count)s titles are too large for ISO 2709 and were left out (%(shown)s): "
                "export marcxml to have them.",
                len(left_out),
            )
            % {"count": len(left_out), "shown": shown}
        )
    return "\n".join(lines)


def _found(query: str) -> tuple[list[int], int]:
    """Return the ids that a search finds, as far as it reaches, and how many there are."""
    from guisach.domain.catalogue import queries as catalogue
    from guisach.domain.catalogue.rules.search import MAX_LIMIT, MAX_OFFSET, Query
    from guisach.site import indexing

    indexing.catch_up()
    ids: list[int] = []
    total = 0
    for offset in range(0, MAX_OFFSET + 1, MAX_LIMIT):
        page = catalogue.search(Query(text=query, limit=MAX_LIMIT, offset=offset, facets=False))
        total = page.total
        ids += [record.id for record in page.records]
        if offset + MAX_LIMIT >= total:
            break
    return list(dict.fromkeys(ids)), total


def _full(ids: list[int]) -> Iterator[FullRecord]:
    from guisach.domain.catalogue import queries as catalogue

    for start in range(0, len(ids), 300):
        yield from catalogue.full_records(ids[start : start + 300])
