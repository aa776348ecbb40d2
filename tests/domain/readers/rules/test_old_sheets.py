"""A mapping of the columns of an older system is the work of a person: what is wrong in it is said, whatever it is."""

from __future__ import annotations

import pytest

from guisach.domain.readers.rules.old_sheets import BadMapping, columns_of, fields_of


def test_a_header_of_ones_own_stands_before_those_that_are_known():
    columns = columns_of('[reader]\nname = ["Ông bà"]\n')
    assert fields_of(["ông bà"], columns.reader) == ["name"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x", "Expected"),
        ("colour = 1", "[colour]"),
        ("groups = 1", "[groups]"),
        ('[groups]\n"Cán bộ" = "KING"', "[groups] KING"),
        ("reader = 1", "header"),
        ('[reader]\nname = "Họ tên"', "header"),
        ("reader = " + "[" * 5000, "recursion"),
        ("reader = " + "9" * 5000, "digits"),
    ],
)
def test_a_faulty_mapping_says_what_is_wrong(text, says):
    with pytest.raises(BadMapping) as caught:
        columns_of(text)
    assert says in str(caught.value)
