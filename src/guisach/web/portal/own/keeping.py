"""My history: off until the reader switches it on, and gone when they switch it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guisach.domain.readers.actions import is_minor
from guisach.domain.readers.queries import ids_of
from guisach.domain.reading import actions, queries
from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from guisach.web.portal.own.door import Own, own

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
@own
def history(request: HttpRequest, me: Own) -> HttpResponse:
    """What have I read? Nobody knows, unless I want it to be kept."""
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            said = switch(request, me, queries.HISTORY)
        except DomainError as refused:
            refusal = refused
        else:
            messages.success(request, said)
            return HttpResponseRedirect(reverse("portal:my_history"))
    person = ids_of(me.reader.id)
    wish = queries.wishes(person).get(queries.HISTORY)
    context = {
        "wish": wish,
        "past": queries.history(person, wish) if wish else [],
        "is_minor": is_minor(me.reader, on=me.frame.today),
        "refusal": refusal,
    }
    return me.show("history.html", context, status=refusal.status if refusal else 200)


def switch(request: HttpRequest, me: Own, what: str) -> str:
    """Do what the switch of the form says; gives what is to be told. Raises GuardianConsentNeeded."""
    if "on" in request.POST:
        agrees = "guardian" in request.POST
        actions.wish_for(reader=me.reader.id, what=what, guardian_agrees=agrees, clock=system_clock)
        return _("Switched on: it is kept from now on, for you alone.")
    if "off" in request.POST:
        actions.stop_keeping(reader=me.reader.id, what=what)
        return _("Switched off: everything that was kept is deleted.")
    return _("Nothing was changed.")
