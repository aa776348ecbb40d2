"""A mapping of CDS/ISIS says what is wrong with it, and where."""

from __future__ import annotations

import pytest

from guisach.domain.catalogue.rules.imports.holdings import MappingError
from guisach.domain.catalogue.rules.imports.isis import example_isis_mapping, load_isis_mapping

TITLE = '[[column]]\nfield = "title"\nfrom = ["24"]\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x", "not TOML"),
        ("", 'field = "title"'),
        ('tags = "unimarc"', "marc21"),
        ("column = 3", "[[column]]"),
        ("column = [3]", "[[column]]"),
        ('[[column]]\nfield = "title"', "from must list"),
        ('[[column]]\nfield = "title"\nfrom = []', "from must list"),
        ('[[column]]\nfield = "title"\nfrom = ["a"]', "26^a"),
        ('[[column]]\nfield = "title"\nfrom = [24]', "26^a"),
        ('[[column]]\nfield = "tile"\nfrom = ["24"]', "no field 'tile'"),
        (TITLE + TITLE, "two places"),
        (TITLE + '[[column]]\nmarc = "24$a"\nfrom = ["25"]', "520$a"),
        (TITLE + '[[column]]\nmarc = "001$a"\nfrom = ["25"]', "520$a"),
        (TITLE + '[[column]]\nmarc = "520$a"\nfield = "title"\nfrom = ["25"]', "520$a"),
        (TITLE + '[[column]]\nfield = "series"\nfrom = ["25"]\nterms = "yes"', "terms"),
        (TITLE + '[[column]]\nfield = "series"\nfrom = ["25"]\ncolour = "red"', "colour"),
        (TITLE + '[[column]]\nfield = "series"\nfrom = ["25"]\nseparators = ";"', "separators"),
        ("nothing = " + "[" * 5000, "not TOML"),
        ("nothing = " + "9" * 5000, "not TOML"),
        ("nothing = 1\n" + TITLE, "nothing"),
        (TITLE + "[constants]\ncolour = 'red'", "colour"),
        (TITLE + "[values]\nbranch = 1", "values.branch"),
        ('tags = "marc21"\n' + TITLE, "only copies"),
    ],
)
def test_a_wrong_mapping_is_refused_with_what_to_write_instead(text, told):
    with pytest.raises(MappingError, match=None) as refused:
        load_isis_mapping(text)
    assert told in str(refused.value)


def test_the_example_can_be_used():
    assert ("24", "") in example_isis_mapping().wanted


def test_numbers_have_no_leading_zeros():
    assert load_isis_mapping('[[column]]\nfield = "title"\nfrom = ["024^A"]').wanted.keys() == {("24", "a")}


def test_a_database_of_marc_tags_may_name_its_copies_only():
    mapping = load_isis_mapping('tags = "marc21"\n[[column]]\nfield = "barcode"\nfrom = ["900^b"]')
    assert mapping.is_marc
