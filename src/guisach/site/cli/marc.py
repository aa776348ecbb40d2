"""`guisach import marc`, and the options that it shares with other files of records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _

from guisach.site.cli.importing import ENCODINGS, import_files
from guisach.site.cli.output import fail, json_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from guisach.domain.catalogue.rules.imports.policies import Policy, Terms

_TREATMENTS = ("usual", "add", "overlay", "ask")


source_option = click.option(
    "--source", default="", help="Code of a source: its encoding, mapping, place and policy are used."
)


def policy_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what says how records are treated that may be here already."""
    options = (
        click.option(
            "--policy",
            type=click.Choice(_TREATMENTS),
            default=None,
            help="Records that are here already: usual (newer descriptions of the same source replace ours, the same "
            "book only fills what we lack, what may be the same waits for a person); add (always a new record); "
            "overlay (fields of the same book are taken over); ask (the same book waits for a person, too).",
        ),
        click.option(
            "--overlay-fields",
            default="",
            help="With --policy overlay: title, authors, subjects, ddc, summary …, or tags such as 650 or 6xx; "
            "all but local ones (590, 852, 856, 9xx) where none is named.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("marc")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option(
    "--form",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "isis"]),
    help="isis: CDS/ISIS with tags of its own, read by --mapping; auto tells the other forms by their content.",
)
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    help="How copies are written in the records, with --form isis what its fields are (TOML).",
)
@click.option("--place", default="", help="Code of the place of copies whose branch is not known.")
@click.option(
    "--encoding",
    default="auto",
    show_default=True,
    type=click.Choice(ENCODINGS),
    help="What the text is written in; auto finds out for each file, and says why.",
)
@source_option
@policy_options
@json_option
def import_marc(
    files: tuple[Path, ...],
    dry_run: bool,
    form: str,
    mapping: Path | None,
    place: str,
    encoding: str,
    source: str,
    policy: str | None,
    overlay_fields: str,
    as_json: bool,
) -> None:
    """Import records from ISO 2709, MARCXML and MARC-in-JSON files; the same file twice changes nothing."""
    kind = "ISIS" if form == "isis" else "MARC"
    terms = terms_of(
        kind, mapping=mapping, place=place, encoding=encoding, source=source, policy=policy, fields=overlay_fields
    )
    import_files(files, terms, is_rehearsal=dry_run, as_json=as_json)


def terms_of(
    form: str,
    *,
    mapping: Path | None,
    place: str,
    encoding: str,
    source: str,
    policy: str | None,
    fields: str,
) -> Terms:
    """Put the terms together: those of the source, and what the command line says beside them; ends where it cannot."""
    from guisach.domain.catalogue import queries as catalogue
    from guisach.domain.catalogue.rules.imports.policies import Terms

    known = catalogue.source(source) if source else None
    if source and known is None:
        names = ", ".join(one.code for one in catalogue.sources())
        fail(_("There is no source %(source)s. Those that there are: %(known)s.") % {"source": source, "known": names})
    base = known.terms() if known else Terms(form)
    if base.form != form:
        fail(_("Files of the source %(source)s have another form (%(form)s).") % {"source": source, "form": base.form})
    return _checked(
        Terms(
            form,
            base.encoding if encoding == "auto" else encoding,
            base.mapping if mapping is None else _text(mapping),
            place or base.place,
            source,
            _policy(base.policy, policy, fields),
        ),
        mapping,
    )


def _policy(base: Policy, treatment: str | None, fields: str) -> Policy:
    from guisach.domain.catalogue.rules.imports.policies import Policy, PolicyError, Treatment, overlay_fields

    if treatment is None and not fields:
        return base
    chosen = Treatment(treatment) if treatment else Treatment.OVERLAY
    try:
        return Policy(chosen, overlay_fields(fields) or base.overlay_fields, base.years_matter)
    except PolicyError as error:
        fail(_("--overlay-fields cannot be used: %(reason)s") % {"reason": error})


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(_("The mapping %(file)s cannot be read: %(reason)s") % {"file": path, "reason": error})


def _checked(terms: Terms, mapping: Path | None) -> Terms:
    from guisach.domain.catalogue.kinds import file_reader
    from guisach.domain.catalogue.rules.imports.holdings import MappingError

    try:
        terms.placement()
        file_reader(terms)
    except MappingError as error:
        fail(_("The mapping %(file)s cannot be used: %(reason)s") % {"file": mapping or terms.source, "reason": error})
    return terms
