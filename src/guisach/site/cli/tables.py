"""`guisach import table`: spreadsheets of a commune, of a school, of a system that exports nothing better."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _

from guisach.site.cli.importing import ENCODINGS, import_files
from guisach.site.cli.marc import policy_options, source_option, terms_of
from guisach.site.cli.output import fail, json_option, result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.catalogue.actions.importing import PreviewRow
    from guisach.domain.catalogue.rules.imports.policies import Terms

_PREVIEWED = 10
_ENCODINGS = tuple(encoding for encoding in ENCODINGS if encoding != "marc-8")


@click.command("table")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), help="What the columns are (TOML).")
@click.option("--place", default="", help="Code of the place of copies whose branch is not known.")
@click.option(
    "--encoding",
    default="auto",
    show_default=True,
    type=click.Choice(_ENCODINGS),
    help="What the text is written in; auto finds out for each file, and says why.",
)
@click.option("--preview", is_flag=True, help="Show ten rows before and after; write nothing.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@source_option
@policy_options
@json_option
def import_table(
    files: tuple[Path, ...],
    mapping: Path | None,
    place: str,
    encoding: str,
    preview: bool,
    dry_run: bool,
    source: str,
    policy: str | None,
    overlay_fields: str,
    as_json: bool,
) -> None:
    """Import records and copies from CSV, TSV, Excel and OpenDocument; the same file twice changes nothing."""
    terms = terms_of(
        "TABLE", mapping=mapping, place=place, encoding=encoding, source=source, policy=policy, fields=overlay_fields
    )
    if preview:
        _preview(files, terms, as_json=as_json)
        return
    import_files(files, terms, is_rehearsal=dry_run, as_json=as_json)


def _preview(files: Sequence[Path], terms: Terms, *, as_json: bool) -> None:
    from guisach.domain.catalogue.actions import importing
    from guisach.kernel.errors import DomainError

    shown = []
    for file in files:
        try:
            found = importing.preview(path=file, terms=terms, count=_PREVIEWED)
        except DomainError as refusal:
            fail(str(refusal))
        encodings = [
            {
                "encoding": one.encoding,
                "confidence": one.confidence,
                "evidence": [list(pair) for pair in one.evidence],
            }
            for one in found.detections
        ]
        rows = [{"before": row.before, "after": _after(row)} for row in found.rows]
        columns = {name: field or None for name, field in found.columns.items()}
        shown.append({"file": file.name, "columns": columns, "encodings": encodings, "rows": rows})
    result({"files": shown}, as_json=as_json, text="\n\n".join(map(_told, shown)))


def _after(row: PreviewRow) -> dict[str, Any]:
    """Return what a row would become: the words of the record and its copies, or why it would be set aside."""
    if row.after is None:
        return {"set_aside": row.reason, "detail": row.detail}
    words = {name: getattr(row.after, name) for name in row.after.__dataclass_fields__}
    return {**{name: word for name, word in words.items() if word}, "copies": list(row.barcodes)}


def _told(one: dict[str, Any]) -> str:
    unknown = _("(kept as a note)")
    lines = [one["file"], *(f"  {name} = {field or unknown}" for name, field in one["columns"].items() if name)]
    for row in one["rows"]:
        lines += ["", "  - " + " | ".join(row["before"].values())]
        lines += [f"    {name}: {_word(word)}" for name, word in row["after"].items() if word]
    return "\n".join(lines)


def _word(word: object) -> str:
    return "; ".join(map(str, word)) if isinstance(word, list | tuple) else str(word)
