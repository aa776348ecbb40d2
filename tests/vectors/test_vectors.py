"""The vectors are what the rules say, so that a desk that agrees with them agrees with the hub."""

from __future__ import annotations

import json
import unicodedata

import pytest

from tests.vectors import make

FILES = make.files()


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_file_is_what_the_rules_say(name):
    assert (make.HERE / name).read_text("utf-8") == FILES[name], "python -m tests.vectors.make, if it is meant"


def test_every_file_beside_is_made_here_or_known_to_be_written_by_hand():
    assert {path.name for path in make.HERE.glob("*.json")} == {*FILES, "fold.json", "legacy.json"}


def test_every_file_is_described_for_whoever_writes_another_implementation():
    described = (make.HERE / "README.md").read_text("utf-8")
    assert all(f"`{path.name}`" in described for path in make.HERE.glob("*.json"))


def test_keys_are_sorted_by_code_point_also_where_utf_16_would_sort_them_otherwise():
    objects = [case["value"] for case in make.operations()["canonical"] if isinstance(case["value"], dict)]
    assert any(sorted(keys) != sorted(keys, key=lambda key: key.encode("utf-16-be")) for keys in objects)


def test_the_chain_holds_and_needs_nothing_but_the_body():
    before = ""
    for link in make.operations()["chain"]:
        body = json.loads(link["body"])
        assert body["prev"] == before
        assert {"private", "salt"}.isdisjoint(body)
        before = link["hash"]


def test_the_stories_show_every_state_that_a_copy_can_be_shown_in():
    stories = make.make_overlay.overlay()["stories"]
    shown = [copy for story in stories for copy in story["shows"]["copies"].values()]
    for key in ("on_loan_to", "is_mine", "trouble", "is_aside"):
        assert {bool(copy[key]) for copy in shown} == {True, False}, key
    assert len({story["name"] for story in stories}) == len(stories)


def test_nothing_in_the_vectors_depends_on_how_an_editor_composes_marks():
    for name, content in FILES.items():
        if name not in {"operations.json", "barcodes.json"}:
            assert unicodedata.is_normalized("NFC", content), name
