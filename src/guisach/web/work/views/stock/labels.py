"""Labels for copies, and posters with a QR code for shelves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_GET, require_http_methods

from guisach.adapters.printing import LabelText, Poster, paper
from guisach.adapters.printing import labels as print_labels
from guisach.adapters.printing import poster as print_poster
from guisach.domain.catalogue.actions import stock as acts
from guisach.domain.catalogue.queries import stock
from guisach.domain.catalogue.rules.barcodes import as_written
from guisach.domain.network.queries import Permission, opening_hours
from guisach.kernel.errors import DomainError
from guisach.kernel.text.numbers import whole_number
from guisach.web.ui import formats
from guisach.web.ui.access import Duty, needs
from guisach.web.work import words
from guisach.web.work.shell import page, status_of, typed
from guisach.web.work.stock_forms import Labels, PosterForm
from guisach.web.work.stocking import CODES_MAX, codes_of, pdf, stand

if TYPE_CHECKING:
    from guisach.web.work.stocking import Stand

# Whoever takes a book in sticks its label on; a poster on the door is a keeper's, too.
LABELLERS = (Permission.STOCK, Permission.TAKE_IN)
_AT_ONCE = 500  # copies that "not yet printed" offers: a ream of sheets
_KEPT = ("paper", "kinds", "right_mm", "down_mm")  # what stays from one print to the next
_SESSION = "labels"


@require_http_methods(["GET", "POST"])
@needs(*LABELLERS)
def labels(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Choose copies by scanning, by receipt, by range or what has no label yet; print; say that it came out well."""
    at = stand(request, duty, permissions=LABELLERS)
    complaint, status = "", 200
    if request.method == "POST":
        form = Labels(request.POST)
        try:
            if answer := _act(request, duty, at, form):
                return answer
            status = 422
        except DomainError as refusal:
            complaint, status = str(refusal), status_of(refusal)
    else:
        chosen = _chosen(request, at)
        form = Labels(initial={**request.session.get(_SESSION, {}), "codes": "\n".join(chosen)})
    context = {
        "stand": at,
        "form": form,
        "complaint": complaint,
        "unlabelled": stock.count_without_label(at.within),
        "at_once": _AT_ONCE,
        "first": typed(request.GET.get("from", ""), 40),
        "last": typed(request.GET.get("to", ""), 40),
    }
    return page(request, duty, "work/stock/labels.html", context, status=status)


def _chosen(request: HttpRequest, at: Stand) -> list[str]:
    """Give the numbers that the address asks for."""
    said = request.GET
    if (receipt := whole_number(said.get("receipt", ""))) is not None:
        return [c.barcode for c in stock.copies_of_receipt(receipt) if at.may(c.base)][:CODES_MAX]
    if said.get("unprinted"):
        return [copy.barcode for copy in stock.copies_without_label(at.within, limit=_AT_ONCE)]
    ends = codes_of(f"{said.get('from', '')},{said.get('to', '')}")
    if said.get("from") and ends:
        return [copy.barcode for copy in stock.copies_between(ends[0], ends[-1], at.within, limit=CODES_MAX)]
    return codes_of(said.get("codes", ""))


def _act(request: HttpRequest, duty: Duty, at: Stand, form: Labels) -> HttpResponse | None:
    """Print, or note what came out well; None where the form has to be shown again."""
    verb = request.POST.get("do", "")
    if verb == "frames" and (sheet := paper(request.POST.get("paper", ""))):
        return pdf(print_labels([], sheet, has_frames=True), "khung-nhan")
    if not form.is_valid():
        return None
    codes = codes_of(form.cleaned_data["codes"])
    if verb == "done":
        marked = acts.mark_labelled(barcodes=codes, clock=duty.clock, within=at.within)
        text = ngettext("%(n)s copy noted as labelled.", "%(n)s copies noted as labelled.", marked)
        messages.success(request, text % {"n": formats.number(marked)})
        return redirect("work:labels")
    copies = stock.stock_copies(codes[:CODES_MAX], at.within)
    if len(copies) < len(codes):
        known = {copy.barcode for copy in copies}
        raise acts.CopiesElsewhere(barcodes=", ".join([code for code in codes if code not in known][:8]))
    if not copies:
        raise acts.NoCopies
    request.session[_SESSION] = {name: form.cleaned_data[name] for name in _KEPT}
    prefixes = stock.written_prefixes()
    kinds = form.cleaned_data["kinds"]
    texts = [
        LabelText(
            barcode=copy.barcode,
            number=as_written(copy.barcode, prefixes),
            title=copy.title if not copy.part else f"{copy.title}. {copy.part}",
            place=copy.base_name,
            call_no=copy.call_no,
            ddc=copy.ddc,
        )
        for copy in copies
    ]
    sheet = paper(form.cleaned_data["paper"])
    if sheet is None:
        return None
    made = print_labels(
        texts,
        sheet,
        kinds=("barcode", "spine") if kinds == "both" else (kinds,),
        first=form.cleaned_data["first"],
        calibration=form.calibration(),
    )
    return pdf(made, "nhan")


@require_GET
@needs(*LABELLERS)
def poster(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Ask for a shelf and a size, and print the poster when both are said."""
    at = stand(request, duty, permissions=LABELLERS)
    form = PosterForm(request.GET if "size" in request.GET else None)
    if form.is_bound and form.is_valid():
        place = at.place
        with override("vi"):
            said = Poster(
                address=request.build_absolute_uri(reverse("portal:place", args=[place.pk])),
                place=place.name,
                kind=words.capital(str(place.get_kind_display())),
                shelf=form.cleaned_data["shelf"],
                hours=[(line.days, line.hours) for line in opening_hours(place.pk)],
                contact=f"Điện thoại {place.phone}" if place.phone else "",
            )
        return pdf(print_poster(said, size=form.cleaned_data["size"]), f"ap-phich-{place.pk}")
    return page(request, duty, "work/stock/poster.html", {"stand": at, "form": form})
