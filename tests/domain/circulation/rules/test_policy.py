"""Which rule applies: the most specific one that says something, term by term."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from guisach.domain.circulation.rules.policy import (
    BOUNDS,
    FIRST,
    GRASSROOTS,
    TERMS,
    Fault,
    Policies,
    Rule,
    Rulebook,
    Situation,
    Terms,
    faults,
)

GENERAL = Rule(terms=GRASSROOTS)
SITUATION = Situation(place="CB-COBA", place_kind="COMMUNE_LIBRARY", group="CHILD", material="COMIC")


def book(*rules):
    return Rulebook(2, date(2027, 1, 1), (GENERAL, *rules))


def test_without_anything_special_the_rule_for_everybody_holds():
    policy = book().policy(SITUATION)
    assert (policy.loan_days, policy.loans_max, policy.renewals_max, policy.is_lendable) == (14, 3, 2, True)
    assert policy.version == 2


def test_a_rule_for_the_group_holds_for_the_group_alone():
    rules = book(Rule(group="CHILD", terms=Terms(loans_max=5)))
    assert rules.policy(SITUATION).loans_max == 5
    assert rules.policy(replace(SITUATION, group="FARMER")).loans_max == 3


def test_what_a_specific_rule_leaves_open_comes_from_the_next_more_general():
    rules = book(
        Rule(group="CHILD", terms=Terms(loans_max=5, loan_days=21)),
        Rule(group="CHILD", material="COMIC", terms=Terms(loan_days=7)),
    )
    policy = rules.policy(SITUATION)
    assert (policy.loan_days, policy.loans_max, policy.renewal_days) == (7, 5, 7)


def test_a_place_comes_before_its_kind_the_kind_before_the_group_the_group_before_the_book():
    scopes = [
        {"material": "COMIC"},
        {"group": "CHILD"},
        {"group": "CHILD", "material": "COMIC"},
        {"place_kind": "COMMUNE_LIBRARY"},
        {"place_kind": "COMMUNE_LIBRARY", "group": "CHILD"},
        {"place": "CB-COBA"},
        {"place": "CB-COBA", "material": "COMIC"},
    ]
    rules: list[Rule] = []
    for days, scope in enumerate(scopes, 1):
        rules.append(Rule(**scope, terms=Terms(loan_days=days)))
        assert book(*reversed(rules)).policy(SITUATION).loan_days == days, scope


def test_the_rule_that_decides_can_be_named():
    comic = Rule(material="COMIC", terms=Terms(is_lendable=False))
    rules = book(comic)
    assert rules.deciding(SITUATION, "is_lendable") is comic
    assert rules.deciding(SITUATION, "loan_days") is GENERAL


def test_what_is_not_known_is_met_by_general_rules_only():
    rules = book(Rule(material="COMIC", terms=Terms(loan_days=7)), Rule(place="CB-COBA", terms=Terms(loan_days=3)))
    assert rules.policy(Situation()).loan_days == 14


def test_afterwards_the_most_generous_limit_counts_whatever_the_kind_of_place():
    rules = book(
        Rule(place_kind="BORDER_POST", terms=Terms(loans_max=10)),
        Rule(group="CHILD", terms=Terms(loans_max=1)),
        Rule(place="CB-DAMTHUY", terms=Terms(loans_max=50)),
    )
    assert rules.most_loans(place="CB-COBA", group="CHILD") == 10


class TestRulebooksInTime:
    BOOKS = Policies((FIRST, Rulebook(2, date(2027, 1, 1), (GENERAL,)), Rulebook(3, date(2027, 6, 1), (GENERAL,))))

    def test_the_last_to_begin_is_in_force(self):
        assert [self.BOOKS.on(day).version for day in (date(2026, 12, 31), date(2027, 1, 1), date(2028, 1, 1))] == [
            1,
            2,
            3,
        ]

    def test_before_the_first_the_first(self):
        assert self.BOOKS.on(date(1990, 1, 1)).version == 1

    def test_an_old_loan_finds_its_own_and_an_unknown_number_that_of_the_day(self):
        assert self.BOOKS.of(2, date(2028, 1, 1)).version == 2
        assert self.BOOKS.of(99, date(2027, 2, 1)).version == 2
        assert self.BOOKS.of(None, date(2026, 2, 1)).version == 1


class TestFaults:
    def test_the_products_own_rules_have_none(self):
        assert faults(FIRST.rules) == []

    def test_without_a_rule_for_everybody_some_situation_has_no_answer(self):
        assert faults([Rule(group="CHILD", terms=GRASSROOTS)]) == [(Fault.NO_GENERAL_RULE, None)]

    def test_the_rule_for_everybody_must_be_complete(self):
        rule = Rule(terms=replace(GRASSROOTS, loan_days=None))
        assert faults([rule]) == [(Fault.GENERAL_RULE_INCOMPLETE, rule)]

    def test_two_rules_for_the_same_are_one_too_many(self):
        twice = Rule(group="CHILD", terms=Terms(loans_max=5))
        assert faults([GENERAL, twice, twice]) == [(Fault.TWO_RULES_FOR_ONE, twice)]

    def test_a_slip_of_the_finger_is_noticed(self):
        rule = Rule(group="CHILD", terms=Terms(loan_days=1400))
        assert faults([GENERAL, rule]) == [(Fault.OUT_OF_BOUNDS, rule)]

    def test_a_rule_that_settles_nothing_or_names_a_place_and_a_kind_is_none(self):
        empty = Rule(group="CHILD", terms=Terms())
        both = Rule(place="CB-COBA", place_kind="SCHOOL", terms=Terms(loans_max=1))
        assert faults([GENERAL, empty, both]) == [(Fault.SAYS_NOTHING, empty), (Fault.PLACE_AND_KIND, both)]


TEXTS = st.sampled_from(["", "A", "B"])
SOME_TERMS = st.builds(
    Terms,
    is_lendable=st.none() | st.booleans(),
    **{term: st.none() | st.integers(*bounds) for term, bounds in BOUNDS.items()},
)
RULES = st.lists(st.builds(Rule, place=TEXTS, place_kind=TEXTS, group=TEXTS, material=TEXTS, terms=SOME_TERMS))
SITUATIONS = st.builds(Situation, place=TEXTS, place_kind=TEXTS, group=TEXTS, material=TEXTS)


@given(RULES, SITUATIONS, st.randoms(use_true_random=False))
def test_the_order_in_which_rules_are_written_says_nothing(rules, situation, random):
    own = {rule.scope: rule for rule in rules if any(rule.scope)}
    shuffled = [GENERAL, *own.values()]
    random.shuffle(shuffled)
    one = Rulebook(2, date(2027, 1, 1), (GENERAL, *own.values())).policy(situation)
    assert Rulebook(2, date(2027, 1, 1), tuple(shuffled)).policy(situation) == one
    for term in TERMS:
        assert getattr(one, term) is not None
