"""Signing in to the own pages, choosing a PIN, and leaving without a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from guisach.domain.readers import actions
from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from guisach.web.portal.frame import READER, frame_of
from guisach.web.portal.own.door import Own, let_in, let_out, own, unstored, way_on
from guisach.web.portal.own.forms import ChoosePin, SignIn

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_UNPROCESSABLE = 422


@sensitive_post_parameters("card", "pin")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a reader in. An unknown card, one without a PIN, and a wrong PIN look the same."""
    frame = frame_of(request)
    if request.method == "GET" and actions.session_of(request.COOKIES.get(READER, ""), at=frame.now):
        return unstored(HttpResponseRedirect(way_on(request)))
    form = SignIn(request.POST if request.method == "POST" else None)
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            signed_in = actions.sign_in(
                card=said["card"],
                secret=said["pin"],
                # The address as sign-in of the staff is throttled by it, a proxy in front seen through.
                address=get_client_ip_address(request) or "",
                clock=system_clock,
            )
        except DomainError as refused:
            refusal = refused
        else:
            rotate_token(request)
            target = reverse("portal:my_pin") if signed_in.must_choose_pin else way_on(request)
            return unstored(let_in(HttpResponseRedirect(target), request, signed_in))
    context = {
        "form": form,
        "refusal": refusal,
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "is_left": "left" in request.GET,
        "is_signed_in": False,
    }
    status = refusal.status if refusal else _UNPROCESSABLE if form.errors else 200
    return unstored(frame.show("own/sign_in.html", context, status=status))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let a reader out: the session ends, and this device forgets everything of theirs."""
    actions.sign_out(token=request.COOKIES.get(READER, ""))
    answer = HttpResponseRedirect(reverse("portal:my_sign_in") + "?left=1")
    return unstored(let_out(answer))


@sensitive_post_parameters("present", "pin", "again")
@require_http_methods(["GET", "POST"])
@own
def pin(request: HttpRequest, me: Own) -> HttpResponse:
    """Choose a PIN with a start code, or change it."""
    has_one = not me.session.must_choose_pin
    form = ChoosePin(request.POST if request.method == "POST" else None, has_one=has_one)
    status = 200
    if request.method == "POST":
        status = _UNPROCESSABLE
        if form.is_valid():
            said = form.cleaned_data
            try:
                actions.choose_pin(
                    session=me.session, pin=said["pin"], present=said.get("present", ""), clock=system_clock
                )
            except DomainError as refusal:
                is_present = refusal.code == "card_or_pin_wrong"
                text = _("This is not your present PIN.") if is_present else str(refusal)
                form.add_error("pin" if refusal.code.startswith("pin_") else "present" if is_present else None, text)
                status = refusal.status
            else:
                messages.success(request, _("Your PIN is set. Keep it to yourself; the library cannot see it."))
                return HttpResponseRedirect(reverse("portal:my_books"))
    return me.show("pin.html", {"form": form, "has_one": has_one}, status=status)
