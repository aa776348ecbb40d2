"""What a person chose on a page is written as the text of a mapping and reads back as the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.catalogue.rules.imports.holdings import default_mapping, load_mapping
from guisach.domain.catalogue.rules.imports.isis import load_isis_mapping
from guisach.domain.catalogue.rules.imports.mapping_text import TagColumn, copies_text, isis_text, table_text
from guisach.domain.catalogue.rules.imports.outcomes import branches
from guisach.domain.catalogue.rules.imports.tables import (
    Column,
    TableMapping,
    default_table_mapping,
    header_key,
    load_table_mapping,
)

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def test_the_mappings_of_the_product_come_back_whole():
    assert load_table_mapping(table_text(default_table_mapping(), {})) == default_table_mapping()
    assert load_mapping(copies_text(default_mapping(), {})) == default_mapping()


@given(header=WORDS, separator=WORDS, branch=WORDS, language=WORDS)
def test_any_words_come_back(header, separator, branch, language):
    """Quotes, backslashes, line breaks, signs of TOML: people's headings have everything."""
    column = Column("title", (header_key(header) or "a",), (separator,), has_ranges=True)
    mapping = TableMapping((column,), {"shelf": header}, {"language": {"x": language}})
    text = table_text(mapping, {branch.casefold(): "CB-COBA"})
    assert load_table_mapping(text) == mapping
    assert branches(text) == {branch.casefold().casefold(): "CB-COBA"}


def test_fields_of_isis_come_back():
    columns = [
        TagColumn("24^a", "title"),
        TagColumn("74", marc="246$a", has_terms=True),
        TagColumn("9", "-", is_isbd=True),
    ]
    mapping = load_isis_mapping(isis_text(columns, TableMapping((), {"language": "vie"}), {"A": "B"}))
    assert set(mapping.wanted) == {("24", "a"), ("74", ""), ("9", "")}
    assert mapping.wanted["74", ""].marc == ("246", "a")
    assert mapping.wanted["74", ""].has_terms
    assert mapping.table.constants == {"language": "vie"}
    assert load_isis_mapping(isis_text([TagColumn("900^b", "barcode")], TableMapping(()), {}, is_marc=True)).is_marc
