"""Signing in and out, one's own password, and the place where one works now."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from guisach.domain.network.actions import PasswordTooWeak, set_password
from guisach.domain.network.queries import permissions_of
from guisach.domain.network.queries import staff as find_staff
from guisach.kernel.clock import local_date, system_clock
from guisach.kernel.text import fold
from guisach.web.ui.access import PLACE_KEY, Duty, home_of, needs
from guisach.web.work.forms import ChangePassword, SignIn
from guisach.web.work.shell import go_back, page, typed

_UNPROCESSABLE = 422
_TEXT_MAX = 80
_AT_A_GLANCE = 12  # more places than this want a search


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let somebody in; a wrong name and a wrong password look the same."""
    wish = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure()):
        wish = ""
    if request.user.is_authenticated:
        return redirect(wish or _home(request))
    form = SignIn(request.POST or None)
    is_wrong = False
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        person = authenticate(request, username=said["username"].strip().lower(), password=said["password"])
        if person is not None:
            login(request, person)
            return redirect(wish or _home(request))
        is_wrong = True
    context = {"form": form, "is_wrong": is_wrong, "next": wish}
    return render(request, "work/sign_in.html", context, status=_UNPROCESSABLE if form.errors or is_wrong else 200)


def _home(request: HttpRequest) -> str:
    if not request.user.is_authenticated:
        return reverse("work:home")
    return home_of(permissions_of(request.user, local_date(system_clock())))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let somebody out; nothing of the session stays."""
    logout(request)
    return redirect("work:sign_in")


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
@needs()
def password(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Change one's own password; other sessions of the same person end."""
    form = ChangePassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        # Through authenticate, so that guessing the old one is throttled like signing in.
        if authenticate(request, username=duty.person.username, password=said["old"]) is None:
            form.add_error("old", _("This is not your present password."))
        else:
            try:
                set_password(username=duty.person.username, password=said["new"])
            except PasswordTooWeak as refusal:
                form.add_error("new", str(refusal))
            else:
                if (changed := find_staff(duty.person.username)) is not None:
                    update_session_auth_hash(request, changed)
                messages.success(request, _("Your password is changed."))
                return redirect(home_of(duty.grants))
    return page(request, duty, "work/password.html", {"form": form}, status=_UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs()
def place(request: HttpRequest, duty: Duty) -> HttpResponse:
    """Choose where one works now, among the places where one may."""
    if request.method == "POST":
        chosen = next((one for one in duty.places if one.pk == request.POST.get("place")), None)
        if chosen is None:
            messages.warning(request, _("This place is not open to your account today."))
            return redirect("work:place")
        request.session[PLACE_KEY] = chosen.pk
        # Readers at the desk stood at the other place.
        request.session.pop("desks", None)
        messages.success(request, _("You work at %(place)s now.") % {"place": chosen.name})
        return go_back(request)
    text = typed(request.GET.get("q", ""), _TEXT_MAX)
    wanted = fold(text)
    found = [one for one in duty.places if wanted in fold(f"{one.name} {one.commune.name}")]
    context = {"q": text, "found": found, "is_long": len(duty.places) > _AT_A_GLANCE}
    return page(request, duty, "work/place.html", context)
