"""`guisach search` and `guisach reindex`."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guisach.site.cli.output import fail, json_option, result


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
