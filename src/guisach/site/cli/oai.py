"""`guisach import oai`: records of another repository, taken home and kept up to date by OAI-PMH."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from guisach.site.cli.output import fail, json_option, progress, result

if TYPE_CHECKING:
    from guisach.domain.catalogue.rules.imports.policies import Terms
    from guisach.site.harvesting import Harvested

_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")
_REASONS_SHOWN = 12


@click.command("oai")
@click.argument("url")
@click.option("--set", "set_", default="", help="Only this set of the repository.")
@click.option("--prefix", default="marc21", show_default=True, help="Format: one with MARCXML, or oai_dc.")
@click.option(
    "--from", "from_", default="", metavar="DATE", help="Only what changed since; else since the last harvest."
)
@click.option("--source", default="", help="Code of the source; else one is made of the address.")
@click.option("--place", default="", help="Code of the place of copies whose branch is not known.")
@click.option("--dry-run", is_flag=True, help="Fetch and say what would happen; write nothing.")
@json_option
def import_oai(
    url: str, set_: str, prefix: str, from_: str, source: str, place: str, dry_run: bool, as_json: bool
) -> None:
    """Harvest the repository at URL: what is new and changed comes in, what is gone there is taken out here.

    Run again it asks for what changed since; one that broke off goes on. What has copies, or came from elsewhere too,
    is not taken out but reported.
    """
    from guisach.domain.catalogue.rules.imports.harvests import Asked
    from guisach.kernel.clock import system_clock
    from guisach.site import harvesting
    from guisach.site.wiring import import_folder

    if from_ and not _DATE.fullmatch(from_):
        fail(_("--from takes a day such as 2026-11-22, or an instant such as 2026-11-22T08:00:00Z."))
    terms = _terms(url, source, place)
    asked = Asked(url, prefix, set_, from_)
    with progress(None, _("Harvesting")) as bar:
        if dry_run:
            found = harvesting.harvest(asked, terms, folder=None, on_page=bar.update)
        else:
            with import_folder(f"oai-{terms.source}", system_clock()) as folder:
                found = harvesting.harvest(asked, terms, folder=folder, on_page=bar.update)
    result(found.values(), as_json=as_json, text=_told(found, is_rehearsal=dry_run))


def _terms(url: str, source: str, place: str) -> Terms:
    """Return the terms of the source, which is made where there is none."""
    from guisach.domain.catalogue import queries as catalogue
    from guisach.domain.catalogue.actions import importing
    from guisach.domain.catalogue.rules.imports.policies import Terms
    from guisach.site.harvesting import source_of

    code = source or source_of(url)
    known = catalogue.source(code)
    if known is None:
        terms = Terms("OAI", place=place, source=code)
        importing.save_source(name=url[:120], terms=terms)
        return terms
    terms = known.terms()
    if terms.form != "OAI":
        fail(_("Files of the source %(source)s have another form (%(form)s).") % {"source": code, "form": terms.form})
    return terms if not place else Terms("OAI", terms.encoding, terms.mapping, place, code, terms.policy)


def _told(found: Harvested, *, is_rehearsal: bool) -> str:
    values = found.values()
    lines = [
        _(
            "%(read)s records read: %(added)s added, %(merged)s merged, %(unchanged)s unchanged, "
            "%(waiting)s waiting for a person, %(quarantined)s set aside; %(copies_added)s copies added."
        )
        % values
    ]
    lines += [f"  {count:>8}  {name}" for name, count in found.reasons.most_common(_REASONS_SHOWN)]
    if values["deleted"]:
        kept = ", ".join(f"{why} {count}" for why, count in sorted(values["kept"].items()))
        lines.append(
            _("%(deleted)s are gone there: %(taken_out)s taken out here too, kept: %(kept)s.")
            % {**values, "kept": kept or "0"}
        )
    if is_rehearsal:
        lines.append(_("This was a rehearsal: nothing was written."))
    elif found.report:
        lines.append(_("Report: %(report)s") % {"report": found.report})
    return "\n".join(lines)
