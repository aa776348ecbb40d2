"""Backups: the whole database as one file that either kind of database can be filled from.

A zip file with one JSON-lines member per table, read from one snapshot while people go on writing, and a
manifest with the digests. It is written under another name, flushed and renamed: a backup is whole or absent.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from guisach.domain.journal import actions as journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FORMAT = "guisach-backup-1"
_BATCH = 1000


class BackupUnusable(Exception):
    """The file cannot be restored here; the message says why and what to do."""


def write(file: Path, progress: Callable[[int], object]) -> dict[str, Any]:
    """Write a backup and return its manifest. Raises OSError where the file cannot be written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with _snapshot(), zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            manifest = _write_tables(archive, progress)
            _write_files(archive, manifest)
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
        with draft.open("rb+") as handle:
            os.fsync(handle.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def read(file: Path, progress: Callable[[int], object]) -> dict[str, Any]:
    """Fill the empty database from a backup, all or nothing. Raises BackupUnusable, having changed nothing."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
            _refuse_unless_usable(archive, manifest)
            with transaction.atomic():
                for model in _models():
                    progress(_read_table(archive, model, manifest["tables"][model._meta.label]))
                _restart_sequences()
                # Whatever this hub numbered after the backup is unknown to it now: never number so again.
                journal.start_new_epoch()
            _read_files(archive)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise BackupUnusable(
            _("%(file)s is not a whole Gùi Sách backup (%(reason)s). Please take another one.")
            % {"file": file, "reason": error}
        ) from error
    return manifest


def _models() -> list[type[models.Model]]:
    """Return the product's tables; sessions and sign-in counters are of the moment and stay behind."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("guisach.")
        for model in config.get_models()
    ]


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("guisach.")}
    return sorted(f"{label}.{name}" for label, name in applied if label in labels)


@contextmanager
def _snapshot() -> Iterator[None]:
    """See the database as it is at one moment, without keeping anybody from writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Django's own transactions are IMMEDIATE here and would lock writers out; a reader of the WAL does not.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _write_tables(archive: zipfile.ZipFile, progress: Callable[[int], object]) -> dict[str, Any]:
    tables: dict[str, dict[str, Any]] = {}
    for model in _models():
        sha, rows = hashlib.sha256(), 0
        fields = [field.attname for field in model._meta.concrete_fields]
        with archive.open(f"tables/{model._meta.label}.jsonl", "w", force_zip64=True) as member:
            for row in model._default_manager.order_by("pk").values_list(*fields).iterator(chunk_size=_BATCH):
                line = json.dumps(row, default=_plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                sha.update(line)
                member.write(line)
                rows += 1
        tables[model._meta.label] = {"rows": rows, "sha256": sha.hexdigest(), "fields": fields}
        progress(rows)
    return {
        "format": FORMAT,
        "taken_at": datetime.now(UTC).isoformat(),
        "migrations": _migrations(),
        "operations": tables["journal.Operation"]["rows"],
        "tables": tables,
    }


def _write_files(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """Add the import reports with what is in quarantine: nothing of an import is lost."""
    folder = settings.DATA / "imports"
    names = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    for path in names:
        archive.write(path, f"files/imports/{path.relative_to(folder).as_posix()}")
    manifest["files"] = len(names)


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _refuse_unless_usable(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    if manifest.get("format") != FORMAT:
        raise BackupUnusable(_("This file is not a Gùi Sách backup."))
    if manifest["migrations"] != _migrations():
        raise BackupUnusable(
            _(
                "This backup was taken by another version. Please install that version, restore there, "
                "then update and run: guisach migrate"
            )
        )
    for label, table in manifest["tables"].items():
        sha = hashlib.sha256()
        with archive.open(f"tables/{label}.jsonl") as member:
            for part in iter(lambda: member.read(1 << 20), b""):
                sha.update(part)
        if sha.hexdigest() != table["sha256"]:
            raise BackupUnusable(_("Table %(table)s of the backup is damaged.") % {"table": label})
    filled = [m for m in _models() if m._meta.label not in _FILLED_BY_MIGRATE and m._default_manager.exists()]
    if filled:
        raise BackupUnusable(
            _("The database is not empty. Please point GUISACH_DATA (or GUISACH_DATABASE_URL) to an empty one.")
        )


# `guisach migrate` fills these with the product's own data; a restore replaces them.
_FILLED_BY_MIGRATE = {"programme.Target"}


def _read_table(archive: zipfile.ZipFile, model: type[models.Model], table: dict[str, Any]) -> int:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    names: list[str] = table["fields"]
    if set(names) != set(fields):
        raise BackupUnusable(_("Table %(table)s has other columns here.") % {"table": model._meta.label})
    if model._meta.label in _FILLED_BY_MIGRATE:
        model._default_manager.all().delete()
    rows = 0
    with archive.open(f"tables/{model._meta.label}.jsonl") as member:
        lines = io.TextIOWrapper(member, encoding="utf-8", newline="\n")
        for part in _batches(lines):
            made = [
                model(
                    **{name: _value(fields[name], value) for name, value in zip(names, json.loads(line), strict=True)}
                )
                for line in part
            ]
            model._default_manager.bulk_create(made, batch_size=_BATCH)
            rows += len(made)
    return rows


def _batches(lines: io.TextIOWrapper) -> Iterator[list[str]]:
    part: list[str] = []
    for line in lines:
        part.append(line)
        if len(part) == _BATCH:
            yield part
            part = []
    if part:
        yield part


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.ForeignKey):
        return field.target_field.to_python(value)
    return field.to_python(value)


def _restart_sequences() -> None:
    """PostgreSQL counts on where the restored rows end; SQLite does so by itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _read_files(archive: zipfile.ZipFile) -> None:
    root = (settings.DATA / "imports").resolve()
    for name in archive.namelist():
        if not name.startswith("files/imports/"):
            continue
        target = (root / name.removeprefix("files/imports/")).resolve()
        if not target.is_relative_to(root):
            raise BackupUnusable(_("The backup names a file outside its folder: %(name)s") % {"name": name})
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(archive.read(name))
    # An index made from other data would find other things; it is rebuilt from the change feed.
    index = settings.DATA / "index"
    if index.exists():
        shutil.rmtree(index)
