"""Acts at a desk through the API: asked first, refused with a code and a way on, recorded once."""

from __future__ import annotations

import pytest

from guisach.domain.circulation.models import Loan
from guisach.domain.journal.models import Operation
from guisach.domain.journal.queries.checking import differences
from guisach.kernel.ids import new_id
from tests import builders
from tests.web.api.scripts import is_problem, join


def loan(**more):
    return {"copy": "CB000001", **more}


class TestLending:
    def test_a_copy_goes_out_and_comes_back(self, lan, an):
        lent = lan.post("/loans", loan(card=an))
        assert lent.status == 201
        assert (lent.body["copy"], lent.body["title"]) == ("CB000001", "Dế Mèn phiêu lưu ký")
        assert (lent.body["place"], lent.body["closed_at"], lent.body["case"]) == (builders.COBA, None, None)
        back = lan.post("/returns", {"copy": " cb000001 "})
        assert back.status == 201
        assert back.body["outcome"] == "RETURNED"
        assert back.body["loan"]["op"] == lent.body["op"]
        assert list(differences()) == []

    def test_the_answer_names_no_reader(self, lan, an):
        lent = lan.post("/loans", loan(card=an))
        reader = str(Loan.objects.get().reader)
        assert reader not in str(lent.body)
        assert an not in str(lent.body)

    def test_the_same_id_twice_is_one_loan_and_one_answer(self, lan, an):
        op = str(new_id())
        first, second = lan.post("/loans", loan(card=an, op=op)), lan.post("/loans", loan(card=an, op=op))
        assert (first.status, second.status) == (201, 201)
        assert first.body == second.body
        assert Operation.objects.filter(kind="lend").count() == 1

    def test_a_used_id_never_stands_for_another_act(self, lan, an):
        op = str(new_id())
        assert lan.post("/loans", loan(card=an, op=op)).status == 201
        for path, act in (
            ("/returns", {"copy": "CB000001"}),
            ("/renewals", {"copy": "CB000001"}),
            ("/sightings", {"copy": "CB000001"}),
            ("/tallies/visits", {"counts": {"CHILD": 1}}),
            ("/readers", {"name": "Lò Thị Mai", "group": "FARMER", "consent": True}),
            ("/voids", {"target": op}),
        ):
            assert is_problem(lan.post(path, {**act, "op": op}), 409, "operation_id_taken"), path
        assert Loan.objects.get().closed_at is None

    @pytest.mark.parametrize(
        ("act", "status", "code"),
        [
            ({"copy": "X" * 5000}, 422, "barcode_unusable"),
            ({"copy": ""}, 422, "barcode_unusable"),
            ({"copy": "CB\u0000"}, 422, "barcode_unusable"),
            ({"copy": "CB999999"}, 404, "copy_unknown"),
            ({"copy": "CB000001", "card": "NO-SUCH"}, 404, "reader_unknown"),
            ({"copy": "CB000001", "card": ""}, 404, "reader_unknown"),
            ({"copy": "CB000001", "card": "\u0000"}, 404, "reader_unknown"),
            (
                {"copy": "CB000001", "card": None, "reader": "0192f000-0000-7000-8000-000000000000"},
                404,
                "reader_unknown",
            ),
            ({"copy": 7}, 422, "invalid"),
            ({}, 422, "invalid"),
            ({"copy": "CB000001", "op": "1"}, 422, "invalid"),
            ({"copy": "CB000001", "place": "NO-SUCH"}, 403, "not_allowed"),
            ({"copy": "CB000001", "place": "\u0000"}, 403, "not_allowed"),
        ],
    )
    def test_what_cannot_be_lent_is_refused_and_nothing_is_written(self, lan, an, act, status, code):
        before = Operation.objects.count()
        assert is_problem(lan.post("/loans", {"card": an, **act}), status, code)
        assert Operation.objects.count() == before

    def test_somebody_with_the_whole_province_must_say_where(self, hoa, lan, an):
        assert is_problem(hoa.post("/loans", loan(card=an)), 422, "place_needed")
        assert hoa.post("/loans", loan(card=an, place=builders.TINH)).status == 201


class TestOverriding:
    @pytest.fixture
    def lent(self, lan, an):
        assert lan.post("/loans", loan(card=an)).status == 201
        return join(lan, "Lò Thị Mai", birth="1980-01-01")

    def test_a_refusal_says_how_to_go_on_and_a_librarian_may(self, hoa, lan, lent):
        act = loan(card=lent, place=builders.COBA)
        refused = hoa.post("/loans", act)
        assert is_problem(refused, 409, "copy_on_loan")
        assert refused.body["override"]["code"] == "copy_on_loan"
        override = {"code": refused.body["override"]["code"], "reason": "sách đang cầm trên tay"}
        again = hoa.post("/loans", {**act, "override": override})
        assert again.status == 201
        assert again.body["case"]
        assert Loan.objects.filter(closed_at__isnull=True).count() == 1
        assert list(differences()) == []

    def test_a_keeper_may_not(self, lan, lent):
        act = loan(card=lent, override={"code": "copy_on_loan", "reason": "vì vội"})
        assert is_problem(lan.post("/loans", act), 403, "override_not_allowed")

    @pytest.mark.parametrize(
        ("override", "status", "code"),
        [
            ({"code": "copy_on_loan", "reason": " "}, 422, "reason_needed"),
            ({"code": "over_limit", "reason": "vì tôi muốn"}, 409, "copy_on_loan"),
            ({"code": "copy_on_loan"}, 422, "invalid"),
            ({"code": "copy_on_loan", "reason": "x" * 501}, 422, "invalid"),
        ],
    )
    def test_an_override_needs_the_right_name_and_a_reason(self, hoa, lent, override, status, code):
        act = loan(card=lent, place=builders.COBA, override=override)
        assert is_problem(hoa.post("/loans", act), status, code)

    def test_some_refusals_stand(self, hoa, lan, an):
        lan.post("/loans", loan(card=an))
        override = {"code": "copy_with_this_reader", "reason": "vì vội"}
        answer = hoa.post("/loans", loan(card=an, place=builders.COBA, override=override))
        assert is_problem(answer, 403, "override_not_allowed")


class TestTheOtherActs:
    def test_a_return_is_repeated_with_the_same_answer(self, lan, an):
        lan.post("/loans", loan(card=an))
        act = {"copy": "CB000001", "op": str(new_id())}
        first = lan.post("/returns", act)
        lan.post("/loans", loan(card=an))
        lan.post("/returns", {"copy": "CB000001"})
        assert lan.post("/returns", act).body == first.body

    def test_bringing_what_was_not_lent_is_noted_as_seen_however_often_it_is_said(self, lan):
        act = {"copy": "CB000001", "op": str(new_id())}
        first = lan.post("/returns", act)
        assert (first.status, first.body["outcome"], first.body["loan"]) == (201, "SEEN", None)
        assert lan.post("/returns", act).body == first.body
        assert is_problem(lan.post("/returns", {"copy": "CB999999"}), 404, "copy_unknown")

    def test_a_loan_goes_on_twice_and_no_further(self, lan, an):
        assert is_problem(lan.post("/renewals", {"copy": "CB000001"}), 409, "not_on_loan")
        due = lan.post("/loans", loan(card=an)).body["due_on"]
        act = {"copy": "CB000001", "op": str(new_id())}
        once = lan.post("/renewals", act)
        assert once.status == 201
        assert once.body["due_on"] > due
        assert lan.post("/renewals", act).body == once.body
        # A second one of the same day moves the date on, but is counted as the first (SYNC row 8).
        assert lan.post("/renewals", {"copy": "CB000001"}).body["renewals"] == 1

    def test_a_copy_is_seen(self, lan):
        seen = lan.post("/sightings", {"copy": "CB000001"})
        assert (seen.status, seen.body["outcome"]) == (201, "SEEN")
        assert is_problem(lan.post("/sightings", {"copy": "CB999999"}), 404, "copy_unknown")

    def test_an_act_is_taken_back_by_its_author_and_by_nobody_else(self, lan, minh, an):
        lent = lan.post("/loans", loan(card=an)).body
        assert is_problem(
            minh.post("/voids", {"target": lent["op"]}), 404, "void_unknown"
        )  # elsewhere: as if it were not
        act = {"target": lent["op"], "reason": "nhầm thẻ", "op": str(new_id())}
        first = lan.post("/voids", act)
        assert (first.status, first.body["outcome"]) == (201, "APPLIED")
        assert lan.post("/voids", act).body["status"] == "duplicate"
        assert is_problem(lan.post("/voids", {"target": lent["op"]}), 404, "void_unknown")
        assert is_problem(lan.post("/voids", {"target": str(new_id())}), 404, "void_unknown")
        assert not Loan.objects.exists()

    def test_counts_of_a_day_are_added(self, lan):
        assert lan.post("/tallies/visits", {"counts": {"CHILD": 4}}).status == 201
        assert lan.post("/tallies/uses", {"counts": {"CHILD": 2}}).status == 201
        assert is_problem(lan.post("/tallies/books", {"counts": {"CHILD": 2}}), 404, "not_found")
        for counts in ({}, {"CHILD": -1}, {"CHILD": 10_001}, {"MARTIAN": 1}, {"CHILD": 0}):
            assert is_problem(lan.post("/tallies/visits", {"counts": counts}), 422, "count_unusable")
        assert is_problem(lan.post("/tallies/visits", {"counts": {"CHILD": 1.5}}), 422, "invalid")
        assert is_problem(
            lan.post("/tallies/visits", {"counts": {"CHILD": 1}, "on": "2099-01-01"}), 422, "day_unusable"
        )

    def test_a_reader_joins_once(self, lan):
        act = {"name": "Lò Thị Mai", "group": "FARMER", "consent": True, "op": str(new_id())}
        first = lan.post("/readers", act)
        assert first.status == 201
        assert lan.post("/readers", act).body == first.body
        assert is_problem(lan.post("/readers", {**act, "op": None, "consent": False}), 422, "consent_needed")
        child = {**act, "op": None, "birth": "2020-01-01"}
        assert is_problem(lan.post("/readers", child), 422, "guardian_needed")
        taken = {**act, "op": None, "card": first.body["card"]}
        assert is_problem(lan.post("/readers", taken), 409, "card_taken")
        assert is_problem(lan.post("/readers", {**act, "op": None, "birth": "hôm qua"}), 422, "invalid")

    @pytest.mark.parametrize("field", ["name", "address", "phone", "guardian", "card"])
    def test_signs_that_a_database_cannot_keep_harm_nothing(self, lan, field):
        said = {"name": "Lò Thị Mai", "group": "FARMER", "consent": True, field: "Lò\u0000\ud800 Mai"}
        answer = lan.post("/readers", said)
        assert answer.status in {201, 422}, answer.body
        assert list(differences()) == []
