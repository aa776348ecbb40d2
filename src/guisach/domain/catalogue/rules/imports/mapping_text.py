"""Write what a person chose on a page as the text of a mapping: the same TOML that a file of one's own would be."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from guisach.domain.catalogue.rules.imports.holdings import Mapping as Sources
    from guisach.domain.catalogue.rules.imports.tables import TableMapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")


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
