"""Loan rules on the screen: asked by keepers, drafted and published by the administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guisach.domain.circulation import queries
from guisach.domain.network import queries as network
from guisach.kernel.clock import local_date, system_clock
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return local_date(system_clock())


@pytest.fixture(autouse=True)
def province():
    builders.province()


@pytest.fixture
def lan(client):
    client.force_login(builders.lan().staff)
    return client


@pytest.fixture
def kien(client):
    client.force_login(builders.kien().staff)
    return client


def rows(*rules, act="save", initial=None, **more):
    """Give the form of a draft as a browser sends it."""
    said = {"rule-TOTAL_FORMS": len(rules), "rule-INITIAL_FORMS": initial or len(rules), "act": act, **more}
    for n, rule in enumerate(rules):
        said |= {f"rule-{n}-{name}": value for name, value in rule.items()}
    return said


GENERAL = {
    "is_lendable": "yes", "loan_days": "14", "until_next_visit": "no", "on_fair_days": "no", "loans_max": "3",
    "renewal_days": "7", "renewals_max": "2", "holds_max": "3",
}  # fmt: skip


def drafted(kien):
    answer = kien.post("/work/policies/draft/")
    assert answer.status_code == 302
    return answer["Location"]


class TestAsking:
    def test_a_keeper_sees_what_applies_at_her_place_and_why(self, lan):
        page = lan.get("/work/policies/").content.decode()
        assert "14 ngày" in page
        assert "Mọi người, mọi nơi" in page

    def test_for_a_group_a_material_and_a_day(self, lan, today):
        page = lan.get("/work/policies/", {"place": "", "group": "CHILD", "material": "COMIC", "on": "2030-05-01"})
        assert "01/05/2030" in page.content.decode()

    def test_nonsense_is_told_and_answered_for_everybody(self, lan):
        page = lan.get("/work/policies/", {"place": "XX", "group": "XX", "material": "XX", "on": "hôm qua"})
        assert page.status_code == 200
        assert "14 ngày" in page.content.decode()

    def test_a_keeper_cannot_draft(self, lan):
        assert lan.post("/work/policies/draft/").status_code == 403
        assert lan.post("/work/policies/1/", {"act": "drop"}).status_code == 404
        assert "draft" not in lan.get("/work/policies/").content.decode()


class TestDrafting:
    def test_a_draft_is_filled_in_published_and_asked(self, kien, today):
        address = drafted(kien)
        assert "14" in kien.get(address).content.decode()
        children = {"group": "CHILD", "loan_days": "21"}
        assert kien.post(address, rows(GENERAL, children, initial=1)).status_code == 302
        tomorrow = today + timedelta(days=1)
        answer = kien.post(
            address, rows(GENERAL, children, act="publish", valid_from=tomorrow.isoformat(), decision="12/QĐ-TVT")
        )
        assert answer.status_code == 302
        page = kien.get("/work/policies/", {"group": "CHILD", "on": tomorrow.isoformat()}).content.decode()
        assert "21 ngày" in page
        assert "Thiếu nhi" in page
        published = kien.get("/work/policies/2/").content.decode()
        assert "12/QĐ-TVT" in published
        assert '<input type="text"' not in published

    def test_a_rule_for_one_place_and_one_for_a_kind_of_place(self, kien):
        address = drafted(kien)
        here = {"where": f"place:{builders.COBA}", "loans_max": "5"}
        posts = {"where": "kind:BORDER_POST", "loans_max": "50"}
        assert kien.post(address, rows(GENERAL, here, posts, initial=1)).status_code == 302
        book = queries.rulebook(2)
        assert book is not None
        scopes = {(rule.place, rule.place_kind, rule.terms.loans_max) for _id, rule in book.rules}
        assert scopes == {("", "", 3), (builders.COBA, "", 5), ("", "BORDER_POST", 50)}

    def test_a_rule_is_taken_out_again(self, kien):
        address = drafted(kien)
        kien.post(address, rows(GENERAL, {"group": "CHILD", "loan_days": "21"}, initial=1))
        kien.post(address, rows(GENERAL, {"group": "CHILD", "loan_days": "21", "DELETE": "on"}))
        book = queries.rulebook(2)
        assert book is not None
        assert len(book.rules) == 1

    @pytest.mark.parametrize(
        "wrong",
        [{"loan_days": "mười"}, {"loan_days": "0"}, {"loan_days": "9999"}, {"where": "place:XX"}, {"group": "XX"}],
    )
    def test_what_cannot_be_is_marked_and_what_was_typed_stays(self, kien, wrong):
        address = drafted(kien)
        answer = kien.post(address, rows(GENERAL, {"holds_max": "7", **wrong}, initial=1))
        assert answer.status_code == 422
        assert 'value="7"' in answer.content.decode()

    def test_rules_that_contradict_each_other_are_told(self, kien):
        address = drafted(kien)
        answer = kien.post(address, rows(GENERAL, GENERAL, initial=1))
        assert answer.status_code == 422
        assert "gộp" in answer.content.decode()

    def test_publishing_for_today_or_without_a_day_is_told(self, kien, today):
        address = drafted(kien)
        answer = kien.post(address, rows(GENERAL, act="publish", valid_from=today.isoformat(), decision=""))
        assert answer.status_code == 422
        assert "ngày mai" in answer.content.decode()
        assert kien.post(address, rows(GENERAL, act="publish", valid_from="")).status_code == 422

    def test_a_draft_is_thrown_away(self, kien):
        address = drafted(kien)
        assert kien.post(address, {"act": "drop"}).status_code == 302
        assert kien.get(address).status_code == 404

    def test_two_tabs_one_published_the_other_is_told(self, kien, today):
        address = drafted(kien)
        tomorrow = (today + timedelta(days=1)).isoformat()
        assert kien.post(address, rows(GENERAL, act="publish", valid_from=tomorrow)).status_code == 302
        assert kien.post(address, rows(GENERAL)).status_code == 409


class TestDaysWithoutService:
    def test_are_noted_and_taken_back(self, kien, today):
        days = {"first_on": today.isoformat(), "last_on": (today + timedelta(days=6)).isoformat(), "reason": "Tết"}
        assert kien.post("/work/closures/", days).status_code == 302
        page = kien.get("/work/closures/").content.decode()
        assert "Tết" in page
        assert "toàn tỉnh" in page
        [closure] = network.closures(today)
        assert kien.post(f"/work/closures/{closure.id}/open/").status_code == 302
        assert network.closures(today) == []

    def test_of_one_commune_or_place(self, kien, today):
        days = {"first_on": today.isoformat(), "last_on": today.isoformat(), "reason": "Lũ"}
        kien.post("/work/closures/", {**days, "where": "commune:01324"})
        kien.post("/work/closures/", {**days, "where": f"place:{builders.COBA}"})
        assert {(one.place, one.commune) for one in network.closures(today)} == {("", "01324"), (builders.COBA, "")}

    def test_that_run_backwards_are_told(self, kien, today):
        wrong = {"first_on": today.isoformat(), "last_on": "2020-01-01", "reason": "Lũ"}
        answer = kien.post("/work/closures/", wrong)
        assert answer.status_code == 422
        assert "Lũ" in answer.content.decode()

    def test_are_for_the_administrator(self, lan):
        assert lan.get("/work/closures/").status_code == 403
