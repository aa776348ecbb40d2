"""A bag of surprises for me: for which age, about what, fetched where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guisach.domain.circulation.actions.bags import wish_bag
from guisach.domain.circulation.queries.bags import interests
from guisach.domain.journal.actions import portal_source
from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from guisach.kernel.ids import new_id
from guisach.web.portal.own import words
from guisach.web.portal.own.door import Own, own
from guisach.web.portal.own.requests import op_in, pickups
from guisach.web.ui.bag_form import BagForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@own
def bag(request: HttpRequest, me: Own) -> HttpResponse:
    """Wish to be surprised."""
    form = BagForm(
        request.POST if request.method == "POST" else None,
        classes=interests(), born=me.reader.birth_on, today=me.frame.today,
    )  # fmt: skip
    choices = pickups()
    pickup = request.POST.get("pickup", "") or me.reader.place
    refusal, status = "", 200
    if request.method == "POST":
        status = _UNPROCESSABLE
        if form.is_valid():
            try:
                wish_bag(
                    op_id=op_in(request), by=portal_source(at=me.frame.now), place="", reader=me.reader.id,
                    pickup=pickup if pickup in {place.pk for place in choices} else "", wish=form.wish,
                    clock=system_clock,
                )  # fmt: skip
            except DomainError as refused:
                refusal, status = words.not_asked(refused), refused.status
            else:
                messages.success(request, _("Wished for. A keeper packs it, and you hear when it is there."))
                return HttpResponseRedirect(reverse("portal:my_requests"))
    context = {"form": form, "pickups": choices, "pickup": pickup, "refusal": refusal, "op": new_id()}
    return me.show("bag.html", context, status=status)
