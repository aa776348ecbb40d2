"""Migrations that a pulled plug cannot leave half done."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate as command
from django.db import transaction
from django.db.migrations.executor import MigrationExecutor


class _WholeExecutor(MigrationExecutor):
    """Notes that a migration was run in the same transaction in which it is run.

    Django notes it afterwards where a migration leaves SQL for its end: killed in between, the next run would make
    tables that are there already, and never go on.
    """

    def apply_migration(self, state: Any, migration: Any, fake: bool = False, fake_initial: bool = False) -> Any:
        if not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        # SQLite's tables are made anew without their references being looked at, and it decides so before it begins.
        with self.connection.constraint_checks_disabled(), transaction.atomic(using=self.connection.alias):
            return super().apply_migration(state, migration, fake, fake_initial)


def migrate() -> None:
    """Bring the database to this version; killed at any moment, the next run goes on where this one was."""
    before: type[MigrationExecutor] = vars(command)["MigrationExecutor"]
    command.MigrationExecutor = _WholeExecutor  # type: ignore[attr-defined]
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        command.MigrationExecutor = before  # type: ignore[attr-defined]
