"""Many new rows at once, for imports: `bulk_create` spends most of an import's time on objects, SQL and asking fields.

The rows are plain: every value is given, no signals, no defaults. What they would be by `bulk_create` they are here; a
test compares them column by column on both databases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, models

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Whose values go into the database as they are; keys of other tables are numbers or text.
_PLAIN = (
    *(models.CharField, models.TextField, models.BooleanField, models.SmallIntegerField, models.IntegerField),
    *(models.BigIntegerField, models.ForeignKey, models.AutoField),
)


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Store new rows, the values of whose columns are given by name, and return their ids, where a table has such.

    Within a transaction that holds the catalogue's lock. All columns are named but an id that the database counts.
    """
    if not rows:
        return []
    meta = model._meta
    fields: list[Any] = [meta.get_field(name) for name in names]
    columns = [_converted(field, values) for field, values in zip(fields, zip(*rows, strict=True), strict=True)]
    with connection.cursor() as cursor:
        ids: list[int] = []
        if isinstance(meta.pk, models.AutoField):
            ids = _ids(cursor, model, len(rows))
            fields, columns = [meta.pk, *fields], [ids, *columns]
        quoted = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        marks = ", ".join(["%s"] * len(fields))
        statement = f"INSERT INTO {connection.ops.quote_name(meta.db_table)} ({quoted}) VALUES ({marks})"  # noqa: S608
        cursor.executemany(statement, list(zip(*columns, strict=True)))
    return ids


def _converted(field: Any, values: Sequence[Any]) -> Sequence[Any]:
    """Return the values of a column as the database takes them; what many rows share is converted once."""
    if isinstance(field, models.JSONField):
        adapt, encoder = connection.ops.adapt_json_value, field.encoder
        nothing = adapt([], encoder)
        return [nothing if value == [] else adapt(value, encoder) for value in values]
    if isinstance(field, _PLAIN):
        return values
    convert: Callable[[Any], Any] = (
        connection.ops.adapt_datetimefield_value
        if isinstance(field, models.DateTimeField)
        else lambda value: field.get_db_prep_save(value, connection)
    )
    known = {value: convert(value) for value in set(values)}
    return [known[value] for value in values]


def _ids(cursor: Any, model: type[models.Model], count: int) -> list[int]:
    """Return numbers that no row has or will have: SQLite has one writer at a time, PostgreSQL a sequence."""
    table, column = model._meta.db_table, model._meta.pk.column
    if connection.vendor == "sqlite":
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = int(found[0]) if found else 0
        return list(range(last + 1, last + count + 1))
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
        [connection.ops.quote_name(table), column, count],
    )
    return [row[0] for row in cursor.fetchall()]
