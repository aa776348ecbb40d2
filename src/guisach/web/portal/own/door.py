"""The door of the own pages: who is signed in on this device, and that nothing of it stays there.

A reader's session is a cookie and a table of its own; the workbench never looks at them. The device may be a tablet
that many share: pages are not stored, the cookie ends with the browser, signing out has the browser forget.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from guisach.domain.readers import queries as readers
from guisach.domain.readers.actions import OwnSession, session_of
from guisach.web.portal.frame import READER, Frame, frame_of
from guisach.web.portal.saved import forget_list

if TYPE_CHECKING:
    from guisach.domain.readers.actions import SignedIn
    from guisach.domain.readers.queries import ReaderView

_CLEARED: Final = '"cache", "storage"'  # not "cookies": a keeper may be signed in to the workbench beside it

_P = ParamSpec("_P")


@dataclass(frozen=True, slots=True)
class Own:
    """A request of somebody who is signed in."""

    session: OwnSession
    reader: ReaderView
    frame: Frame

    def show(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """Render one of the own pages."""
        return self.frame.show(f"own/{template}", {"reader": self.reader, **context}, status=status)


View = Callable[Concatenate[HttpRequest, Own, _P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, _P], HttpResponse]


def own(view: View[_P]) -> Guarded[_P]:
    """Open a view to a signed-in reader; others sign in first, and who came with a start code chooses a PIN first."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
        frame = frame_of(request)
        session = session_of(request.COOKIES.get(READER, ""), at=frame.now)
        reader = readers.reader(session.reader) if session else None
        if session is None or reader is None or reader.survivor is not None or reader.erased_at is not None:
            return unstored(_to_sign_in(request))
        if session.must_choose_pin and request.path != reverse("portal:my_pin"):
            return unstored(HttpResponseRedirect(reverse("portal:my_pin")))
        return unstored(view(request, Own(session, reader, frame), *args, **kwargs))

    return guarded


def unstored(answer: HttpResponse) -> HttpResponse:
    """Have no browser and no proxy keep the page: the next person presses "back" and finds nothing."""
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def let_in(answer: HttpResponse, request: HttpRequest, signed_in: SignedIn) -> HttpResponse:
    """Put the session onto the device, until the browser is closed."""
    answer.set_cookie(READER, signed_in.token, samesite="Lax", httponly=True, secure=request.is_secure())
    return answer


def let_out(answer: HttpResponse) -> HttpResponse:
    """Take everything of the reader's off the device."""
    answer.delete_cookie(READER, samesite="Lax")
    answer.delete_cookie("messages", samesite="Lax")
    forget_list(answer)
    answer["Clear-Site-Data"] = _CLEARED
    return answer


def way_on(request: HttpRequest) -> str:
    """Give the page of this site that the reader wanted before they signed in, or their books."""
    wish = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure()):
        return wish
    return reverse("portal:my_books")


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else reverse("portal:my_books")
    answer = HttpResponseRedirect(reverse("portal:my_sign_in") + "?" + urlencode({"next": back}))
    # One that has ended is no longer shown as open on the other pages.
    answer.delete_cookie(READER, samesite="Lax")
    return answer
