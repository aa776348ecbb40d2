"""Who gets in: tokens begin, end and are revoked; a place sees its own readers; and looking leaves a trace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guisach.domain.journal import actions as journal
from guisach.domain.journal.models import Device, Operation, Token
from guisach.domain.network import actions as network
from guisach.domain.readers.models import ReaderAccess
from guisach.kernel.clock import system_clock
from tests import builders
from tests.web.api.scripts import Script, is_problem, join, script, token

CLOSED = [
    ("POST", "/loans"), ("POST", "/returns"), ("POST", "/renewals"), ("POST", "/sightings"), ("POST", "/readers"),
    ("POST", "/voids"), ("POST", "/tallies/visits"), ("POST", "/operations"), ("GET", "/cases"),
    ("POST", "/cases/" + "0" * 32 + "/settle"), ("GET", "/readers?card=1"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_without_a_token_nothing_but_the_catalogue_answers(nobody, method, path):
    answer = nobody.ask(method, path, {})
    assert is_problem(answer, 401, "token_needed")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("sent", ["Bearer", "Bearer ", "Bearer gs_wrong", "Basic bGFuOmxhbg==", "Bearer " + "x" * 9000])
def test_what_is_no_token_is_refused(nobody, sent):
    assert is_problem(nobody.get("/cases", Authorization=sent), 401, "token_needed")


def test_a_token_works_until_it_ends(world):
    person = builders.lan()
    assert script(person, seconds=30).get("/cases").status == 200
    assert is_problem(script(person, seconds=-1).get("/cases"), 401, "token_needed")


def test_a_revoked_token_ends_at_once_and_another_goes_on(world):
    person = builders.lan()
    one, other = script(person), script(person)
    assert journal.revoke_token(secret=one.token, at=system_clock())
    assert is_problem(one.get("/cases"), 401, "token_needed")
    assert other.get("/cases").status == 200
    assert not journal.revoke_token(secret=one.token, at=system_clock())


def test_the_token_of_somebody_switched_off_ends_with_them(lan):
    network.set_active(username="lan", is_active=False)
    assert is_problem(lan.get("/cases"), 401, "token_needed")


def test_a_token_is_kept_as_a_digest_and_is_a_device_of_its_own(world):
    secret = token(builders.lan())
    stored = Token.objects.get()
    assert secret not in str([getattr(stored, f.attname) for f in Token._meta.concrete_fields])
    assert Device.objects.filter(kind="TOKEN").count() == 1
    assert stored.expires_at - stored.created_at == timedelta(days=1)


def test_each_token_numbers_what_it_sends(world):
    person = builders.lan()
    one, other = script(person), script(person)
    for by in (one, one, other):
        by.post("/sightings", {"copy": "CB000001"})
    numbers = Operation.objects.order_by("hub_seq").values_list("seq", flat=True)
    assert list(numbers) == [1, 2, 1]
    assert Operation.objects.values("dev").distinct().count() == 2


class TestScope:
    def test_minh_sees_nothing_of_an_who_reads_elsewhere(self, lan, minh, an):
        assert lan.get(f"/readers?card={an}").body["name"] == "Vàng Thị An"
        assert is_problem(minh.get(f"/readers?card={an}"), 404, "not_found")
        unknown = minh.get("/readers?card=NO-SUCH")
        assert unknown.body == minh.get(f"/readers?card={an}").body, "nothing tells whether there is such a reader"

    def test_minh_acts_at_his_own_place_only(self, minh, an):
        act = {"copy": "CB000001", "card": an, "place": builders.COBA}
        assert is_problem(minh.post("/loans", act), 403, "not_allowed")
        assert minh.post("/loans", {**act, "place": None}).body["place"] == builders.DAMTHUY

    def test_hoa_whose_scope_is_the_province_sees_an(self, hoa, an):
        assert hoa.get(f"/readers?card={an}").status == 200

    @pytest.mark.parametrize("who", [builders.thao, builders.dung, builders.van])
    def test_those_whose_work_is_not_readers_see_none(self, world, an, who):
        assert is_problem(script(who()).get(f"/readers?card={an}"), 404, "not_found")

    def test_looking_leaves_a_trace_and_a_refused_look_does_not(self, lan, minh, an):
        lan.get(f"/readers?card={an}")
        minh.get(f"/readers?card={an}")
        traces = ReaderAccess.objects.values_list("staff__username", "act", "place")
        assert list(traces) == [("lan", "API", builders.COBA)]

    def test_a_reader_comes_with_the_loans_that_are_open(self, lan, an):
        lan.post("/loans", {"copy": "CB000001", "card": an})
        assert [loan["copy"] for loan in lan.get(f"/readers?card={an}").body["loans"]] == ["CB000001"]
        lan.post("/returns", {"copy": "CB000001"})
        assert lan.get(f"/readers?card={an}").body["loans"] == []

    @pytest.mark.parametrize("card", ["", "%00", "x" * 33, "%F0%9F%90%9B"])
    def test_what_is_no_card_finds_nobody(self, lan, card):
        assert is_problem(lan.get(f"/readers?card={card}"), 404, "not_found")


class TestCases:
    @pytest.fixture
    def case(self, lan, hoa, an):
        lan.post("/loans", {"copy": "CB000001", "card": an})
        other = join(lan, "Lò Thị Mai", birth="1980-01-01")
        override = {"code": "copy_on_loan", "reason": "sách đang cầm trên tay"}
        act = {"copy": "CB000001", "card": other, "place": builders.COBA, "override": override}
        return hoa.post("/loans", act).body["case"]

    def test_a_librarian_lists_and_settles_them_once(self, hoa, case):
        listed = hoa.get("/cases").body
        assert [found["id"] for found in listed["cases"]] == [case]
        assert listed["total"] == 1
        settled = hoa.post(f"/cases/{case}/settle", {"decision": "AS_IS", "reason": "đã hỏi"})
        assert (settled.status, settled.body["outcome"]) == (201, "APPLIED")
        assert hoa.get("/cases").body == {"total": 0, "cases": []}
        assert is_problem(hoa.post(f"/cases/{case}/settle", {}), 409, "case_closed")

    def test_a_decision_sent_again_is_one_decision(self, hoa, case):
        act = {"op": "0192f000-0000-7000-8000-000000000001", "decision": "AS_IS"}
        first, second = (hoa.post(f"/cases/{case}/settle", act) for _ in range(2))
        assert (first.body["status"], second.body["status"]) == ("stored", "duplicate")

    def test_a_keeper_neither_lists_nor_settles(self, lan, minh, case):
        for by in (lan, minh):
            assert by.get("/cases").body == {"total": 0, "cases": []}
            assert is_problem(by.post(f"/cases/{case}/settle", {}), 404, "not_found")

    @pytest.mark.parametrize("id_", ["0" * 32, "x" * 500, "%00", "..%2F..", "%F0%9F%90%9B"])
    def test_what_is_no_case_is_not_there(self, hoa, id_):
        assert is_problem(hoa.post(f"/cases/{id_}/settle", {}), 404, "not_found")

    @pytest.mark.slow
    @pytest.mark.parametrize("asked", ["limit=0", "limit=-5", "limit=100000", "offset=-1", "offset=9999999999999999"])
    def test_limits_are_kept_to(self, hoa, case, asked):
        assert hoa.get(f"/cases?{asked}").status == 200

    def test_a_decision_has_the_form_of_a_code(self, hoa, case):
        assert is_problem(hoa.post(f"/cases/{case}/settle", {"decision": "xong rồi"}), 422, "invalid")


def test_logs_name_nobody(lan, caplog, monkeypatch):
    from guisach.domain.circulation.steps import copies

    card = join(lan, "Triệu Thị Sen", phone="0912345678")

    def broken(_entries):
        raise ZeroDivisionError

    with caplog.at_level("INFO"), monkeypatch.context() as patched:
        patched.setattr(copies, "fold_copy", broken)
        lan.post("/loans", {"copy": "CB000001", "card": card})
        lan.post("/operations", {"operations": [{"op": "0192f000-0000-7000-8000-000000000009", "kind": "lend",
                 "copy": "CB000001", "private": {"reader": card, "note": "bà ngoại đón"}}]})  # fmt: skip
        patched.setattr(journal, "record", broken)
        Script(lan.token).post("/readers", {"name": "Triệu Thị Sen", "card": card, "group": "FARMER", "consent": True})
    assert caplog.records, "the fault itself is logged"
    for said in ("Sen", "0912345678", card, "ngoại", lan.token):
        assert said not in caplog.text
