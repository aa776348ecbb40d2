"""Lost, missing, claimed, damaged: the list of a place, and the acts that every page with a copy offers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from guisach.domain.catalogue.actions import stock as stock_acts
from guisach.domain.catalogue.queries import copies_by_barcode, copy_by_barcode
from guisach.domain.catalogue.queries import stock as stock_queries
from guisach.domain.catalogue.rules.barcodes import as_written, normalise_barcode
from guisach.domain.circulation import queries as circulation
from guisach.domain.network.queries import Permission
from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import note_access
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.paging import page_number
from guisach.web.work import words
from guisach.web.work.answers import answer, slip_for
from guisach.web.work.desks import Desk, note_act
from guisach.web.work.shell import CODE_MAX, REASON_MAX, fresh_op, op_of, page, status_of, typed
from guisach.web.work.slips import person_name, refusal_slip
from guisach.web.work.stocking import stand
from guisach.web.work.troubling import ACTS, ACTS_OF, LOOK_AGAIN_DAYS, TABS, do, place_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guisach.domain.circulation.queries import TroubleView
    from guisach.web.work.stocking import Stand

_PER_PAGE = 30
_PAGE_MAX = 500
_WEEDING_REASONS = {"LOST": "LOST", "DAMAGED": "WORN_OUT"}


@require_POST
@needs(Permission.LEND, here=True)
def act(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Note that one copy is lost, missing, damaged, found …; from its page, a loan, a list or a slip at the desk."""
    code, op, wanted = typed(request.POST.get("code", ""), CODE_MAX), op_of(request), request.POST.get("do", "")
    if wanted not in ACTS:
        raise BadRequest("no such act")
    desk = Desk(request) if request.POST.get("desk") else None
    try:
        barcode = normalise_barcode(code)
    except ValueError:
        raise Http404 from None
    copy = copy_by_barcode(barcode)
    place = place_of(wanted, duty, copy, circulation.open_loan_of_copy(barcode, copy=copy), barcode)
    try:
        do(wanted, op, duty, barcode, place, typed(request.POST.get("reason", ""), REASON_MAX))
    except DomainError as refusal:
        slip = refusal_slip(refusal, title=copy.title if copy else barcode)
        return answer(request, duty, (slip,), desk=desk, status=status_of(refusal))
    note_act(request, op)
    return answer(request, duty, (replace(slip_for(op, duty), sound="done"),), desk=desk)


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND)
def show_list(request: HttpRequest, duty: Duty) -> HttpResponse:
    """List what is in trouble at a place, the longest first; tick some and say what became of them."""
    at = stand(request, duty, permissions=(Permission.LEND,))
    counts = circulation.trouble_counts([at.code])
    wish = request.POST.get("tab") or request.GET.get("tab") or ""
    tab = wish if wish in TABS else next((one for one in TABS if counts.get(one)), "MISSING")
    if request.method == "POST":
        _act_on_ticked(request, duty, at, tab)
        return redirect(f"{request.path}?place={at.code}&tab={tab}")
    text = request.GET.get("page", "")
    number = page_number(text, _PAGE_MAX)
    found = circulation.troubles([at.code], tab, limit=_PER_PAGE + 1, offset=(number - 1) * _PER_PAGE)
    lines = found[:_PER_PAGE]
    people = readers.readers({line.reader for line in lines if line.reader}) if tab == "CLAIMED" else {}
    shown = {line.reader for line in lines if line.reader and person_name(people.get(line.reader), duty)}
    for reader in sorted(shown, key=str):
        note_access(staff_id=duty.person.pk, act="COPY", at=duty.at, reader=reader, place=duty.here)
    prefixes = stock_queries.written_prefixes()
    context = {
        "stand": at,
        "tab": tab,
        "tabs": [(code, title, counts.get(code, 0)) for code, title in TABS.items()],
        "lines": [
            {
                "copy": line,
                "number": as_written(line.barcode, prefixes),
                "age": words.age(line.since, duty.at),
                "next": _next_step(line, (duty.at - line.since).days),
                "reader": people.get(line.reader) if line.reader in shown else None,
            }
            for line in lines
        ],
        "acts": [(code, ACTS[code]) for code in ACTS_OF[tab]],
        "may_weed": tab in _WEEDING_REASONS and duty.grants.somewhere(Permission.STOCK),
        "op": fresh_op(),
        "number": number,
        "prev": number - 1 if number > 1 else None,
        "next_page": number + 1 if len(found) > _PER_PAGE else None,
    }
    return page(request, duty, "work/troubles.html", context)


def _next_step(line: TroubleView, days: int) -> str:
    if line.trouble in {"MISSING", "CLAIMED"}:
        return _("look again") if days < LOOK_AGAIN_DAYS else _("give it up as lost, if it is nowhere")
    if line.trouble == "DAMAGED":
        return _("have it mended, or propose it for weeding")
    return _("wait whether it turns up") if days < LOOK_AGAIN_DAYS else _("propose it for weeding")


def _act_on_ticked(request: HttpRequest, duty: Duty, at: Stand, tab: str) -> None:
    """Do one thing to each of the ticked copies, each as an operation of its own; what was refused is said."""
    op, wanted = op_of(request), request.POST.get("do", "")
    ticked = [code[:CODE_MAX] for code in request.POST.getlist("copy")[:_PER_PAGE]]
    barcodes = sorted(circulation.in_trouble([at.code], tab, ticked))
    if not barcodes:
        messages.warning(request, _("Please tick the books first."))
    elif wanted == "weed":
        _propose(request, duty, barcodes, tab)
    elif wanted in ACTS_OF[tab]:
        _note_each(request, duty, at, wanted, op, barcodes)
    else:
        raise BadRequest("no such act")


def _note_each(request: HttpRequest, duty: Duty, at: Stand, wanted: str, op: UUID, barcodes: Sequence[str]) -> None:
    done, refused = 0, []
    for barcode in barcodes:
        try:
            do(wanted, uuid5(op, barcode), duty, barcode, at.code)
            done += 1
        except DomainError as refusal:
            refused.append(str(refusal))
    if done:
        said = ngettext("Written down for %(n)s book: %(act)s.", "Written down for %(n)s books: %(act)s.", done)
        messages.success(request, said % {"n": formats.number(done), "act": str(ACTS[wanted]).lower()})
    for text in dict.fromkeys(refused):
        messages.warning(request, text)


def _propose(request: HttpRequest, duty: Duty, barcodes: Sequence[str], tab: str) -> None:
    """Put the copies on the open weeding list of their owner's register, which is begun where there is none."""
    within = duty.scope(Permission.STOCK)
    copies = copies_by_barcode(barcodes)
    owners = {copy.owner for copy in copies.values()}
    if not owners or any(not duty.may(Permission.STOCK, owner) for owner in owners):
        messages.warning(request, _("Only who keeps the register of these books can propose them for weeding."))
        return
    reason = _WEEDING_REASONS[tab]
    for owner in sorted(owners):
        mine = [barcode for barcode, copy in copies.items() if copy.owner == owner]
        lists = [one for one in stock_queries.withdrawals([owner]) if one.is_open and one.reason == reason]
        number = (
            lists[0].id
            if lists
            else stock_acts.begin_withdrawal(place=owner, reason=reason, clock=duty.clock, by=duty.person.pk)
        )
        try:
            stock_acts.judge(withdrawal=number, barcodes=mine, verdict="PROPOSED", within=within)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        else:
            text = ngettext("%(n)s copy put on the list.", "%(n)s copies put on the list.", len(mine))
            messages.success(request, text % {"n": formats.number(len(mine))})
