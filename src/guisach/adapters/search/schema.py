"""The fields of the index, and a document's way into them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import tantivy

from guisach.adapters.search.words import MOST_WORDS, edges, headings, isbn13, issn8, keys, pairs, whole_title, words
from guisach.domain.catalogue.rules.search import Document
from guisach.kernel.text import collation_key, nfc

if TYPE_CHECKING:
    from collections.abc import Iterable

# Raise it with every change of fields, words or keys: an index of another version is rebuilt.
SCHEMA_VERSION: Final = 3
# A facet value is a heading to choose from; longer ones are shown and matched by their beginning.
LONGEST_VALUE: Final = 200
# Enough to order titles by; the rest of a longer title hardly ever decides.
LONGEST_ORDER: Final = 80
# What the rerank reads of one record: bounds for records with thousands of copies or contributors.
MOST_PLACES: Final = 200
MOST_NAMES: Final = 120
YEARS: Final = range(-3000, 10_000)  # what a 64-bit field and a reader both bear

# Counted as facets, and asked for as filters.
FILTERS: Final = ("kind", "language", "subject", "place", "audience", "collection", "ddc")


def _build() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Signed: deleting by a term of an unsigned field silently deletes nothing (tantivy-py 0.27).
    builder.add_integer_field("id", indexed=True, fast=True)
    # Keys of everything that may be asked for: decides what is in a result.
    builder.add_text_field("all", tokenizer_name="whitespace", index_option="freq")
    # Bigrams of keys, and exact words, of title and names: decide the order.
    builder.add_text_field("pairs", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("exact", tokenizer_name="whitespace", index_option="freq")
    # Keys with their positions, for questions that name a field; the title decides the order too.
    for name in ("title", "name", "topic", "publisher", "series"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    # ISBNs and ISSNs; the whole class number; headings of authors, for what is similar.
    for name in ("number", "class", "author"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    # Beginnings of titles, and headings from each of their words on: what may be suggested.
    for name in ("begins", "entry"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FILTERS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    # Where a copy is in now, and whether any is.
    builder.add_text_field("here", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("in", indexed=True, fast=True)
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_unsigned_field("loans", fast=True)
    builder.add_unsigned_field("rank", fast=True)
    builder.add_text_field("order", tokenizer_name="raw", index_option="basic", fast=True)
    # Exact words of title, subtitle and names, and where it is in, for the rerank: see `shown`.
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


SCHEMA: Final = _build()


def value(text: str) -> str:
    """Return a filter value as it is kept and asked for."""
    return nfc(text)[:LONGEST_VALUE]


def shown(title: list[str], subtitle: list[str], names: list[str], here: Iterable[str]) -> bytes:
    """Pack what the rerank reads; `rerank.py` unpacks it."""
    return "\t".join(" ".join(part) for part in (title, subtitle, names, here)).encode()


def rank(document: Document, words: int) -> int:
    """Return what puts a record before others where the question does not: loans first (a thousand for ten times as
    many), then a short title, then a recent year. Orders suggestions, and questions with thousands of answers."""
    recent = min(max((document.year or 0) - 1900, 0), 150)
    return int(1000 * math.log10(1 + max(document.loans, 0))) + max(500 - 25 * words, 0) + recent


def main_class(ddc: str) -> str:
    """Return the main class of a Dewey number, ``895.92`` → ``800``; empty for what is none."""
    return f"{ddc[0]}00" if ddc[:1].isdecimal() and ddc[:1].isascii() and ddc[:3].strip(".").isdecimal() else ""


def indexed(document: Document) -> tantivy.Document:
    """Turn a document of the catalogue into one of the engine."""
    title, subtitle = words(document.title), words(document.subtitle)
    by_author, by_subject = list(map(words, document.authors)), [keys(words(text)) for text in document.subjects]
    names, others = _joined(by_author), words(" / ".join(document.other_titles))
    variants = words(" / ".join(document.variants))
    whole = title + subtitle
    title_keys, name_keys, other_keys, variant_keys = keys(whole), keys(names), keys(others), keys(variants)
    topic, publisher, series = _joined(by_subject), keys(words(document.publisher)), keys(words(document.series))
    entry = tantivy.Document()
    entry.add_integer("id", document.id)
    everything = [*title_keys, *other_keys, *name_keys, *variant_keys, *topic, *series, *publisher]
    everything += keys(words(document.ddc))
    if document.year is not None and document.year in YEARS:
        entry.add_integer("year", document.year)
        everything.append(str(document.year))
    entry.add_text("all", " ".join(everything))
    entry.add_text("title", " ".join(title_keys))
    for field, values in (
        ("title", other_keys), ("name", name_keys), ("name", variant_keys), ("topic", topic), ("topic", variant_keys),
        ("publisher", publisher), ("series", series),
    ):  # fmt: skip
        if values:
            entry.add_text(field, " ".join(values))
    paired = [*pairs(title_keys), *pairs(name_keys), *pairs(other_keys), *pairs(variant_keys)]
    paired += {whole_title(keys(title)), whole_title(title_keys), *([whole_title(other_keys)] if others else [])}
    entry.add_text("pairs", " ".join(paired))
    entry.add_text("exact", " ".join([*whole, *names, *others, *variants]))
    _add_values(entry, document)
    for begun in edges(title_keys):
        entry.add_text("begins", begun)
    author_keys = list(map(keys, by_author))
    for sign, texts, folded in (("A", document.authors, author_keys), ("S", document.subjects, by_subject)):
        for heading in headings(sign, texts, folded):
            entry.add_text("entry", heading)
    entry.add_unsigned("loans", max(document.loans, 0))
    entry.add_unsigned("rank", rank(document, len(whole)))
    entry.add_integer("in", int(bool(document.here)))
    entry.add_text("order", collation_key(f"{document.title} {document.subtitle}")[:LONGEST_ORDER])
    here = document.here[:MOST_PLACES]
    entry.add_bytes("shown", shown(title, subtitle, [*names, *others, *variants][:MOST_NAMES], here))
    return entry


def _joined(texts: Iterable[list[str]]) -> list[str]:
    return [word for words_of_one in texts for word in words_of_one][:MOST_WORDS]


def _add_values(entry: tantivy.Document, document: Document) -> None:
    """Add what is kept as it stands: numbers, and values to filter by."""
    for number in filter(None, (*map(isbn13, document.isbns), *map(issn8, document.issns))):
        entry.add_text("number", number)
    if document.ddc:
        entry.add_text("class", document.ddc[:LONGEST_VALUE])
    values = (
        (document.kind,), (document.language,), document.subjects, document.places, (document.audience,),
        document.collections, (main_class(document.ddc),),
    )  # fmt: skip
    for name, texts in zip((*FILTERS, "author", "here"), (*values, document.authors, document.here), strict=True):
        for kept in dict.fromkeys(value(text) for text in texts):
            if kept:
                entry.add_text(name, kept)
