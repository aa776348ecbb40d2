"""The facts' door: nothing is refused, everything is answered, and nothing is taken twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from guisach.domain.circulation import queries as circulation
from guisach.domain.journal import actions, queries
from guisach.domain.journal.models import Case, Fork, Operation, PrivatePart
from guisach.domain.journal.queries.checking import differences
from guisach.domain.journal.rules.cases import case_id
from guisach.domain.journal.rules.history import CaseDraft
from guisach.domain.journal.steps.publish import put_cases
from guisach.domain.journal.steps.refold import refold
from guisach.kernel.ids import new_id
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return builders.Clock()


@pytest.fixture
def lan():
    builders.province()
    builders.copy()
    return builders.lan()


def operation(kind="return", **fields):
    return {"op": str(new_id()), "v": 1, "kind": kind, "place": builders.COBA, "copy": "CB000001", **fields}


def send(by, clock, *operations):
    return actions.record(operations=list(operations), by=by.source, clock=clock)


def open_cases(clock, kind=""):
    return queries.cases(queries.CaseFilter(places=None, kind=kind), at=clock())


def test_a_fact_is_stored_once_however_often_it_is_sent(lan, clock):
    fact = operation()
    assert [a.status for a in send(lan, clock, fact, fact)] == ["stored", "duplicate"]
    assert [a.status for a in send(lan, clock, fact)] == ["duplicate"]
    assert Operation.objects.count() == 1


def test_a_resent_fact_with_a_private_part_is_recognised_although_the_server_salted_it(lan, clock):
    reader = str(new_id())
    fact = operation("lend", due="2026-12-04", private={"reader": reader})
    send(lan, clock, fact)
    assert send(lan, clock, fact)[0].status == "duplicate"
    other = {**fact, "private": {"reader": str(new_id())}}
    assert send(lan, clock, other)[0].status == "fork"
    assert circulation.open_loan_of_copy("CB000001").reader.hex == reader.replace("-", "")


def test_other_words_under_a_known_id_are_a_fork_kept_and_shown(lan, clock):
    fact = operation()
    send(lan, clock, fact)
    answer = send(lan, clock, {**fact, "copy": "CB000009"})[0]
    assert (answer.status, answer.outcome) == ("fork", "SEEN")
    assert Fork.objects.count() == 1
    assert [case.kind for case in open_cases(clock, "fork")] == ["fork"]
    assert list(differences()) == []


def test_a_cloned_device_is_noticed_by_its_numbers(lan, clock):
    dev = str(new_id())
    numbered = {"dev": dev, "epoch": 1, "seq": 1}
    first, second = operation(**numbered), operation("sighting", **numbered)
    assert [a.status for a in send(lan, clock, first, second)] == ["stored", "fork"]
    assert [a.status for a in send(lan, clock, second)] == ["fork"]
    assert Operation.objects.count() == 1


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("a string", "not_an_object"),
        ({}, "bad_id"),
        ({"op": "x" * 5000, "kind": "lend"}, "bad_id"),
        ({"op": str(new_id()), "kind": 7}, "bad_kind"),
        ({"op": str(new_id()), "kind": "k" * 33}, "bad_kind"),
        ({"op": str(new_id()), "kind": "lend", "private": "An"}, "bad_private"),
        ({"op": str(new_id()), "kind": "lend", "seq": 1}, "number_without_device"),
        ({"op": str(new_id()), "kind": "lend", "dev": str(new_id()), "seq": -1}, "bad_number"),
        ({"op": str(new_id()), "kind": "lend", "note": "x" * 20_000}, "too_large"),
    ],
)
def test_what_is_no_operation_is_answered_and_harms_no_other(lan, clock, item, code):
    before, after = operation(), operation("sighting")
    answers = send(lan, clock, before, item, after)
    assert [a.status for a in answers] == ["stored", "malformed", "stored"]
    assert answers[1].code == code


def test_an_unknown_kind_is_kept_and_waits_for_a_version_that_knows_it(lan, clock):
    answer = send(lan, clock, operation("teleport", whither="Mars"))[0]
    assert (answer.status, answer.outcome) == ("stored", "PENDING")
    assert open_cases(clock) == []
    clock.forward(days=8)
    assert [case.kind for case in open_cases(clock)] == ["not_understood"]
    assert list(differences()) == []


@pytest.mark.parametrize(
    "body", [{"copy": "X" * 5000}, {"copy": 7}, {"copy": ""}, {"copy": "CB\u0000"}, {"copy": "\ud800"}]
)
def test_a_barcode_that_cannot_be_one_is_kept_pending(lan, clock, body):
    answer = send(lan, clock, operation(**body))[0]
    assert (answer.status, answer.outcome) == ("stored", "PENDING")
    assert list(differences()) == []


def test_a_fact_from_the_future_happened_when_it_arrived_and_a_person_looks_at_the_clock(lan, clock):
    answer = send(lan, clock, operation(wall="2051-01-01T00:00:00+07:00"))[0]
    assert answer.outcome == "SEEN"
    assert [case.kind for case in open_cases(clock)] == ["clock"]
    assert Operation.objects.get().eff_at <= clock()


def test_a_fact_cannot_be_older_than_what_its_device_had_seen_or_done_before(lan, clock):
    send(lan, clock, operation())
    seen = Operation.objects.get()
    clock.forward(hours=1)
    dev = str(new_id())
    send(
        lan,
        clock,
        operation("sighting", dev=dev, seq=1, epoch=1, seen=seen.hub_seq, wall="2020-01-01T00:00:00+07:00"),
    )
    assert Operation.objects.get(dev=dev).eff_at == seen.received_at


def test_what_was_written_on_paper_has_its_own_day_and_opens_no_case_about_clocks(lan, clock):
    send(lan, clock, operation(source="paper", occurred="2026-11-02"))
    assert str(Operation.objects.get().eff_at) == "2026-11-02 05:00:00+00:00"
    assert open_cases(clock) == []


def test_lines_of_one_sheet_happened_in_their_order_whatever_order_they_are_typed_in(lan, clock):
    lines = [operation(copy=f"CB00000{n}", source="paper", occurred="2026-11-02", line=n) for n in (1, 2, 3)]
    send(lan, clock, lines[2], lines[0])
    send(lan, clock, lines[1])
    in_order = Operation.objects.order_by("eff_at").values_list("subject", flat=True)
    assert list(in_order) == ["copy:CB000001", "copy:CB000002", "copy:CB000003"]


@pytest.fixture
def counted():
    """A kind that says: everything at this place was counted."""
    from guisach.domain.circulation.rules.kinds import CopyBody, copy_subject
    from guisach.domain.journal import kinds

    kinds.register_kind(kinds.Kind("count_of_all", "copy", CopyBody, copy_subject, is_count=True))
    yield "count_of_all"
    del kinds._kinds["count_of_all"]


def test_paper_cannot_tell_of_what_was_before_the_last_count_of_its_place(lan, clock, counted):
    for place in (builders.COBA, builders.DAMTHUY):
        clock.forward(days=-3 if place == builders.COBA else 2)
        send(lan, clock, operation(counted, place=place))
    clock.forward(days=2)
    send(lan, clock, operation(source="paper", occurred="2026-11-02", line=4))
    at = dict(Operation.objects.filter(place=builders.COBA).values_list("kind", "eff_at"))
    assert at[counted] < at["return"] < at[counted] + timedelta(seconds=1)
    assert open_cases(clock, "clock") == []


def test_a_day_on_paper_says_nothing_of_what_its_device_does_before_and_after(lan, clock):
    dev = str(new_id())
    chain = {"dev": dev, "epoch": 1}
    now = clock.at.isoformat()
    send(lan, clock, operation(**chain, seq=2, source="paper", occurred="2026-10-01"))
    send(lan, clock, operation("sighting", **chain, seq=1, wall=now), operation("sighting", **chain, seq=3, wall=now))
    assert open_cases(clock, "clock") == []
    assert {
        at.date().isoformat() for at in Operation.objects.filter(seq__in=[1, 3]).values_list("eff_at", flat=True)
    } == {"2026-11-20"}


def test_what_names_a_person_is_not_in_the_log(lan, clock):
    reader = builders.an(lan, clock)
    send(lan, clock, operation("lend", private={"reader": str(reader), "note": "bà ngoại đón"}))
    for body in Operation.objects.values_list("body", flat=True):
        assert str(reader) not in body
        assert "An" not in body
        assert "ngo" not in body
    assert PrivatePart.objects.filter(reader=reader).count() == 2


def test_a_fact_by_somebody_without_a_role_there_counts_and_is_looked_at(lan, clock):
    minh = builders.minh()
    answer = send(minh, clock, operation())[0]
    assert answer.outcome == "SEEN"
    assert [case.kind for case in open_cases(clock)] == ["outside_scope"]


def test_a_fold_that_raises_leaves_only_its_own_operations_pending(lan, clock, monkeypatch):
    from guisach.domain.circulation.rules.copy_fold import fold_copy
    from guisach.domain.circulation.steps import copies as folds

    def broken(entries, policies):
        if any(entry.body.copy == "CB000666" for entry in entries if hasattr(entry.body, "copy")):
            raise ZeroDivisionError
        return fold_copy(entries, policies)

    with monkeypatch.context() as patched:
        patched.setattr(folds, "fold_copy", broken)
        answers = send(lan, clock, operation(), operation(copy="CB000666"), operation("sighting"))
        assert [a.outcome for a in answers] == ["SEEN", "PENDING", "SEEN"]
    assert actions.retry_pending() == 1
    assert list(differences()) == []


class TestVoids:
    def test_a_void_may_come_before_what_it_takes_back(self, lan, clock):
        fact = operation()
        void = {**operation("void", target=fact["op"])}
        assert send(lan, clock, void)[0].outcome == "WAITING"
        assert send(lan, clock, fact)[0].outcome == "VOIDED"
        assert circulation.last_seen("CB000001") is None
        assert list(differences()) == []

    def test_another_keepers_void_has_no_effect_and_is_looked_at(self, lan, clock):
        fact = operation()
        send(lan, clock, fact)
        minh = builders.minh()
        answer = send(minh, clock, operation("void", target=fact["op"], place=builders.DAMTHUY))[0]
        assert answer.outcome == "NO_EFFECT"
        assert "void_not_allowed" in {case.kind for case in open_cases(clock)}
        assert circulation.last_seen("CB000001") is not None

    def test_a_void_cannot_be_taken_back(self, lan, clock):
        fact = operation()
        void = operation("void", target=fact["op"])
        send(lan, clock, fact, void)
        assert send(lan, clock, operation("void", target=void["op"]))[0].outcome == "NO_EFFECT"
        assert circulation.last_seen("CB000001") is None
        assert list(differences()) == []


def test_a_decision_heard_before_a_fold_raised_settles_the_case_of_it(lan, clock, monkeypatch):
    from guisach.domain.circulation.steps import copies as folds

    def broken(entries, policies):
        raise ZeroDivisionError

    fact = operation()
    told = {"op": str(new_id()), "kind": "settle", "case": case_id("not_understood", [UUID(fact["op"])]), "place": ""}
    send(builders.hoa(), clock, told)
    with monkeypatch.context() as patched:
        patched.setattr(folds, "fold_copy", broken)
        assert send(lan, clock, fact)[0].outcome == "PENDING"
    assert Case.objects.get(kind="not_understood").status == "SETTLED"


class TestCases:
    def lend_twice(self, lan, clock):
        for _ in range(2):
            send(lan, clock, operation("lend", private={"reader": str(new_id())}))
            clock.forward(hours=2)
        return next(case for case in open_cases(clock) if case.kind == "lent_twice")

    def test_a_settled_case_stays_settled_while_the_facts_are_the_same(self, lan, clock):
        case = self.lend_twice(lan, clock)
        hoa = builders.hoa()
        actions.settle_case(op_id=new_id(), by=hoa.source, case=case.id, decision="DONE", reason="đã hỏi", clock=clock)
        assert queries.case(case.id).status == "SETTLED"
        send(lan, clock, operation("sighting"))
        assert queries.case(case.id).status == "SETTLED"
        assert list(differences()) == []

    def test_what_is_settled_cannot_be_settled_again(self, lan, clock):
        case = self.lend_twice(lan, clock)
        settle = {"by": builders.hoa().source, "case": case.id, "decision": "DONE", "reason": ""}
        actions.settle_case(op_id=new_id(), clock=clock, **settle)
        with builders.refused("case_closed"):
            actions.settle_case(op_id=new_id(), clock=clock, **settle)
        with builders.refused("case_unknown"):
            actions.settle_case(op_id=new_id(), clock=clock, **{**settle, "case": "f" * 32})

    def test_who_decides_for_another_place_decides_nothing_and_is_told(self, lan, clock):
        case = self.lend_twice(lan, clock)
        told = {"op": str(new_id()), "kind": "settle", "case": case.id, "place": builders.DAMTHUY}
        assert send(builders.hoa(), clock, told)[0].outcome == "NO_EFFECT"
        assert queries.case(case.id).status == "OPEN"
        assert list(differences()) == []

    def test_a_case_that_comes_to_belong_elsewhere_is_judged_anew(self, lan, clock):
        id_ = self.lend_twice(lan, clock).id
        told = {"op": str(new_id()), "kind": "settle", "case": id_, "place": builders.COBA}
        assert send(builders.hoa(), clock, told)[0].outcome == "APPLIED"
        case = Case.objects.get(pk=id_)
        draft = CaseDraft(case.kind, tuple(map(UUID, case.operations)), builders.DAMTHUY, case.happened_at)
        assert put_cases({case.subject: [draft]}) == {id_}
        assert put_cases({case.subject: [draft]}) == set()
        refold([("case", id_)])
        assert queries.case(id_).status == "OPEN"

    def test_a_case_goes_by_itself_when_the_facts_change(self, lan, clock):
        case = self.lend_twice(lan, clock)
        send(builders.hoa(), clock, operation("void", target=str(case.operations[1])))
        assert queries.case(case.id).status == "GONE"


def test_too_many_at_once_is_refused_before_anything_is_stored(lan, clock):
    with builders.refused("batch_too_large"):
        send(lan, clock, *[operation() for _ in range(actions.BATCH_MAX + 1)])
    assert Operation.objects.count() == 0
