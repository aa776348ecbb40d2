"""Migrations are complete, have names that say what they do, and leave the release before able to run."""

from __future__ import annotations

import ast

import pytest
from django.core.management import call_command

from tests.conftest import ROOT

MIGRATIONS = sorted((ROOT / "src").rglob("migrations/[0-9]*.py"))
# A web process of the release before still runs while a migration is done.
BREAKING = {"RemoveField", "DeleteModel", "RenameField", "RenameModel"}


@pytest.mark.django_db
def test_the_models_need_no_new_migration(capsys):
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=2)
    except SystemExit:
        pytest.fail("run `.venv/bin/python manage.py makemigrations`:\n" + capsys.readouterr().out)


def test_every_migration_has_a_name_of_its_own():
    assert MIGRATIONS
    assert not [str(file) for file in MIGRATIONS if "_auto_" in file.name]


def test_a_migration_that_takes_something_away_says_why_the_release_before_still_runs():
    silent = []
    for file in MIGRATIONS:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        if names & BREAKING and "release before" not in (ast.get_docstring(tree) or ""):
            silent.append(f"{file.relative_to(ROOT)}: {', '.join(sorted(names & BREAKING))}")
    assert not silent, "say in the module docstring how the release before still runs: " + "; ".join(silent)
