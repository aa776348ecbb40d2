"""The fields of the index, and a document's way into them."""

from __future__ import annotations

from typing import Final

import tantivy

from guisach.adapters.search.words import isbn13, keys, pairs, words
from guisach.domain.catalogue.rules.search import Document
from guisach.kernel.text import collation_key, nfc

# Raise it with every change of fields, words or keys: an index of another version is rebuilt.
SCHEMA_VERSION: Final = 1
# A facet value is a heading to choose from; longer ones are shown and matched by their beginning.
LONGEST_VALUE: Final = 200
# Enough to order titles by; the rest of a longer title hardly ever decides.
LONGEST_ORDER: Final = 80
YEARS: Final = range(-3000, 10_000)  # what a 64-bit field and a reader both bear

FILTERS: Final = ("kind", "language", "subject", "place")


def _build() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Signed: deleting by a term of an unsigned field silently deletes nothing (tantivy-py 0.27).
    builder.add_integer_field("id", indexed=True, fast=True)
    # Keys of everything that may be asked for: decides what is in a result.
    builder.add_text_field("all", tokenizer_name="whitespace", index_option="freq")
    # Keys and bigrams of the title, exact words of title and names: decide the order.
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("pairs", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("exact", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("isbn", tokenizer_name="raw", index_option="basic")
    for name in FILTERS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_unsigned_field("loans", fast=True)
    builder.add_text_field("order", tokenizer_name="raw", index_option="basic", fast=True)
    # Exact words of title, subtitle and names, for the rerank: see `shown`.
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


SCHEMA: Final = _build()


def value(text: str) -> str:
    """Return a filter value as it is kept and asked for."""
    return nfc(text)[:LONGEST_VALUE]


def shown(title: list[str], subtitle: list[str], names: list[str]) -> bytes:
    """Pack what the rerank reads; `rerank.py` unpacks it."""
    return "\t".join(" ".join(part) for part in (title, subtitle, names)).encode()


def indexed(document: Document) -> tantivy.Document:
    """Turn a document of the catalogue into one of the engine."""
    title, subtitle = words(document.title), words(document.subtitle)
    names = words(" / ".join(document.authors))
    rest = words(" / ".join((*document.subjects, document.series, document.publisher, document.ddc)))
    whole = title + subtitle
    title_keys, name_keys = keys(whole), keys(names)
    entry = tantivy.Document()
    entry.add_integer("id", document.id)
    everything = [*title_keys, *name_keys, *keys(rest)]
    if document.year is not None and document.year in YEARS:
        entry.add_integer("year", document.year)
        everything.append(str(document.year))
    entry.add_text("all", " ".join(everything))
    entry.add_text("title", " ".join(title_keys))
    entry.add_text("pairs", " ".join([*pairs(title_keys), *pairs(name_keys)]))
    entry.add_text("exact", " ".join([*whole, *names]))
    for isbn in document.isbns:
        digits = isbn13(isbn)
        if digits is not None:
            entry.add_text("isbn", digits)
    filters = ((document.kind,), (document.language,), document.subjects, document.places)
    for name, values in zip(FILTERS, filters, strict=True):
        for kept in dict.fromkeys(value(text) for text in values):
            if kept:
                entry.add_text(name, kept)
    entry.add_unsigned("loans", max(document.loans, 0))
    entry.add_text("order", collation_key(f"{document.title} {document.subtitle}")[:LONGEST_ORDER])
    entry.add_bytes("shown", shown(title, subtitle, names))
    return entry
