# ruff: noqa: E402  (Django has to be ready before the product is imported)
"""Code that tests run in processes of its own, inside an installation: `python -m tests.workers NAME WORDS…`.

Each says what it did on standard output, one JSON value a line, and only after it is durable.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guisach.site.settings")
django.setup()

from guisach.domain.circulation import actions as circulation
from guisach.domain.circulation.models import Loan
from guisach.domain.journal import actions as journal
from guisach.domain.journal.models import Device, Operation
from guisach.domain.readers.models import Reader
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id
from tests import builders

READERS = [UUID(int=0xBD00 + n) for n in range(8)]
BARCODES = [f"CB{n:06d}" for n in range(1, 21)]


def say(value: Any) -> None:
    print(json.dumps(value, default=str), flush=True)


def fill(operations: str = "120", seed: str = "1") -> None:
    """Make a small province with every kind of operation, case and projection; says the ids of the operations."""
    builders.province()
    lan, minh, hoa = builders.lan(), builders.minh(), builders.hoa()
    title = builders.record()
    for barcode in BARCODES:
        builders.copy(barcode, of=title)
    clock, dice = builders.Clock(), random.Random(int(seed))
    joinings = [
        _fact("join", reader=reader, name=f"Bạn đọc {n}", card=f"CU{n // 2}", consent=True, birth="1990-01-01")
        for n, reader in enumerate(READERS)
    ]
    sent = list(joinings)
    journal.record(operations=joinings, by=lan.source, clock=clock)
    for n in range(int(operations)):
        clock.forward(hours=dice.randrange(1, 30))
        fact = _any_fact(dice, sent)
        if n % 10 == 0:
            fact |= {"place": builders.DAMTHUY}
        sent.append(fact)
        journal.record(operations=[fact], by=dice.choice([lan, minh, hoa]).source, clock=clock)
    lent = circulation.lend(
        op_id=new_id(), by=hoa.source, place=builders.TINH, barcode=_in_stock(), reader=READERS[0], clock=clock,
        override=None,
    )  # fmt: skip
    journal.record(operations=[{**joinings[0], "group": "ELDER"}], by=lan.source, clock=clock)  # a fork
    open_case = circulation_case()
    journal.settle_case(op_id=new_id(), by=hoa.source, case=open_case, decision="DONE", reason="đã hỏi", clock=clock)
    say([*(fact["op"] for fact in sent), str(lent.loan.op)])


def circulation_case() -> str:
    from guisach.domain.journal.models import Case

    return Case.objects.filter(kind="lent_twice", status="OPEN").order_by("pk").values_list("pk", flat=True)[0]


def _in_stock() -> str:
    lent = set(Loan.objects.filter(closed_at__isnull=True).values_list("barcode", flat=True))
    return next(barcode for barcode in BARCODES if barcode not in lent)


def _fact(kind: str, **fields: Any) -> dict[str, Any]:
    private = {name: str(fields.pop(name)) for name in ("reader", "name", "card", "birth") if name in fields}
    if "consent" in fields:
        private["consent"] = fields.pop("consent")
    fact = {"op": str(new_id()), "v": 1, "kind": kind, "place": builders.COBA, **fields}
    return {**fact, "private": private} if private else fact


def _any_fact(dice: random.Random, sent: list[dict[str, Any]]) -> dict[str, Any]:
    copy, reader = dice.choice([*BARCODES[:6], "CHUA-NHAP"]), dice.choice([*READERS, UUID(int=7)])
    return dice.choice(
        [
            lambda: _fact("lend", copy=copy, reader=reader),
            lambda: _fact("lend", copy=copy, reader=reader),
            lambda: _fact("return", copy=copy),
            lambda: _fact("renew", copy=copy, due="2027-01-01"),
            lambda: _fact("sighting", copy=copy),
            lambda: _fact("visit_tally", counts={"CHILD": dice.randrange(30)}),
            lambda: _fact("open_shelf_tally", uses={"FARMER": dice.randrange(30)}),
            lambda: _fact("void", target=dice.choice(sent)["op"]),
            lambda: _fact("void", target=str(new_id())),
            lambda: _fact("later_version", whither="Mars"),
        ]
    )()


def keep_writing(username: str, seed: str, rest_s: str = "0") -> None:
    """Record facts until killed, resting so long after each; says each id once it is acknowledged."""
    person = getattr(builders, username)()
    dice, sent = random.Random(int(seed)), [_fact("sighting", copy=BARCODES[0])]
    say("ready")
    while True:
        fact = _any_fact(dice, sent)
        journal.record(operations=[fact], by=person.source, clock=system_clock)
        say(fact["op"])
        sent.append(fact)
        time.sleep(float(rest_s))


def desk(username: str, acts: str, door: str, seed: str) -> None:
    """Lend and take back one copy by both doors; says [id, kind, outcome] for each that was acknowledged."""
    person = getattr(builders, username)()
    place = {"lan": builders.COBA, "minh": builders.DAMTHUY}[username]
    dice = random.Random(int(seed))
    readers = list(Reader.objects.filter(is_card_pending=False).order_by("pk").values_list("pk", flat=True))
    for _ in range(int(acts)):
        kind = dice.choice(["lend", "return"])
        by_rules = dice.random() < 0.5 if door == "both" else door == "rules"
        op, reader = new_id(), dice.choice(readers)
        try:
            outcome = (_ask if by_rules else _tell)(kind, op, person, place, reader)
        except DomainError as refusal:
            say([None, kind, refusal.code])
        else:
            say([op, kind, outcome])


def _ask(kind: str, op: UUID, person: builders.Person, place: str, reader: UUID) -> str:
    act: dict[str, Any] = {"op_id": op, "by": person.source, "place": place, "barcode": BARCODES[0]}
    if kind == "lend":
        lent = circulation.lend(reader=reader, clock=system_clock, **act)
        return lent.receipt.outcome or ""
    return circulation.take_back(clock=system_clock, **act).receipt.outcome or ""


def _tell(kind: str, op: UUID, person: builders.Person, place: str, reader: UUID) -> str:
    fact: dict[str, Any] = {"op": str(op), "v": 1, "kind": kind, "place": place, "copy": BARCODES[0]}
    if kind == "lend":
        fact["private"] = {"reader": str(reader)}
    return journal.record(operations=[fact], by=person.source, clock=system_clock)[0].outcome or ""


def operations() -> None:
    """Say every operation of the log: [id, hash, numbered as]."""
    for row in Operation.objects.order_by("hub_seq").values_list("op", "hash", "dev", "epoch", "seq"):
        say(row)


def rows(statement: str) -> None:
    """Say what a query finds."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        for row in cursor.fetchall():
            say(row)


def send(username: str, *facts: str) -> None:
    """Record facts given as JSON; says each receipt's [status, outcome] and where it was numbered."""
    person = getattr(builders, username)()
    for receipt in journal.record(operations=[json.loads(f) for f in facts], by=person.source, clock=system_clock):
        number = Operation.objects.filter(op=receipt.op).values_list("epoch", "seq").first()
        say([receipt.status, receipt.outcome, number])


def devices() -> None:
    """Say [kind, owner, epoch, last number] of every device."""
    for row in Device.objects.order_by("kind", "staff__username").values_list(
        "kind", "staff__username", "epoch", "last_seq"
    ):
        say(row)


def sql(*statements: str) -> None:
    """Run statements as nobody should: behind the product's back."""
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            say(cursor.rowcount)


def slow_backup(file: str) -> None:
    """Take a backup that pauses after each table; says each pause, so that it can be killed there."""
    from pathlib import Path

    from guisach.site import backups

    def pause(rows: int) -> None:
        say(rows)
        time.sleep(0.2)

    backups.write(Path(file), pause)
    say("done")


def many_rows(rows: str) -> None:
    """Fill one table, straight: it is about its length."""
    from guisach.domain.circulation.models import Whereabouts

    for start in range(0, int(rows), 5000):
        Whereabouts.objects.bulk_create(
            Whereabouts(barcode=f"{rows}K{n}", place="X", seen_at=builders.START)
            for n in range(start, min(start + 5000, int(rows)))
        )


def peak_memory(file: str) -> None:
    """Take a backup; says the most memory that this process ever had, in KiB."""
    import resource
    from pathlib import Path

    from guisach.site import backups

    backups.write(Path(file), lambda _rows: None)
    say(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def pragmas() -> None:
    """Say how this process's connection to SQLite writes: [journal mode, synchronous]."""
    from django.db import connection

    with connection.cursor() as cursor:
        modes = []
        for pragma in ("journal_mode", "synchronous"):
            cursor.execute(f"PRAGMA {pragma}")
            modes.append(cursor.fetchone()[0])
    say(modes)


def copy_of(title: str) -> None:
    """Give the record whose title begins so a copy, in a province made for it; says the record's id."""
    from guisach.domain.catalogue.models import Record

    builders.province()
    record = Record.objects.get(title__startswith=title)
    builders.copy("CB000777", of=record)
    say(record.pk)


def prepare_stock() -> None:
    """Make three places, the series of numbers, and a title; says its id."""
    from guisach.domain.catalogue.actions.stock import load_stock_words

    builders.province()
    load_stock_words()
    say(builders.record().pk)


def take_numbers(record: str, acts: str, seed: str) -> None:
    """Add copies of a title, a few at a time, some refused, once told to; says each number that is durable."""
    from guisach.domain.catalogue.actions import add_copies
    from guisach.domain.catalogue.rules.drafts import CopyDraft

    dice = random.Random(int(seed))
    say("ready")
    sys.stdin.readline()
    for _ in range(int(acts)):
        base = builders.TINH if dice.random() < 0.8 else "KHONG-CO"
        time.sleep(dice.random() / 50)  # as people pause: SQLite has no queue, and one who never rests goes first
        drafts = [CopyDraft(owner=builders.TINH, base=base, series="VN") for _n in range(dice.randint(1, 3))]
        try:
            for copy in add_copies(record=int(record), copies=drafts):
                say(copy.barcode)
        except DomainError:
            continue


def queue(file: str) -> None:
    """Take a file in as a page does, and queue its import; says the import's number."""
    from pathlib import Path

    from guisach.domain.catalogue.actions import importing
    from guisach.domain.catalogue.rules.imports.policies import Terms

    with Path(file).open("rb") as content:
        number = importing.take_in(file=file, content=content, terms=Terms(), clock=system_clock)
    importing.queue_import(import_=number)
    say(number)


def work_queue() -> None:
    """Work queued imports as `guisach worker` does, until there is none."""
    from guisach.site.importing import Importer

    say("ready")
    while Importer().step():
        pass


def position() -> None:
    """Say how many records of the first import are done."""
    from guisach.domain.catalogue.queries import imports

    say(imports()[0].position)


def watch_import() -> None:
    """Say so as soon as the first records of the first import are done."""
    from guisach.domain.catalogue.queries import imports

    say("ready")
    give_up = time.monotonic() + 60
    while not imports()[0].position:
        assert time.monotonic() < give_up
        time.sleep(0.01)
    say("begun")


def late_reader() -> None:
    """Lend a book that is late by a day to a reader who wants text messages."""
    builders.province()
    lan, clock = builders.lan(), builders.Clock()
    who = builders.reader(lan, clock, builders.applicant(phone="0912345678", channel="SMS"))
    builders.copy()
    lent = circulation.lend(
        op_id=new_id(), by=lan.source, place=builders.COBA, barcode="CB000001", reader=who, clock=clock
    )
    Loan.objects.filter(pk=lent.loan.op).update(due_on=local_date(system_clock()) - timedelta(days=1))


def plan_notices() -> None:
    """Plan as a process does that has a gateway, and send nothing."""
    from guisach.domain.messages import kinds
    from tests.builders_messages import FarEnd

    kinds.send_with({"SMS": FarEnd()})
    say(circulation.plan_notices(clock=system_clock))


def message_states() -> None:
    from guisach.domain.messages.models import Message

    say(list(Message.objects.values_list("state", flat=True)))


def desk_codes(desks: str, copies: str) -> None:
    """Make a province with so many copies in Cô Ba; says a code for each desk that is to be enrolled there."""
    from tests.desks import enrolment_code

    builders.province()
    builders.lan()
    title, hoa = builders.record(), builders.hoa()
    for n in range(int(copies)):
        builders.copy(f"CB{n:06d}", of=title)
    for _ in range(int(desks)):
        say(enrolment_code(builders.COBA, hoa.staff, at=system_clock()))


def go_back() -> None:
    """Bring the database to what versions before had."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    earlier = (("journal", "0003"), ("circulation", "0001"), ("catalogue", "0001"), ("readers", "0002"))
    named = [(app, executor.loader.get_migration_by_prefix(app, name).name) for app, name in earlier]
    executor.migrate([("sync", None), *named])


def migrate_and_die(app: str, name: str) -> None:
    """Bring the database to this version, but be killed just before this migration is noted as run."""
    import signal

    from django.db.migrations.executor import MigrationExecutor

    from guisach.site.migrating import migrate

    note = MigrationExecutor.record_migration

    def note_or_die(self: Any, migration: Any) -> None:
        if (migration.app_label, migration.name) == (app, name):
            os.kill(os.getpid(), signal.SIGKILL)
        note(self, migration)

    MigrationExecutor.record_migration = note_or_die  # type: ignore[method-assign]
    migrate()


def more_titles(number: str) -> None:
    """Give Cô Ba so many titles more, a copy of each, straight: it is about their length on the way to a desk."""
    from guisach.domain.catalogue.models import Copy, Record
    from guisach.kernel.text.normal import fold

    dice = random.Random(3)
    rhymes = ("a", "ai", "an", "anh", "ao", "ăn", "e", "em", "ên", "i", "inh", "iên", "o", "oan", "ông", "ơi", "uyên")
    words = [f"{a}{b}" for a in ("ng", "th", "tr", "kh", "b", "c", "đ", "l", "m", "ch", "nh", "ph") for b in rhymes]
    records = []
    for _ in range(int(number)):
        title, author = (" ".join(dice.choices(words, k=k)).capitalize() for k in (dice.randint(8, 18), 4))
        records.append(
            Record(
                title=title,
                title_key=fold(title)[:200],
                author=author.title(),
                authors=[author.title()],
                year=dice.randint(1950, 2026),
                language="vie",
                marc="{}",
                created_at=builders.START,
                updated_at=builders.START,
            )
        )
    made = Record.objects.bulk_create(records, batch_size=1000)
    Copy.objects.bulk_create(
        [
            Copy(barcode=f"TV{n:08d}", record=one, owner_id=builders.TINH, base_id=builders.COBA)
            for n, one in enumerate(made)
        ],
        batch_size=1000,
    )


def record_as_an_older_version(username: str, facts: str) -> None:
    """Record facts of which this process knows too little: kinds that only later versions understand."""
    from guisach.domain.journal import kinds

    person, dice = getattr(builders, username)(), random.Random(int(facts))
    for name in ("return", "sighting", "use"):
        del kinds._kinds[name]
    some = [
        _fact(dice.choice(["return", "sighting", "use"]), copy=dice.choice(BARCODES)) for _ in range(int(facts))
    ]  # fmt: skip
    for receipt in journal.record(operations=some, by=person.source, clock=system_clock):
        say([receipt.status, receipt.outcome])


def let_the_lease_end() -> None:
    from guisach.domain.messages.models import Message

    Message.objects.update(claimed_at=system_clock() - timedelta(hours=1))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
