"""The pages of a reader's own list, and of a list that somebody sent on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guisach.domain.catalogue.queries import records
from guisach.web.portal import books
from guisach.web.portal.frame import frame_of
from guisach.web.portal.saved import MOST, ids_in, keep, saved_in, text_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Put a title on the list (`record`), take it off (`drop`), take over a shared list (`all`), or forget it all."""
    ids = list(saved_in(request))
    if "clear" in request.POST:
        ids = []
    for one in reversed(ids_in(request.POST.get("all", ""))):
        ids = [one, *(other for other in ids if other != one)]
    for one in ids_in(request.POST.get("record", "")):
        ids = [one, *(other for other in ids if other != one)]
    for one in ids_in(request.POST.get("drop", "")):
        ids = [other for other in ids if other != one]
    answer = HttpResponseRedirect(_way_back(request))
    keep(answer, request, ids)
    return answer


def _way_back(request: HttpRequest) -> str:
    wish = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure()):
        wish = reverse("portal:my_list")
    # Back to the card on which the button was pressed, on a page that may be long.
    touched = ids_in(request.POST.get("record", "") or request.POST.get("drop", ""))
    return f"{wish.partition('#')[0]}#t{touched[0]}" if touched and "clear" not in request.POST else wish


@require_safe
def my_list(request: HttpRequest) -> HttpResponse:
    """What did I want to read, and where is it now?"""
    return _show(request, saved_in(request), is_own=True)


@require_safe
def shared(request: HttpRequest) -> HttpResponse:
    """What did somebody want to show me? The ids stand in the address, nobody's name does."""
    return _show(request, ids_in(request.GET.get("t", "")), is_own=False)


def _show(request: HttpRequest, ids: tuple[int, ...], *, is_own: bool) -> HttpResponse:
    frame = frame_of(request)
    found = records(ids)
    cards, _places = books.cards(found, frame.near, frame.today)
    known = text_of(record.id for record in found)
    address = f"{reverse('portal:shared_list')}?t={known}"
    return frame.show(
        "my_list.html",
        {
            "is_own": is_own,
            "cards": cards,
            "ids": known,
            "share_href": address,
            "share_address": request.build_absolute_uri(address),
            "most": MOST,
            "heading": _("My list") if is_own else _("A list that somebody sent you"),
        },
    )
