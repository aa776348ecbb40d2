"""What every page of the portal needs: the moment, the province, and the commune that the reader called theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from guisach.domain.network.queries import commune, province
from guisach.kernel.clock import LOCAL, local_date, system_clock
from guisach.kernel.text import nfc
from guisach.web.portal.saved import saved_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from guisach.domain.network.models import Commune

READER = "reader"
"""Name of the cookie of a reader who is signed in to their own pages; what it is worth `portal.own.door` asks."""

NEAR = "near"
"""Name of the cookie, and of the parameter that goes before it: the code of the reader's commune."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One request as the pages see it; `now` is local time."""

    request: HttpRequest
    now: datetime
    province: str
    near: Commune | None
    saved: tuple[int, ...] = ()  # the titles on this device's own list
    province_code: str = ""

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return local_date(self.now)

    def show(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """Render a page of the portal."""
        shown = {
            "province_name": self.province,
            "near": self.near,
            "today": self.today,
            "saved": self.saved,
            "is_signed_in": bool(self.request.COOKIES.get(READER)),
            **context,
        }
        return render(self.request, f"portal/{template}", shown, status=status)


def frame_of(request: HttpRequest) -> Frame:
    """Read what is common to all pages; at most two queries."""
    code = clean(request.GET.get(NEAR) or request.COOKIES.get(NEAR) or "", 5)
    near = commune(code) if code else None
    known = province()
    name, its_code = (known.name, known.code) if known else ("", "")
    return Frame(request, system_clock().astimezone(LOCAL), name, near, saved_in(request), its_code)


def clean(text: str, limit: int) -> str:
    """Make what somebody typed safe to ask a database for: composed, without what cannot be seen, cut to length."""
    return nfc(text[: 4 * limit])[:limit].strip()
