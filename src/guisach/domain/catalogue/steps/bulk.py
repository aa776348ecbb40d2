"""Many new rows at once, for imports: `bulk_create` spends most of an import's time on writing SQL and asking fields.

The rows are plain: every value is set, no signals, no defaults of the database. What they would be by `bulk_create`
they are here; a test compares them column by column on both databases.
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


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Store new rows of one table within a transaction that holds the catalogue's lock; they get their ids."""
    if not rows:
        return
    model = type(rows[0])
    meta = model._meta
    with connection.cursor() as cursor:
        if isinstance(meta.pk, models.AutoField) or meta.pk.get_internal_type() == "BigAutoField":
            for row, id_ in zip(rows, _ids(cursor, model, len(rows)), strict=True):
                row.pk = id_
        fields = meta.concrete_fields
        converters = [(field.attname, _converter(field)) for field in fields]
        columns = ", ".join(connection.ops.quote_name(field.column or field.attname) for field in fields)
        marks = ", ".join(["%s"] * len(fields))
        statement = f"INSERT INTO {connection.ops.quote_name(meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
        cursor.executemany(statement, [_values(row, converters) for row in rows])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _values(row: models.Model, converters: Sequence[tuple[str, Callable[[Any], Any] | None]]) -> list[Any]:
    values = row.__dict__
    return [values[name] if convert is None else convert(values[name]) for name, convert in converters]


def _converter(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        encoder = field.encoder
        return lambda value: connection.ops.adapt_json_value(value, encoder)
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, _PLAIN):
        return None
    return lambda value: field.get_db_prep_save(value, connection)


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
