"""After return and the days in which a loan can be disputed nothing here leads from reader to book (SYNC 2.8).

One reader does with books all that leaves something behind, over the product's own pages. Then time passes, the daily
work is done, and `tests/tracing.py` looks into every table of the schema, every file of the data folder, the search
index, the log of the server, the database's own file, and a backup made afterwards. What forgetting must not change
(states, figures, hashes, the desks' feed) is compared. That the search sees is proved by planting.
"""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client

from guisach.domain.circulation import actions
from guisach.domain.circulation import queries as circulation
from guisach.domain.circulation.actions.payments import give_back, take_compensation
from guisach.domain.circulation.models import Loan, Request
from guisach.domain.circulation.rules.forgetting import DISPUTE_DAYS
from guisach.domain.circulation.rules.money import Way
from guisach.domain.journal import actions as journal
from guisach.domain.journal import kinds
from guisach.domain.journal.models import Case, Operation, PrivatePart
from guisach.domain.messages.models import Matter, Message
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import blur_accesses, import_readers, note_access
from guisach.domain.readers.actions.importing import Row
from guisach.domain.readers.models import ReaderAccess, ReaderPin
from guisach.domain.readers.rules.old_sheets import known_columns
from guisach.domain.readers.rules.traces import EXACT_DAYS
from guisach.kernel.clock import LOCAL, local_date, system_clock
from guisach.kernel.ids import new_id
from guisach.site import backups, checking, upkeep
from guisach.site.indexing import Follower
from guisach.site.wiring import index_keeper
from tests import builders
from tests.builders_money import money
from tests.feeding import FeedDesk
from tests.tracing import Pair, links_in_archive, links_in_database_file, links_in_files, links_in_tables, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NAME, PHONE, EMAIL, PIN = "Triệu Mùi Phẩy", "0987123987", "phay@ban.example", "482913"
TITLE, AUTHOR = "Chuyện kể bên bếp lửa Khuổi Tung", "Phùng Mùi Sẩm"
RECORD, ASKED_FOR = 918_273_645, 918_273_646
BOOKS = tuple(f"KT70012{n}" for n in range(7))
LATER_DAYS = 100


@dataclass
class Story:
    """Everybody and everything in it; `pair` is what must not be found together in the end."""

    lan: builders.Person
    hoa: builders.Person
    reader: UUID
    other: UUID
    later: builders.Clock
    log: Path
    pair: Pair | None = None


def browser(person: builders.Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person.staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def here(person: builders.Person, clock: Any = system_clock) -> dict[str, Any]:
    return {"op_id": new_id(), "by": person.source, "place": builders.COBA, "clock": clock}


def fact(by: builders.Person, kind: str, **body: Any) -> None:
    operation = {"op": str(new_id()), "v": 1, "kind": kind, "place": builders.COBA, **body}
    journal.record(operations=[operation], by=by.source, clock=system_clock)


@pytest.fixture
def story(tmp_path) -> Iterator[Story]:
    """A small network; all joined long ago, so that whatever is of today has to do with books."""
    builders.province()
    lan, hoa, minh = builders.lan(), builders.hoa(), builders.minh()
    long_ago = builders.Clock(system_clock() - timedelta(days=80))
    reader = builders.reader(lan, long_ago, builders.applicant(NAME, phone=PHONE, email=EMAIL, channel="EMAIL"))
    other = builders.binh(minh, long_ago)
    ReaderPin.objects.create(reader=reader, secret=make_password(PIN), is_start_code=False, set_at=long_ago())
    record, asked_for = (builders.record(TITLE, AUTHOR, id=id_) for id_ in (RECORD, ASKED_FOR))
    for barcode in BOOKS:
        builders.copy(barcode, of=asked_for if barcode == BOOKS[4] else record)
    money(long_ago)
    later = builders.Clock(system_clock() + timedelta(days=LATER_DAYS))
    log = Path(settings.DATA) / "server.log"
    with written_to(log):
        yield Story(lan, hoa, reader, other, later, log)
    log.unlink(missing_ok=True)


@contextmanager
def written_to(log: Path) -> Iterator[None]:
    """Write what every part of the product logs into a file, down to the last word."""
    root, handler = logging.getLogger(), logging.FileHandler(log, encoding="utf-8")
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for chatty in ("django.db.backends", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        handler.close()


def lived(story: Story) -> Story:
    """Let the reader borrow, renew, ask, be late, dispute, lose and make good; then everything is back."""
    began = system_clock()
    fetched(FeedDesk(clock=system_clock))  # a desk of the place has the readers and, later, the loans
    at_the_desk_and_at_home(story)
    fetched(FeedDesk(clock=system_clock))
    disputed(story)
    asked_for(story)
    lost_and_made_good(story)
    brought_from_an_older_system(story)
    actions.plan_notices(clock=builders.Clock(system_clock() + timedelta(days=40)))
    follow()
    work = browser(story.lan)
    for barcode in BOOKS:
        assert work.post("/work/loans/take-back/", {"op": str(new_id()), "code": barcode}).status_code in {200, 302}
    follow()
    Session.objects.update(expire_date=system_clock() - timedelta(hours=1))  # whoever was at the desk has gone home
    ops = set(Operation.objects.filter(subject__in=[f"copy:{one}" for one in BOOKS]).values_list("op", flat=True))
    requests = set(Request.objects.exclude(sort="SUGGESTION").values_list("op", flat=True))
    lent = set(Operation.objects.filter(op__in=ops, eff_at__gte=began).values_list("eff_at", flat=True))
    story.pair = Pair.of(
        [story.reader, readers.reader(story.reader).card_no, NAME, "trieu mui phay", PHONE, EMAIL],
        [*BOOKS, TITLE, AUTHOR, str(RECORD), str(ASKED_FOR), *ops, *requests],
        lent,
    )
    return story


def fetched(desk: FeedDesk) -> FeedDesk:
    with transaction.atomic():
        return desk.fetch()


def at_the_desk_and_at_home(story: Story) -> None:
    work, home = browser(story.lan), Client()
    card = readers.reader(story.reader).card_no
    for code in (card, BOOKS[0], BOOKS[1]):
        assert work.post("/work/desk/scan/", {"op": str(new_id()), "desk": "d1", "code": code}).status_code == 302
    assert NAME in work.get(f"/work/readers/{story.reader}/").content.decode()
    assert NAME in work.get(f"/work/copies/{BOOKS[0]}/").content.decode()
    assert home.post("/my/sign-in/", {"card": card, "pin": PIN}).status_code == 302
    page = home.get("/my/").content.decode()
    assert TITLE in page
    line = re.search(rf'value="([0-9a-f-]+ {BOOKS[0]})"', page)[1]
    assert home.post("/my/renew/", {"renew": line}).status_code == 302
    assert work.get(f"/work/readers/{story.reader}/no-such-page/").status_code == 404
    assert work.post("/work/loans/take-back/", {"op": str(new_id()), "code": BOOKS[1]}).status_code == 302


def disputed(story: Story) -> None:
    """Somebody else has the book: two devices, a claim, a case settled and an act taken back, each with free words."""
    actions.lend(**here(story.lan), barcode=BOOKS[2], reader=story.reader)
    fact(story.lan, "lend", copy=BOOKS[2], due="2027-01-04", private={"reader": str(story.other)})
    case = Case.objects.get(kind="lent_twice", status="OPEN")
    journal.settle_case(
        op_id=new_id(), by=story.hoa.source, case=case.pk, decision="AS_IS", reason=f"{NAME} đưa cho Bình",
        clock=system_clock,
    )  # fmt: skip
    loan = actions.lend(**here(story.lan), barcode=BOOKS[3], reader=story.reader).loan
    actions.void(op_id=new_id(), by=story.lan.source, target=loan.op, reason=f"{NAME} đổi ý", clock=system_clock)
    actions.lend(**here(story.lan), barcode=BOOKS[3], reader=story.reader)
    actions.claim_returned(**here(story.lan), barcode=BOOKS[3], reason=f"{NAME} nói đã trả")


def asked_for(story: Story) -> None:
    asked = actions.ask_for(
        **here(story.lan), reader=story.reader, record=ASKED_FOR, pickup=builders.COBA, note=f"gọi {NAME}"
    )
    actions.set_aside(**here(story.lan), barcode=BOOKS[4], request_id=asked.request.op)
    actions.lend(**here(story.lan), barcode=BOOKS[4], reader=story.reader)
    actions.take_back(**here(story.lan), barcode=BOOKS[4])
    # A wish that nobody has answered yet is remembered; it says nothing of what was borrowed.
    last_week = builders.Clock(system_clock() - timedelta(days=7))
    actions.suggest(**here(story.lan, last_week), reader=story.reader, wanted="Sổ tay nuôi ong", author="", why="")


def lost_and_made_good(story: Story) -> None:
    actions.lend(**here(story.lan), barcode=BOOKS[5], reader=story.reader)
    actions.lose(**here(story.lan), barcode=BOOKS[5], reason=f"{NAME} để quên trên nương")
    paid = take_compensation(
        **here(story.lan), reader=story.reader, barcode=BOOKS[5], way=Way.MONEY, amount=50_000
    )  # fmt: skip
    actions.find(**here(story.lan), barcode=BOOKS[5])
    give_back(**here(story.lan), payment_id=paid.op)


def brought_from_an_older_system(story: Story) -> None:
    row = lent_there(story.reader)
    for brought in actions.import_loans(
        [row], source="koha", place=builders.COBA, by=story.hoa.source, clock=system_clock
    ):
        assert brought.counts["added"] == 1


def lent_there(reader: UUID) -> Row:
    day = local_date(system_clock()) - timedelta(days=60)
    return Row(2, {"barcode": BOOKS[6], "card": readers.reader(reader).card_no, "lent": day.isoformat()})


def follow() -> None:
    follower = Follower(index_keeper(), waits=False)
    while follower.step():
        pass


def everything_else(pair: Pair, folder: Path) -> list[str]:
    """Look beside the tables: files, what the index holds, the database's own file, and a backup made now."""
    backup = folder / "sau.gsb"
    backups.write(backup, lambda _rows: None)
    found = [*links_in_files(folder, pair, without=of_the_database()), *links_in_the_index(pair)]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found += links_in_database_file(Path(connection.settings_dict["NAME"]), pair)
    return found


def of_the_database() -> set[Path]:
    """Return the database's own files, which are no lines of text and are looked at byte by byte."""
    name = str(connection.settings_dict["NAME"])
    return {Path(name + end) for end in ("", "-wal", "-shm")} if connection.vendor == "sqlite" else set()


def links_in_the_index(pair: Pair) -> list[str]:
    """Say which stored documents, or which words, the engine finds by a name of the reader."""
    import tantivy

    searcher = index_keeper().searcher()
    hits = searcher.search(tantivy.Query.all_query(), limit=1000).hits
    documents = [str(searcher.doc(address).to_dict()) for _score, address in hits]
    assert len(documents) >= 1
    return [text[:80] for text in documents if any(name in text.lower() for name in pair.reader)]


@pytest.fixture
def forgotten(story) -> Story:
    """The story, long over, and forgotten by the daily work."""
    lived(story)
    assert links_in_tables(story.pair)
    upkeep.keep_up_once(story.later)
    follow()
    return story


def data_folder() -> Path:
    return Path(settings.DATA)


def test_nothing_leads_from_the_reader_to_the_book_any_more(forgotten):
    pair = forgotten.pair
    assert links_in_tables(pair) == []
    assert everything_else(pair, data_folder()) == []
    assert list(checking.check().differences) == []
    assert readers.reader(forgotten.reader).full_name == NAME
    assert Loan.objects.filter(barcode__in=BOOKS).count() == 8


PLANTS: dict[str, Any] = {
    "a row that names both": lambda s: Matter.objects.create(
        message=Message.objects.create(
            id=new_id(), kind="overdue", reader=s.other, place="", channel="SLIP", language="vi", state="DONE",
            created_at=s.later(), not_before=s.later(),
        ),
        key="x", data={"who": NAME, "what": BOOKS[0]},
    ),
    "two rows with one key": lambda s: Matter.objects.create(
        message=Message.objects.create(
            id=new_id(), kind="overdue", reader=s.reader, place="", channel="SLIP", language="vi", state="DONE",
            created_at=s.later(), not_before=s.later(),
        ),
        key="x", subject=f"loan:{Loan.objects.filter(barcode=BOOKS[0]).first().op}",
    ),
    "a loan that still has its reader": lambda s: Loan.objects.filter(barcode=BOOKS[0]).update(reader=s.reader),
    "a private part": lambda s: PrivatePart.objects.filter(operation__kind="return").update(reader=s.reader)
    or PrivatePart.objects.filter(operation__kind="renew").update(data=f'{{"reader":"{s.reader}"}}'),
    "what was noted for the folds": lambda s: PrivatePart.objects.filter(operation__kind="lend").update(
        kept={"same": [str(s.reader)]}
    ),
    "a trace to the minute": lambda s: ReaderAccess.objects.create(
        staff=s.lan.staff, reader=s.reader, act="CARD", place="", at=sorted(s.pair.lent)[0] + timedelta(seconds=3)
    ),
    "a session of the desk": lambda s: _session(desks={"d1": str(s.reader)}, acts=[str(_op(BOOKS[0]))]),
}  # fmt: skip


def _op(barcode: str) -> UUID:
    return Operation.objects.filter(subject=f"copy:{barcode}", kind="lend").values_list("op", flat=True)[0]


def _session(**said: Any) -> None:
    session = SessionStore()
    session.update(said)
    session.save()


def test_whatever_is_planted_in_a_table_is_found(forgotten):
    found = {}
    for name, plant in PLANTS.items():
        with as_it_was():
            plant(forgotten)
            found[name] = bool(links_in_tables(forgotten.pair))
    assert found == dict.fromkeys(PLANTS, True)
    assert links_in_tables(forgotten.pair) == []


@contextmanager
def as_it_was() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("where", ["server.log", "imports/bao-cao.jsonl", "files/x.txt", "index/extra", "note.gsb"])
def test_whatever_is_planted_in_a_file_is_found(forgotten, where):
    file = data_folder() / where
    file.parent.mkdir(parents=True, exist_ok=True)
    if where == "note.gsb":
        Matter.objects.create(message=_any_message(forgotten), key="x", data={"who": NAME, "what": TITLE})
        backups.write(file, lambda _rows: None)
        assert links_in_archive(file, forgotten.pair)
    else:
        with file.open("a", encoding="utf-8") as out:
            out.write(f"lent {BOOKS[1]} to {str(forgotten.reader).upper()}\n")
    try:
        assert links_in_files(data_folder(), forgotten.pair, without=of_the_database())
    finally:
        file.unlink()


def _any_message(story: Story) -> Message:
    return Message.objects.create(
        id=new_id(), kind="overdue", reader=None, place="", channel="SLIP", language="vi", state="DONE",
        created_at=story.later(), not_before=story.later(),
    )  # fmt: skip


def test_the_databases_own_file_shows_what_is_not_yet_forgotten(story):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its files elsewhere, and empties dead rows by itself (docs/admin/operate.md)")
    pair = lived(story).pair
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert links_in_database_file(Path(connection.settings_dict["NAME"]), pair)


# What forgetting leaves as it is -----------------------------------------------------------------------------


def state(story: Story) -> dict[str, Any]:
    """Everything that folds, counts and feeds rest on, but for the count of borrowers that forgetting appends."""
    rows_of_folds = [line for fold in kinds.folds() for line in fold.rows() if "|BORROWERS|" not in line]
    log = Operation.objects.exclude(kind="borrowers_tally")
    today = local_date(story.later())
    months = [today.replace(day=1) - timedelta(days=n * 28) for n in range(5)]
    return {
        "rows": sorted(rows_of_folds),
        "log": sorted(map(str, log.values_list("op", "hash", "body", "eff_at", "outcome__code"))),
        "cases": sorted(map(str, Case.objects.values_list("id", "kind", "place", "status", "operations"))),
        "activity": circulation.activity_by_month(builders.COBA, months[-1], today),
        "borrowers": circulation.borrowers_by_month(builders.COBA, [month.replace(day=1) for month in months]),
        "differences": checking.check().differences,
        "pages": [figures(browser(builders.dung()), path) for path in ("/hq/", "/hq/coverage/")],
    }


def figures(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode().partition("<main")[2])


def test_forgetting_changes_no_state_no_figure_no_hash_and_sends_nothing_to_desks(story):
    lived(story)
    desk = fetched(FeedDesk(clock=story.later))
    before, known = state(story), dict(desk.rows)
    assert desk.fingerprint == desk.own_fingerprint
    done = upkeep.forget(clock=story.later)
    assert (done.loans, Loan.objects.filter(reader=story.reader).count()) == (8, 0)
    assert state(story) == before
    # Desks hear of one thing: a case about the reader's lendings names a pseudonym there, too.
    fetched(desk)
    changed = {key for key in known.keys() | desk.rows.keys() if known.get(key) != desk.rows.get(key)}
    assert {type_ for type_, _id in changed} <= {"case"}
    for key in changed:
        assert str(story.reader) in known[key]["subject"]
        assert str(story.reader) not in desk.rows[key]["subject"]
        assert {**known[key], "subject": ""} == {**desk.rows[key], "subject": ""}
    assert desk.fingerprint == desk.own_fingerprint


# Traces of who looked --------------------------------------------------------------------------------------


def test_traces_stay_by_month_and_in_no_order(story):
    """In the order in which they were left, they could be laid beside the lendings of the month one by one."""
    assert EXACT_DAYS == DISPUTE_DAYS
    now = system_clock()
    month = now.replace(day=15, hour=2) - timedelta(days=90)
    left = [(month + timedelta(hours=n), new_id()) for n in range(40)]
    for at, reader in left:
        note_access(staff_id=story.lan.staff.pk, act="CARD", at=at, reader=reader)
    note_access(staff_id=story.lan.staff.pk, act="CARD", at=now, reader=story.reader)
    note_access(staff_id=story.lan.staff.pk, act="SEARCH", at=month, found=3)
    first = (left[20][0] + timedelta(days=EXACT_DAYS)).replace(microsecond=0)
    assert blur_accesses(clock=lambda: first) == 20
    assert blur_accesses(clock=system_clock) == 20
    assert blur_accesses(clock=system_clock) == 0
    kept = list(ReaderAccess.objects.filter(reader__in=[r for _at, r in left]).order_by("pk"))
    assert {row.at for row in kept} == {kept[0].at}
    assert (kept[0].at.astimezone(LOCAL).day, kept[0].is_of_month) == (1, True)
    assert sorted(row.reader for row in kept) == sorted(reader for _at, reader in left)
    assert [row.reader for row in kept] != [reader for _at, reader in left]
    assert ReaderAccess.objects.get(reader=story.reader).at == now
    assert ReaderAccess.objects.get(act="SEARCH").at == month
    assert readers.accesses_of(left[3][1]) == [("Hoàng Thị Lan", "CARD", kept[0].at, True)]


# Ids of what an older system knew ----------------------------------------------------------------------------


def test_the_id_of_an_imported_lending_says_nothing_of_its_reader(story):
    """Made of the reader's id, it could be made again of each reader there is, and compared."""
    brought_from_an_older_system(story)
    first = _op(BOOKS[6])
    other = lent_there(story.other)
    for brought in actions.import_loans(
        [other], source="koha", place=builders.COBA, by=story.hoa.source, clock=system_clock
    ):
        assert brought.counts["looked_at"] == 1  # the same day, another reader: two lendings of one copy
    assert Operation.objects.filter(subject=f"copy:{BOOKS[6]}", kind="lend").count() == 2
    upkeep.forget(clock=story.later)
    assert first in Operation.objects.values_list("op", flat=True)


def test_a_joining_cannot_be_guessed_from_its_id(story, settings):
    sheet = [Row(2, {"name": "Lò Văn Péng", "card": "T-7", "id": "7"})]

    def bring() -> set[UUID]:
        for _brought in import_readers(
            sheet, source="koha", columns=known_columns(), place=builders.COBA, by=story.hoa.source, clock=system_clock
        ):
            pass
        return set(Operation.objects.filter(body__contains="import:koha").values_list("op", flat=True))

    once = bring()
    assert bring() == once
    settings.SECRET_KEY = "another installation"
    assert len(bring()) == 2


def test_every_table_of_the_schema_is_read(story):
    lived(story)
    filled = {model._meta.db_table for model in apps.get_models() if model._default_manager.exists()}
    assert filled <= {row.where.split(" ")[0] for row in rows()}
    assert {"circulation_loan", "journal_privatepart", "django_session", "reader_messages_matter"} <= filled
