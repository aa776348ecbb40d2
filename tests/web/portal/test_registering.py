"""Becoming a reader from home: a note for the place, a code for the person, nothing else until they have met."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guisach.domain.journal.models import Operation
from guisach.domain.readers import actions
from guisach.domain.readers import queries as readers
from guisach.domain.readers.models import Reader, ReaderAccess, Registration
from guisach.domain.readers.rules.waits import OF_REGISTRATIONS
from guisach.kernel.clock import system_clock
from tests import builders
from tests.builders import COBA, DAMTHUY
from tests.web.work.conftest import Worker, worker

pytestmark = pytest.mark.django_db

SAID = {
    "place": COBA, "name": "Nông Thị Hoa", "birth_on": "2/4/1988", "group": "FARMER", "phone": "0912345678",
    "address": "xóm Nà Nòng", "has_consent": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _province():
    builders.province()


@pytest.fixture
def lan() -> Worker:
    return worker(builders.lan())


@pytest.fixture
def minh() -> Worker:
    return worker(builders.minh())


def registered(client, **changes) -> Registration:
    answer = client.post("/register/", {**SAID, **changes})
    assert answer.status_code == 302, answer.content.decode()
    code = answer["Location"].rpartition("=")[2]
    return Registration.objects.get(pk=code)


def test_a_code_is_given_and_nobody_is_a_reader_yet(client):
    row = registered(client)
    assert (row.place, row.said["name"], row.said["birth_on"]) == (COBA, "Nông Thị Hoa", "1988-04-02")
    page = client.get(f"/register/done/?code={row.code}")
    assert row.code in page.content.decode()
    assert "Nông Thị Hoa" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert Reader.objects.count() == Operation.objects.count() == 0


def test_at_the_desk_the_card_is_made_from_it_and_what_was_said_is_deleted(client, lan):
    row = registered(client)
    assert row.code in lan.text("/work/readers/registrations/")
    answer = lan.post("/work/readers/registrations/", {"code": row.code.lower()})
    assert answer["Location"] == f"/work/readers/join/?registration={row.code}"
    form = lan.text(answer["Location"])
    assert "Nông Thị Hoa" in form
    said = {name: SAID[name] for name in ("name", "birth_on", "group", "phone", "address", "has_consent")}
    lan.act("/work/readers/join/", registration=row.code, **said)
    reader = Reader.objects.get()
    assert (reader.full_name, reader.place, reader.phone) == ("Nông Thị Hoa", COBA, "0912345678")
    assert not Registration.objects.exists()


def test_a_card_that_could_not_be_made_leaves_the_registration(client, lan):
    row = registered(client)
    answer = lan.act("/work/readers/join/", registration=row.code, name="", group="FARMER")
    assert answer.status_code == 422
    assert row.code in answer.content.decode()
    assert Registration.objects.get() == row


def test_a_place_declines(client, lan):
    row = registered(client)
    lan.post("/work/readers/registrations/", {"code": row.code, "decline": "1"})
    assert not Registration.objects.exists()


def test_another_place_sees_nothing_of_it_and_can_do_nothing_with_it(client, minh):
    row = registered(client)
    assert "Nông Thị Hoa" not in minh.text("/work/readers/registrations/")
    for data in ({"code": row.code}, {"code": row.code, "decline": "1"}, {"code": "ZZZZZ"}):
        assert minh.post("/work/readers/registrations/", data)["Location"] == "/work/readers/registrations/"
    assert "Nông Thị Hoa" not in minh.text(f"/work/readers/join/?registration={row.code}")
    assert Registration.objects.get() == row


def test_who_looks_at_the_list_leaves_a_trace(client, lan):
    registered(client)
    lan.text("/work/readers/registrations/")
    assert ReaderAccess.objects.filter(act="SEARCH", found=1).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"group": "WIZARD"}, "group"),
        ({"birth_on": "31/02/2000"}, "birth_on"),
        ({"has_consent": ""}, "has_consent"),
        ({"birth_on": "1/1/2018"}, "guardian"),
        ({"birth_on": "1/1/2018", "guardian": "Nông Văn Tài"}, "has_assent"),
        ({"place": "CB-NOWHERE"}, "place"),
    ],
)
def test_what_the_desk_would_ask_is_asked_here_and_nothing_typed_is_lost(client, changes, field):
    answer = client.post("/register/", {**SAID, **changes})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "xóm Nà Nòng" in answer.content.decode()
    assert not Registration.objects.exists()


def test_one_address_registers_a_class_and_no_village(client):
    for n in range(OF_REGISTRATIONS.free + 1):
        registered(client, name=f"Học Sinh {n}")
    assert client.post("/register/", SAID).status_code == 429
    assert Registration.objects.count() == OF_REGISTRATIONS.free + 1


def test_a_place_is_not_flooded_from_many_addresses(client, monkeypatch):
    from guisach.domain.readers.actions import registering

    monkeypatch.setattr(registering, "WAITING_MAX", 2)
    registered(client, name="Một Một"), registered(client, name="Hai Hai")
    assert client.post("/register/", SAID).status_code == 429
    registered(client, place=DAMTHUY)


def test_for_whom_nobody_came_what_was_said_is_deleted(client):
    row = registered(client)
    assert actions.forget_registrations(clock=system_clock) == 0
    later = system_clock() + timedelta(days=31)
    assert readers.registration(row.code, at=later) is None
    assert actions.forget_registrations(clock=lambda: later) == 1
    assert not Registration.objects.exists()


@pytest.mark.parametrize("code", ["", "ZZZZZ", "<b>", "x" * 500])
def test_a_code_that_nobody_has_is_told_kindly(client, code):
    assert client.get("/register/done/", {"code": code}).status_code == 200
