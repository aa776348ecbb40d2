"""The pages of late books and of messages: what they show, to whom, and what comes of each button."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from guisach.domain.circulation import actions
from guisach.domain.circulation.models import Loan
from guisach.domain.messages import kinds
from guisach.domain.messages.kinds import Manners, NotSent
from guisach.domain.messages.models import Message
from guisach.domain.readers.models import ReaderAccess
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.ids import new_id
from tests import builders, builders_messages
from tests.builders_messages import chooses
from tests.web.work.test_queries import QUERIES_MAX, cost

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "0912345678"


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


@pytest.fixture
def an(lan):
    return builders.reader(lan, builders.Clock(), builders.applicant(phone=PHONE))


@pytest.fixture
def client(lan):
    client = Client(HTTP_ACCEPT_LANGUAGE="vi")
    client.force_login(lan.staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def minh(lan):
    client = Client(HTTP_ACCEPT_LANGUAGE="vi")
    client.force_login(builders.minh().staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def late(by, reader, barcode="CB000001", *, days=20, title="Dế Mèn phiêu lưu ký"):
    """Lend a book that has been late for some days by the machine's clock."""
    builders.copy(barcode, of=builders.record(title))
    loan = actions.lend(
        op_id=new_id(), by=by.source, place=builders.COBA, barcode=barcode, reader=reader, clock=builders.Clock()
    ).loan
    Loan.objects.filter(pk=loan.op).update(due_on=local_date(system_clock()) - timedelta(days=days))
    return loan


def acts(client, reader, act, **more):
    data = {"op": str(new_id()), "reader": str(reader), "place": builders.COBA, "act": act, **more}
    return client.post(reverse("work:overdue_act"), data)


def test_the_page_says_who_has_what_for_how_long_and_leaves_a_trace(lan, an, client):
    late(lan, an)
    text = client.get(reverse("work:overdue")).content.decode()
    assert "Vàng Thị An" in text
    assert "Dế Mèn phiêu lưu ký" in text
    assert "quá hẹn 20 ngày" in text
    assert PHONE not in text
    assert ReaderAccess.objects.filter(act="OVERDUE", staff=lan.staff).exists()


def test_a_telephone_number_is_shown_when_asked_for_and_that_leaves_a_trace(lan, an, client):
    late(lan, an)
    assert PHONE in acts(client, an, "phone").content.decode()
    assert ReaderAccess.objects.filter(act="PHONE", reader=an, staff=lan.staff).count() == 1
    assert PHONE not in client.get(reverse("work:overdue")).content.decode()


def test_nobody_reads_the_telephone_of_somebody_without_a_late_book_here(lan, an, client, minh):
    assert acts(client, an, "phone").status_code == 404
    late(lan, an)
    assert acts(minh, an, "phone").status_code == 404
    assert acts(minh, an, "phone", place=builders.DAMTHUY).status_code == 404
    assert not ReaderAccess.objects.filter(act="PHONE").exists()


def test_a_keeper_elsewhere_sees_nothing_of_it(lan, an, minh):
    late(lan, an)
    actions.plan_notices(clock=system_clock)
    for name in ("work:overdue", "work:messages"):
        assert "Vàng Thị An" not in minh.get(reverse(name)).content.decode()
    assert minh.get(reverse("work:overdue"), {"at": builders.COBA}).status_code == 404
    assert minh.get(reverse("work:handing", args=["slips"]), {"place": builders.COBA}).status_code == 404


def test_a_talk_is_noted_once_and_shown(lan, an, client):
    late(lan, an)
    actions.plan_notices(clock=system_clock)
    op = str(new_id())
    for _ in range(2):
        assert acts(client, an, "talked", op=op).status_code == 302
    assert Message.objects.filter(state="TALKED").count() == 1
    assert "đã nói chuyện ngày" in client.get(reverse("work:overdue")).content.decode()


def test_a_slip_goes_on_the_pile_is_printed_and_noted(lan, an, client):
    late(lan, an, days=120)
    acts(client, an, "slip")
    address = reverse("work:handing", args=["slips"])
    page = client.get(address, {"place": builders.COBA})
    assert "Dế Mèn phiêu lưu ký" in page.content.decode()
    paper = client.get(address, {"place": builders.COBA, "form": "pdf"})
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    message = Message.objects.get()
    client.post(address, {"place": builders.COBA, "message": [str(message.pk)]})
    message.refresh_from_db()
    assert (message.state, message.by) == ("PRINTED", lan.staff)
    assert "đã in phiếu ngày" in client.get(reverse("work:overdue")).content.decode()
    assert client.get(address, {"place": builders.COBA, "form": "pdf"}).status_code == 404


def test_only_who_agreed_is_read_out(lan, an, client):
    other = builders.reader(lan, builders.Clock(), builders.applicant("Nông Văn Sinh"))
    chooses(an, "ALOUD")
    late(lan, an)
    late(lan, other, "CB000002", title="Đất rừng phương Nam")
    actions.plan_notices(clock=system_clock)
    page = client.get(reverse("work:handing", args=["aloud"]), {"place": builders.COBA}).content.decode()
    assert "Vàng Thị An: Dế Mèn phiêu lưu ký" in page
    assert "Nông Văn Sinh" not in page
    message = Message.objects.get(channel="ALOUD")
    client.post(reverse("work:handing", args=["aloud"]), {"place": builders.COBA, "message": [str(message.pk)]})
    message.refresh_from_db()
    assert message.state == "READ_ALOUD"


class TestWhatFailed:
    @pytest.fixture
    def failed(self, lan, an):
        chooses(an, "SMS")
        post, before = builders_messages.Post(), kinds.senders()
        kinds.send_with({"SMS": post.sms}, Manners(time(), time()))
        late(lan, an)
        actions.plan_notices(clock=system_clock)
        post.sms.failures.append(NotSent("address", is_final=True))
        post.work(system_clock)
        yield Message.objects.get(state="FAILED")
        kinds.send_with(before)

    def test_it_says_why_in_words_and_offers_what_to_do(self, client, failed):
        text = client.get(reverse("work:messages")).content.decode()
        assert "Số hoặc địa chỉ không có thật" in text
        assert "Gửi lại" in text

    @pytest.mark.parametrize(("act", "state"), [("again", "QUEUED"), ("print", "QUEUED"), ("cancel", "CANCELLED")])
    def test_each_button_does_what_it_says(self, client, failed, act, state):
        client.post(reverse("work:messages_act"), {"message": [str(failed.pk)], "act": act})
        failed.refresh_from_db()
        assert failed.state == state
        assert failed.channel == ("SLIP" if act == "print" else "SMS")

    def test_a_keeper_elsewhere_cannot_touch_it(self, minh, failed):
        answer = minh.post(reverse("work:messages_act"), {"message": [str(failed.pk)], "act": "cancel"})
        assert answer.status_code == 404
        failed.refresh_from_db()
        assert failed.state == "FAILED"


@pytest.mark.slow
def test_no_page_asks_more_the_more_there_is(lan, client):
    def questions(count):
        for n in range(count):
            serial = Loan.objects.count()
            who = builders.reader(lan, builders.Clock(), builders.applicant(f"Bạn đọc {serial}"))
            late(lan, who, f"CB{serial:06d}", days=n + 2)
        actions.plan_notices(clock=system_clock)
        addresses = (
            reverse("work:overdue"),
            reverse("work:messages") + "?group=waiting",
            reverse("work:handing", args=["slips"]) + f"?place={builders.COBA}",
        )
        return {address: len(cost(client, address)) for address in addresses}

    client.get(reverse("work:overdue"))
    few, many = questions(2), questions(9)
    assert few == many
    assert max(many.values()) <= QUERIES_MAX, many


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"op": "x"}, 400),
        ({"op": str(new_id()), "reader": "x"}, 400),
        ({"op": str(new_id()), "reader": str(new_id())}, 404),
    ],
)
def test_a_form_that_nobody_made_is_refused(client, data, status):
    assert client.post(reverse("work:overdue_act"), data).status_code == status
    assert client.post(reverse("work:messages_act"), {"message": "x", "act": "cancel"}).status_code == 400
    assert client.get(reverse("work:handing", args=["drums"])).status_code == 404
    assert client.get(reverse("work:messages"), {"group": "drums"}).status_code == 404
    assert client.get(reverse("work:messages"), {"offset": "9" * 40}).status_code == 200
