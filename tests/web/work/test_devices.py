"""The pages of devices: enrol, list, look, revoke, decide, bring a file; each refused where it must be."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guisach.domain.journal.models import Device, Operation
from guisach.domain.network.models import Role
from guisach.domain.sync.models import Desk, EnrolmentCode
from guisach.kernel.clock import system_clock
from tests import builders
from tests.desks import TestDesk, connect, enrolled, export_file
from tests.web.work.conftest import worker


@pytest.fixture
def desk(world):
    return enrolled(connect(), builders.COBA, world.hoa.staff, "lan", builders.PASSWORD)


@pytest.fixture
def hoa(world):
    return worker(world.hoa)


@pytest.fixture
def lan(world):
    return worker(world.lan)


@pytest.fixture
def minh(world):
    return worker(world.minh)


def test_a_code_from_the_page_enrols_a_device_and_is_shown_once(world, hoa):
    answer = hoa.act("/work/devices/new/", place=builders.COBA, how="here")
    text = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    code = re.search(r'device-letters">([^<]+)<', text)[1]
    assert "<svg" in text and "Thư viện xã Cô Ba" in text
    desk = TestDesk(connect())
    assert desk.enrol(code).status == 201
    assert desk.place == builders.COBA
    assert code.replace(" ", "") not in hoa.text("/work/devices/")


def test_a_printed_code_serves_for_seven_days(world, hoa):
    assert "tear it up" in hoa.act("/work/devices/new/", place=builders.COBA, how="printed").content.decode()
    left = EnrolmentCode.objects.get().expires_at - system_clock()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


def test_the_guide_is_printed_for_a_place_of_ones_own(world, lan, minh):
    answer = lan.get("/work/devices/guide/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF") and "quay-khi-mat-mang-CB-COBA.pdf" in answer["Content-Disposition"]
    assert "/work/devices/guide/" in lan.text("/work/devices/")
    assert minh.get(f"/work/devices/guide/?place={builders.COBA}").status_code == 404


def test_keepers_see_their_own_devices_and_enrol_none(desk, lan, minh):
    assert "Android 14" in lan.text("/work/devices/")
    assert "Android 14" not in minh.text("/work/devices/")
    assert minh.get(f"/work/devices/{desk.device}/").status_code == 404
    assert lan.get("/work/devices/new/").status_code == 403
    assert lan.act(f"/work/devices/{desk.device}/revoke/", reason="mất").status_code == 403
    assert Device.objects.get(pk=desk.device).revoked_at is None


def test_a_librarian_elsewhere_enrols_for_their_own_place_only(world):
    tuan = worker(builders.person("tuan", "Nông Anh Tuấn", Role.LIBRARIAN, place=builders.DAMTHUY))
    assert tuan.act("/work/devices/new/", place=builders.COBA, how="here").status_code == 404
    assert "Đàm Thủy" in tuan.act("/work/devices/new/", place=builders.DAMTHUY, how="here").content.decode()


def test_the_list_says_what_is_not_here_yet_and_how_old_it_is(desk, lan):
    for _ in range(3):
        desk.make("sighting", copy="CB000001")
    desk.hello(oldest=(system_clock() - timedelta(days=3)).isoformat())
    desk.bring([desk.made[3]])
    text = lan.text("/work/devices/")
    assert "at most 2 acts" in text
    assert "the oldest: 3 days" in text
    text = lan.text(f"/work/devices/{desk.device}/")
    assert "1/1–2" in text
    assert "Hoàng Thị Lan" in text


def test_the_list_asks_no_more_for_many_devices(desk, lan, django_assert_max_num_queries):
    lan.text("/work/devices/")
    with django_assert_max_num_queries(12):
        lan.text("/work/devices/")
    one = Desk.objects.get()
    for _ in range(60):
        device = Device.objects.create(id=builders.new_id(), kind="DESK", label="thêm", created_at=one.enrolled_at)
        Desk.objects.create(
            device=device, place_id=one.place_id, key=one.key, version=1, enrolled_at=one.enrolled_at,
            enrolled_by_id=one.enrolled_by_id, expires_at=one.expires_at, contact_at=one.contact_at,
        )  # fmt: skip
    with django_assert_max_num_queries(12):
        text = lan.text("/work/devices/")
    assert text.count("<tr>") == 51
    assert "thêm" in lan.text("/work/devices/", page="2")
    with django_assert_max_num_queries(12):
        lan.text(f"/work/devices/{desk.device}/")


def test_revoking_wants_a_reason_and_what_waits_is_decided_at_once(desk, hoa, lan):
    path = f"/work/devices/{desk.device}/"
    assert "Please write why" in hoa.act(f"{path}revoke/", reason=" ").content.decode()
    assert hoa.act(f"{path}revoke/", reason="mất trên xe").status_code == 302
    for _ in range(3):
        desk.make("sighting", copy="CB000001")
    desk.sync()
    assert "3 acts to be looked at" in lan.text(path)
    assert "A librarian decides" in lan.text(path)
    assert lan.act(f"{path}decide/", decision="APPLY", reason="đúng").status_code == 403
    assert hoa.act(f"{path}decide/", decision="APPLY", reason="").status_code == 422
    assert hoa.act(f"{path}decide/", decision="APPLY", reason="chị Lan xác nhận").status_code == 302
    assert set(Operation.objects.filter(dev=desk.device).values_list("outcome__code", flat=True)) == {"SEEN"}
    assert "to be looked at" not in lan.text(path)


def test_a_case_of_a_revoked_device_is_decided_in_three_steps(desk, hoa):
    hoa.act(f"/work/devices/{desk.device}/revoke/", reason="mất")
    desk.make("sighting", copy="CB000001")
    desk.sync()
    page = hoa.text("/work/cases/", kind="revoked_device")
    case = re.search(r"/work/cases/([0-9a-f]{32})/", page)[0]  # 1: open it
    text = hoa.text(case)
    assert f"/work/devices/{desk.device}/" in text
    hoa.act(case, decision="LEAVE", reason="không ai làm")  # 2 and 3: choose, and say why
    assert Operation.objects.get(dev=desk.device).outcome.code == "LEFT_OUT"


def upload(by, data, name="guisach-desk.json.gz"):
    return by.post("/work/devices/import/", {"file": SimpleUploadedFile(name, data)})


def test_a_file_is_brought_in_and_the_page_says_what_came_of_it(desk, lan):
    for _ in range(3):
        desk.make("sighting", copy="CB000001")
    text = upload(lan, desk.export()).content.decode()
    assert re.search(r"New</dt><dd><strong>3<", text)
    text = upload(lan, desk.export()).content.decode()
    assert re.search(r"Here already</dt><dd>3<", text)
    stranger = TestDesk(connect(), actor="lan", place=builders.COBA)
    text = upload(lan, export_file(stranger.device, [7, stranger.make("sighting", copy="CB000001")])).content.decode()
    assert "not enrolled here" in text
    assert "not_an_object" in text


def test_what_is_no_export_is_refused_in_words(desk, lan):
    answer = upload(lan, b"PK\x03\x04")
    assert answer.status_code == 422
    assert "no whole export" in answer.content.decode()
    assert lan.post("/work/devices/import/", {}).status_code == 422
    assert upload(lan, b"0" * (17 << 20)).status_code == 413
    assert not Operation.objects.filter(dev=UUID(desk.device)).exists()
