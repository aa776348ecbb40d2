"""What nothing that keeps a log can be cheaper than: the bare rows, and the pure fold.

Each function runs in a process with that installation's settings and measures what its server took in before.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def floor(count: int, *batches: int) -> dict[str, Any]:
    """Insert so many log rows in each size of batch, and fold as many operations."""
    from django.db import connection

    from guisach.domain.journal.models import Operation

    rows = list(
        Operation.objects.filter(has_own_seq=True).order_by("-hub_seq").select_related("private_part", "outcome")[:500]
    )
    connection.ensure_connection()
    return {"bare": {size: _bare(rows, count, size) for size in batches}, "fold": _fold(rows)}


def _bare(rows: Sequence[Any], count: int, size: int) -> dict[str, float]:
    """Write operation, private part and outcome of each, committed batch by batch, as durably as the product."""
    from django.db import connection

    driver: Any = connection.connection.cursor()  # type: ignore[attr-defined]
    ready = [_statements(rows, start, min(size, count - start)) for start in range(0, count, size)]
    begin_word = "BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN"
    server = _database()
    cpu, wall, elsewhere = time.process_time(), time.perf_counter(), server()
    for tables in ready:
        driver.execute(begin_word)
        for sql, values in tables:
            driver.executemany(sql, values)
        driver.execute("COMMIT")
    took = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu + server() - elsewhere}
    _remove([values[0] for tables in ready for values in tables[0][1]])
    return {"operations": count, **took}


def _remove(ops: Sequence[Any]) -> None:
    """Take the rows out again: nothing that serves may take them for what happened."""
    from django.db import connection

    from guisach.domain.journal.models import Operation, Outcome, PrivatePart

    for model, key in ((Outcome, "operation_id"), (PrivatePart, "operation_id"), (Operation, "op")):
        for start in range(0, len(ops), 500):
            found: Any = model._default_manager.filter(**{f"{key}__in": ops[start : start + 500]})
            found._raw_delete(connection.alias)


def _statements(rows: Sequence[Any], start: int, count: int) -> list[tuple[str, list[list[Any]]]]:
    from django.db import connection

    mark = "?" if connection.vendor == "sqlite" else "%s"
    tables: dict[str, list[list[Any]]] = {}
    for n in range(start, start + count):
        row = rows[n % len(rows)]
        private = getattr(row, "private_part", None)
        row.op = row.outcome.operation_id = row.dev = uuid4()
        row.seq = n + 1
        if private is not None:
            private.operation_id = row.op
        for one in (row, private, row.outcome):
            if one is None:
                continue
            fields = [field for field in one._meta.concrete_fields if field.attname != "hub_seq"]
            names = ", ".join(f'"{field.column}"' for field in fields)
            marks = ", ".join([mark] * len(fields))
            # Only names from our own models are put together here.
            sql = f'INSERT INTO "{one._meta.db_table}" ({names}) VALUES ({marks})'
            values = [field.get_db_prep_save(getattr(one, field.attname), connection) for field in fields]
            tables.setdefault(sql, []).append(values)
    return list(tables.items())  # those of the log come first, and begin with the id


def _fold(rows: Sequence[Any]) -> dict[str, float]:
    """Fold the copies and readers that the operations are about, once each, from what is in memory already."""
    from guisach.domain.circulation.rules.copy_fold import fold_copy
    from guisach.domain.circulation.rules.policy import Policies
    from guisach.domain.journal.queries.histories import histories_of
    from guisach.domain.journal.rules.history import history
    from guisach.domain.readers.rules.people import fold_people

    copies = histories_of("copy", {row.subject[5:] for row in rows if row.subject.startswith("copy:")})
    joined = {str(row.private_part.reader) for row in rows if row.kind == "join"}
    readers = histories_of("reader", joined)
    rules = Policies()
    operations = sum(len(one.entries) for known in (copies, readers) for one in known.values())
    cpu, wall = time.process_time(), time.perf_counter()
    for one in copies.values():
        fold_copy(history(one.entries, []).entries, rules)
    for one in readers.values():
        fold_people(history(one.entries, []).entries)
    return {
        "wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu, "operations": operations
    }  # fmt: skip


def _database() -> Callable[[], float]:
    """Give what tells the processor time of the database server, in seconds; none where there is no server."""
    from desks.clients import cpu_ms

    postmaster = os.environ.get("POSTMASTER")
    return (lambda: cpu_ms([int(postmaster)]) / 1000) if postmaster else (lambda: 0.0)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "guisach.site.settings"
    import django

    django.setup()
    print(json.dumps(floor(*map(int, sys.argv[2:]))))
