"""What a measurement finds in its database; each function runs in a process with that installation's settings.

A world begins with one of everything, made by the product itself. Where there must be a million, PostgreSQL copies
those rows a million times: whatever columns they have, all are there.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from django.db.models import Model

PLACE = "CB-BENCH"
LOANS_EACH = 3  # as many as the rules let a reader have
PER_RECORD = 4  # copies of a title
SEED = 2026
_BARCODE = "'CB' || lpad(g::text, 7, '0')"
DAYS_AGO = 400  # when the oldest of the past loans was made


def few(copies: int, readers: int, tokens: int) -> dict[str, Any]:
    """Make a place with copies and readers; gives what clients must know."""
    source, secrets = _place(tokens)
    records, barcodes = _copies(copies)
    cards = [f"CU{n:07d}" for n in range(readers)]
    _join(cards, source)
    return {"tokens": secrets, "cards": cards, "copies": barcodes, "records": records}


def many(copies: int, readers: int, loans: int, tokens: int, wanted: int) -> dict[str, Any]:
    """Fill PostgreSQL with copies, readers and past loans, forgotten as the law wants it; names `wanted` copies."""
    from django.db import connection

    from guisach.domain.catalogue.models import Copy, Record
    from guisach.domain.circulation import actions
    from guisach.domain.readers.models import Reader
    from guisach.kernel.clock import system_clock
    from guisach.kernel.ids import new_id

    source, secrets = _place(tokens)
    _, [barcode] = _copies(1)
    _join(["CU0000000"], source)
    reader = Reader.objects.get()
    act = {"by": source, "place": PLACE, "barcode": barcode, "clock": lambda: system_clock() - timedelta(days=DAYS_AGO)}
    lent = actions.lend(op_id=new_id(), reader=reader.pk, **act)
    back = actions.take_back(op_id=new_id(), **act)
    actions.forget_loans(clock=system_clock)
    record, copy = Record.objects.get(), Copy.objects.get()
    _multiply(record, copies // PER_RECORD, id=f"{record.pk} + g", title="'Sách ' || g", title_key="'sach ' || g")
    _multiply(
        copy, copies, id=f"{copy.pk} + g", barcode=_BARCODE, record_id=f"{record.pk} + 1 + (g - 1) / {PER_RECORD}"
    )
    _multiply_readers(reader, readers)
    _multiply_loans(lent.loan.op, UUID(back.receipt.op), copies, loans)
    with connection.cursor() as cursor:
        for table, column in (("catalogue_record", "id"), ("catalogue_copy", "id"), ("journal_operation", "hub_seq")):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), (SELECT max({column}) FROM {table}))"
            )
        cursor.execute("ANALYZE")
    dice = random.Random(SEED)
    numbers = dice.sample(range(1, copies + 1), wanted)
    return {
        "tokens": secrets,
        "cards": [f"CU{n:07d}" for n in dice.sample(range(1, readers + 1), -(-wanted // LOANS_EACH))],
        "copies": [f"CB{n:07d}" for n in numbers],
        "records": [record.pk + 1 + (n - 1) // PER_RECORD for n in numbers],
    }


def _multiply_readers(reader: Any, readers: int) -> None:
    from guisach.domain.journal.models import Operation

    joined = Operation.objects.select_related("private_part", "outcome").get(op=reader.joined_op)
    person = "md5('reader' || g)::uuid"
    card = "'CU' || lpad(g::text, 7, '0')"
    _multiply_operation(joined, readers, "join", {"CU0000000": card, str(reader.pk): f"{person}::text"}, person, 3)
    names = {"full_name": f"'Bạn đọc ' || {card}", "folded_name": f"'ban doc ' || lower({card})"}
    op = "md5('join' || g)::uuid"
    _multiply(reader, readers, id=person, card_no=card, joined_op=op, card_op=op, **names)


def _multiply_loans(lent: UUID, back: UUID, copies: int, loans: int) -> None:
    """Copy a past loan: loan g was of copy g (modulo copies), a day's part later than the one before."""
    from guisach.domain.circulation.models import Loan, Whereabouts
    from guisach.domain.journal.models import Operation

    operations = Operation.objects.select_related("private_part", "outcome").in_bulk([lent, back], field_name="op")
    loan, seen = Loan.objects.get(), Whereabouts.objects.get()
    barcode = f"'CB' || lpad((mod(g - 1, {copies}) + 1)::text, 7, '0')"
    step = f"interval '{DAYS_AGO - 60} days' / {loans}"
    later = f"g * {step}"
    nobody = "md5('nobody' || g)::uuid"
    for number, (name, op) in enumerate((("lend", lent), ("return", back)), 1):
        words = {loan.barcode: barcode, str(loan.reader): f"{nobody}::text"}
        _multiply_operation(operations[op], loans, name, words, nobody, number, later)
    _multiply(
        loan, loans, op="md5('lend' || g)::uuid", barcode=barcode, reader=nobody, closed_by="md5('return' || g)::uuid",
        lent_at=f"t.lent_at + {later}", closed_at=f"t.closed_at + {later}",
    )  # fmt: skip
    _multiply(seen, copies, barcode=_BARCODE, seen_at=f"t.seen_at + (g + {loans - copies}) * {step}")


def _multiply_operation(
    row: Any, count: int, name: str, words: dict[str, str], person: str, number: int, later: str = "interval '0'"
) -> None:
    """Copy an operation with its private part and outcome; `words` stand in body and private part."""
    op = f"md5('{name}' || g)::uuid"
    body, data = "t.body", "t.data"
    for word, expression in ({str(row.op): f"{op}::text"} | words).items():
        body, data = (f"replace({text}, '{word}', {expression})" for text in (body, data))
    body = f"replace({body}, '\"seq\":{row.seq},', '\"seq\":' || {number * 10_000_000} + g || ',')"
    subject = "t.subject"
    for word, expression in words.items():
        subject = f"replace({subject}, '{word}', {expression})"
    _multiply(
        row, count, hub_seq=f"{number * 10_000_000} + g", op=op, seq=f"{number * 10_000_000} + g", subject=subject,
        eff_at=f"t.eff_at + {later}", received_at=f"t.received_at + {later}", body=body,
        hash=f"encode(sha256(convert_to({body}, 'UTF8')), 'hex')",
    )  # fmt: skip
    _multiply(row.private_part, count, operation_id=op, reader=person, data=data)
    _multiply(row.outcome, count, operation_id=op)


def _multiply(row: Model, count: int, **changed: str) -> None:
    """Let PostgreSQL write `count` copies of a row t; `changed` columns are expressions of t and g (1 … count)."""
    from django.db import connection

    meta = row._meta
    columns = [field.column for field in meta.concrete_fields if field.column is not None]
    values = ", ".join(changed.get(column, f't."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        # Only names of our own models and expressions of this module are put together here.
        cursor.execute(
            f'INSERT INTO "{meta.db_table}" ({names}) SELECT {values} FROM "{meta.db_table}" t, '
            f'generate_series(1, {count}) g WHERE t."{meta.pk.column}" = %s',
            [row.pk],
        )


def _place(tokens: int) -> tuple[Any, list[str]]:
    """Make a place that is always open, and a librarian with tokens."""
    from datetime import date

    from guisach.domain.journal import actions as journal
    from guisach.domain.network.models import Appointment, Commune, OpeningHours, Place, Province, Staff
    from guisach.kernel.clock import system_clock

    now = system_clock()
    Province.objects.create(code="04", name="Cao Bằng")
    Commune.objects.create(
        code="01324", province_id="04", name="Cô Ba", kind="COMMUNE", valid_from=date(2025, 7, 1), lat=23.0, lon=105.7
    )
    Place.objects.create(
        code=PLACE, name="Thư viện", kind="COMMUNE_LIBRARY", service_mode="STAFFED", commune_id="01324"
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(place_id=PLACE, weekday=day, opens="07:30", closes="17:00") for day in range(1, 8)
    )
    staff = Staff.objects.create(username="lan", full_name="Lan", created_at=now)
    Appointment.objects.create(staff=staff, role="LIBRARIAN", place_id=PLACE, active_from=date(2025, 7, 1))
    secrets = [
        journal.issue_token(staff=staff, label=str(n), at=now, valid_for=timedelta(days=1)) for n in range(tokens)
    ]
    return journal.workbench_source(staff=staff, at=now), secrets


def _copies(copies: int) -> tuple[list[int], list[str]]:
    """Make copies, and return their records and barcodes in the same order."""
    from guisach.domain.catalogue.models import Copy, Record
    from guisach.kernel.clock import system_clock

    now = system_clock()
    records = Record.objects.bulk_create(
        Record(title=f"Sách {n}", title_key=f"sach {n}", author="Tô Hoài", marc="{}", created_at=now, updated_at=now)
        for n in range(-(-copies // PER_RECORD))
    )
    rows = Copy.objects.bulk_create(
        Copy(barcode=f"CB{n:07d}", record=records[n // PER_RECORD], owner_id=PLACE, base_id=PLACE)
        for n in range(copies)
    )
    return [row.record_id for row in rows], [row.barcode for row in rows]


def _join(cards: list[str], source: Any) -> None:
    from guisach.domain.journal import actions as journal
    from guisach.kernel.clock import system_clock
    from guisach.kernel.ids import new_id

    for start in range(0, len(cards), journal.BATCH_MAX):
        joinings = [
            {"op": str(new_id()), "v": 1, "kind": "join", "place": PLACE, "group": "FARMER", "expires": "2099-01-01",
             "private": {"reader": str(new_id()), "name": f"Bạn đọc {card}", "card": card, "consent": True}}
            for card in cards[start : start + journal.BATCH_MAX]
        ]  # fmt: skip
        journal.record(operations=joinings, by=source, clock=system_clock)


def bare(lends: int) -> dict[str, Any]:
    """Insert the rows of a lend, as the last one left them, `lends` times, each time committed."""
    from django.db import connection

    from guisach.domain.circulation.models import Loan, Whereabouts
    from guisach.domain.journal.models import Device, Operation
    from guisach.kernel.ids import new_id

    lent = Operation.objects.filter(kind="lend").order_by("-hub_seq").select_related("private_part", "outcome")[0]
    loan = Loan.objects.get(pk=lent.op)
    seen = Whereabouts.objects.get(pk=loan.barcode)
    number = Device.objects.values_list("last_seq", flat=True).order_by("-last_seq")[0]
    connection.ensure_connection()
    driver = connection.connection.cursor()
    mark = "?" if connection.vendor == "sqlite" else "%s"

    def statement(row: Any) -> tuple[str, list[Any]]:
        fields = [field for field in row._meta.concrete_fields if field.attname != "hub_seq"]
        values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        names = ", ".join(f'"{field.column}"' for field in fields)
        # Only names from our own models are put together here.
        return f'INSERT INTO "{row._meta.db_table}" ({names}) VALUES ({", ".join([mark] * len(fields))})', values

    def lend(n: int) -> list[tuple[str, list[Any]]]:
        op = new_id()
        lent.op = lent.private_part.operation_id = lent.outcome.operation_id = loan.op = op
        lent.seq, loan.barcode, loan.closed_at, loan.ended = number + n + 1, f"BARE{n}", None, ""
        seen.barcode = f"BARE{n}"
        device = f'UPDATE "journal_device" SET "last_seq" = {mark} WHERE "id" = {mark}'
        return [
            *(statement(row) for row in (lent, lent.private_part, lent.outcome, loan, seen)),
            (device, [n, statement(lent)[1][1]]),
        ]

    ready = [lend(n) for n in range(lends)]
    begin_word = "BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN"
    walls = []
    cpu = time.process_time()
    begin = time.perf_counter()
    for rows in ready:
        one = time.perf_counter()
        driver.execute(begin_word)
        for sql, values in rows:
            driver.execute(sql, values) if connection.vendor == "sqlite" else driver.execute(sql, values, prepare=True)
        driver.execute("COMMIT")
        walls.append((time.perf_counter() - one) * 1000)
    wall_s, cpu_s = time.perf_counter() - begin, time.process_time() - cpu
    return {
        "p50_ms": round(statistics.median(walls), 3),
        "cpu_ms": round(cpu_s * 1000 / lends, 3),
        "per_second": round(lends / wall_s, 1),
        "rows_each": len(ready[0]),
    }


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "guisach.site.settings"
    import django

    django.setup()
    print(json.dumps(globals()[sys.argv[1]](*map(int, sys.argv[2:]))))
