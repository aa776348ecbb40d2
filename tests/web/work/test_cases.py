"""Cases: listed by place and age, told in order, settled by a librarian with a reason, readable afterwards."""

from __future__ import annotations

import ast
import re

import pytest

from guisach.domain.journal import queries as journal
from guisach.domain.readers import queries as readers
from guisach.kernel.clock import system_clock
from guisach.web.ui.cases_text import CASES, DECISIONS, UNKNOWN, decision_text, text_of
from tests.conftest import ROOT
from tests.web.work.conftest import earlier, lent

_DRAFTING = {"CaseDraft", "_case", "case", "case_about"}


def kinds_in(text: str) -> set[str]:
    """Collect the kinds of case that a module drafts: the first argument of CaseDraft(…) and the like."""
    tree = ast.parse(text)
    constants = _assigned(tree.body)
    found: set[str] = set()
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        local = constants | _assigned(ast.walk(function))
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and call.args and getattr(call.func, "id", "") in _DRAFTING:
                first = call.args[0]
                first = local.get(first.id, first) if isinstance(first, ast.Name) else first
                found |= {
                    node.value
                    for node in ast.walk(first)
                    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 1
                }
    return found


def _assigned(nodes) -> dict[str, ast.expr]:
    return {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def drafted() -> set[str]:
    files = (ROOT / "src" / "guisach" / "domain").rglob("*.py")
    return set().union(*(kinds_in(file.read_text(encoding="utf-8")) for file in files))


class TestWords:
    @pytest.mark.slow
    def test_every_kind_that_is_drafted_has_words_and_no_other(self):
        assert drafted() == set(CASES)

    def test_a_kind_is_found_however_it_is_written(self):
        text = (
            '_K = "g_h"\ndef g(): CaseDraft(_K, (), "", t)\n'
            'def f():\n  kind = "a_b" if x else "c_d"\n  _case(kind, e)\n  CaseDraft("e_f", (), "", t)\n'
        )
        assert kinds_in(text) == {"a_b", "c_d", "e_f", "g_h"}

    @pytest.mark.parametrize("kind", [*CASES, "made up"])
    def test_there_are_at_most_three_steps_and_every_decision_has_words(self, kind):
        text = text_of(kind)
        assert 1 <= len(text.steps) <= 2  # the third is the decision
        assert len(text.decisions) >= 2
        assert set(text.decisions) <= set(DECISIONS)

    def test_what_a_newer_version_decided_is_shown_as_it_stands(self):
        assert decision_text("FROM_TOMORROW") == "FROM_TOMORROW"
        assert text_of("from_tomorrow") is UNKNOWN


@pytest.fixture
def case(world):
    """Lent to Bình while An had it, past the rule: a case at Cô Ba."""
    from guisach.domain.circulation.actions import Override
    from tests import builders

    binh = builders.binh(world.lan, earlier(days=6))
    clock = earlier(days=5)
    lent(world, clock=clock)
    lent(world, reader=binh, by=world.hoa, clock=clock, override=Override("copy_on_loan", "sách đang cầm trên tay"))
    return journal.cases(journal.CaseFilter(places=None), at=system_clock())[0]


class TestList:
    def test_shows_what_waits_at_ones_places_with_its_age(self, lan, case):
        page = lan.text("/work/cases/")
        assert "Lent to a second reader without a return" in page
        assert "Dế Mèn phiêu lưu ký (CB000001)" in page
        assert "5 days" in page
        assert f"/work/cases/{case.id}/" in page

    def test_shows_nothing_of_another_place(self, minh, case):
        assert "Nothing waits" in minh.text("/work/cases/")
        assert minh.get(f"/work/cases/{case.id}/").status_code == 404

    def test_can_be_narrowed_by_kind_and_place(self, hoa, case):
        assert "second reader without" in hoa.text("/work/cases/", kind="lent_twice", place="CB-COBA")
        assert "None of this kind" in hoa.text("/work/cases/", kind="clock")
        assert "None of this kind" in hoa.text("/work/cases/", place="CB-DAMTHUY")

    def test_urgent_ones_come_first(self, hoa, case):
        from guisach.domain.journal.models import Case

        Case.objects.create(
            id="f" * 32,
            kind="lent_twice_order_unknown",
            subject="copy:CB000002",
            place="CB-COBA",
            is_urgent=True,
            happened_at=system_clock(),
            opens_at=system_clock(),
        )
        page = hoa.text("/work/cases/")
        assert page.index("who has the book?", page.index("</form>")) < page.index(
            "without a return", page.index("</form>")
        )
        assert "has not arrived yet" in hoa.text(f"/work/cases/{'f' * 32}/")

    def test_settled_ones_have_a_list_of_their_own(self, lan, world):
        assert "No case has been settled yet" in lan.text("/work/cases/?status=SETTLED")


class TestPage:
    def test_tells_what_happened_in_order_and_what_to_do(self, hoa, world, case):
        page = hoa.text(f"/work/cases/{case.id}/")
        first = page.index("Hoàng Thị Lan lent “Dế Mèn phiêu lưu ký” (CB000001) to Vàng Thị An.")
        second = page.index("Bế Thị Hoa lent “Dế Mèn phiêu lưu ký” (CB000001) to Vàng A Bình.")
        assert first < second
        assert "sách đang cầm trên tay" in page
        assert "The later loan holds" in page
        assert (
            len(re.findall(r"<li>", page[page.index('class="steps') : page.index("</ol>", page.index('class="steps'))]))
            == 3
        )
        assert readers.accesses_of(world.an)[0][1] == "CASE"

    def test_a_keeper_reads_it_and_does_not_decide(self, lan, case):
        page = lan.text(f"/work/cases/{case.id}/")
        assert "A librarian decides" in page
        response = lan.act(f"/work/cases/{case.id}/", decision="AS_IS", reason="không sao")
        assert response.status_code == 302
        assert journal.case(case.id).status == "OPEN"

    def test_a_librarian_settles_it_with_a_reason_and_it_stays_readable(self, hoa, lan, case):
        said = {"decision": "CAME_BACK", "reason": "bạn đọc đã trả hôm trước"}
        assert hoa.act(f"/work/cases/{case.id}/", **said).status_code == 302
        for someone in (hoa, lan):
            page = someone.text(f"/work/cases/{case.id}/")
            assert "only the return was not written down" in page
            assert "bạn đọc đã trả hôm trước" in page
            assert "What to do" not in page
        assert "Nothing waits" in lan.text("/work/cases/")
        assert "second reader without" in lan.text("/work/cases/?status=SETTLED")

    @pytest.mark.parametrize(
        "said", [{"decision": "", "reason": "x"}, {"decision": "AS_IS", "reason": " "}, {"decision": "X"}]
    )
    def test_without_decision_or_reason_it_stays_open(self, hoa, case, said):
        assert hoa.act(f"/work/cases/{case.id}/", **said).status_code == 422
        assert journal.case(case.id).status == "OPEN"

    def test_twice_settled_the_second_is_told_so(self, hoa, case):
        said = {"decision": "AS_IS", "reason": "đã hỏi"}
        hoa.act(f"/work/cases/{case.id}/", **said)
        response = hoa.act(f"/work/cases/{case.id}/", **said)
        assert response.status_code == 409

    def test_that_does_not_exist_is_not_there(self, hoa, world):
        assert hoa.get("/work/cases/nothing/").status_code == 404

    def test_that_settled_itself_says_so(self, hoa, world, case):
        from guisach.domain.circulation import actions
        from guisach.kernel.ids import new_id

        actions.void(op_id=new_id(), by=world.hoa.source, target=case.operations[1], reason="", clock=system_clock)
        assert "has settled itself" in hoa.text(f"/work/cases/{case.id}/")


class TestTogether:
    @pytest.fixture
    def two(self, world):
        """Two withdrawn books at Cô Ba that turned up again."""
        from django.db import transaction

        from guisach.domain.circulation import actions
        from guisach.domain.circulation.steps.copies import copies_withdrawn
        from guisach.kernel.ids import new_id

        with transaction.atomic():
            copies_withdrawn(["CB000001", "CB000002"], earlier(days=3))
        for barcode in ("CB000001", "CB000002"):
            actions.sight(op_id=new_id(), by=world.lan.source, place="CB-COBA", barcode=barcode, clock=system_clock)
        return [case.id for case in journal.cases(journal.CaseFilter(places=None), at=system_clock())]

    def test_several_of_one_kind_are_settled_by_one_decision_and_stay_so(self, hoa, lan, two):
        page = hoa.text("/work/cases/?kind=seen_after_withdrawal")
        assert "A withdrawn book is here again (2)" in page
        said = {"case": two, "decision": "MENDED", "reason": "đã để riêng"}
        hoa.act("/work/cases/?kind=seen_after_withdrawal", **said)
        assert [journal.case(id_).status for id_ in two] == ["SETTLED", "SETTLED"]
        lan.act("/work/troubles/act/", code="CB000001", do="damage", next="/work/")  # something else happens to it
        assert journal.case(two[0]).status == journal.case(two[1]).status == "SETTLED"

    def test_not_by_a_keeper_nor_without_a_reason_nor_for_another_kind(self, hoa, lan, two):
        said = {"case": two, "decision": "MENDED", "reason": "đã để riêng"}
        assert 'name="decision"' not in lan.text("/work/cases/?kind=seen_after_withdrawal")
        lan.act("/work/cases/?kind=seen_after_withdrawal", **said)
        hoa.act("/work/cases/?kind=seen_after_withdrawal", **{**said, "reason": ""})
        hoa.act("/work/cases/?kind=clock", **said)
        assert {journal.case(id_).status for id_ in two} == {"OPEN"}

    def test_a_step_leads_to_the_page_where_it_is_done(self, hoa, two):
        assert "/work/copies/CB00000" in hoa.text(f"/work/cases/{two[0]}/")
