"""Loan rules of a province: drafted, published for a day to come, then unchangeable; loans keep theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from guisach.domain.circulation import actions, kinds, queries
from guisach.domain.circulation.rules.policy import FIRST, GRASSROOTS, Rule, Situation, Terms
from guisach.domain.journal.queries.checking import differences
from guisach.domain.network import actions as network
from guisach.kernel.clock import local_date
from guisach.kernel.ids import new_id
from tests import builders
from tests.builders import refused

pytestmark = pytest.mark.django_db

GENERAL = Rule(terms=GRASSROOTS)
TOMORROW = local_date(builders.START) + timedelta(days=1)


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


def publish(clock, *rules, valid_from=TOMORROW, decision="12/QĐ-TVT"):
    version = actions.draft_rulebook(by=None, on=local_date(clock.at))
    actions.change_rules(version=version, rules=[GENERAL, *rules])
    actions.publish_rulebook(version=version, valid_from=valid_from, decision=decision, clock=clock)
    return version


def lend(by, clock, reader, barcode="CB000001", **more):
    return actions.lend(
        op_id=new_id(), by=by.source, place=builders.COBA, barcode=barcode, reader=reader, clock=clock, **more
    ).loan


def renew(by, clock, barcode="CB000001"):
    return actions.renew(op_id=new_id(), by=by.source, place=builders.COBA, barcode=barcode, clock=clock).loan


class TestDrafting:
    def test_begins_with_the_rules_in_force_and_there_is_one_draft_at_a_time(self, lan, clock):
        version = actions.draft_rulebook(by=lan.staff.pk, on=TOMORROW)
        assert version == 2
        assert actions.draft_rulebook(by=lan.staff.pk, on=TOMORROW) == 2
        draft = queries.rulebook(2)
        assert draft is not None
        assert draft.is_draft
        assert {rule for _id, rule in draft.rules} == set(FIRST.rules)

    def test_changes_nothing_before_it_is_published(self, lan, an, clock):
        version = actions.draft_rulebook(by=None, on=TOMORROW)
        actions.change_rules(version=version, rules=[GENERAL, Rule(group="PUPIL", terms=Terms(loan_days=1))])
        builders.copy()
        assert lend(lan, clock, an).due_on == date(2026, 12, 4)

    def test_may_be_unfinished_but_not_contradict_itself(self, clock):
        version = actions.draft_rulebook(by=None, on=TOMORROW)
        actions.change_rules(version=version, rules=[])
        with refused("rulebook_faulty"):
            actions.change_rules(version=version, rules=[GENERAL, GENERAL])
        with refused("rulebook_faulty"):
            actions.change_rules(version=version, rules=[Rule(terms=replace(GRASSROOTS, loan_days=9999))])
        with refused("rulebook_faulty"):
            actions.publish_rulebook(version=version, valid_from=TOMORROW, decision="", clock=clock)

    def test_can_be_thrown_away(self):
        version = actions.draft_rulebook(by=None, on=TOMORROW)
        actions.drop_rulebook(version=version)
        assert queries.rulebook(version) is None
        with refused("rulebook_unknown"):
            actions.drop_rulebook(version=version)


class TestPublishing:
    def test_what_was_published_stays_as_it_is(self, clock):
        version = publish(clock)
        for act in (
            lambda: actions.change_rules(version=version, rules=[GENERAL]),
            lambda: actions.publish_rulebook(version=version, valid_from=TOMORROW, decision="", clock=clock),
            lambda: actions.drop_rulebook(version=version),
            lambda: actions.drop_rulebook(version=1),
        ):
            with refused("rulebook_published"):
                act()

    def test_is_for_a_day_to_come_and_after_the_last_one(self, clock):
        with refused("rulebook_too_early"):
            publish(clock, valid_from=local_date(clock.at))
        publish(clock, valid_from=TOMORROW + timedelta(days=9))
        with refused("rulebook_too_early"):
            publish(clock, valid_from=TOMORROW)


class TestLendingByTheRules:
    def test_the_rules_hold_from_their_day_on_and_old_loans_keep_theirs(self, lan, an, clock):
        builders.copy()
        builders.copy("CB000002")
        publish(clock, Rule(group="FARMER", terms=Terms(loan_days=30, renewal_days=30, renewals_max=0)))
        old = lend(lan, clock, an)
        clock.forward(days=3)
        new = lend(lan, clock, an, "CB000002")
        assert (old.due_on, old.policy) == (date(2026, 12, 4), 1)
        assert (new.due_on, new.policy) == (date(2026, 12, 23), 2)
        assert renew(lan, clock).due_on == date(2026, 12, 11)
        with refused("renewals_used_up"):
            renew(lan, clock, "CB000002")
        assert list(differences()) == []

    def test_material_that_is_not_lent_here_is_refused_unless_somebody_says_why(self, lan, an, clock):
        builders.copy(of=builders.record(kind="LAW"))
        publish(clock, Rule(material="LAW", terms=Terms(is_lendable=False)))
        clock.forward(days=1)
        with refused("material_not_lent"):
            lend(lan, clock, an)
        assert lend(lan, clock, an, override=actions.Override("material_not_lent", "cần gấp")).reader == an

    def test_the_limit_is_that_of_the_place_the_group_and_the_day(self, lan, an, clock):
        for n in range(1, 4):
            builders.copy(f"CB00000{n}")
        publish(clock, Rule(place=builders.COBA, group="FARMER", terms=Terms(loans_max=2)))
        clock.forward(days=1)
        lend(lan, clock, an)
        lend(lan, clock, an, "CB000002")
        with refused("over_limit"):
            lend(lan, clock, an, "CB000003")

    def test_holidays_of_the_whole_network_move_the_due_date(self, lan, an, clock):
        builders.copy()
        network.close(first_on=date(2026, 12, 3), last_on=date(2026, 12, 7), reason="Kiểm kê")
        assert lend(lan, clock, an).due_on == date(2026, 12, 8)

    def test_closures_of_another_place_or_commune_do_not(self, lan, an, clock):
        builders.copy()
        stretch = {"first_on": date(2026, 12, 3), "last_on": date(2026, 12, 7), "reason": "Lũ"}
        network.close(place=builders.DAMTHUY, **stretch)
        network.close(commune="01501", **stretch)
        assert lend(lan, clock, an).due_on == date(2026, 12, 4)

    def test_until_the_next_visit_of_the_van_where_one_is_planned(self, lan, an, clock):
        builders.copy()
        publish(clock, Rule(place_kind="COMMUNE_LIBRARY", terms=Terms(until_next_visit=True)))
        clock.forward(days=1)
        planned = {builders.COBA: date(2026, 12, 19)}
        kinds.plan_visits_by(lambda place, after: planned.get(place))
        try:
            assert lend(lan, clock, an).due_on == date(2026, 12, 19)
            planned.clear()
            assert renew(lan, clock).due_on == date(2026, 12, 28)
        finally:
            kinds.plan_visits_by(lambda place, after: None)

    def test_a_desk_that_did_not_say_the_day_meant_that_of_its_rules(self, lan, an, clock):
        from guisach.domain.journal import actions as journal

        builders.copy()
        publish(clock, Rule(group="FARMER", terms=Terms(loan_days=30)))
        clock.forward(days=2)
        lending = {
            "op": str(new_id()), "v": 1, "kind": "lend", "place": builders.COBA, "copy": "CB000001",
            "group": "FARMER", "private": {"reader": str(an)},
        }  # fmt: skip
        journal.record(operations=[lending], by=lan.source, clock=clock)
        [loan] = queries.loans_of_reader(an)
        assert loan.due_on == local_date(clock.at) + timedelta(days=30)
        assert list(differences()) == []


class TestWhichRuleApplies:
    def test_is_answered_with_the_rule_behind_each_term(self, clock):
        comics = Rule(material="COMIC", terms=Terms(loan_days=7))
        publish(clock, comics)
        told = queries.explain(Situation(group="CHILD", material="COMIC"), TOMORROW)
        assert told.version == 2
        assert told.policy.loan_days == 7
        by_term = {ruling.term: ruling.rule for ruling in told.rulings}
        assert by_term["loan_days"] == comics
        assert by_term["loans_max"] == GENERAL
        assert told.considered == (comics, GENERAL)

    def test_of_a_day_before_the_rules_by_those_before(self, clock):
        publish(clock, Rule(material="COMIC", terms=Terms(loan_days=7)))
        assert queries.explain(Situation(material="COMIC"), local_date(builders.START)).policy.loan_days == 14
