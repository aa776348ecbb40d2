"""The order of rings and rooms is kept, and each contract that guards it bites.

A contract that is spelled wrongly keeps quiet, so a copy of the product is given one violation of each kind.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Contract → (file that gets the line, the line, how import-linter names the broken rule).
PLANTED = {
    "rings": ("kernel/planted.py", "import guisach.web.portal", "guisach.kernel.planted -> guisach.web.portal"),
    "order of the rooms": (
        "domain/network/apps.py",
        "import guisach.domain.circulation.apps",
        "guisach.domain.network.apps -> guisach.domain.circulation.apps",
    ),
    "order inside a room": (
        "domain/network/models.py",
        "import guisach.domain.network.apps",
        "guisach.domain.network.models -> guisach.domain.network.apps",
    ),
    "rules are pure": (
        "domain/circulation/rules/planted.py",
        "import django",
        "guisach.domain.circulation.rules.planted -> django",
    ),
    "audiences do not know each other": (
        "web/portal/planted.py",
        "import guisach.web.hq",
        "guisach.web.portal.planted -> guisach.web.hq",
    ),
    "only the domain imports models": (
        "web/hq/planted.py",
        "import guisach.domain.network.models",
        "guisach.web.hq.planted -> guisach.domain.network.models",
    ),
    "the web writes through actions": (
        "web/work/planted.py",
        "import guisach.domain.circulation.steps",
        "guisach.web.work.planted -> guisach.domain.circulation.steps",
    ),
}
ALLOWED = """
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from guisach.domain.network import models
"""


def lint(folder: Path) -> tuple[int, str]:
    """Run import-linter on the product in `folder`; gives its exit status and what it said."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200", "TERM": "dumb"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def verdicts(said: str) -> dict[str, str]:
    """Give each contract's verdict: KEPT or BROKEN."""
    return {name.strip(): verdict for name, verdict in re.findall(r"^(.+) (KEPT|BROKEN)$", said, re.MULTILINE)}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give what import-linter says of a copy with one violation of each contract."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "static"))
    product = folder / "src" / "guisach"
    for place, line, _ in PLANTED.values():
        with (product / place).open("a") as file:
            file.write(f"\n{line}\n")
    (product / "web/api/planted.py").write_text(ALLOWED)
    stray = product / "domain/stray/__init__.py"
    stray.parent.mkdir()
    stray.touch()
    status, said = lint(folder)
    assert status, "a broken contract must fail the run"
    return said


def test_every_contract_is_kept():
    status, said = lint(ROOT)
    assert status == 0, said
    assert set(verdicts(said).values()) == {"KEPT"}


def test_every_contract_has_a_planted_violation():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in contracts} == set(PLANTED)


@pytest.mark.slow
@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_breaks_its_contract(planted, contract):
    assert verdicts(planted)[contract] == "BROKEN"
    assert PLANTED[contract][2] in planted


def test_a_room_that_is_not_declared_is_reported(planted):
    assert "stray" in planted


def test_types_may_be_imported_from_anywhere(planted):
    assert "guisach.web.api.planted" not in planted
