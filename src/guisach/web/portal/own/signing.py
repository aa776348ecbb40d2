"""Signing in to the own pages, choosing a PIN, and leaving without a trace."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from guisach.domain.messages import actions as messages_room
from guisach.domain.messages.actions import TooManyCodes
from guisach.domain.messages.queries import can_send_at_once
from guisach.domain.readers import actions
from guisach.domain.readers.queries import pin_of
from guisach.kernel.clock import system_clock
from guisach.kernel.errors import DomainError
from guisach.web.portal.frame import READER, Frame, frame_of
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
                address=_address(request),
                clock=system_clock,
            )
        except DomainError as refused:
            refusal = refused
        else:
            rotate_token(request)
            target = reverse("portal:my_pin") if signed_in.must_choose_pin else way_on(request)
            return unstored(let_in(HttpResponseRedirect(target), request, signed_in))
    status = refusal.status if refusal else _UNPROCESSABLE if form.errors else 200
    return _sign_in_page(frame, form, refusal=refusal, status=status)


@sensitive_post_parameters("card", "pin")
@require_POST
def send_code(request: HttpRequest) -> HttpResponse:
    """Send a one-time code to the reader's telephone or mailbox; whether there is one, the page does not say."""
    frame = frame_of(request)
    form = SignIn({"card": request.POST.get("card", ""), "pin": "0"})
    if not can_send_at_once() or not form.is_valid():
        return _sign_in_page(frame, form, status=_UNPROCESSABLE)
    card = form.cleaned_data["card"]
    refusal: DomainError | None = None
    try:
        reader, code = actions.ask_for_code(card=card, address=_address(request), clock=system_clock)
    except DomainError as refused:
        refusal = refused
    else:
        # That somebody had several codes already is not for whoever asks to know.
        with suppress(TooManyCodes):
            messages_room.send_code(reader=reader, code=code, clock=system_clock)
    status = refusal.status if refusal else 200
    return _sign_in_page(frame, SignIn(initial={"card": card}), refusal=refusal, is_sent=refusal is None, status=status)


def _sign_in_page(
    frame: Frame, form: SignIn, *, status: int, refusal: DomainError | None = None, is_sent: bool = False
) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "next": frame.request.POST.get("next") or frame.request.GET.get("next") or "",
        "is_left": "left" in frame.request.GET,
        "is_sent": is_sent,
        "can_send": can_send_at_once(),
        "is_signed_in": False,
    }
    return unstored(frame.show("own/sign_in.html", context, status=status))


def _address(request: HttpRequest) -> str:
    """Give the address by which sign-in of the staff is throttled too: a proxy in front is seen through."""
    return get_client_ip_address(request) or ""


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
    standing = pin_of(me.reader.id, at=me.frame.now)
    if standing is None:  # signed in with a code that was sent
        return me.show("pin.html", {"form": None}, status=_UNPROCESSABLE if request.method == "POST" else 200)
    has_one = standing.is_chosen
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
