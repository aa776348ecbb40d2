"""The people and the things with which test_urls.py asks every route."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.worlds import standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client
    from pytest_django.plugin import DjangoDbBlocker


@dataclass
class Asked:
    """Who asks, and what is asked about."""

    people: dict[str, tuple[str, str]]
    """For each role of tests/web/roles.py but the stranger: the session and a token of somebody."""
    arguments: dict[str, Any]

    def sign_in(self, client: Client, role: str) -> None:
        if role != "anonymous":
            session, token = self.people[role]
            client.cookies["sessionid"] = session
            client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"


@pytest.fixture(scope="module")
def standing_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Asked]:
    with standing(django_db_blocker, lambda: Asked(_people(), _url_arguments())) as made:
        yield made


@pytest.fixture
def sign_in(standing_world: Asked, db: None) -> Callable[[Client, str], None]:
    """Give `sign_in(client, role)` for a role of tests/web/roles.py: with a session, and a token for the API."""
    return standing_world.sign_in


@pytest.fixture
def url_arguments(standing_world: Asked, db: None) -> dict[str, Any]:
    """Give the values of arguments in addresses: by the name of the argument, or for one route by its name.

    Whatever they name belongs to Cô Ba, the keeper's commune:
    `{"barcode": "CB000001", "work:place": {"code": "CB-COBA"}}`.
    """
    return standing_world.arguments


def _people() -> dict[str, tuple[str, str]]:
    from django.test import Client

    from guisach.domain.journal import actions as journal
    from guisach.domain.network.models import Role
    from guisach.kernel.clock import system_clock
    from tests import builders

    builders.province()

    people = {
        "keeper": builders.lan,
        "librarian_elsewhere": lambda: builders.person("tuan", "Nông Anh Tuấn", Role.LIBRARIAN, place=builders.DAMTHUY),
        "cataloguer": builders.thao,
        "programme_officer": builders.dung,
        "inspector": builders.van,
        "administrator": builders.kien,
    }
    at = system_clock()
    signed_in = {}
    for role, make in people.items():
        staff, client = make().staff, Client()
        client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        token = journal.issue_token(staff=staff, label="", at=at, valid_for=timedelta(days=1))
        signed_in[role] = client.cookies["sessionid"].value, token
    return signed_in


def particulars(record: int, by: Any, clock: Any) -> dict[str, Any]:
    """Make what only some records have, and a list of Lan's."""
    from PIL import Image

    from guisach.domain.catalogue.actions.covers import set_cover
    from guisach.domain.catalogue.models import BookList, Subscription
    from guisach.domain.catalogue.queries.covers import covers_of
    from tests import builders

    paper = Subscription.objects.create(
        record_id=record, place_id=builders.COBA, frequency="DAILY", active_from=builders.START.date()
    )
    books = BookList.objects.create(
        name="Mùa đông", by=by, is_public=True, created_at=builders.START, updated_at=builders.START
    )
    picture = io.BytesIO()
    Image.new("RGB", (80, 120)).save(picture, "PNG")
    set_cover(record=record, picture=picture.getvalue(), by=None, clock=clock)
    print_ = covers_of([record])[record].print
    return {"subscription": paper.pk, "list_id": books.pk, "print_": print_, "size": "120"}


def _asked_for(lan: Any, reader: Any, record: int) -> Any:
    """Let a reader of Cô Ba ask for a book."""
    from guisach.domain.circulation import actions
    from guisach.kernel.ids import new_id
    from tests import builders

    here = {"place": builders.COBA, "pickup": builders.COBA, "clock": builders.Clock()}
    return actions.ask_for(op_id=new_id(), by=lan.source, reader=reader, record=record, **here).request.op


def _url_arguments() -> dict[str, Any]:
    from guisach.domain.journal.models import Case
    from guisach.domain.readers import queries as readers
    from tests import builders, builders_headings

    builders.province()
    lan, clock = builders.lan(), builders.Clock()
    record = builders.record()
    copy = builders.copy(of=record)
    reader = builders.an(lan, clock)
    card = readers.reader(reader).card_no
    case = Case.objects.create(
        id="c" * 32,
        kind="lent_twice",
        subject=f"copy:{copy.barcode}",
        place=builders.COBA,
        happened_at=builders.START,
        opens_at=builders.START,
    )
    return {
        **particulars(record.pk, lan.staff, clock),
        **_brought_in(),
        "authority": builders_headings.authority("Tô Hoài"),
        "shelf": "authors",
        "portal:class": {"number": "8"},
        "version": 1,
        "closure": 1,
        "barcode": copy.barcode,
        "record": record.pk,
        **_registers(),
        "batch": _set(lan, clock),
        "record_id": record.pk,
        "api:cancel_request": {"op": _asked_for(lan, reader, record.pk)},
        "reader": reader,
        "card": card,
        "place": builders.COBA,
        "code": builders.COBA,
        "work:paper_sheet": {"code": "203N-940H"},
        "case": case.pk,
        "case_id": case.pk,
        **_late(reader),
        "way": "slips",
        "sha256": "0" * 64,
        "measure": "visits",
        "page": 0,
        "commune": "01324",
        "username": "lan",
        "target": _target(),
        "stocktake": _stocktake(),
        "device": _desk(),
        **_money(lan, reader, clock),
        "bag_id": _bag(lan, reader, clock),
        "event": _event(lan),
    }


def _late(reader: Any) -> dict[str, Any]:
    """Make a book that the reader has had for years, and a slip about it that waits to be printed."""
    from guisach.domain.circulation.models import Loan
    from guisach.domain.messages.models import Matter, Message
    from guisach.kernel.ids import new_id
    from tests import builders

    loan = Loan.objects.create(
        op=new_id(), barcode="CB000099", reader=reader, place=builders.COBA, lent_at=builders.START,
        due_on=date(2020, 1, 31),
    )  # fmt: skip
    message = Message.objects.create(
        id=new_id(), kind="overdue", reader=reader, place=builders.COBA, channel="SLIP", language="vi", state="QUEUED",
        created_at=builders.START, not_before=builders.START,
    )  # fmt: skip
    Matter.objects.create(message=message, key="notice", subject=f"loan:{loan.op}")
    return {"late": {"op": new_id(), "reader": reader, "place": builders.COBA}, "message": message.pk}


def _desk() -> Any:
    """Enrol an offline desk of Cô Ba."""
    from uuid import UUID

    from tests import builders
    from tests.desks import TestDesk, connect, enrolment_code

    desk = TestDesk(connect())
    desk.enrol(enrolment_code(builders.COBA, builders.hoa().staff))
    return UUID(desk.device)


def _stocktake() -> Any:
    """Make a count that has begun and in which nobody has scanned."""
    from guisach.domain.circulation.models import Stocktake
    from guisach.kernel.ids import new_id
    from tests import builders

    return Stocktake.objects.create(pk=new_id(), place=builders.COBA, begun_at=builders.START, begun_by="lan").pk


def _bag(by: Any, reader: Any, clock: Any) -> Any:
    """Let a reader of Cô Ba wish a bag of books."""
    from guisach.domain.circulation.actions.bags import wish_bag
    from guisach.domain.circulation.rules.bags import Bag
    from guisach.kernel.ids import new_id
    from tests import builders

    here = {"place": builders.COBA, "pickup": builders.COBA, "clock": clock}
    return wish_bag(op_id=new_id(), by=by.source, reader=reader, wish=Bag("ADULT", 2), **here)


def _event(by: Any) -> Any:
    """Plan an event at Cô Ba for the day of the test."""
    from guisach.domain.activities.actions import plan_event
    from guisach.kernel.clock import local_date, system_clock
    from guisach.kernel.ids import new_id
    from tests import builders

    made = {"event": new_id(), "name": "Giờ kể chuyện", "on": local_date(system_clock())}
    plan_event(op_id=new_id(), by=by.source, place=builders.COBA, clock=system_clock, **made)
    return made["event"]


def _money(by: Any, reader: Any, clock: Any) -> dict[str, Any]:
    """Let the province take money, a reader of Cô Ba leave a deposit, and a book be lost."""
    from guisach.domain.circulation import actions
    from guisach.domain.circulation.actions.payments import take_deposit
    from guisach.kernel.ids import new_id
    from tests import builders
    from tests.builders_money import money

    money(clock)
    here = {"by": by.source, "place": builders.COBA, "clock": clock}
    taken = take_deposit(op_id=new_id(), reader=reader, amount=20_000, **here)
    builders.copy("CB000097", of=builders.record("Toán 5"))
    actions.lose(op_id=new_id(), barcode="CB000097", **here)
    return {"payment": taken.op, "work:compensation": {"barcode": "CB000097"}}


def _set(by: Any, clock: Any) -> Any:
    """Lend a set of one book to a class."""
    from guisach.domain.circulation.actions.sets import lend_set
    from guisach.kernel.ids import new_id
    from tests import builders

    builders.copy("CB000098", of=builders.record("Toán 4"))
    whom, batch = builders.school_class(by, clock), new_id()
    lend_set(batch=batch, by=by.source, place=builders.COBA, barcodes=["CB000098"], reader=whom, clock=clock)
    return batch


def _registers() -> dict[str, Any]:
    """Make an entry of each part of a register."""
    from guisach.domain.catalogue.models import Receipt, Withdrawal
    from tests import builders

    receipt = Receipt.objects.create(place_id=builders.COBA, number=1, entered_on=builders.START.date(), kind="GIFT")
    withdrawal = Withdrawal.objects.create(place_id=builders.COBA, reason="LOST", begun_at=builders.START)
    return {"receipt": receipt.pk, "withdrawal": withdrawal.pk}


def _brought_in() -> dict[str, Any]:
    """Make an import that is over and has left no report."""
    from guisach.domain.catalogue.models import Import
    from tests import builders

    number = Import.objects.create(file="cu.mrc", status="DONE", started_at=builders.START).pk
    return {"number": number, "waiting": 0, "name": "report.jsonl"}


def _target() -> int:
    """Write a catalogue down that nobody can reach."""
    from guisach.domain.catalogue.models import SearchTarget

    return SearchTarget.objects.create(name="Thư viện bạn", url="http://127.0.0.1:9/sru").pk
