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
import zlib
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from guisach.domain.catalogue.queries.covers import cover_prints
from guisach.domain.journal import actions as journal
from guisach.domain.sync import actions as sync
from guisach.domain.sync.queries import reaches
from guisach.site.snapshot import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMAT = "guisach-backup-1"
_BATCH = 1000
_NUMBERS_SINCE = 1_000_000  # more operations than any province records between two backups
_OF_THE_MOMENT = {
    *("readers.ReaderCode", "readers.ReaderSession", "readers.SignInTries"),
    "sync.EnrolmentCode",  # one that was used since must not be of use again
    *("sync.FeedScope", "sync.FeedRow", "sync.Snapshot"),  # computed; a cursor of before a restore must mean nothing
}
_IMPORTS, _COVERS = "files/imports/", "files/covers/"
# Members that are not tables, and where they lie in the data folder: import reports with what is in quarantine, and
# the pictures of covers.
_FILES = {_IMPORTS: Path("imports"), _COVERS: Path("files") / "covers"}


# What reading something that only looks like a backup can raise.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, RuntimeError, ValidationError,
    IntegrityError,
)  # fmt: skip


class BackupUnusable(Exception):
    """The file cannot be restored here; the message says why and what to do."""


def write(file: Path, progress: Callable[[int], object]) -> dict[str, Any]:
    """Write a backup and return its manifest. Raises OSError where the file cannot be written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with snapshot(), zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            manifest = _write_tables(archive, progress)
            _write_files(archive, manifest)
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
            marks = reaches()
        _flush(draft)
        draft.replace(file)
        _flush(file.parent)  # the name, too, survives a pulled plug
    finally:
        draft.unlink(missing_ok=True)
    sync.note_backup(marks)  # now, and not before, desks may be told that what they made is in a backup
    return manifest


def read(file: Path, progress: Callable[[int], object]) -> dict[str, Any]:
    """Fill the empty database from a backup, all or nothing. Raises BackupUnusable, having changed nothing."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive)
            _refuse_unless_whole(archive, manifest)
            with _files_aside(archive) as folder, transaction.atomic():
                _refuse_unless_empty()
                for model in _models():
                    progress(_read_table(archive, model, manifest["tables"][model._meta.label]))
                _restart_sequences()
                _leave_a_gap()
                # Whatever this hub numbered after the backup is unknown to it now: never number so again.
                journal.start_new_epoch()
                sync.note_restored()
                connection.check_constraints()
                _put_files(folder)
    except _BROKEN as error:
        raise BackupUnusable(
            _("%(file)s is not a whole Gùi Sách backup (%(reason)s). Please take another one.")
            % {"file": file, "reason": error}
        ) from error
    journal.retry_pending()  # the backup may be of a version that understood less
    return manifest


def _models() -> list[type[models.Model]]:
    """Return the product's tables; sessions and sign-in counters are of the moment and stay behind."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("guisach.")
        for model in config.get_models()
        if model._meta.label not in _OF_THE_MOMENT
    ]


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("guisach.")}
    return sorted(f"{label}.{name}" for label, name in applied if label in labels)


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
    """Add what lies beside the database, each with its digest: nothing of an import is lost, and no cover."""
    digests: dict[str, str] = {}
    shown = cover_prints()
    for prefix, where in _FILES.items():
        folder = settings.DATA / where
        for path in sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []:
            if prefix == _COVERS and path.name.partition("-")[0] not in shown:
                continue  # one that somebody has just taken away
            name = f"{prefix}{path.relative_to(folder).as_posix()}"
            try:
                digests[name] = _write_file(archive, name, path)
            except FileNotFoundError:
                continue  # an import running now has renamed it
    manifest["files"] = len(digests)
    manifest["file_digests"] = digests


def _write_file(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Copy one file and return the SHA-256 of what was copied: an import running now may write on."""
    sha = hashlib.sha256()
    with path.open("rb") as source:
        info = zipfile.ZipInfo.from_file(path, name)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as member:
            for part in iter(lambda: source.read(1 << 20), b""):
                sha.update(part)
                member.write(part)
    return sha.hexdigest()


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Read the list of contents; refuses what is not ours, or of another version."""
    try:
        manifest = json.loads(archive.read("manifest.json"))
    except KeyError:
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BackupUnusable(_("This file is not a Gùi Sách backup."))
    here = _migrations()
    if not here:
        raise BackupUnusable(_("The database is not prepared yet. Please run: guisach migrate"))
    if manifest["migrations"] != here:
        raise BackupUnusable(
            _(
                "This backup was taken by another version. Please install that version, restore there, "
                "then update and run: guisach migrate"
            )
        )
    return manifest


def _refuse_unless_whole(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """Read everything once before anything is written."""
    for label, table in manifest["tables"].items():
        if _digest_of(archive, f"tables/{label}.jsonl") != table["sha256"]:
            raise BackupUnusable(_("Table %(table)s of the backup is damaged.") % {"table": label})
    digests = manifest["file_digests"]
    if sorted(_files(archive)) != sorted(digests) or len(digests) != manifest["files"]:
        raise BackupUnusable(_("Files of the backup are missing."))
    for name, digest in digests.items():
        if _digest_of(archive, name) != digest:
            raise BackupUnusable(_("File %(file)s of the backup is damaged.") % {"file": name})


def _digest_of(archive: zipfile.ZipFile, name: str) -> str:
    sha = hashlib.sha256()
    with archive.open(name) as member:
        for part in iter(lambda: member.read(1 << 20), b""):
            sha.update(part)
    return sha.hexdigest()


def _refuse_unless_empty() -> None:
    if any(m._default_manager.exists() for m in _models() if m._meta.label not in _FILLED_BY_MIGRATE):
        raise BackupUnusable(
            _("The database is not empty. Please point GUISACH_DATA (or GUISACH_DATABASE_URL) to an empty one.")
        )


# `guisach migrate` fills these with the product's own data; a restore replaces them.
_FILLED_BY_MIGRATE = {"programme.Target", "catalogue.AccessionSeries", "catalogue.Collection"}


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


def _leave_a_gap() -> None:
    """Let the log go on far beyond any number given after the backup: devices remember those as what they had seen.

    Given again they would stand for something later, and what a device did long before would be dated after it.
    """
    table, column = "journal_operation", "hub_seq"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = f"pg_get_serial_sequence('{table}', '{column}')"
            cursor.execute(
                f"SELECT setval({sequence}, (SELECT COALESCE(MAX({column}), 0) FROM {table}) + %s)",  # noqa: S608
                [_NUMBERS_SINCE],
            )
            return
        cursor.execute(f"DELETE FROM sqlite_sequence WHERE name = '{table}'")  # noqa: S608  (names of our own)
        cursor.execute(
            f"INSERT INTO sqlite_sequence (name, seq) SELECT '{table}', COALESCE(MAX({column}), 0) + %s FROM {table}",  # noqa: S608
            [_NUMBERS_SINCE],
        )


def _files(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name.startswith(tuple(_FILES))]


@contextmanager
def _files_aside(archive: zipfile.ZipFile) -> Iterator[Path]:
    """Unpack the files beside their place, so that they come or do not come together with the rows."""
    aside = settings.DATA / f".restore.{os.getpid()}"
    try:
        for name in _files(archive):
            target, home = (aside / name).resolve(), next(prefix for prefix in _FILES if name.startswith(prefix))
            if not target.is_relative_to((aside / home).resolve()):
                raise BackupUnusable(_("The backup names a file outside its folder: %(name)s") % {"name": name})
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as member, target.open("wb") as out:
                shutil.copyfileobj(member, out)
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _put_files(aside: Path) -> None:
    for prefix, where in _FILES.items():
        for source in sorted(path for path in (aside / prefix).rglob("*") if path.is_file()):
            target = settings.DATA / where / source.relative_to(aside / prefix)
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
    # An index made from other data would find other things; it is rebuilt from the change feed.
    shutil.rmtree(settings.DATA / "index", ignore_errors=True)
