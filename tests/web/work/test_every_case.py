"""Every kind of case there is: listed, read, its doors opened, settled in three steps at most, and for good."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from guisach.domain.circulation.actions.payments import take_deposit
from guisach.domain.journal.models import Case, CaseOperation, Operation
from guisach.domain.journal.rules.cases import case_id
from guisach.kernel.clock import system_clock
from guisach.kernel.ids import new_id
from guisach.web.ui.cases_text import CASES, decision_text, decisions_of
from tests import builders
from tests.builders_money import money
from tests.desks import connect, enrolled
from tests.web.work.conftest import lent
from tests.worlds import as_before

if TYPE_CHECKING:
    from uuid import UUID

    from tests.web.work.conftest import Worker

STEPS_MAX = 3
_PAID = "payment"
_OF_DEVICES = {"revoked_device", "chain_broken", "fork", "clock", "device_unknown"}


@pytest.fixture
def happened(world) -> dict[str, tuple[str, UUID]]:
    """Something real for a case to be about: a loan, a payment, what an offline desk did."""
    loan = lent(world).loan
    money(system_clock)
    paid = take_deposit(
        op_id=new_id(), by=world.lan.source, place=builders.COBA, reader=world.an, amount=20_000, clock=system_clock
    )
    desk = enrolled(connect(), builders.COBA, world.hoa.staff, "lan", builders.PASSWORD)
    desk.make("sighting", copy="CB000002")
    desk.sync()
    seen = Operation.objects.get(kind="sighting").op
    return {
        "copy": ("copy:CB000001", loan.op),
        _PAID: (f"payment:{paid.op}", paid.op),
        "device": ("copy:CB000002", seen),
    }


def of_kind(kind: str, happened: dict[str, tuple[str, UUID]]) -> Case:
    """Put a case of this kind, about what really happened, where a fold would put it."""
    about = _PAID if "give" in kind or "compensation" in kind else "device" if kind in _OF_DEVICES else "copy"
    subject, op = happened[about]
    made = Case.objects.create(
        id=case_id(kind, [op]), kind=kind, subject=subject, place=builders.COBA, operations=[str(op)],
        happened_at=system_clock(), opens_at=system_clock(),
    )  # fmt: skip
    CaseOperation.objects.create(case=made, op=op)
    return made


@pytest.mark.slow
def test_each_is_settled_over_its_page_in_three_steps_at_most(hoa, lan, happened):
    assert len(CASES) > 40
    for kind in CASES:
        with as_before():
            walked(hoa, lan, of_kind(kind, happened))


def walked(hoa: Worker, lan: Worker, case: Case) -> None:
    """Settle a case as a librarian does, and look at it once more."""
    kind, path = case.kind, "/work/cases/"
    assert f"{path}{case.pk}/" in hoa.text(path, kind=kind)
    page = hoa.text(f"{path}{case.pk}/")
    todo = page[page.index('class="steps') :].partition("</ol>")[0]
    assert 2 <= len(re.findall(r"<li>", todo)) <= STEPS_MAX, kind
    for door in re.findall(r'href="(/work/[^"]+)"', page.partition("What to do")[2].partition("</section>")[0]):
        assert hoa.get(door, follow=True).status_code == 200, (kind, door)
    choices = decisions_of(kind)
    for code, _text in choices:
        assert f'value="{code}"' in todo
    decision = choices[0][0]
    assert hoa.act(f"{path}{case.pk}/", decision=decision, reason="đã hỏi từng người").status_code == 302, kind
    settled = lan.text(f"{path}{case.pk}/")
    assert str(decision_text(decision)) in settled
    assert "đã hỏi từng người" in settled
    assert f"{path}{case.pk}/" not in hoa.text(path, kind=kind)
    assert f"{path}{case.pk}/" in hoa.get(path, {"kind": kind, "status": "SETTLED"}).content.decode()
    again = hoa.act(f"{path}{case.pk}/", decision=choices[-1][0], reason="lần nữa")
    assert again.status_code == 409
    assert str(decision_text(decision)) in hoa.text(f"{path}{case.pk}/")
