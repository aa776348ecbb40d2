"""Where the work on the stock begins, and one copy's particulars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guisach.domain.catalogue.actions import stock as acts
from guisach.domain.catalogue.actions.stock.changing import CopyChange
from guisach.domain.catalogue.queries import stock
from guisach.domain.catalogue.rules.barcodes import as_written, normalise_barcode
from guisach.domain.network.queries import Permission, places_by_code
from guisach.kernel.errors import DomainError
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work.shell import page, status_of
from guisach.web.work.stock_forms import OneCopy, Pile
from guisach.web.work.stock_words import changes_in_words
from guisach.web.work.stocking import codes_of, stand

if TYPE_CHECKING:
    from guisach.domain.catalogue.queries.stock import StockCopy


@require_GET
@needs(Permission.STOCK)
def home(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show what there is to do, and what came last."""
    at = stand(request, duty)
    lists = [one for one in stock.withdrawals(at.within, limit=20) if one.is_open]
    context = {
        "stand": at,
        "unlabelled": stock.count_without_label(at.within),
        "open_lists": len(lists),
        "receipts": stock.receipts(at.within, limit=5),
        "names": {place.pk: place.name for place in at.places},
    }
    return page(request, duty, "work/stock/home.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.STOCK)
def copy(request: HttpRequest, duty: Duty, barcode: str) -> HttpResponse:
    """Change what is known of one copy; its number and owner stay."""
    at = stand(request, duty)
    found = _copy(barcode)
    if found is None or not at.may(found.base):
        raise Http404
    is_withdrawn = found.condition == "WITHDRAWN"
    form = OneCopy(request.POST or None, initial=_known(found), is_withdrawn=is_withdrawn)
    complaint, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                acts.change_copies(
                    barcodes=[found.barcode],
                    change=form.change(),
                    clock=duty.clock,
                    by=duty.person.pk,
                    within=at.within,
                )
            except DomainError as refusal:
                complaint, status = str(refusal), status_of(refusal)
            else:
                messages.success(request, _("Saved."))
                return redirect("work:copy", found.barcode)
    context = {
        "copy": found,
        "number": as_written(found.barcode, stock.written_prefixes()),
        "owner": next((place.name for place in places_by_code([found.owner]).values()), found.owner),
        "form": form,
        "complaint": complaint,
        "history": [changes_in_words(change) for change in stock.stock_changes(f"copy:{found.barcode}")],
    }
    return page(request, duty, "work/stock/copy.html", context, status=status)


@require_POST
@needs(Permission.STOCK)
def reinstate(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Take a withdrawn copy into the stock again; for others than who keeps it, it is not there."""
    found = _copy(request.POST.get("copy", ""))
    if found is None or not duty.may(Permission.STOCK, found.base):
        raise Http404
    if found.condition == "WITHDRAWN":
        change = CopyChange(condition="NORMAL")
        acts.change_copies(barcodes=[found.barcode], change=change, clock=duty.clock, by=duty.person.pk)
        messages.success(request, _("It may be lent again. In the registers it stays written off."))
    return redirect("work:copy", found.barcode)


@require_http_methods(["GET", "POST"])
@needs(Permission.STOCK)
def pile(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Change a pile of copies: scan them, say what becomes of them."""
    at = stand(request, duty)
    form = Pile(request.POST or None, stand=at)
    complaint, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            codes = codes_of(form.cleaned_data["codes"])
            try:
                changed = acts.change_copies(
                    barcodes=codes, change=form.change(), clock=duty.clock, by=duty.person.pk, within=at.within
                )
            except DomainError as refusal:
                complaint, status = str(refusal), status_of(refusal)
            else:
                said = {"n": formats.number(changed), "all": formats.number(len(codes))}
                messages.success(request, _("Copies changed: %(n)s of %(all)s scanned.") % said)
                return redirect("work:pile")
    return page(request, duty, "work/stock/pile.html", {"form": form, "complaint": complaint}, status=status)


def _copy(barcode: str) -> StockCopy | None:
    try:
        return stock.stock_copy(normalise_barcode(barcode))
    except ValueError:
        return None


def _known(copy: StockCopy) -> dict[str, object]:
    known = {name: getattr(copy, name) for name in ("condition", "state", "call_no", "shelf", "part", "note")}
    return {**known, "collection": copy.collection or "", "price": formats.number(copy.price_vnd)}
