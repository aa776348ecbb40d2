"""Stocktakes: begin one, scan in it together, see how far it is, close it, print its minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.domain.catalogue.queries import stock
from guisach.domain.catalogue.rules.barcodes import as_written
from guisach.domain.circulation import actions
from guisach.domain.circulation.queries import stocktakes as taking
from guisach.domain.network.queries import Permission, staff_names
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.paging import page_number
from guisach.web.work.desks import last_acts, note_act
from guisach.web.work.shell import CODE_MAX, fresh_op, is_partial, op_of, page, source_of, status_of, typed
from guisach.web.work.slips import Offer, Slip, refusal_slip, slips_of, undo_offer
from guisach.web.work.stocking import stand
from guisach.web.work.stocktake_words import FINDINGS, pile_text, scan_text, scope_text

if TYPE_CHECKING:
    from guisach.domain.circulation.actions.stocktakes import Scanned
    from guisach.domain.circulation.queries.stocktakes import StocktakeView

_PER_PAGE = 50
_PAGE_MAX = 4000  # of 50: more than a stocktake has copies
_OK = 200


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND)
def show_list(request: HttpRequest, duty: Duty) -> HttpResponse:
    """List the stocktakes of a place, open ones first; begin one."""
    at = stand(request, duty, permissions=(Permission.LEND,))
    complaint, status = "", 200
    if request.method == "POST":
        try:
            begun = actions.begin_stocktake(
                op_id=op_of(request), by=source_of(duty), place=at.code, clock=duty.clock, **_scope_asked(request)
            )
        except DomainError as refusal:
            complaint, status = str(refusal), status_of(refusal)
        else:
            note_act(request, begun)
            return redirect("work:stocktake", begun)
    found = taking.stocktakes([at.code])
    collections = stock.collection_names()
    people = staff_names({one.begun_by for one in found})
    lines = [
        {"one": one, "scope": scope_text(one, collections), "by": people.get(one.begun_by, one.begun_by)}
        for one in found
    ]
    context = {
        "stand": at,
        "lines": lines,
        "collections": collections,
        "complaint": complaint,
        "said": request.POST,
        "op": fresh_op(),
    }
    return page(request, duty, "work/stocktakes.html", context, status=status)


def _scope_asked(request: HttpRequest) -> dict[str, str]:
    scope = request.POST.get("scope", "")
    if scope == "collection":
        return {"collection": typed(request.POST.get("collection", ""), 16)}
    if scope == "shelf":
        return {name: typed(request.POST.get(name, ""), 80) for name in ("first", "last")}
    return {}


@require_http_methods(["GET", "POST"])
@needs(Permission.LEND)
def show(request: HttpRequest, duty: Duty, stocktake: UUID) -> HttpResponse:
    """Show a stocktake: where to scan, how far it is, what is left; paste a pile, say one is done, close it."""
    of = _found(duty, stocktake)
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        try:
            done = _act(request, duty, of)
        except DomainError as refusal:
            more = {"complaint": str(refusal), "asks_even_so": refusal.code == "stocktake_incomplete"}
            more["pasted"] = request.POST.get("codes", "")
            status = status_of(refusal)
        else:
            messages.success(request, done)
            return redirect("work:stocktake", of.id)
    return _page(request, duty, of, (), status, **more)


@require_POST
@needs(Permission.LEND)
def scan(request: HttpRequest, duty: Duty, stocktake: UUID) -> HttpResponse:
    """Take one scan; answers with its slip, or (without a script) with the page."""
    of, op = _found(duty, stocktake), op_of(request)
    code = typed(request.POST.get("code", ""), CODE_MAX)
    status = 200
    try:
        scanned = actions.count_copy(op_id=op, by=source_of(duty), stocktake=of.id, barcode=code, clock=duty.clock)
    except DomainError as refusal:
        slip, status = refusal_slip(refusal, title=code[:40]), status_of(refusal)
    else:
        slip = _slip(scanned, op)
    if is_partial(request):
        answer = render(request, "work/desk/answer.html", {"slips": (slip,)}, status=status)
    else:
        answer = _page(request, duty, of, (slip,), status)
    if status == _OK:
        note_act(request, op)
    return answer


@require_GET
@needs(Permission.LEND)
def progress(request: HttpRequest, duty: Duty, stocktake: UUID) -> HttpResponse:
    """Give the part of the page that says how far it is."""
    of = _found(duty, stocktake)
    return render(request, "work/stocktake_progress.html", _progress(of))


@require_GET
@needs(Permission.LEND)
def lines(request: HttpRequest, duty: Duty, stocktake: UUID) -> HttpResponse:
    """List what is missing (or not seen yet), or what turned up and should not be there."""
    of = _found(duty, stocktake)
    what = request.GET.get("what", "")
    what = what if what in FINDINGS else "missing"
    text = request.GET.get("page", "")
    number = page_number(text, _PAGE_MAX)
    window = {"limit": _PER_PAGE + 1, "offset": (number - 1) * _PER_PAGE}
    if what in FINDINGS:
        found = taking.findings(of, what, **window)
    else:
        found = taking.not_seen(of, **window) if of.is_open else taking.missing(of, **window)
    prefixes = stock.written_prefixes()
    context = {
        "stocktake": of,
        "what": what,
        "title": FINDINGS[what][0] if what in FINDINGS else "",
        "advice": FINDINGS[what][1] if what in FINDINGS else "",
        "lines": [{"copy": one, "number": as_written(one.barcode, prefixes)} for one in found[:_PER_PAGE]],
        "number": number,
        "prev": number - 1 if number > 1 else None,
        "next_page": number + 1 if len(found) > _PER_PAGE else None,
    }
    return page(request, duty, "work/stocktake_lines.html", context)


def _found(duty: Duty, id_: UUID) -> StocktakeView:
    found = taking.stocktake(id_)
    if found is None or not duty.may(Permission.LEND, found.place):
        raise Http404
    return found


def _act(request: HttpRequest, duty: Duty, of: StocktakeView) -> str:
    """Do what a button asks and return what to say. Raises the refusals of the action, Http404 for no button."""
    op, wanted, by = op_of(request), request.POST.get("do", ""), source_of(duty)
    if wanted == "pile":
        barcodes = [line.strip() for line in request.POST.get("codes", "").replace(",", "\n").split("\n")]
        came = actions.count_pile(
            op_id=op, by=by, stocktake=of.id, barcodes=[code for code in barcodes if code], clock=duty.clock
        )
        return pile_text(came)
    if wanted == "done":
        actions.report_done(op_id=op, by=by, stocktake=of.id, clock=duty.clock)
        return _("Noted: you have scanned all that you will. One more scan, and you say it again.")
    if wanted != "close":
        raise Http404
    even_so = request.POST.get("even_so") == "1"
    if actions.close_stocktake(op_id=op, by=by, stocktake=of.id, clock=duty.clock, even_so=even_so):
        return _("The stocktake is closed. What nobody saw is noted as missing; print the minutes below.")
    return _("A part of the missing list is written down. Please close once more to go on.")


def _page(
    request: HttpRequest, duty: Duty, of: StocktakeView, fresh: tuple[Slip, ...], status: int, **more: Any
) -> HttpResponse:
    collections = stock.collection_names() if of.collection else {}
    place = next((place for place in duty.places if place.pk == of.place), None)
    context = {
        **_progress(of),
        "scope": scope_text(of, collections),
        "at": place.name if place else of.place,
        "missing": taking.count_missing(of) if not of.is_open else 0,
        "slips": (*fresh, *slips_of(last_acts(request), duty)) if of.is_open else (),
        "op": fresh_op(),
        "op_act": fresh_op(),
        "op_undo": fresh_op(),
        **more,
    }
    return page(request, duty, "work/stocktake.html", context, status=status)


def _progress(of: StocktakeView) -> dict[str, Any]:
    stand_now = taking.progress(of)
    people = staff_names({one.actor for one in stand_now.scanners})
    return {
        "stocktake": of,
        "now": stand_now,
        "percent": 100 * stand_now.seen // stand_now.expected if stand_now.expected else 100,
        "scanners": [(people.get(one.actor, one.actor), one) for one in stand_now.scanners],
        "findings": [(code, FINDINGS[code][0], stand_now.findings[code]) for code in stand_now.findings],
    }


def _slip(scanned: Scanned, op: UUID) -> Slip:
    copy = scanned.copy
    parts = (scanned.barcode, copy.shelf, copy.call_no) if copy else (scanned.barcode,)
    where = " · ".join(part for part in parts if part)
    title = copy.title if copy else scanned.barcode
    href = reverse("work:copy", args=[scanned.barcode])
    if scanned.findings:
        notes = tuple(str(FINDINGS[code][1]) for code in scanned.findings)
        offers = [undo_offer(op)]
        if "ON_LOAN" in scanned.findings:
            hidden = (("op", fresh_op()), ("code", scanned.barcode))
            offers.insert(0, Offer(reverse("work:take_back"), _("Take back"), hidden, is_quiet=False))
        state = str(FINDINGS[scanned.findings[0]][0])
        return Slip("look", title, where, state, href, "look", notes, tuple(offers))
    if scanned.is_again:
        return Slip("plain", title, where, scan_text(scanned), href, "done")
    return Slip("done", title, where, scan_text(scanned), href, "done", offers=(undo_offer(op),))
