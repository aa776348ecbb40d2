"""Every row of the table of conflict rules (SYNC section 3) has a story or a test that bears its number."""

from __future__ import annotations

import re

from tests.conftest import ROOT

ROWS = 31
_TEST = re.compile(r"^(?:async )?def test_row_(\d+)_", re.MULTILINE)
_STORY = re.compile(r'^    "(\d+): [^"]+": ', re.MULTILINE)


def numbers(text: str) -> set[int]:
    """Return the rows that the tests and stories of a module are about."""
    return {int(number) for number in (*_TEST.findall(text), *_STORY.findall(text))}


def test_every_row_has_a_story_or_a_test_with_its_number():
    files = (ROOT / "tests" / "domain").rglob("test_*.py")
    told = {number for file in files for number in numbers(file.read_text("utf-8"))}
    assert sorted(set(range(1, ROWS + 1)) - told) == []
    assert max(told) <= ROWS


def test_only_what_is_run_counts_as_told():
    assert numbers('ROWS = {\n    "24: two of the crew": told(\n') == {24}
    assert numbers("def test_row_29_made_before(world):\n") == {29}
    assert numbers('# def test_row_30_gone():\n    # "31: gone": told(\n') == set()
