"""How the desk answers an act: to htmx with a slip and the reader's panel, to a plain form with a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guisach.domain.circulation import queries as circulation
from guisach.domain.circulation.rules.policy import lending_group
from guisach.domain.network.queries import Permission
from guisach.domain.readers import queries as readers
from guisach.web.ui import formats
from guisach.web.work import words
from guisach.web.work.desks import Desk, last_acts
from guisach.web.work.shell import fresh_op, is_partial, page, way_back
from guisach.web.work.slips import Slip, slips_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from guisach.domain.circulation.queries import LoanView, RulesInForce
    from guisach.domain.readers.queries import ReaderView
    from guisach.web.ui.access import Duty

_SOON_DAYS = 30  # a card that ends within this time is worth a word


@dataclass(frozen=True, slots=True)
class OpenLoan:
    """A book that the reader has, and the form that renews it."""

    loan: LoanView
    late: str  # how late, in words; empty where it is not
    op: str
    op_trouble: str  # for the form that says it was lost, or brought back
    may_go_on: bool  # whether the rules it was given under allow one more renewal


@dataclass(frozen=True, slots=True)
class Panel:
    """The reader who stands at the desk, with as much as this person may see."""

    reader: ReaderView
    is_ours: bool  # otherwise only the name and the number of open loans are shown
    loans: tuple[OpenLoan, ...]
    count: int
    limit: int
    warnings: tuple[str, ...]
    group: str


def open_loans(loans: list[LoanView], duty: Duty, rules: RulesInForce) -> tuple[OpenLoan, ...]:
    """Prepare a reader's open loans for showing."""
    return tuple(
        OpenLoan(
            loan,
            words.days(late) if (late := (duty.today - loan.due_on).days) > 0 and not loan.is_claimed else "",
            fresh_op(),
            fresh_op(),
            loan.renewals < rules.for_loan(loan).renewals_max,
        )
        for loan in loans
    )


def rules_for(loans: list[LoanView], duty: Duty) -> RulesInForce:
    """Give the rules of the places where these loans were made, and of the one on duty; two queries."""
    return circulation.rules_in_force({loan.place for loan in loans} | {duty.here})


def panel_of(reader: ReaderView | None, duty: Duty) -> Panel | None:
    """Prepare the panel of a reader; four queries."""
    if reader is None:
        return None
    lent = circulation.loans_of_reader(reader.id)
    rules = rules_for(lent, duty)
    limit = rules.for_new(place=duty.here, group=lending_group(reader.kind, reader.group), on=duty.today).loans_max
    loans = open_loans(lent, duty, rules)
    is_ours = duty.may(Permission.SEE_READERS, reader.place)
    groups = dict(readers.reader_groups())
    return Panel(
        reader=reader,
        is_ours=is_ours,
        loans=loans if is_ours else (),
        count=len(loans),
        limit=limit,
        warnings=warnings_of(reader, loans, limit, duty),
        group=words.capital(groups.get(reader.group, "")),
    )


def warnings_of(reader: ReaderView, loans: tuple[OpenLoan, ...], limit: int, duty: Duty) -> tuple[str, ...]:
    """Say what the desk should know before it lends: card, limit, books that are late."""
    found = []
    left = (reader.expires_on - duty.today).days
    if reader.is_card_pending:
        found.append(_("Another reader had this card number first: a new card is needed."))
    if left < 0:
        found.append(_("The card ended on %(date)s.") % {"date": formats.day(reader.expires_on)})
    elif left <= _SOON_DAYS:
        found.append(_("The card ends on %(date)s.") % {"date": formats.day(reader.expires_on)})
    if late := sum(1 for loan in loans if loan.late):
        found.append(_("Late books: %(n)s. Please ask for them kindly.") % {"n": late})
    if len(loans) >= limit:
        found.append(_("Has as many books as the rules allow."))
    return tuple(found)


def desk_page(
    request: HttpRequest, duty: Duty, desk: Desk, fresh: tuple[Slip, ...] = (), status: int = 200
) -> HttpResponse:
    """Show the whole desk, with slips that no log keeps (refusals) on top."""
    acts = last_acts(request)
    reader = desk.reader()
    context: dict[str, Any] = {
        "desk": desk,
        "panel": panel_of(reader, duty),
        "slips": (*fresh, *slips_of(acts, duty)),
        "op": fresh_op(),
        "hidden": [("desk", desk.id)],
    }
    return page(request, duty, "work/desk.html", context, status=status)


def returns_page(request: HttpRequest, duty: Duty, fresh: tuple[Slip, ...] = (), status: int = 200) -> HttpResponse:
    """Show the page on which every scan takes a book back."""
    slips = (*fresh, *slips_of(last_acts(request), duty))
    return page(request, duty, "work/returns.html", {"slips": slips, "op": fresh_op()}, status=status)


def answer(
    request: HttpRequest,
    duty: Duty,
    slips: tuple[Slip, ...],
    *,
    desk: Desk | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Answer an act: a part for htmx, or else the page that the act came from.

    `desk` is None where the act came from another page than the desk; a form's `next` names that page.
    """
    if is_partial(request):
        panel = panel_of(desk.reader(), duty) if desk else None
        context = {"slips": slips, "desk": desk, "panel": panel}
        part = render(request, "work/desk/answer.html", context, status=status)
        for name, value in (headers or {}).items():
            part[name] = value
        return part
    if "next" in request.POST:
        return _plain_answer(request, duty, slips, status)
    if status != 200 or any(slip.kind not in {"done", "gone"} for slip in slips):
        if desk:
            return desk_page(request, duty, desk, slips, status)
        return returns_page(request, duty, slips, status)
    return redirect(f"{reverse('work:home')}?desk={desk.id}" if desk else reverse("work:returns"))


def _plain_answer(request: HttpRequest, duty: Duty, slips: tuple[Slip, ...], status: int) -> HttpResponse:
    back = way_back(request)
    if status != 200:
        return page(request, duty, "work/refused.html", {"slips": slips, "back": back}, status=status)
    for slip in slips:
        messages.success(request, " · ".join(part for part in (slip.state, slip.title, slip.text) if part))
    return redirect(back)


def slip_for(op: UUID, duty: Duty) -> Slip:
    """Show one act that was just recorded."""
    found = slips_of([op], duty)
    return found[0] if found else Slip("done", _("Done"))
