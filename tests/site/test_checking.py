"""`guisach check` recomputes everything from the log, names what is stored otherwise, and ends with status 1 then."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from guisach.domain.circulation.models import Loan, Tally, Whereabouts
from guisach.domain.journal import actions as journal
from guisach.domain.journal.models import Case, CaseStatus, Operation, Outcome, PrivatePart
from guisach.domain.readers.models import Reader
from guisach.kernel.digest import LineDigest
from guisach.kernel.ids import new_id
from guisach.site.checking import check
from tests import builders, workers

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def province(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    workers.fill("60")
    capsys.readouterr()


def first(model, **wanted):
    return model.objects.filter(**wanted).order_by("pk")[:1].get().pk


def change(model, pk, **values):
    assert model.objects.filter(pk=pk).update(**values) == 1


# What somebody may have changed behind the log's back, and the words in which it has to be named.
PLANTED: dict[str, tuple[Callable[[], object], str]] = {
    "loan changed": (lambda: change(Loan, first(Loan), due_on="2030-01-01"), "loan"),
    "loan closed": (lambda: change(Loan, first(Loan, closed_at=None), closed_at=builders.START), "loan"),
    "loan gone": (lambda: Loan.objects.filter(pk=first(Loan)).delete(), "loan"),
    "loan made up": (
        lambda: Loan.objects.create(
            op=new_id(), barcode="CB999999", reader=new_id(), lent_at=builders.START, due_on="2030-01-01"
        ),
        "loan",
    ),
    "copy moved": (lambda: change(Whereabouts, first(Whereabouts), place="CB-KHAC"), "last seen"),
    "whereabouts gone": (lambda: Whereabouts.objects.filter(pk=first(Whereabouts)).delete(), "last seen"),
    "tally raised": (lambda: change(Tally, first(Tally), count=9_999), "tally"),
    "tally made up": (
        lambda: Tally.objects.create(place="X", on="2026-01-01", measure="VISITS", group="CHILD", count=1),
        "tally",
    ),
    "reader renamed": (lambda: change(Reader, first(Reader), full_name="Người khác"), "reader"),
    "reader gone": (lambda: Reader.objects.filter(pk=first(Reader)).delete(), "reader"),
    "card no longer pending": (
        lambda: change(Reader, first(Reader, is_card_pending=True), is_card_pending=False),
        "card pending",
    ),
    "card pending without a number": (
        lambda: change(Reader, first(Reader), card_no="", is_card_pending=True),
        "reader",
    ),
    "outcome changed": (lambda: change(Outcome, first(Outcome, code="LENT"), code="SEEN"), "outcome"),
    "outcome gone": (lambda: Outcome.objects.filter(pk=first(Outcome, code="LENT")).delete(), "outcome"),
    "waiting forgotten": (lambda: change(Outcome, first(Outcome, code="PENDING"), code="SEEN"), "outcome"),
    "case closed": (
        lambda: change(Case, first(Case, kind="lent_twice", status="OPEN"), status=CaseStatus.SETTLED),
        "case",
    ),
    "case gone": (lambda: change(Case, first(Case, status="OPEN"), status=CaseStatus.GONE), "case"),
    "case made up": (
        lambda: Case.objects.create(
            id="0" * 32, kind="lent_twice", subject="copy:X", happened_at=builders.START, opens_at=builders.START
        ),
        "case",
    ),
    "decision forgotten": (lambda: change(Case, first(Case, status="SETTLED"), settled_by=new_id()), "case"),
    "body forged": (
        lambda: change(Operation, first(Operation, kind="return"), body='{"copy":"CB000009"}'),
        "does not match its hash",
    ),
    "other reader slipped in": (
        lambda: change(PrivatePart, first(PrivatePart, operation__kind="lend"), reader=new_id()),
        "loan",
    ),
}


# The hash of a body is; who had a loan that has ended, and what erasing takes away, is not: forgetting changes no hash.
NOT_IN_THE_DIGEST = {
    "body forged",
    "other reader slipped in",
    "reader renamed",
    "card no longer pending",
    "card pending without a number",
}


@pytest.mark.slow
@pytest.mark.parametrize("what", PLANTED)
def test_what_differs_from_the_log_is_named(province, what):
    before = check()
    assert before.differences == []
    plant, words = PLANTED[what]
    plant()
    found = check()
    assert any(words in difference for difference in found.differences), found.differences
    # The digest takes a body's word for its hash: that they agree is the check's own business.
    assert (found.digest == before.digest) == (what in NOT_IN_THE_DIGEST)


@pytest.mark.slow
def test_a_difference_names_no_person(province):
    change(Reader, first(Reader), full_name="Người khác", phone="0912345678")
    for difference in check().differences:
        assert "Người" not in difference
        assert "Bạn đọc" not in difference
        assert "0912345678" not in difference


@pytest.mark.slow
def test_a_rule_that_raises_on_one_copy_hides_no_other_difference(province, monkeypatch):
    from guisach.domain.circulation.rules.copy_fold import fold_copy
    from guisach.domain.circulation.steps import copies

    broken, other = Loan.objects.order_by("barcode").values_list("barcode", flat=True).distinct()[:2]

    def raising(entries, policies):
        if any(getattr(entry.body, "copy", "") == broken for entry in entries):
            raise ZeroDivisionError
        return fold_copy(entries, policies)

    monkeypatch.setattr(copies, "fold_copy", raising)
    change(Loan, first(Loan, barcode=other), due_on="2030-01-01")
    found = check().differences
    assert any("raises" in difference for difference in found)
    assert any(f"of {other}" in difference for difference in found)


def test_the_digest_is_of_the_data_and_not_of_the_order_in_which_it_came():
    one, other = LineDigest(), LineDigest()
    for line in ("a", "b", "b"):
        one.add(line)
    for line in ("b", "a"):
        other.add(line)
    assert one.hexdigest() != other.hexdigest()
    other.add("b")
    assert one.hexdigest() == other.hexdigest()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_people_who_work_meanwhile_make_no_difference(capsys):
    workers.fill("20")
    lan, stop, made = builders.lan(), threading.Event(), []

    def work() -> None:
        try:
            while not stop.is_set():
                fact = {"op": str(new_id()), "v": 1, "kind": "lend", "copy": "CB000001", "place": builders.COBA}
                reader = {"private": {"reader": str(new_id())}}
                made.append(journal.record(operations=[fact | reader], by=lan.source, clock=builders.Clock()))
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        seen = [check() for _ in range(8)]
    finally:
        stop.set()
        worker.join()
    assert [found.differences for found in seen] == [[]] * 8
    assert len({found.operations for found in seen}) > 1, "nobody worked meanwhile"


@pytest.mark.slow
def test_a_check_changes_nothing(province, django_assert_max_num_queries):
    with transaction.atomic(), django_assert_max_num_queries(200) as asked:
        check()
    verbs = {query["sql"].split()[0].upper() for query in asked.captured_queries}
    assert verbs <= {"SELECT", "SAVEPOINT", "RELEASE", "DECLARE", "FETCH", "CLOSE"}, verbs
