"""`guisach import marc`, `guisach search` and `guisach reindex`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guisach.site.cli.importing import ENCODINGS, import_files
from guisach.site.cli.output import fail, json_option, result

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.imports.outcomes import Placement


@click.command("marc")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--mapping", type=click.Path(path_type=Path), help="How copies are written in the records (TOML).")
@click.option("--place", default="", help="Code of the place of copies whose branch is not known.")
@click.option(
    "--encoding",
    default="auto",
    show_default=True,
    type=click.Choice(ENCODINGS),
    help="What the text is written in; auto finds out for each file, and says why.",
)
@json_option
def import_marc(
    files: tuple[Path, ...], dry_run: bool, mapping: Path | None, place: str, encoding: str, as_json: bool
) -> None:
    """Import records from ISO 2709 and MARCXML files; the same file twice changes nothing."""
    from guisach.site.wiring import record_reader

    import_files(files, record_reader(encoding), _placement(mapping, place), is_rehearsal=dry_run, as_json=as_json)


def _placement(mapping: Path | None, place: str) -> Placement:
    from guisach.domain.catalogue.rules.imports.holdings import MappingError
    from guisach.domain.catalogue.rules.imports.outcomes import placement

    try:
        text = None if mapping is None else mapping.read_text("utf-8")
        return placement(text, default=place)
    except (OSError, UnicodeDecodeError) as error:
        fail(_("The mapping %(file)s cannot be read: %(reason)s") % {"file": mapping, "reason": error})
    except MappingError as error:
        fail(_("The mapping %(file)s cannot be used: %(reason)s") % {"file": mapping, "reason": error})


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
