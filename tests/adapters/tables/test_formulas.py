"""No cell that goes out calculates, and every one that comes back is what it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guisach.adapters.tables.formulas import harmless, plain


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+84", "-2", "@SUM(A1)", "\t=1", "\r1", "\n", " =1", "\u200b=1", "\ufeff+1", "%0", "|calc",
        "＝1", "＋1",
        "－1", "＠a", "'=1", "''-1", "' =cmd|'/C calc'!A0",
    ],
)  # fmt: skip
def test_what_would_calculate_is_marked_and_comes_back(text):
    assert harmless(text) == f"'{text}"
    assert plain(harmless(text)) == text


@pytest.mark.parametrize("text", ["", "Dế Mèn", "'Tên' là gì", "1-2", "a=b", "'", "''"])
def test_other_cells_stay_as_they_are(text):
    assert harmless(text) == plain(text) == text


@given(st.text())
def test_any_text_comes_back(text):
    assert plain(harmless(text)) == text
