"""Write what a person chose on a page as the text of a mapping: the same TOML that a file of one's own would be."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from guisach.domain.catalogue.rules.imports.holdings import Mapping as Sources
    from guisach.domain.catalogue.rules.imports.tables import TableMapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class TagColumn:
    """What a field or subfield of CDS/ISIS becomes: a field of ours, or (`marc`) one of MARC 21."""

    source: str
    """Such as "24" or "26^a"."""
    field: str = ""
    separators: tuple[str, ...] = ()
    has_ranges: bool = False
    is_isbd: bool = False
    has_terms: bool = False
    """Whether its words stand in <…> or /…/."""
    marc: str = ""


def isis_text(
    columns: Iterable[TagColumn], table: TableMapping, branches: Mapping[str, str], *, is_marc: bool = False
) -> str:
    """Return the text that `load_isis_mapping` and `branches` read back."""
    parts = ['tags = "marc21"'] if is_marc else []
    for column in columns:
        lines = ["[[column]]", f"from = {_words([column.source])}"]
        lines.append(f"marc = {_word(column.marc)}" if column.marc else f"field = {_word(column.field)}")
        if column.separators and not column.marc:
            lines.append(f"separators = {_words(column.separators)}")
        flags = {"ranges": column.has_ranges, "isbd": column.is_isbd}
        lines += [f"{name} = true" for name, is_set in flags.items() if is_set and not column.marc]
        lines += ["terms = true"] if column.has_terms else []
        parts.append("\n".join(lines))
    parts += _table("constants", table.constants)
    for name, words in table.values.items():
        parts += _table(f"values.{name}", words)
    return "\n\n".join([*parts, *_table("branches", branches)]) + "\n"


def table_text(mapping: TableMapping, branches: Mapping[str, str]) -> str:
    """Return the text that `load_table_mapping` and `branches` read back."""
    parts = []
    for column in mapping.columns:
        lines = ["[[column]]", f"field = {_word(column.field)}", f"headers = {_words(column.headers)}"]
        if column.separators:
            lines.append(f"separators = {_words(column.separators)}")
        flags = {"ranges": column.has_ranges, "isbd": column.is_isbd, "overflow": column.may_overflow}
        lines += [f"{name} = true" for name, is_set in flags.items() if is_set]
        parts.append("\n".join(lines))
    parts += _table("constants", mapping.constants)
    for name, words in mapping.values.items():
        parts += _table(f"values.{name}", words)
    return "\n\n".join([*parts, *_table("branches", branches)]) + "\n"


def copies_text(sources: Sources, branches: Mapping[str, str]) -> str:
    """Return the text that `load_mapping` and `branches` read back: where copies stand in MARC records."""
    parts = []
    for source in sources:
        lines = ["[[source]]", f"tag = {_word(source.tag)}", f"name = {_word(source.name)}"]
        lines.append(f"barcode = {_words(source.barcode)}")
        if source.pattern is not None:
            lines.append(f"pattern = {_word(source.pattern.pattern)}")
        lines += [f"{name} = {_words(codes)}" for name, codes in source.details.items()]
        parts.append("\n".join(lines))
    return "\n\n".join([*parts, *_table("branches", branches)]) + "\n"


def _table(name: str, words: Mapping[str, str]) -> list[str]:
    lines = [f"{key if _BARE.fullmatch(key) else _word(key)} = {_word(text)}" for key, text in words.items()]
    return ["\n".join([f"[{name}]", *lines])] if lines else []


def _words(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_word, texts))}]"


def _word(text: str) -> str:
    """Quote a text; JSON's quoting is TOML's, but for DEL and for half letters that no text has."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f").encode("utf-8", "replace").decode()
