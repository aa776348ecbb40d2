"""Series of numbers and collections: those of the province, for all to see, for the provincial library to change."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guisach.domain.catalogue.actions import stock as acts
from guisach.domain.catalogue.queries import stock
from guisach.domain.network.queries import Permission
from guisach.kernel.errors import DomainError
from guisach.web.ui.access import Duty, needs
from guisach.web.work.shell import page, status_of
from guisach.web.work.stock_forms import CollectionForm, Series
from guisach.web.work.stocking import stand


@require_http_methods(["GET", "POST"])
@needs(Permission.STOCK)
def numbers(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show the series with the number that comes next; set one up."""
    at = stand(request, duty)
    form = Series(request.POST or None)
    complaint, status = "", 200
    if request.method == "POST":
        _only_for_the_province(is_whole=at.is_whole)
        status = 422
        if form.is_valid():
            try:
                said = dict(form.cleaned_data)
                prefix = acts.keep_series(prefix=said.pop("code"), **said, clock=duty.clock, by=duty.person.pk)
            except DomainError as refusal:
                complaint, status = str(refusal), status_of(refusal)
            else:
                messages.success(request, _("Series %(series)s is set up.") % {"series": prefix})
                return redirect("work:numbers")
    context = {"stand": at, "series": stock.all_series(), "form": form, "complaint": complaint}
    return page(request, duty, "work/stock/numbers.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.STOCK)
def collections(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Show the collections with what there is of them; set one up."""
    at = stand(request, duty)
    form = CollectionForm(request.POST or None)
    complaint, status = "", 200
    if request.method == "POST":
        _only_for_the_province(is_whole=at.is_whole)
        status = 422
        if form.is_valid():
            try:
                acts.keep_collection(**form.cleaned_data, clock=duty.clock, by=duty.person.pk)
            except DomainError as refusal:
                complaint, status = str(refusal), status_of(refusal)
            else:
                messages.success(request, _("Saved."))
                return redirect("work:collections")
    context = {"stand": at, "collections": stock.collections(at.within), "form": form, "complaint": complaint}
    return page(request, duty, "work/stock/collections.html", context, status=status)


def _only_for_the_province(*, is_whole: bool) -> None:
    if not is_whole:
        raise PermissionDenied(
            _("Series and collections are one for the whole province: the provincial library keeps them.")
        )
