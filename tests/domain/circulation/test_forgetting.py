"""Who read what is forgotten after the loan and the days in which it can be disputed; nothing else changes."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection

from guisach.domain.circulation import actions, queries
from guisach.domain.circulation.models import Loan, Request, Tally
from guisach.domain.circulation.rules.forgetting import DISPUTE_DAYS
from guisach.domain.journal import actions as journal
from guisach.domain.journal.models import Case, CaseStatus, Operation, PrivatePart
from guisach.domain.journal.queries.checking import differences, log_digest
from guisach.domain.readers import queries as readers
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db


LOAN = ("op", "barcode", "place", "lent_at", "due_on", "renewals", "closed_at", "ended")


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    return builders.lan()


@pytest.fixture
def an(lan, clock):
    return builders.an(lan, clock)


def lend(by, clock, reader, barcode="CB000001", **more):
    return actions.lend(
        op_id=new_id(), by=by.source, place=builders.COBA, barcode=barcode, reader=reader, clock=clock, **more
    ).loan


def take_back(by, clock, barcode="CB000001"):
    return actions.take_back(op_id=new_id(), by=by.source, place=builders.COBA, barcode=barcode, clock=clock)


def fact(clock, lan, kind, **body):
    operation = {"op": str(new_id()), "v": 1, "kind": kind, "place": builders.COBA, **body}
    [receipt] = journal.record(operations=[operation], by=lan.source, clock=clock)
    return receipt


def seen():
    """Everything that people and figures rest on; a loan's reader only while it is open."""
    log = Operation.objects.exclude(kind="borrowers_tally")
    cases = Case.objects.exclude(status=CaseStatus.GONE)
    return {
        "loans": sorted(map(str, Loan.objects.values_list(*LOAN))),
        "open": sorted(map(str, Loan.objects.filter(closed_at=None).values_list("op", "reader"))),
        "log": sorted(map(str, log.values_list("op", "hash", "outcome__code"))),
        "cases": sorted(map(str, cases.values_list("id", "kind", "place", "status"))),
    }


def everything_stored():
    """Write the whole database out as text, the readers' own table and the trace of who looked at it aside."""
    lines = []
    for model in apps.get_models():
        if model._meta.app_label != "readers":
            lines += [json.dumps(list(row), default=str) for row in model.objects.values_list()]
    return "\n".join(lines)


def links(reader, ops):
    """Return the lines that name the reader and stand beside one of the operations or its copy."""
    return [
        line for line in everything_stored().splitlines()
        if str(reader) in line and any(str(op) in line for op in ops)
    ]  # fmt: skip


def test_after_the_window_nothing_stored_links_the_reader_to_the_book(lan, an, clock):
    builders.copy()
    loan = lend(lan, clock, an)
    clock.forward(days=3)
    actions.renew(op_id=new_id(), by=lan.source, place=builders.COBA, barcode="CB000001", clock=clock)
    clock.forward(days=3)
    take_back(lan, clock)
    ops = list(Operation.objects.filter(subject="copy:CB000001").values_list("op", flat=True))
    assert links(an, ops)
    before = seen()
    clock.forward(days=DISPUTE_DAYS + 5)
    assert actions.forget_loans(clock=clock).loans == 1
    assert links(an, ops) == []
    assert str(an) not in everything_stored().replace(_joining(an), "")
    assert seen() == before
    assert list(differences()) == []
    row = Loan.objects.get(pk=loan.op)
    assert row.reader != an
    assert set(PrivatePart.objects.filter(operation__in=ops).values_list("reader", flat=True)) == {row.reader}


def _joining(reader):
    """Return what the log keeps of the joining itself: it names the reader and no book."""
    [line] = [
        json.dumps(list(row), default=str) for row in PrivatePart.objects.filter(operation__kind="join").values_list()
    ]
    return line


def test_an_open_loan_and_one_that_ended_lately_are_remembered(lan, an, clock):
    builders.copy()
    builders.copy("CB000002")
    lend(lan, clock, an)
    lend(lan, clock, an, "CB000002")
    clock.forward(days=40)
    take_back(lan, clock)
    clock.forward(days=DISPUTE_DAYS - 1)
    assert actions.forget_loans(clock=clock).operations == 0
    assert {loan.barcode for loan in queries.loans_of_reader(an)} == {"CB000002"}
    assert Loan.objects.filter(reader=an).count() == 2


def test_two_loans_of_one_reader_get_two_pseudonyms(lan, an, clock):
    builders.copy()
    for _ in range(2):
        lend(lan, clock, an)
        clock.forward(days=1)
        take_back(lan, clock)
    clock.forward(days=DISPUTE_DAYS + 31)
    actions.forget_loans(clock=clock)
    assert Loan.objects.values("reader").distinct().count() == 2


def test_forgetting_changes_no_digest_and_may_be_done_again(lan, an, clock):
    builders.copy()
    lend(lan, clock, an)
    take_back(lan, clock)
    clock.forward(days=70)
    actions.forget_loans(clock=clock)
    digest = log_digest()
    assert actions.forget_loans(clock=clock) == actions.Forgotten(0, 0)
    assert log_digest() == digest


def test_the_digest_is_that_of_before_but_for_the_count_of_borrowers(lan, an, clock, monkeypatch):
    from guisach.domain.circulation.actions import forgetting

    builders.copy()
    lend(lan, clock, an)
    take_back(lan, clock)
    clock.forward(days=70)
    digest = log_digest()
    monkeypatch.setattr(forgetting, "_count_borrowers", lambda loans, clock: None)
    assert actions.forget_loans(clock=clock).loans == 1
    assert log_digest() == digest


def test_what_was_taken_back_is_forgotten_too_with_the_reasons_that_were_written(lan, an, clock):
    builders.copy()
    loan = lend(lan, clock, an)
    actions.void(op_id=new_id(), by=lan.source, target=loan.op, reason="An lấy nhầm", clock=clock)
    clock.forward(days=70)
    actions.forget_loans(clock=clock)
    assert links(an, [loan.op]) == []
    assert "lấy nhầm" not in everything_stored()
    assert list(differences()) == []


def test_cases_about_the_reader_stay_as_they_were(lan, an, clock):
    """More than the limit, lent offline: the cases outlive the name, also that of a loan that is still open."""
    for n in range(1, 7):
        builders.copy(f"CB00000{n}")
    for n in range(1, 7):
        clock.forward(hours=1)
        fact(clock, lan, "lend", copy=f"CB00000{n}", due="2026-12-04", policy=1, private={"reader": str(an)})
    clock.forward(days=1)
    for n in (1, 2, 5):
        take_back(lan, clock, f"CB00000{n}")
    over = list(Case.objects.filter(kind="lent_over_limit", status="OPEN").values_list("pk", flat=True))
    assert len(over) == 3
    before = seen()
    clock.forward(days=70)
    assert actions.forget_loans(clock=clock).loans == 3
    assert seen() == before
    assert list(differences()) == []
    take_back(lan, clock, "CB000006")
    clock.forward(days=70)
    assert actions.forget_loans(clock=clock).loans == 1
    assert set(Case.objects.filter(kind="lent_over_limit", status="OPEN").values_list("pk", flat=True)) == set(over)
    assert list(differences()) == []


def test_a_late_operation_never_meets_the_pseudonym_and_a_person_hears_of_it(lan, an, clock):
    builders.copy()
    lend(lan, clock, an)
    lent_at = clock.at
    clock.forward(days=2)
    take_back(lan, clock)
    clock.forward(days=70)
    actions.forget_loans(clock=clock)
    fact(
        clock, lan, "renew", copy="CB000001", due="2026-12-24", private={"reader": str(an)},
        source="paper", occurred=(lent_at + timedelta(days=1)).date().isoformat(),
    )  # fmt: skip
    assert Case.objects.filter(kind="renewed_without_loan", status="OPEN").count() == 1
    assert list(differences()) == []


def test_different_borrowers_of_a_month_are_counted_before_they_are_forgotten(lan, an, clock):
    binh = builders.binh(lan, clock)
    for n, reader in enumerate([an, an, binh], 1):
        builders.copy(f"CB00000{n}")
        lend(lan, clock, reader, f"CB00000{n}")
        take_back(lan, clock, f"CB00000{n}")
    november = date(2026, 11, 1)
    assert queries.borrowers_by_month(builders.COBA, [november]) == {november: 2}
    clock.forward(days=70)
    actions.forget_loans(clock=clock)
    assert queries.borrowers_by_month(builders.COBA, [november]) == {november: 2}
    assert Tally.objects.filter(measure="BORROWERS").count() == 2
    assert Operation.objects.filter(kind="borrowers_tally").count() == 1
    activity = queries.activity_by_month(builders.COBA, november, date(2026, 11, 30))
    assert (activity[november].loans, activity[november].uses) == (3, 0)
    assert Case.objects.filter(status="OPEN").count() == 0


def test_nobody_is_forgotten_before_the_month_is_over(lan, an, clock):
    clock.at = clock.at.replace(month=12, day=1)
    builders.copy()
    lend(lan, clock, an)
    take_back(lan, clock)
    clock.at = clock.at.replace(day=31, hour=16)
    assert actions.forget_loans(clock=clock).loans == 0
    clock.forward(hours=2)
    assert actions.forget_loans(clock=clock).loans == 1


def test_the_reader_still_has_a_card_and_a_page(lan, an, clock):
    builders.copy()
    lend(lan, clock, an)
    take_back(lan, clock)
    clock.forward(days=70)
    actions.forget_loans(clock=clock)
    assert readers.reader(an) is not None
    assert queries.loans_of_reader(an, is_open=False) == []


def test_the_same_operation_sent_again_is_still_known(lan, an, clock):
    builders.copy()
    lending = {
        "op": str(new_id()), "v": 1, "kind": "lend", "place": builders.COBA, "copy": "CB000001", "due": "2026-12-04",
        "private": {"reader": str(an)},
    }  # fmt: skip
    journal.record(operations=[lending], by=lan.source, clock=clock)
    take_back(lan, clock)
    clock.forward(days=70)
    actions.forget_loans(clock=clock)
    [again] = journal.record(operations=[lending], by=lan.source, clock=clock)
    assert again.status == "duplicate"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_run_asks_no_more_with_many_copies(lan, an, clock, django_assert_max_num_queries):
    for n in range(60):
        barcode = f"CB1{n:05d}"
        builders.copy(barcode)
        lend(lan, clock, an, barcode)
        take_back(lan, clock, barcode)
    clock.forward(days=70)
    with django_assert_max_num_queries(120):
        assert actions.forget_loans(clock=clock).loans == 60
    assert connection.in_atomic_block is False


def request_fact(clock, lan, reader, kind="request", **body):
    op = str(new_id())
    of_request = {"record": 1, "pickup": builders.COBA} if kind == "request" else {}
    operation = {"op": op, "v": 1, "kind": kind, "place": builders.COBA, **of_request, **body}
    named = {"private": {"reader": str(reader)}} if reader else {}
    [receipt] = journal.record(operations=[{**operation, **named}], by=lan.source, clock=clock)
    assert receipt.status == "stored"
    clock.forward(minutes=5)
    return op


def requests_seen():
    rows = Request.objects.values_list("op", "state", "since", "barcode", "closed_at", "closed_by")
    return {**seen(), "requests": sorted(map(str, rows))}


def test_who_asked_for_a_book_is_forgotten_with_who_borrowed_it(lan, an, clock):
    """Fetched from the hold shelf by a desk that named no request: only the reader tells that it was served."""
    builders.copy()
    request = request_fact(clock, lan, an)
    fact(clock, lan, "set_aside", copy="CB000001", request=request)
    lend(lan, clock, an)
    clock.forward(days=3)
    take_back(lan, clock)
    waiting = request_fact(clock, lan, an, record=2)
    assert Request.objects.get(pk=request).state == "SERVED"
    before = requests_seen()
    clock.forward(days=70)
    actions.forget_loans(clock=clock)
    assert links(an, [request, "CB000001"]) == []
    assert requests_seen() == before
    assert list(differences()) == []
    assert str(Request.objects.get(pk=waiting).reader) == str(an)


def test_whoever_took_a_book_that_another_says_is_back_is_known_while_they_have_it(lan, an, clock):
    """The second lending finds the book, and with it ends the first loan: it belongs to the second reader alone."""
    binh = builders.binh(lan, clock)
    builders.copy()
    lend(lan, clock, an)
    clock.forward(days=1)
    fact(clock, lan, "claim_returned", copy="CB000001", private={"reader": str(an)})
    clock.forward(days=1)
    fact(clock, lan, "lend", copy="CB000001", private={"reader": str(binh)})
    clock.forward(days=100)
    actions.forget_loans(clock=clock)
    assert links(an, ["CB000001"]) == []
    assert queries.open_loan_of_copy("CB000001").reader == binh
    assert list(differences()) == []


def test_a_request_of_one_reader_never_takes_over_the_loan_of_a_forgotten_other(lan, an, clock):
    binh = builders.binh(lan, clock)
    builders.copy()
    request = request_fact(clock, lan, an)
    fact(clock, lan, "set_aside", copy="CB000001", request=request)
    lend(lan, clock, binh, override=actions.Override("copy_set_aside", "bạn đọc đang cần gấp"))
    take_back(lan, clock)
    before = requests_seen()
    clock.forward(days=70)
    actions.forget_loans(clock=clock)
    assert requests_seen() == before
    request_fact(clock, lan, an, kind="cancel_request", request=request)
    before = requests_seen()
    clock.forward(days=70)
    actions.forget_loans(clock=clock)
    assert requests_seen() == before
    assert links(an, [request]) == []
    assert Case.objects.get(kind="lent_past_request").status == CaseStatus.OPEN
    assert list(differences()) == []


def test_what_a_reader_wrote_beside_a_request_goes_with_the_reader(lan, an, clock):
    op = str(new_id())
    said = {"reader": str(an), "wanted": "Hồi ký ông ngoại của Vàng Thị An", "note": "gọi cho em gái"}
    operation = {"op": op, "v": 1, "kind": "request", "place": builders.COBA, "pickup": builders.COBA, "private": said}
    journal.record(operations=[operation], by=lan.source, clock=clock)
    void = {"op": str(new_id()), "v": 1, "kind": "void", "place": builders.COBA, "target": op}
    journal.record(operations=[void], by=lan.source, clock=clock)
    clock.forward(days=70)
    actions.forget_loans(clock=clock)
    assert "ông ngoại" not in everything_stored()
    assert links(an, [op]) == []
