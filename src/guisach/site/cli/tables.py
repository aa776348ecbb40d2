"""`guisach import table`: spreadsheets of a commune, of a school, of a system that exports nothing better."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _

from guisach.site.cli.importing import ENCODINGS, import_files
from guisach.site.cli.output import fail, json_option, result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.adapters.tables import TableReader
    from guisach.domain.catalogue.rules.imports.outcomes import Placement
    from guisach.domain.catalogue.rules.imports.tables import TableMapping
    from guisach.domain.catalogue.rules.marc.incoming import Chunk

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
@json_option
def import_table(
    files: tuple[Path, ...],
    mapping: Path | None,
    place: str,
    encoding: str,
    preview: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import records and copies from CSV, TSV, Excel and OpenDocument; the same file twice changes nothing."""
    from guisach.site.wiring import table_reader

    columns, placement = _mapping(mapping, place)
    reader = table_reader(columns, encoding)
    if preview:
        _preview(files, reader, as_json=as_json)
        return
    import_files(files, reader, placement, is_rehearsal=dry_run, as_json=as_json)


def _mapping(path: Path | None, place: str) -> tuple[TableMapping, Placement]:
    """Read what the columns are, and which branch is which place."""
    from guisach.domain.catalogue.rules.imports.holdings import MappingError, default_mapping
    from guisach.domain.catalogue.rules.imports.outcomes import Placement, branches
    from guisach.domain.catalogue.rules.imports.tables import default_table_mapping, load_table_mapping

    if path is None:
        return default_table_mapping(), Placement(default_mapping(), {}, place)
    try:
        text = path.read_text("utf-8")
        return load_table_mapping(text), Placement(default_mapping(), branches(text), place)
    except (OSError, UnicodeDecodeError) as error:
        fail(_("The mapping %(file)s cannot be read: %(reason)s") % {"file": path, "reason": error})
    except MappingError as error:
        fail(_("The mapping %(file)s cannot be used: %(reason)s") % {"file": path, "reason": error})


def _preview(files: Sequence[Path], reader: TableReader, *, as_json: bool) -> None:
    from guisach.kernel.errors import DomainError

    shown = []
    for file in files:
        try:
            header = reader.header(file)
            told = list(reader.preview(file, _PREVIEWED))
            detections = reader.detections(file)
        except DomainError as refusal:
            fail(str(refusal))
        except OSError as error:
            fail(_("%(file)s cannot be read: %(reason)s") % {"file": file.name, "reason": error.strerror or error})
        columns = {
            name: column.field if column else None for name, column in zip(header.names, header.columns, strict=True)
        }
        rows = [{"before": one.before, "after": _after(one.chunk)} for one in told]
        encodings = [
            {
                "encoding": found.encoding,
                "confidence": found.confidence,
                "evidence": [list(pair) for pair in found.evidence],
            }
            for found in detections
        ]
        shown.append({"file": file.name, "columns": columns, "encodings": encodings, "rows": rows})
    result({"files": shown}, as_json=as_json, text="\n\n".join(map(_told, shown)))


def _after(chunk: Chunk) -> dict[str, Any]:
    """Return what a row would become: the words of the record and its copies, or why it would be set aside."""
    from guisach.domain.catalogue.rules.drafts import draft_of
    from guisach.domain.catalogue.rules.imports.holdings import default_mapping, describe_holdings
    from guisach.domain.catalogue.rules.marc.describe import describe
    from guisach.domain.catalogue.rules.marc.incoming import Unreadable

    content = chunk.content
    if isinstance(content, Unreadable):
        return {"set_aside": content.reason, "detail": content.detail}
    described = describe(content)
    if isinstance(described, Unreadable):
        return {"set_aside": described.reason, "detail": described.detail}
    draft = draft_of(described)
    words = {name: getattr(draft, name) for name in draft.__dataclass_fields__}
    copies = [copy.barcode for copy in describe_holdings(content, default_mapping()).copies]
    return {**{name: word for name, word in words.items() if word}, "copies": copies}


def _told(one: dict[str, Any]) -> str:
    unknown = _("(kept as a note)")
    lines = [one["file"], *(f"  {name} = {field or unknown}" for name, field in one["columns"].items() if name)]
    for row in one["rows"]:
        lines += ["", "  - " + " | ".join(row["before"].values())]
        lines += [f"    {name}: {_word(word)}" for name, word in row["after"].items() if word]
    return "\n".join(lines)


def _word(word: object) -> str:
    return "; ".join(map(str, word)) if isinstance(word, list | tuple) else str(word)
