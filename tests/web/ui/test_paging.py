"""Which page an address asks for: never a fault, never beyond what is served."""

import pytest

from guisach.web.ui.paging import page_number


@pytest.mark.parametrize(
    ("text", "number"), [("", 1), ("0", 1), ("3", 3), ("40", 9), ("-2", 1), ("²", 1), ("9" * 5_000, 1), ("hai", 1)]
)
def test_the_first_page_where_nonsense_is_said_and_the_last_beyond_the_end(text, number):
    assert page_number(text, 9) == number
