"""`guisach import network`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import translation

from guisach.domain.network import actions, queries
from guisach.site.cli.network import load_network

EXAMPLE = str(actions.DATA / "example")
pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str, str]:
    with translation.override("en"):
        result = CliRunner().invoke(load_network, arguments)
    return result.exit_code, result.stdout, result.stderr


def test_a_folder_is_loaded_and_first_passwords_are_shown() -> None:
    status, out, err = run(EXAMPLE)
    assert (status, err) == (0, "")
    assert "places.csv: 3 rows, 3 new, 0 changed, 0 unchanged" in out
    assert "lan  " in out
    assert len(queries.places()) == 3


def test_for_machines_there_is_one_json_document() -> None:
    status, out, err = run(EXAMPLE, "--json")
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert answer["sheets"]["communes.csv"] == {"read": 2, "added": 2, "changed": 0, "unchanged": 0}
    assert set(answer["passwords"]) == {"hoa", "lan"}
    assert answer["dry_run"] is False
    assert json.loads(run(EXAMPLE, "--json")[1])["passwords"] == {}


def test_a_dry_run_writes_nothing() -> None:
    status, out, _ = run(EXAMPLE, "--dry-run")
    assert status == 0
    assert "Only tried" in out
    assert queries.places() == []


def test_a_mistake_is_told_and_ends_with_status_1(tmp_path: Path) -> None:
    (tmp_path / "province.csv").write_text("code,name\nX,Mẫu\n", encoding="utf-8")
    status, out, err = run(str(tmp_path))
    assert (status, out) == (1, "")
    assert "province.csv, line 2, column code: “X” is not a code such as 04" in err
    status, out, err = run(str(tmp_path), "--json")
    answer = json.loads(out)
    assert (status, err, answer["code"]) == (1, "", "folder_refused")
    assert [(one["file"], one["line"], one["column"]) for one in answer["problems"]] == [("province.csv", 2, "code")]


def test_a_folder_that_does_not_exist_ends_with_status_1(tmp_path: Path) -> None:
    status, _, err = run(str(tmp_path / "none"))
    assert status == 1
    assert "There is no folder" in err
