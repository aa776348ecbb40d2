"""Who may open a staff page: signed in, allowed, standing at a place; asked anew for every request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from guisach.domain.network.queries import Permission, permissions_of, places
from guisach.kernel.clock import Clock, local_date, system_clock
from guisach.kernel.text import collation_key

if TYPE_CHECKING:
    from datetime import date, datetime

    from guisach.domain.network.models import Place, Staff
    from guisach.domain.network.queries import Grants

PLACE_KEY = "place"  # in the session: where the person works now
_HOME_OF_MANY = "PROVINCIAL_LIBRARY"  # who works for the whole province starts at its library

_P = ParamSpec("_P")


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody at work: who, where, since when, and what they may do there today."""

    person: Staff
    grants: Grants
    places: tuple[Place, ...]  # in service today, where this person may lend, by name
    place: Place | None  # the one they stand at
    at: datetime
    clock: Clock

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return local_date(self.at)

    @property
    def here(self) -> str:
        """The code of the place they stand at; empty where they stand nowhere."""
        return self.place.pk if self.place else ""

    def may(self, permission: Permission, place: str | None = None) -> bool:
        """Tell whether they may do it at that place, or here."""
        return self.grants.may(permission, self.here if place is None else place)

    def scope(self, *permissions: Permission) -> list[str] | None:
        """Give the places where they may do any of these; None means the whole province."""
        if any(self.grants.everywhere(one) for one in permissions):
            return None
        return sorted({code for one in permissions for code in self.grants.places(one)})


View = Callable[Concatenate[HttpRequest, Duty, _P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, _P], HttpResponse]


def needs(*permissions: Permission, here: bool = False) -> Callable[[View[_P]], Guarded[_P]]:
    """Open a view to signed-in staff who have any of the permissions somewhere, or (`here`) where they stand.

    Others are sent to sign in, or told what the page asks for and whom to turn to (403).
    """

    def guard(view: View[_P]) -> Guarded[_P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            duty = duty_of(request)
            if permissions and not any(duty.grants.somewhere(one) for one in permissions):
                raise PermissionDenied(_("Your duties do not include this page."))
            if here and not any(duty.may(one) for one in permissions):
                raise PermissionDenied(_("Your duties do not include this page at the place where you stand now."))
            return view(request, duty, *args, **kwargs)

        guarded.permissions = permissions  # type: ignore[attr-defined]  # for the table of roles in the tests
        return guarded

    return guard


def duty_of(request: HttpRequest) -> Duty:
    """Read what the signed-in person may do now; three queries. The place in the session is only a wish."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    person: Staff = request.user
    at = system_clock()
    grants = permissions_of(person, local_date(at))
    codes = grants.places(Permission.LEND)
    found = places(codes=codes, on=local_date(at)) if codes else []
    open_to = tuple(sorted(found, key=lambda place: collation_key(place.name)))
    return Duty(person, grants, open_to, _standing_at(open_to, request.session.get(PLACE_KEY)), at, system_clock)


def _standing_at(open_to: tuple[Place, ...], wish: object) -> Place | None:
    wished = next((place for place in open_to if place.pk == wish), None)
    library = next((place for place in open_to if place.kind == _HOME_OF_MANY), None)
    return wished or library or next(iter(open_to), None)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page and back here afterwards; tells htmx to leave the page."""
    is_partial = bool(request.headers.get("HX-Request"))
    back = request.headers.get("HX-Current-URL", "") if is_partial or request.method != "GET" else ""
    target = reverse("work:sign_in") + "?" + urlencode({"next": back or _own_address(request)})
    if is_partial:
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return redirect(target)


def _own_address(request: HttpRequest) -> str:
    return request.get_full_path() if request.method == "GET" else reverse("work:home")


def home_of(grants: Grants) -> str:
    """Give the address where this person's work begins."""
    if grants.somewhere(Permission.LEND) or grants.somewhere(Permission.STOCK):
        return reverse("work:home")
    if grants.somewhere(Permission.SEE_PROGRAMME):
        try:
            return reverse("hq:home")
        except NoReverseMatch:  # a site without the province's pages
            return reverse("work:home")
    return reverse("work:home")
