"""Weeding: a list is proposed, somebody goes through it with the books in hand, a decision takes copies out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_GET, require_http_methods

from guisach.adapters.printing import Minutes, MinutesLine
from guisach.adapters.printing import minutes as print_minutes
from guisach.domain.catalogue.actions import stock as acts
from guisach.domain.catalogue.queries import stock
from guisach.domain.catalogue.rules.barcodes import as_written
from guisach.domain.network.queries import Permission, province
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.ui.paging import page_number
from guisach.web.work.shell import page, status_of
from guisach.web.work.stock_forms import Decision, Rules, capitals
from guisach.web.work.stock_words import why_in_words
from guisach.web.work.stocking import codes_of, pdf, stand
from guisach.web.work.views.stock.registers import heading_of

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries.stock import WeedingLineView, WithdrawalView
    from guisach.web.work.stocking import Stand

_PER_PAGE = 50
_PAGES_MAX = 9_999
_PRINTED_MAX = 5000
_VERDICTS = ("PROPOSED", "WITHDRAW", "KEEP")


@require_http_methods(["GET", "POST"])
@needs(Permission.STOCK)
def lists(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show the weeding lists, open ones first; begin one."""
    at = stand(request, duty)
    reasons = capitals(stock.reasons())
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        if reason not in dict(reasons):
            raise Http404
        begun = acts.begin_withdrawal(place=at.code, reason=reason, clock=duty.clock, by=duty.person.pk)
        return redirect("work:weeding_list", begun)
    context = {
        "stand": at,
        "lists": stock.withdrawals(at.within),
        "names": {place.pk: place.name for place in at.places},
        "reasons": reasons,
    }
    return page(request, duty, "work/stock/weeding.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.STOCK)
def show(request: HttpRequest, duty: Duty, withdrawal: int) -> HttpResponse:
    """Go through one list."""
    found = stock.withdrawal(withdrawal)
    at = stand(request, duty, found.place if found else "-")
    if found is None:
        raise Http404
    verdict = request.GET.get("verdict", "") if request.GET.get("verdict") in _VERDICTS else ""
    rules, decision, complaint, status = Rules(), Decision(initial={"decided_on": duty.today}), "", 200
    if request.method == "POST":
        verb = request.POST.get("do", "")
        if verb == "propose":
            rules = Rules(request.POST)
        if verb == "decide":
            decision = Decision(request.POST)
        try:
            answer = _act(verb, request, duty, at, withdrawal, rules, decision)
        except DomainError as refusal:
            complaint, status = str(refusal), status_of(refusal)
        else:
            if answer is not None:
                return answer
            status = 422
    text = request.GET.get("page", "")
    number = page_number(text, _PAGES_MAX)
    lines = stock.weeding_lines(withdrawal, verdict=verdict, limit=_PER_PAGE + 1, offset=(number - 1) * _PER_PAGE)
    prefixes = stock.written_prefixes()
    context = {
        "stand": at,
        "list": found,
        "rules": rules,
        "decision": decision,
        "complaint": complaint,
        "verdict": verdict,
        "lines": [
            {"copy": line, "number": as_written(line.barcode, prefixes), "why": why_in_words(line.why)}
            for line in lines[:_PER_PAGE]
        ],
        "number": number,
        "prev": number - 1 if number > 1 else None,
        "next_page": number + 1 if len(lines) > _PER_PAGE else None,
    }
    return page(request, duty, "work/stock/weeding_list.html", context, status=status)


def _act(
    verb: str, request: HttpRequest, duty: Duty, at: Stand, withdrawal: int, rules: Rules, decision: Decision
) -> HttpResponse | None:
    """Do what a button asks and return where to go on; None where the form has to be shown again."""
    said = request.POST
    here = redirect(request.get_full_path())
    if verb == "propose":
        if not rules.is_valid():
            return None
        new, is_full = acts.propose(withdrawal=withdrawal, rules=rules.rules(), clock=duty.clock, within=at.within)
        text = ngettext("%(n)s copy put on the list.", "%(n)s copies put on the list.", new)
        messages.success(request, text % {"n": formats.number(new)})
        if is_full:
            messages.warning(request, _("The list is full. Decide on this one, then begin another for the rest."))
    elif verb in {"out", "keep"}:
        wanted = "WITHDRAW" if verb == "out" else "KEEP"
        judged = acts.judge(
            withdrawal=withdrawal, barcodes=codes_of(said.get("codes", "")), verdict=wanted, within=at.within
        )
        words = _("To be taken out: %(codes)s.") if verb == "out" else _("Kept: %(codes)s.")
        messages.success(request, words % {"codes": ", ".join(judged[:8]) + (" …" if len(judged) > 8 else "")})
    elif verb == "ticked":
        _ticked(request, withdrawal, at)
    elif verb in {"rest-out", "rest-keep"}:
        acts.judge_rest(withdrawal=withdrawal, verdict="WITHDRAW" if verb == "rest-out" else "KEEP")
    elif verb == "drop":
        acts.drop_withdrawal(withdrawal=withdrawal)
        return redirect("work:weeding")
    elif verb == "decide":
        if not decision.is_valid():
            return None
        entry = acts.decide_withdrawal(
            withdrawal=withdrawal, **decision.cleaned_data, clock=duty.clock, by=duty.person.pk
        )
        messages.success(request, _("Entered in the register as number %(n)s.") % {"n": entry})
        return redirect(reverse("work:weeding_list", args=[withdrawal]))
    else:
        raise Http404
    return here


def _ticked(request: HttpRequest, withdrawal: int, at: Stand) -> None:
    """Take over the ticks of one page of the list."""
    said: dict[str, list[str]] = {"WITHDRAW": [], "KEEP": []}
    for name, value in request.POST.items():
        if name.startswith("verdict-") and value in said:
            said[str(value)].append(name.removeprefix("verdict-"))
    for verdict, barcodes in said.items():
        if barcodes:
            acts.judge(withdrawal=withdrawal, barcodes=barcodes, verdict=verdict, within=at.within)
    messages.success(request, _("Saved."))


@require_GET
@needs(Permission.STOCK)
def minutes(request: HttpRequest, duty: Duty, withdrawal: int) -> HttpResponse:
    """Print the list to take to the shelf (`?form=list`), or the minutes with what is taken out."""
    found = stock.withdrawal(withdrawal)
    at = stand(request, duty, found.place if found else "-")
    if found is None:
        raise Http404
    is_draft = request.GET.get("form") == "list"
    lines = stock.weeding_lines(withdrawal, verdict="" if is_draft else "WITHDRAW", limit=_PRINTED_MAX)
    with override("vi"):
        made = print_minutes(_minutes(found, lines, at, duty), is_draft=is_draft)
    return pdf(made, f"thanh-loc-{withdrawal}")


def _minutes(found: WithdrawalView, lines: list[WeedingLineView], at: Stand, duty: Duty) -> Minutes:
    prefixes = stock.written_prefixes()
    heading, of = heading_of(at.place, duty), province()
    return Minutes(
        agency=heading.agency,
        place=at.place.name,
        seat=of.name if of and at.place.kind == "PROVINCIAL_LIBRARY" else at.place.commune.name,
        reason=str(found.reason_label),
        minutes_no=found.minutes,
        decision_no=found.decision_no,
        decided_on=found.decided_on,
        lines=[
            MinutesLine(
                number=as_written(line.barcode, prefixes),
                title=f"{line.author}. {line.title}" if line.author else line.title,
                year=line.year,
                call_no=line.call_no,
                shelf=line.shelf,
                state=str(line.state_label),
                price_vnd=line.price_vnd,
                why=why_in_words(line.why) or str(found.reason_label),
            )
            for line in lines
        ],
    )
